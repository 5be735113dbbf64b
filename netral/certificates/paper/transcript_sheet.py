"""Every character that is printed on a transcript, and its PDF."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from netral.certificates.paper.document import typeset
from netral.certificates.paper.sheet import COURSE, Line, name_issuer_of, printable
from netral.certificates.proof.identifiers import group_code
from netral.certificates.proof.qr import encode_qr
from netral.certificates.proof.transcript import Entry, Transcript, sum_hours
from netral.certificates.proof.verification import State
from netral.indonesian import day, instant

HEADS = ("Kursus", "Nomor sertifikat", "Terbit", "Keadaan", "JP", "Nilai")
# Some hundred certificates of one year.
MOST_PAGES = 20
NOTHING = "\u2013"
STATES = {
    State.EXPIRED: "Masa berlakunya habis",
    State.SUPERSEDED: "Diganti",
    State.REVOKED: "Dicabut",
    State.NOT_YET_VALID: "Belum berlaku",
    State.TAMPERED: "Tidak cocok dengan catatan",
}


@dataclass(frozen=True, slots=True)
class TranscriptSheet:
    """Printed texts in reading order. `statement` is the description within the file."""

    issuer: str
    title: str
    nama: str
    statement: str
    lines: tuple[Line, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: str
    check_title: str
    check_address: str
    code: str
    check_hint: str
    note: str
    mark: str
    address: str
    qr_label: str


def make_transcript_address(base_url: str, public_id: str) -> str:
    return f"{base_url.rstrip('/')}/v/t/{public_id}"


def name_course(entry: Entry) -> str:
    return f"{COURSE}, {entry.record.periode}"


def tell_entry_state(entry: Entry) -> str:
    if entry.state is not State.VALID:
        return STATES[entry.state]
    until = entry.record.valid_until
    return f"Berlaku sampai {day(until)}" if until else "Berlaku tanpa batas waktu"


def tell_total(entries: tuple[Entry, ...]) -> str:
    return f"Jumlah JP pada sertifikat yang tercantum: {sum_hours(entries)} JP"


def as_row(entry: Entry) -> tuple[str, ...]:
    record = entry.record
    return (
        printable(name_course(entry)),
        record.nomor,
        day(record.issued_on),
        tell_entry_state(entry),
        NOTHING if record.jp is None else str(record.jp),
        NOTHING if record.score is None else str(record.score),
    )


def make_transcript_sheet(
    transcript: Transcript, entries: tuple[Entry, ...], *, base_url: str, demo: bool = False
) -> TranscriptSheet:
    """Return the transcript in words; `entries` are the listed certificates as they were when it was made."""
    host = urlsplit(base_url).netloc
    issuer = name_issuer_of(transcript.instansi)
    address = make_transcript_address(base_url, transcript.public_id)
    facts = (
        ("NIP, tiga angka terakhir", transcript.nip_akhir),
        ("Tahun terbit sertifikat", str(transcript.year)),
        ("Dibuat", instant(transcript.made_at, transcript.zona)),
    )
    return TranscriptSheet(
        issuer=printable(issuer),
        title="Transkrip Sertifikat",
        nama=printable(transcript.nama),
        statement=f"Daftar sertifikat yang terbit pada tahun {transcript.year}.",
        lines=tuple(Line(label, printable(value)) for label, value in facts if value),
        heads=HEADS,
        rows=tuple(map(as_row, entries)),
        total=tell_total(entries),
        check_title="Periksa daftar ini",
        check_address=f"{host}/v",
        code=group_code(transcript.public_id),
        check_hint=f"Kode QR membuka keadaan sertifikat-sertifikat ini sekarang. Alamatnya harus {host}.",
        note=printable(
            f"Keadaan di atas adalah pada saat daftar dibuat. Dibuat secara elektronik oleh {issuer}. "
            "Ini bukan tanda tangan elektronik tersertifikasi."
        ),
        mark="Contoh dari salinan peragaan, bukan transkrip sungguhan." if demo else "",
        address=address,
        qr_label=f"Kode QR untuk memeriksa transkrip ini di {address}",
    )


def make_transcript_pdf(
    transcript: Transcript, entries: tuple[Entry, ...], *, base_url: str, demo: bool = False
) -> bytes:
    """Return the PDF, after its QR code was read back from the file. Raises SheetUnprintable, WorkFailed."""
    sheet = make_transcript_sheet(transcript, entries, base_url=base_url, demo=demo)
    qr = encode_qr(sheet.address)
    return typeset(sheet, qr, issued=int(transcript.made_at.timestamp()), template="transcript.typ", pages=MOST_PAGES)

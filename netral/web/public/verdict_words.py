"""What somebody who checks a certificate reads: the ten states and the three checks, in words."""

from netral.certificates.proof.verification import Integrity, Issuer, Standing, State, Verdict
from netral.indonesian import day

HEADINGS = {
    State.VALID: "Sah dan berlaku",
    State.EXPIRED: "Sah, tetapi masa berlakunya habis",
    State.SUPERSEDED: "Diganti dengan sertifikat baru",
    State.REVOKED: "Dicabut",
    State.TAMPERED: "Isi tidak cocok dengan catatan kami",
    State.NOT_YET_VALID: "Belum berlaku",
    State.UNKNOWN: "Kode tidak ditemukan",
    State.MALFORMED: "Kode belum lengkap atau salah ketik",
    State.TOO_MANY: "Terlalu banyak pemeriksaan",
    State.UNAVAILABLE: "Belum dapat diperiksa",
}
# In public no reason of a revocation and no number of a successor.
EXPLANATIONS = {
    State.VALID: "Cocokkan nama, unit kerja, dan nomor di bawah ini dengan yang tercetak.",
    State.EXPIRED: "Sertifikat ini asli. Masa berlakunya berakhir pada {until}.",
    State.SUPERSEDED: (
        "Sertifikat ini diganti pada {day} karena perbaikan data. Minta pemegang menunjukkan yang baru."
    ),
    State.REVOKED: ("Sertifikat ini pernah terbit, tetapi dicabut pada {day}. Sertifikat ini tidak lagi berlaku."),
    State.TAMPERED: (
        "Kode ini ada, tetapi data yang dibawanya berbeda. Jangan gunakan sertifikat ini. Laporkan ke BKPSDM."
    ),
    State.NOT_YET_VALID: "Sertifikat ini asli dan mulai berlaku pada {since}.",
    State.UNKNOWN: (
        "Tidak ada sertifikat dengan kode ini. Periksa huruf dan angkanya. "
        "Jika sudah benar, sertifikat ini bukan terbitan kami."
    ),
    State.MALFORMED: (
        "Kode terdiri dari 26 huruf dan angka. Tanda hubung dan spasi boleh ikut, huruf besar atau kecil sama saja."
    ),
    State.TOO_MANY: "Coba lagi 10 menit lagi.",
    State.UNAVAILABLE: (
        "Ada gangguan pada layanan kami. Ini bukan berarti sertifikat palsu. Coba lagi nanti atau hubungi BKPSDM."
    ),
}
# Said about a text with codes of more than one certificate.
SEVERAL = (
    "Ada lebih dari satu kode",
    "Teks ini memuat kode beberapa sertifikat, jadi tidak jelas mana yang dimaksud. Tempel satu kode saja.",
)
INTEGRITY = {
    Integrity.MATCHED: (True, "Isi kode QR cocok dengan catatan kami"),
    Integrity.STORED: (None, "Catatan kami utuh; isi kode QR belum dibandingkan, hanya pemeriksaan daring"),
    Integrity.BROKEN: (False, "Isi cocok dengan catatan kami"),
}
ISSUER = {
    Issuer.CONFIRMED: (True, "Tanda tangan penerbit cocok"),
    Issuer.UNCONFIRMED: (False, "Tanda tangan penerbit cocok"),
}
STANDING = {
    Standing.CURRENT: (True, "Masih berlaku"),
    Standing.NOT_YET: (False, "Sudah mulai berlaku"),
    Standing.EXPIRED: (False, "Masih dalam masa berlaku"),
    Standing.SUPERSEDED: (False, "Masih yang terbaru"),
    Standing.REVOKED: (False, "Masih berlaku"),
}


def explain(verdict: Verdict) -> str:
    """What it means for who holds the paper."""
    record = verdict.record
    return EXPLANATIONS[verdict.state].format(
        day=day(verdict.status_on) if verdict.status_on else "",
        until=day(record.valid_until) if record and record.valid_until else "",
        since=day(record.issued_on) if record else "",
    )


def list_checks(verdict: Verdict) -> list[tuple[bool | None, str]]:
    """Passed, failed or not made, with its words; an answer without a record has none."""
    made = verdict.checks
    rows = [INTEGRITY.get(made.integrity), ISSUER.get(made.issuer), STANDING.get(made.standing)]
    return [row for row in rows if row is not None]

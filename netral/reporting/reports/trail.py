"""The audit trail in words: one chain, filtered, the newest first. An action without words is shown as recorded."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, ColumnElement, Select, String, bindparam, cast, func, or_, select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.accounts.models import User
from netral.audit.events import INSTALLATION
from netral.audit.models import AuditEvent
from netral.certificates.models import Certificate
from netral.corrections.models import Correction
from netral.database.paging import Page, paginate
from netral.folding import fold_signs
from netral.indonesian import day
from netral.learning.exams.models import Attempt
from netral.learning.periods.models import Enrolment, Period
from netral.organisation.models import Asn
from netral.pledges.circulars.models import CircularVersion
from netral.reporting.report import Asked, Column, Kind, Linked, Report, tabulate
from netral.sosialisasi.models import Sosialisasi

# A day as the trail keeps it, by itself: not within a kode or an instant.
DAYS = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """A filter; empty fields do not filter. `action` may be a beginning: `certificate.` or `certificate.revoked`.

    `quiet`: without signing in and out, which is most of a trail and seldom what is looked for. `enrolment_id`: the
    steps of one person in a period, with their attempts and certificates.
    """

    action: str = ""
    quiet: bool = False
    enrolment_id: int | None = None
    object_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """An event. `actor` is none for a command or the system."""

    sequence: int
    at: datetime
    actor: str | None
    action: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]
    hash: str
    object_name: str | None = None

    @property
    def doer(self) -> str:
        return self.actor or "sistem"

    @property
    def action_words(self) -> str:
        return tell_action(self.action)

    @property
    def object_words(self) -> str:
        told = f"{OBJECTS.get(self.object_kind, self.object_kind)} {self.object_name or self.object_id}"
        return Linked(told, f"/v/{self.object_id}") if self.object_kind == "certificate" else told

    @property
    def detail_words(self) -> str:
        """Return details in words, such as `alasan: data keliru; periode: pilkada-2029`."""
        return "; ".join(
            f"{DETAILS.get(name, name)}: {DAYS.sub(name_day, str(value))}"
            for name, value in sorted(self.detail.items())
        )


def name_day(found: re.Match[str]) -> str:
    """Write a day out; what only looks like one stays."""
    try:
        return day(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


def list_events(session: Session, *, chain: int, wanted: TrailFilter, page: int = 1) -> Page[TrailEvent]:
    """List events, the newest first. The chain is not checked against a reach: pass only chains that may be read."""
    statement = narrow(select_events(chain), wanted).order_by(AuditEvent.sequence.desc())
    listing = paginate(session, statement, number=page)
    return listing.holding(name_objects(session, [TrailEvent(*row) for row in listing.items]))


def is_number(object_id: str) -> bool:
    return object_id.isascii() and object_id.isdigit() and len(object_id) < MOST_DIGITS


def list_actions(session: Session, *, chain: int) -> tuple[str, ...]:
    """List all actions that occur in a chain, for a filter to choose from."""
    occurring = select(AuditEvent.action).where(AuditEvent.chain == chain).distinct().order_by(AuditEvent.action)
    return tuple(session.scalars(occurring))


def count_events(session: Session, *, chain: int, wanted: TrailFilter) -> int:
    statement = narrow(select(AuditEvent.sequence).where(AuditEvent.chain == chain), wanted)
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def list_all_events(session: Session, *, chain: int, wanted: TrailFilter) -> tuple[TrailEvent, ...]:
    """List every event in the order of the chain, for a file."""
    rows = session.execute(narrow(select_events(chain), wanted).order_by(AuditEvent.sequence))
    return name_objects(session, [TrailEvent(*row) for row in rows])


def name_objects(session: Session, events: list[TrailEvent]) -> tuple[TrailEvent, ...]:
    """Return the events with the present names of their objects: people, periods, circulars, meetings."""
    names: dict[tuple[str, str], str] = {}
    for kind, statement in OBJECT_NAMES.items():
        ids = sorted(
            {int(each.object_id) for each in events if each.object_kind == kind and each.object_id.isdecimal()}
        )
        for start in range(0, len(ids), MOST_IDS):
            rows = session.execute(statement, {"ids": ids[start : start + MOST_IDS]})
            names |= {(kind, str(object_id)): name for object_id, name in rows}
    return tuple(replace(each, object_name=names.get((each.object_kind, each.object_id))) for each in events)


def select_events(chain: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            AuditEvent.sequence,
            AuditEvent.at,
            User.nama.label("actor"),
            AuditEvent.action,
            AuditEvent.object_kind,
            AuditEvent.object_id,
            AuditEvent.detail,
            AuditEvent.hash,
        )
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .where(AuditEvent.chain == chain)
    )


def narrow(statement: Select[*tuple[Any, ...]], wanted: TrailFilter) -> Select[*tuple[Any, ...]]:
    if wanted.action:
        statement = statement.where(AuditEvent.action.startswith(wanted.action, autoescape=True))
    if wanted.quiet:
        statement = statement.where(AuditEvent.action.not_in(SIGN_INS))
    if wanted.enrolment_id is not None:
        statement = statement.where(or_(*about_enrolment(wanted.enrolment_id)))
    if wanted.object_id:
        statement = statement.where(AuditEvent.object_id == wanted.object_id)
    if wanted.since is not None:
        statement = statement.where(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(AuditEvent.at < wanted.until)
    return statement


def about_enrolment(enrolment_id: int) -> list[ColumnElement[bool]]:
    attempts = select(cast(Attempt.id, String)).where(Attempt.enrolment_id == enrolment_id)
    certificates = select(Certificate.public_id).where(Certificate.enrolment_id == enrolment_id)
    return [
        (AuditEvent.object_kind == "enrolment") & (AuditEvent.object_id == str(enrolment_id)),
        (AuditEvent.object_kind == "attempt") & AuditEvent.object_id.in_(attempts),
        (AuditEvent.object_kind == "certificate") & AuditEvent.object_id.in_(certificates),
    ]


IDS: BindParameter[Any] = bindparam("ids", expanding=True)
# SQLite takes 32,766 arguments, PostgreSQL 65,535.
MOST_IDS = 10_000
# An id has fewer, and fits a column.
MOST_DIGITS = 10
OF_ENROLMENT = Asn.nama + ", " + Period.kode
OBJECT_NAMES: dict[str, Select[*tuple[Any, ...]]] = {
    "asn": select(Asn.id, Asn.nama).where(Asn.id.in_(IDS)),
    # The newest version comes last, so its title stands.
    "circular": select(CircularVersion.circular_id, CircularVersion.title)
    .where(CircularVersion.circular_id.in_(IDS))
    .order_by(CircularVersion.number),
    "sosialisasi": select(Sosialisasi.id, Sosialisasi.judul).where(Sosialisasi.id.in_(IDS)),
    "user": select(User.id, User.nama).where(User.id.in_(IDS)),
    "period": select(Period.id, Period.nama).where(Period.id.in_(IDS)),
    "enrolment": select(Enrolment.id, OF_ENROLMENT)
    .join(Asn, Asn.id == Enrolment.asn_id)
    .join(Period, Period.id == Enrolment.period_id)
    .where(Enrolment.id.in_(IDS)),
    "attempt": select(Attempt.id, OF_ENROLMENT)
    .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    .join(Asn, Asn.id == Enrolment.asn_id)
    .join(Period, Period.id == Enrolment.period_id)
    .where(Attempt.id.in_(IDS)),
    "correction": select(Correction.id, Asn.nama).join(Asn, Asn.id == Correction.asn_id).where(Correction.id.in_(IDS)),
}
# The value of the filter that shows signing in and out as well.
EVERYTHING = "semua"
SIGN_INS = ("user.signed_in", "user.signed_out")
ACTIONS = {
    "attempt.extended": "Waktu ujian ditambah",
    "attempt.expired": "Waktu ujian habis",
    "attempt.started": "Ujian dimulai",
    "attempt.regraded": "Ujian dinilai ulang",
    "attempt.submitted": "Ujian dikumpulkan",
    "backup.made": "Cadangan dibuat",
    "bundle.fetched": "Berkas ZIP sertifikat diunduh",
    "bundle.ordered": "Berkas ZIP sertifikat diminta",
    "certificate.fetched": "Sertifikat diunduh petugas",
    "attempts.extended": "Waktu ujian sekelompok pegawai ditambah",
    "attempts.given": "Kesempatan tambahan diberikan kepada sekelompok pegawai",
    "certificate.issued": "Sertifikat terbit",
    "certificate.restored": "Sertifikat diterbitkan lagi setelah dicabut",
    "certificate.revoked": "Sertifikat dicabut",
    "certificate.superseded": "Sertifikat diganti",
    "circular.acknowledged": "Surat Edaran dibaca dan dipahami",
    "circular.draft_changed": "Draf naskah diubah",
    "circular.drafted": "Draf naskah dibuat",
    "circular.file_set": "Berkas naskah diunggah",
    "circular.published": "Naskah diterbitkan",
    "circular.version_begun": "Draf versi baru dimulai",
    "circular.withdrawn": "Naskah dicabut",
    "code.issued": "Kode aktivasi dibuat",
    "correction.accepted": "Perbaikan data diterima",
    "correction.asked": "Perbaikan data diajukan",
    "correction.declined": "Perbaikan data ditolak",
    "correction.doubted": "Perbaikan data tidak didukung operator",
    "correction.supported": "Perbaikan data didukung operator",
    "correction.withdrawn": "Perbaikan data ditarik kembali",
    "edition.published": "Edisi konten diterbitkan",
    "enrolment.attempts_given": "Kesempatan tambahan diberikan",
    "enrolment.exempted": "Pegawai dibebaskan",
    "enrolment.exemption_completed": "Dokumen pembebasan dilengkapi",
    "enrolment.exemption_ended": "Pembebasan diakhiri",
    "enrolment.extra_time_given": "Tambahan waktu diberikan",
    "enrolment.notice_read": "Pemberitahuan privasi dibaca",
    "ikrar.question_asked": "Ikrar: tanya dulu",
    "ikrar.refused": "Ikrar: menolak",
    "ikrar.signed": "Ikrar ditandatangani",
    "installation.restored": "Data dipulihkan dari cadangan",
    "instansi.changed": "Pengaturan instansi diubah",
    "instansi.emblem_changed": "Lambang instansi diganti",
    "instansi.emblem_removed": "Lambang instansi dihapus",
    "instansi.made": "Instansi dibuat",
    "job.retried": "Pekerjaan latar dimulai lagi",
    "opd.imported": "Data OPD diimpor",
    "period.archived": "Periode diarsipkan",
    "period.closed": "Periode ditutup",
    "period.corrected": "Periode dikoreksi",
    "period.draft_saved": "Draf periode disimpan",
    "outage.attempts_replaced": "Kesempatan yang terputus gangguan diganti",
    "outage.compensated": "Waktu ujian ditambah karena gangguan",
    "outage.extended": "Waktu ujian ditambah petugas karena gangguan",
    "outage.noted": "Gangguan layanan tercatat",
    "pact.objected": "Keberatan atas tanda tangan pakta diajukan",
    "pact.objection_accepted": "Keberatan atas tanda tangan pakta diterima",
    "pact.objection_declined": "Keberatan atas tanda tangan pakta ditolak",
    "pact.signed": "Pakta integritas ditandatangani",
    "pact.signed_at_apel": "Penandatanganan pakta saat apel dicatat",
    "person.added": "Pegawai ditambahkan",
    "person.assigned": "Penugasan pegawai dicatat",
    "person.day_came": "Perubahan yang direncanakan berlaku",
    "person.left": "Pegawai dicatat berhenti",
    "person.moved": "Pegawai dipindahkan",
    "person.place_ended": "Penugasan pegawai diakhiri",
    "person.plan_withdrawn": "Rencana perubahan pegawai dibatalkan",
    "person.returned": "Pegawai dikembalikan",
    "period.hours_changed": "JP atau jenis diklat periode diubah",
    "period.edition_raised": "Periode pindah ke edisi lain",
    "period.extended": "Periode diperpanjang",
    "period.opened": "Periode dibuka",
    "period.reissue_ordered": "Penerbitan ulang sertifikat karena JP diminta",
    "period.reopened": "Periode dibuka lagi",
    "period.report_frozen": "Laporan akhir periode dibekukan",
    "period.restored": "Periode dikembalikan dari arsip",
    "period.roster_followed": "Peserta periode disesuaikan dengan data pegawai",
    "period.widened": "Peserta periode ditambah",
    "proposal.confirmed": "Usulan disetujui",
    "proposal.declined": "Usulan ditolak",
    "proposal.made": "Usulan dibuat",
    "proposal.withdrawn": "Usulan ditarik kembali",
    "role.granted": "Peran diberikan",
    "role.revoked": "Peran dicabut",
    "roster.applied": "Data pegawai diterapkan",
    "roster.columns_chosen": "Susunan kolom berkas pegawai dipilih",
    "roster.columns_revoked": "Susunan kolom berkas pegawai dilupakan",
    "roster.name_learned": "Nama lain unit dijelaskan",
    "roster.name_revoked": "Nama lain unit dilupakan",
    "roster.undone": "Impor data pegawai diurungkan",
    "sample.drawn": "Sampel acak diambil",
    "siasn.corrected": "Koreksi SIASN ditandai sudah diurus",
    "siasn.part_sent": "Bagian SIASN ditandai dikirim",
    "siasn.parts_made": "Bagian SIASN dibuat",
    "sosialisasi.attendance_struck": "Kehadiran dicoret",
    "sosialisasi.attended": "Kehadiran dicatat",
    "sosialisasi.called": "Sosialisasi dibuat",
    "sosialisasi.called_off": "Sosialisasi dibatalkan",
    "sosialisasi.changed": "Sosialisasi diubah",
    "sosialisasi.hands_counted": "Tangan dihitung",
    "transcript.made": "Transkrip dibuat",
    "user.activated": "Akun diaktifkan",
    "user.factor_enrolled": "Autentikator dipasang",
    "user.factor_removed": "Autentikator dilepas",
    "user.made": "Akun dibuat",
    "user.other_sessions_ended": "Keluar dari perangkat lain",
    "user.password_changed": "Kata sandi diganti",
    "user.password_reset": "Kata sandi diatur ulang",
    "user.recovery_code_used": "Kode pemulihan dipakai",
    "user.recovery_codes_made": "Kode pemulihan dibuat",
    "user.session_ended": "Keluar dari satu perangkat lain",
    "user.signed_in": "Masuk",
    "user.signed_out": "Keluar",
    "user.signed_out_everywhere": "Keluar dari semua perangkat",
}
OBJECTS = {
    "asn": "pegawai",
    "attempt": "ujian",
    "backup": "cadangan",
    "bundle": "berkas sertifikat",
    "certificate": "sertifikat",
    "circular": "naskah",
    "correction": "perbaikan data",
    "edition": "edisi",
    "enrolment": "kepesertaan",
    "instansi": "instansi",
    "job": "pekerjaan latar",
    "outage": "gangguan",
    "period": "periode",
    "period_draft": "draf periode",
    "question": "soal",
    "roster_import": "impor data pegawai",
    "column_choice": "susunan kolom",
    "unit_alias": "nama lain unit",
    "sample": "sampel",
    "sosialisasi": "sosialisasi",
    "transcript": "transkrip",
    "user": "akun",
}
DETAILS = {
    "fields": "isian",
    "opd": "unit",
    "day": "berlaku mulai",
    "document": "dokumen",
    "kind": "jenis",
    "added": "baru",
    "attempts": "kesempatan",
    "changed": "berubah",
    "classification": "kode klasifikasi",
    "closes_at": "tutup",
    "contact_email": "surel",
    "contact_hours": "jam layanan",
    "contact_name": "kontak",
    "contact_phone": "telepon",
    "cooldown_minutes": "jeda (menit)",
    "count": "jumlah",
    "due_at": "tenggat",
    "edition": "edisi",
    "enrolled": "peserta",
    "field": "isian",
    "from": "dari edisi",
    "hash": "sidik",
    "invited": "unit diundang",
    "issuer_name": "nama penerbit",
    "issuer_short": "singkatan penerbit",
    "jenis_diklat": "jenis diklat",
    "jenis": "jenis",
    "joined": "masuk",
    "keys_shown": "jawaban yang sesuai ditampilkan",
    "jp": "JP",
    "jp_dasar": "dasar JP",
    "kode": "kode",
    "left": "keluar",
    "left_alone": "dibiarkan",
    "made_at": "dibuat pada",
    "max_attempts": "kesempatan ujian",
    "missing": "tidak ada di berkas",
    "modules_first": "ujian setelah modul",
    "minutes": "menit",
    "method": "cara",
    "moved": "pindah",
    "nama": "nama",
    "nip_changed": "berganti NIP",
    "nomor": "nomor",
    "number": "nomor",
    "number_template": "templat nomor",
    "opens_at": "mulai",
    "pass_percent": "batas lulus",
    "parts": "bagian",
    "percent": "persen",
    "person": "nomor pegawai",
    "period": "periode",
    "pretest": "tes awal",
    "print_score": "nilai dicetak",
    "proposal": "usulan",
    "purpose": "keperluan",
    "question": "soal",
    "reason": "alasan",
    "reissued": "sertifikat baru",
    "relearn": "baca ulang",
    "restored": "dikembalikan",
    "returned": "kembali",
    "role": "peran",
    "rows": "baris",
    "sign_days": "hari menandatangani sesudah tutup",
    "seconds": "detik",
    "signatory_name": "nama pejabat",
    "signatory_title": "jabatan pejabat",
    "since": "sejak",
    "siasn_id": "ID instansi SIASN",
    "size": "banyaknya",
    "skipped_rows": "baris galat dilewati",
    "successor": "pengganti",
    "time_limit_seconds": "batas waktu (detik)",
    "to": "ke edisi",
    "units": "unit baru",
    "until": "sampai",
    "updated": "diperbarui",
    "valid_until": "sertifikat berlaku sampai",
    "year": "tahun",
    "zona": "zona waktu",
}


def tell_action(action: str) -> str:
    return ACTIONS.get(action, action)


def tell_chain(chain: int) -> str:
    return "Seluruh pemasangan" if chain == INSTALLATION else "Instansi Anda"


COLUMNS = (
    Column("Nomor", "sequence", Kind.COUNT, 10),
    Column("Waktu", "at", Kind.STAMP, 22),
    Column("Pelaku", "doer", width=30),
    Column("Tindakan", "action_words", width=40),
    Column("Objek", "object_words", width=40),
    Column("Rincian", "detail_words", width=60, absent=""),
    Column("Sidik", "hash", width=66, on_page=False),
)


def read_filter(asked: Asked) -> TrailFilter:
    """Read the filter from the address; a day that cannot be read does not filter."""
    until = local_day(asked.options.get("sampai", ""), asked.zona)
    action = asked.options.get("tindakan", "")
    return TrailFilter(
        action="" if action == EVERYTHING else action,
        quiet=not action,
        enrolment_id=read_number(asked.options.get("kepesertaan", "")),
        object_id=fold_signs(asked.options.get("objek", "")),
        since=local_day(asked.options.get("dari", ""), asked.zona),
        until=until + timedelta(days=1) if until else None,
    )


def read_number(text: str) -> int | None:
    """Return the id in an address; any other text names nothing, so nothing is found by it."""
    return (int(text) if is_number(text) else 0) if text else None


def local_day(text: str, zona: str) -> datetime | None:
    """Return the first instant of a day written as 2029-05-02; none for any other text."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=ZoneInfo(zona))
    except ValueError:
        return None


def read(session: Session, asked: Asked) -> tuple[TrailEvent, ...]:
    return list_all_events(session, chain=asked.reach.instansi_id, wanted=read_filter(asked))


TRAIL = Report(
    code="jejak-audit",
    title="Jejak audit",
    permission=Permission.VIEW_AUDIT,
    read=read,
    tables=lambda events: (tabulate(COLUMNS, events),),
    notes=lambda _: [],
    file=lambda _: "jejak-audit",
    of_period=False,
    of_chain=True,
)

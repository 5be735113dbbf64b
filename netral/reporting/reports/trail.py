"""The audit trail in words: one chain, filtered, the newest first. An action without words is shown as recorded."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.accounts.models import User
from netral.audit.events import INSTALLATION
from netral.audit.models import AuditEvent
from netral.database.paging import Page, paginate
from netral.folding import fold_signs
from netral.reporting.report import Asked, Column, Kind, Report, tabulate


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """A filter; empty fields do not filter. `action` may be a beginning: `certificate.` or `certificate.revoked`."""

    action: str = ""
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

    @property
    def doer(self) -> str:
        return self.actor or "sistem"

    @property
    def action_words(self) -> str:
        return tell_action(self.action)

    @property
    def object_words(self) -> str:
        return f"{OBJECTS.get(self.object_kind, self.object_kind)} {self.object_id}"

    @property
    def detail_words(self) -> str:
        """Return details in words, such as `alasan: data keliru; periode: pilkada-2029`."""
        return "; ".join(f"{DETAILS.get(name, name)}: {value}" for name, value in sorted(self.detail.items()))


def list_events(session: Session, *, chain: int, wanted: TrailFilter, page: int = 1) -> Page[TrailEvent]:
    """List events, the newest first. The chain is not checked against a reach: pass only chains that may be read."""
    statement = narrow(select_events(chain), wanted).order_by(AuditEvent.sequence.desc())
    return paginate(session, statement, number=page).map(lambda row: TrailEvent(*row))


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
    return tuple(TrailEvent(*row) for row in rows)


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
    if wanted.object_id:
        statement = statement.where(AuditEvent.object_id == wanted.object_id)
    if wanted.since is not None:
        statement = statement.where(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(AuditEvent.at < wanted.until)
    return statement


ACTIONS = {
    "attempt.expired": "Waktu ujian habis",
    "attempt.started": "Ujian dimulai",
    "attempt.regraded": "Ujian dinilai ulang",
    "attempt.submitted": "Ujian dikumpulkan",
    "certificate.issued": "Sertifikat terbit",
    "certificate.restored": "Sertifikat diterbitkan lagi setelah dicabut",
    "certificate.revoked": "Sertifikat dicabut",
    "certificate.superseded": "Sertifikat diganti",
    "code.issued": "Kode aktivasi dibuat",
    "correction.accepted": "Perbaikan data diterima",
    "correction.asked": "Perbaikan data diajukan",
    "correction.declined": "Perbaikan data ditolak",
    "correction.doubted": "Perbaikan data tidak didukung operator",
    "correction.supported": "Perbaikan data didukung operator",
    "correction.withdrawn": "Perbaikan data ditarik kembali",
    "edition.published": "Edisi konten diterbitkan",
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
    "person.added": "Pegawai ditambahkan",
    "person.assigned": "Penugasan pegawai dicatat",
    "person.day_came": "Perubahan yang direncanakan berlaku",
    "person.left": "Pegawai dicatat berhenti",
    "person.moved": "Pegawai dipindahkan",
    "person.place_ended": "Penugasan pegawai diakhiri",
    "person.plan_withdrawn": "Rencana perubahan pegawai dibatalkan",
    "person.returned": "Pegawai dikembalikan",
    "period.closed": "Periode ditutup",
    "period.edition_raised": "Periode pindah ke edisi lain",
    "period.opened": "Periode dibuka",
    "period.roster_followed": "Peserta periode disesuaikan dengan data pegawai",
    "role.granted": "Peran diberikan",
    "role.revoked": "Peran dicabut",
    "roster.applied": "Data pegawai diterapkan",
    "roster.undone": "Impor data pegawai diurungkan",
    "sample.drawn": "Sampel acak diambil",
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
    "certificate": "sertifikat",
    "correction": "perbaikan data",
    "edition": "edisi",
    "enrolment": "kepesertaan",
    "instansi": "instansi",
    "job": "pekerjaan latar",
    "period": "periode",
    "roster_import": "impor data pegawai",
    "sample": "sampel",
    "user": "akun",
}
DETAILS = {
    "day": "berlaku mulai",
    "document": "dokumen",
    "kind": "jenis",
    "added": "baru",
    "changed": "berubah",
    "contact_email": "surel",
    "contact_hours": "jam layanan",
    "contact_name": "kontak",
    "contact_phone": "telepon",
    "count": "jumlah",
    "enrolled": "peserta",
    "field": "isian",
    "from": "dari edisi",
    "hash": "sidik",
    "joined": "masuk",
    "kode": "kode",
    "left": "keluar",
    "left_alone": "dibiarkan",
    "made_at": "dibuat pada",
    "missing": "tidak ada di berkas",
    "moved": "pindah",
    "nama": "nama",
    "nomor": "nomor",
    "number": "nomor",
    "percent": "persen",
    "period": "periode",
    "purpose": "keperluan",
    "reason": "alasan",
    "reissued": "sertifikat baru",
    "restored": "dikembalikan",
    "returned": "kembali",
    "role": "peran",
    "signatory_name": "nama pejabat",
    "signatory_title": "jabatan pejabat",
    "size": "banyaknya",
    "successor": "pengganti",
    "to": "ke edisi",
    "updated": "diperbarui",
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
    return TrailFilter(
        action=asked.options.get("tindakan", ""),
        object_id=fold_signs(asked.options.get("objek", "")),
        since=local_day(asked.options.get("dari", ""), asked.zona),
        until=until + timedelta(days=1) if until else None,
    )


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
)

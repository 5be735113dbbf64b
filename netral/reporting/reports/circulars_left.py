"""The people who have not acknowledged or signed a text in force: names and steps for a reminder, never answers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission, Reach
from netral.errors import NotFound
from netral.indonesian import day, instant, last_day, number
from netral.organisation.instansi import read_profile
from netral.organisation.models import NIP_AKHIR, Asn, Opd
from netral.pledges.circulars.issuing import CircularKind
from netral.pledges.circulars.models import CircularReading, CircularVersion
from netral.reporting.report import Asked, Column, Kind, Linked, Notes, Report, Table, tabulate
from netral.reporting.reports.circulars import is_left, list_by_due

LAST_STEP = {CircularKind.EDARAN: "Menyatakan memahami", CircularKind.PAKTA: "Menandatangani"}


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """A person to remind of one text. `nip_akhir` is the last three digits, empty without a NIP."""

    asn_id: int
    nama: str
    nip_akhir: str
    unit: str
    title: str
    due_on: date
    step: str

    @property
    def linked(self) -> Linked:
        return Linked(self.nama, f"/pegawai/{self.asn_id}")


@dataclass(frozen=True, slots=True)
class PeopleLeft:
    """The people within a reach, whose unit `scope` names unless it is everything. `only`: the one text asked for."""

    instansi: str
    zona: str
    as_of: datetime
    scope: str
    only: CircularVersion | None
    people: tuple[PersonLeft, ...]


def read(session: Session, asked: Asked) -> PeopleLeft:
    """Read the people within the reach, text by text, that with the earliest tenggat first.

    `?naskah=` asks for one text by the id of its circular. Raises NotFound for one that is not in force.
    """
    reach, wanted = asked.reach, asked.options.get("naskah") or None
    profile, _ = read_profile(session, instansi_id=reach.instansi_id)
    texts = [each for each in list_by_due(session, reach.instansi_id) if wanted in {None, str(each[0].circular_id)}]
    if wanted and not texts:
        raise NotFound("circular", wanted)
    people = [person for version, kind in texts for person in list_people(session, version, kind, reach, profile.zona)]
    scope = session.scalar(select(Opd.nama).where(Opd.path == reach.opd_path)) or ""
    only = texts[0][0] if wanted else None
    return PeopleLeft(profile.nama, profile.zona, asked.now, scope, only, tuple(people))


def list_people(
    session: Session, version: CircularVersion, kind: CircularKind, reach: Reach, zona: str
) -> Iterator[PersonLeft]:
    reading = (CircularReading.asn_id == Asn.id) & (CircularReading.version_id == version.id)
    rows = session.execute(
        select(Asn.id, Asn.nama, NIP_AKHIR, Opd.nama.label("unit"), CircularReading.id.label("opened"))
        .join(Opd, Opd.id == Asn.opd_id)
        .outerjoin(CircularReading, reading)
        .where(is_left(session, version, reach))
        .order_by(func.lower(Opd.nama), func.lower(Asn.nama), Asn.id)
    )
    due_on = last_day(version.due_at, zona)
    for asn_id, nama, nip_akhir, unit, opened in rows:
        step = LAST_STEP[kind] if opened else "Membuka naskah"
        yield PersonLeft(asn_id, nama, nip_akhir, unit, version.title, due_on, step)


COLUMNS = (
    Column("Nama", "linked", width=36),
    Column("3 angka akhir NIP", "nip_akhir", Kind.DIGITS, 18, absent="tanpa NIP", head="Akhir NIP"),
    Column("Unit", "unit", width=44),
    Column("Naskah", "title", width=44),
    Column("Tenggat", "due_on", Kind.DAY),
    Column("Langkah berikutnya", "step", width=24),
)


# The facts that each row would repeat where one text is asked for; the page has them above its table.
OF_TEXT = {"title", "due_on"}
UNIT_OF_ROWS = "baris, satu untuk setiap orang dan naskah"


def as_table(found: PeopleLeft) -> Table:
    columns = (replace(each, on_page=not found.only or each.field not in OF_TEXT) for each in COLUMNS)
    return tabulate(tuple(columns), found.people)


def tell_text(found: PeopleLeft) -> Notes:
    if found.only is None:
        return []
    return [("Naskah", found.only.title), ("Tenggat", day(last_day(found.only.due_at, found.zona)))]


def notes(found: PeopleLeft) -> Notes:
    return [
        ("Instansi", found.instansi),
        *tell_text(found),
        ("Cakupan", found.scope or "Seluruh instansi"),
        ("Data per", instant(found.as_of, found.zona)),
        ("Belum selesai", f"{number(len(found.people))} {'orang' if found.only else UNIT_OF_ROWS}"),
        ("Yang dihitung", "Pegawai aktif yang dituju versi yang berlaku, di unitnya yang sekarang."),
        ("Yang tidak dimuat", "Jawaban siapa pun atas pertanyaan naskah. Daftar ini hanya untuk mengingatkan."),
    ]


CIRCULARS_LEFT = Report(
    code="edaran-belum",
    title="Surat Edaran dan pakta: siapa yang belum",
    permission=Permission.VIEW_PEOPLE,
    read=read,
    tables=lambda found: (as_table(found),),
    notes=notes,
    file=lambda _: "surat-edaran-belum",
    about=lambda found: found.scope,
    of_period=False,
    empty="Semua yang dituju sudah selesai, atau belum ada naskah yang terbit.",
)

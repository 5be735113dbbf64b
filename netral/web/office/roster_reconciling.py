"""/pegawai/impor/<id>/rekonsiliasi: a file of people against the record, as a page and as a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from netral import indonesian
from netral.accounts.access import Permission
from netral.certificates.paper.sheet import missing_glyphs
from netral.extensions import reading_session
from netral.organisation.numbers import shorten_apart, shorten_nip
from netral.roster import previews
from netral.roster.applying import PREVIEWED
from netral.roster.previews import Preview, TableToWrite, write_tables
from netral.roster.reconciling import Alike, Difference, Person, Reconciliation, reconcile_applied, reconcile_plan
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.documents import XLSX, send_download
from netral.web.office.roster_pages import COLUMN_NAMES

bp = Blueprint("roster_reconciling", __name__, url_prefix="/pegawai/impor/<int:import_id>")
manager = requires(Permission.MANAGE_ROSTER)
MOST_SHOWN = 50
NUMBERS = {"nip", "number"}


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    note: str
    columns: Sequence[dict[str, str]]
    rows: Sequence[tuple[str, ...]]


@bp.get("/rekonsiliasi")
@manager
def overview(import_id: int) -> ResponseReturnValue:
    preview, found = reconcile(import_id)
    sections = describe(found, whole_numbers=False)
    tiles = [{"label": "Sama", "value": indonesian.number(found.same)}]
    tiles += [{"label": section.title, "value": indonesian.number(len(section.rows))} for section in sections]
    return render_template(
        "pegawai/rekonsiliasi.html",
        preview=preview,
        proposed=preview.state == PREVIEWED,
        tiles=tiles,
        sections=sections,
        differs=any(section.rows for section in sections),
        uncompared=found.uncompared,
        most=MOST_SHOWN,
    )


@bp.get("/rekonsiliasi.xlsx")
@manager
def workbook(import_id: int) -> ResponseReturnValue:
    preview, found = reconcile(import_id)
    sections = describe(found, whole_numbers=True)
    counts = [("Sama", found.same), *((section.title, len(section.rows)) for section in sections)]
    summary = [(title, str(count)) for title, count in [*counts, ("Tidak dibandingkan", found.uncompared)]]
    sheets: list[TableToWrite] = [("Ringkasan", ("REKONSILIASI", preview.file_name), summary)]
    sheets += [
        (section.title, tuple(head["label"].upper() for head in section.columns), section.rows) for section in sections
    ]
    return send_download(write_tables(sheets), "rekonsiliasi.xlsx", XLSX)


def reconcile(import_id: int) -> tuple[Preview, Reconciliation]:
    """Compare a file under review as it would be applied, and the newest applied one with what is recorded now."""
    instansi_id = current.actor().reach(Permission.MANAGE_ROSTER).instansi_id
    with reading_session() as session:
        preview = previews.get_preview(session, instansi_id=instansi_id, import_id=import_id, now=current.now())
        if preview.state != PREVIEWED:
            return preview, reconcile_applied(session, instansi_id=instansi_id, import_id=import_id)
        reading = previews.reread(
            session,
            instansi_id=instansi_id,
            import_id=import_id,
            today=current.today(),
            now=current.now(),
            unprintable=missing_glyphs,
        )
        plan = previews.plan_with(session, instansi_id, reading, preview.answers)
        return preview, reconcile_plan(session, plan)


@dataclass(frozen=True, slots=True)
class Writing:
    """How people are written: a page shortens their numbers, a workbook has them whole, since SIASN asks for them."""

    whole_numbers: bool

    def number(self, text: str) -> str:
        return text if self.whole_numbers or not text else shorten_nip(text)

    def person(self, one: Person) -> tuple[str, ...]:
        return one.nama, self.number(one.number), one.unit, place_of(one)

    def change(self, one: Difference) -> tuple[str, ...]:
        values = (one.recorded, one.filed)
        if one.column in NUMBERS and not self.whole_numbers:
            values = shorten_apart(*(value or "" for value in values))
        named = COLUMN_NAMES.get(one.column, one.column)
        return one.person.nama, self.number(one.person.number), named, *(value or "kosong" for value in values)

    def pair(self, one: Alike) -> tuple[str, ...]:
        (nama, number, unit, _), (other, second, *place) = self.person(one.one), self.person(one.other)
        if not self.whole_numbers:
            number, second = shorten_apart(one.one.number, one.other.number)
        return nama, number, unit, other, second, *place


def describe(found: Reconciliation, *, whole_numbers: bool) -> list[Section]:
    writing = Writing(whole_numbers)
    people = name_columns("Nama", "NIP", "Unit", "Baris")
    changes = name_columns("Nama", "NIP", "Isian", "Di Netral", "Di berkas")
    pairs = name_columns("Nama", "NIP", "Unit", "Nama kedua", "NIP kedua", "Unit kedua", "Baris")
    return [
        Section(
            "Hanya di berkas",
            "Ada di berkas, tetapi bukan pegawai aktif di Netral.",
            people,
            list(map(writing.person, found.only_filed)),
        ),
        Section(
            "Hanya di Netral",
            "Pegawai aktif di Netral yang tidak ada di berkas.",
            people[:-1],
            [writing.person(one)[:-1] for one in found.only_recorded],
        ),
        Section("Pindah unit", "Unitnya berbeda.", changes, list(map(writing.change, found.moved))),
        Section("Isian berbeda", "Isiannya berbeda.", changes, list(map(writing.change, found.different))),
        Section(
            "Mungkin orang yang sama",
            "Namanya sama, dan tanggal lahir atau perangkat daerahnya sama.",
            pairs,
            list(map(writing.pair, found.alike)),
        ),
    ]


def place_of(person: Person) -> str:
    return f"{person.sheet} {person.row}" if person.row else ""


def name_columns(*labels: str) -> list[dict[str, str]]:
    return [{"label": label} for label in labels]

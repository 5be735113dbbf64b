"""The parts of an import's pages: faults by cause, units to choose, changes, periods that follow."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from netral import indonesian
from netral.accounts.users import describe_person
from netral.extensions import reading_session
from netral.learning.periods.reading import PeriodState, list_periods
from netral.organisation.units import UnitTree, load_tree
from netral.roster.planning import LEFT, MOVED, RETURNED, row_key
from netral.roster.previews import FaultyRow, Preview, list_missing
from netral.roster.problems import CellProblem, Reason
from netral.roster.remembering import find_columns
from netral.roster.tables import ReadingReport
from netral.web.edge import current
from netral.words.roster import FIELD_NAMES, name_rows, row_of, say_columns, say_kept, say_problem, say_reading

LISTED = 50
"""The most faults that are listed one by one; of more faults only the causes are listed."""

MOST_PLACES = 20
MOST_IN_SELECT = 200
"""The most units that stand in every select; of more, those that a typed name finds are added to it."""

MOST_FOUND = 50
PLACE_REASONS = {
    Reason.OPD_UNKNOWN,
    Reason.OPD_MISSING,
    Reason.OPD_IS_INSTANSI,
    Reason.UNIT_UNKNOWN,
    Reason.UNIT_ALIKE,
}
MAKE_NEW = ":baru"
"""The choice, in place of a kode, that makes a new unit of the name."""

MISSING_SHOWN = 20
LONGEST_COUNT = 9
COLUMN_NAMES = {
    "nip": "NIP",
    "nama": "Nama",
    "jenis": "Jenis ASN",
    "jabatan": "Jabatan",
    "golongan": "Golongan",
    "email": "Surel",
    "opd_id": "Unit",
    "active": "Keadaan",
    "number": "Nomor peserta",
}
KIND_NAMES = {"ubah": "Berubah", MOVED: "Pindah unit", RETURNED: "Kembali", LEFT: "Keluar"}


@dataclass(frozen=True, slots=True)
class Cause:
    """Faults of one kind in one column; `rows` names the first of them."""

    column: str
    text: str
    count: int
    rows: str


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """An officer's answer about an unknown name: a kode or MAKE_NEW, or a unit in their own words."""

    unit: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class UnknownPlace:
    key: str
    name: str
    opd: str
    count: int
    options: Sequence[tuple[str, str]]
    answer: PlaceAnswer
    number: int


@dataclass(frozen=True, slots=True)
class PersonAsked:
    """A new person in the file who may be one of the known ones: id and what tells them apart."""

    key: str
    row: str
    nama: str
    nip: str
    known: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class PeriodEffect:
    nama: str
    joined: int
    moved: int
    returned: int


def describe_preview(
    preview: Preview,
    *,
    instansi_id: int,
    now: datetime,
    answers: Mapping[str, PlaceAnswer] | None = None,
    unknown: Collection[str] = (),
    unconfirmed: bool = False,
) -> dict[str, Any]:
    """Return the context of pratinjau.html. `answers` were sent but not kept; the keys in `unknown` name no unit.

    `unconfirmed`: the number of people to deactivate was missing or wrong.
    """
    with reading_session() as session:
        tree = load_tree(session, instansi_id=instansi_id)
        places = list_places(preview.problems, answers or {}, tree)
        remembered = show_remembered(session, preview, instansi_id=instansi_id)
        missing = list_missing(session, preview, instansi_id=instansi_id, first=0, most=MISSING_SHOWN)
        periods = foresee_periods(session, preview, instansi_id=instansi_id, now=now)
    return {
        "preview": preview,
        "summary": preview.summary,
        **show_faults(preview),
        "places": places[:MOST_PLACES] if tree.units else (),
        "asked_places": len(places),
        "no_units": not tree.units,
        "units": sorted(map(tree.label, tree.units)) if places else (),
        "people": list_people_asked(preview),
        **remembered,
        "shown_before": preview.summary.get("shown"),
        "unknown": unknown,
        "changes": list_changes(preview),
        "kept": say_kept(preview.summary["kept"]) if preview.summary.get("kept") else "",
        **show_reading(preview),
        "missing": missing,
        "unconfirmed": unconfirmed,
        "periods": periods,
        "has_changes": has_changes(preview),
        "say": say_problem,
    }


def show_faults(preview: Preview) -> dict[str, Any]:
    return {
        "listed": preview.problems if len(preview.problems) <= LISTED else (),
        "causes": group_causes(preview.problems),
        "warnings": list_problems(preview.summary["warnings"][:LISTED]),
    }


def group_causes(problems: Sequence[CellProblem]) -> list[Cause]:
    sheets = len({problem.sheet for problem in problems}) > 1
    groups: dict[tuple[str, Reason], list[CellProblem]] = {}
    for problem in problems:
        groups.setdefault((problem.column, problem.reason), []).append(problem)
    causes = [
        Cause(
            column, say_problem(found[0]), len(found), name_rows([row_of(problem, sheets=sheets) for problem in found])
        )
        for (column, _), found in groups.items()
    ]
    return sorted(causes, key=lambda cause: -cause.count)


def list_places(
    problems: Sequence[CellProblem], answers: Mapping[str, PlaceAnswer], tree: UnitTree
) -> list[UnknownPlace]:
    """List every unknown name once, however many rows it stands in; those that resemble a known one come first."""
    found: dict[str, list[CellProblem]] = {}
    for problem in problems:
        if problem.reason in PLACE_REASONS:
            found.setdefault(problem.data["place"], []).append(problem)
    asked = sorted(found.items(), key=lambda one: not one[1][0].data["suggestions"])
    every = list_units(tree, sorted(tree.units, key=tree.label)) if len(tree.units) <= MOST_IN_SELECT else []
    places = []
    for number, (key, same) in enumerate(asked, 1):
        first, answer = same[0], answers.get(key, PlaceAnswer())
        options = offer(first.data["suggestions"], answer, every, tree) if number <= MOST_PLACES else ()
        places.append(UnknownPlace(key, first.value, first.data["opd"], len(same), options, answer, number))
    return places


def offer(
    suggestions: Sequence[Mapping[str, str]], answer: PlaceAnswer, every: Sequence[tuple[str, str]], tree: UnitTree
) -> list[tuple[str, str]]:
    """Return what may be chosen: what is likely, what was searched for, all units if they are few, and a new unit."""
    likely = [(one["kode"], one["nama"]) for one in suggestions]
    searched = list_units(tree, tree.search(answer.typed, most=MOST_FOUND)) if answer.typed else []
    options = dict([*likely, *searched, *every])
    return [("", "Belum ditentukan"), *options.items(), (MAKE_NEW, "Unit baru")]


def list_units(tree: UnitTree, unit_ids: Sequence[int]) -> list[tuple[str, str]]:
    return [(tree.units[one].kode, tree.label(one)) for one in unit_ids]


def names_of_places(problems: Sequence[CellProblem]) -> dict[str, str]:
    """Return the names of unknown places as the file writes them, by their keys."""
    return {problem.data["place"]: problem.value for problem in problems if problem.reason in PLACE_REASONS}


def list_people_asked(preview: Preview) -> list[PersonAsked]:
    """List the new people who may be known ones, each once."""
    sheets = len(preview.summary["reading"]["sheets"]) > 1
    found: dict[str, list[CellProblem]] = {}
    for stored in preview.summary.get("questions", []):
        question = CellProblem.from_json(stored)
        found.setdefault(row_key(question.sheet, question.row), []).append(question)
    return [
        PersonAsked(
            key,
            row_of(same[0], sheets=sheets),
            same[0].data["written"],
            same[0].value,
            [(one.data["person"], say_known(one)) for one in same],
        )
        for key, same in found.items()
    ]


def say_known(question: CellProblem) -> str:
    nip = f"NIP {question.data['nip']}" if question.reason is Reason.NIP_PERHAPS_CHANGED else "PPNPN tanpa NIP"
    return f"Sama dengan {question.data['nama']}, {question.data['unit']} ({nip})"


def show_remembered(session: Session, preview: Preview, *, instansi_id: int) -> dict[str, Any]:
    """Describe the columns that officers chose: `Kolom UNOR dibaca sebagai unit kerja`."""
    header = preview.summary["header"]
    chosen = find_columns(session, instansi_id=instansi_id, headings=header.get("choice", ""))
    words = [
        f"Kolom {header['texts'][header['fields'][field]]} dibaca sebagai {FIELD_NAMES[field]}"
        for field in (chosen.fields if chosen else ())
        if field in header["fields"]
    ]
    return {"remembered": chosen, "remembered_words": words}


def say_under_review(by: int | None, since: datetime) -> str:
    when = indonesian.day_and_time(since, current.zona().key)
    return f"Impor lain sedang ditinjau oleh {name_of(by)} sejak {when}. Tunggu sampai selesai, atau batalkan di bawah."


def list_changes(preview: Preview) -> list[dict[str, Any]]:
    """Return changes such as `Jabatan: Pelaksana → Analis`, for each of the first twenty people."""
    return [
        {
            "nama": change["nama"],
            "kind": KIND_NAMES[change["kind"]],
            "what": [
                (COLUMN_NAMES[column], show_value(change["before"][column]), show_value(value))
                for column, value in change["after"].items()
                if column in COLUMN_NAMES
            ],
        }
        for change in preview.summary["changes"]
    ]


def list_problems(stored: Sequence[Mapping[str, Any]]) -> list[tuple[CellProblem, str]]:
    problems = [CellProblem.from_json(each) for each in stored]
    return [(problem, say_problem(problem)) for problem in problems]


def list_faulty_rows(preview: Preview) -> list[FaultyRow]:
    remarks: dict[tuple[str, int], list[str]] = {}
    for problem in preview.problems:
        remarks.setdefault(problem.address, []).append(f"{problem.column}: {say_problem(problem)}")
    return [FaultyRow(*address, preview.cells[address], " ".join(texts)) for address, texts in remarks.items()]


def show_value(value: Any) -> str:
    if isinstance(value, bool):
        return "aktif" if value else "tidak aktif"
    return str(value) if value else "kosong"


def show_reading(preview: Preview) -> dict[str, Any]:
    """Describe the reading of the file, for the template; `row_of` adds the sheet to a row where several were read."""
    report = ReadingReport.from_json(preview.summary["reading"])
    ended = [CellProblem.from_json(stored) for stored in preview.summary["ended_rows"][:LISTED]]
    return {
        "reading": say_reading(report, ended, ended_rows=preview.summary["ended"]),
        "columns": say_columns(report),
        "row_of": partial(row_of, sheets=len(report.sheets) > 1),
    }


def foresee_periods(session: Session, preview: Preview, *, instansi_id: int, now: datetime) -> list[PeriodEffect]:
    """Return what the periods that are not over will follow. Missing people are not counted: the officer is asked."""
    counts = preview.summary["counts"]
    return [
        PeriodEffect(period.nama, counts["added"], counts["moved"], preview.summary["returned"])
        for period in list_periods(session, instansi_id=instansi_id)
        if period.state(now) is not PeriodState.CLOSED
    ]


def has_changes(preview: Preview) -> bool:
    counts = preview.summary["counts"]
    return any(counts[name] for name in ("added", "updated", "moved"))


def read_count(text: str) -> int | None:
    """Read a count as people write it, such as `1.234`; None if it is no number."""
    digits = "".join(text.split()).replace(".", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_COUNT else None


def name_of(user_id: int | None) -> str:
    if user_id is None:
        return "perintah di server"
    with reading_session() as session:
        return describe_person(session, user_id=user_id).nama

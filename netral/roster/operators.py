"""A list of operators, NIP and kode OPD, read from a file and planned as a whole."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import RoleGrant, User
from netral.accounts.officers import find_overseers
from netral.errors import NetralError
from netral.folding import clean, fold_signs
from netral.organisation.kinds import listed
from netral.organisation.models import Asn, Opd
from netral.organisation.numbers import NipFault, judge_nip, last_digits, shorten_nip, strip_nip
from netral.roster.columns import ColumnNames, Header
from netral.roster.problems import CellProblem, Reason
from netral.roster.tables import Gathered, ReadingReport, Table, gather, read_tables
from netral.sheets.refusals import FileEmpty
from netral.sheets.rows import Row
from netral.versions import Outdated

COLUMNS = ColumnNames(
    variants={
        "nip": listed("nip, nip baru, nomor induk pegawai, ni pppk"),
        "kode": listed("kode opd, kode, kode unit, kode unit kerja, kode skpd, kode perangkat daerah"),
    },
    needed=(("nip",), ("kode",)),
    usual={"nip": "NIP", "kode": "KODE OPD"},
)
MOST = 500
Pair = tuple[int, int]


class TooManyOperators(NetralError):
    """More than 500 rows; the argument is how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorRow:
    """A person to become the operator of an OPD. `already`: holds that role there now."""

    user_id: int
    nama: str
    nip_akhir: str
    opd_id: int
    opd: str
    kode: str
    already: bool

    @property
    def pair(self) -> Pair:
        return self.user_id, self.opd_id


@dataclass(frozen=True, slots=True)
class OperatorPlan:
    """The plan of a file; with a single error nothing of it is applied."""

    rows: tuple[OperatorRow, ...]
    errors: tuple[CellProblem, ...]
    report: ReadingReport


def read_operator_file(session: Session, data: bytes, file_name: str, *, instansi_id: int, today: date) -> OperatorPlan:
    """Read and plan a file. Raises a FileRefused or TooManyOperators."""
    gathered = gather(read_tables(data, file_name, COLUMNS), find_empty)
    if not gathered.rows:
        raise FileEmpty
    if len(gathered.rows) > MOST:
        raise TooManyOperators(len(gathered.rows))
    return plan_operators(session, gathered, instansi_id=instansi_id, today=today)


def find_empty(table: Table) -> list[int]:
    columns = [table.header.fields[field] for field in ("nip", "kode")]
    return [row.number for row in table.rows if not any(clean(row.cell(column)) for column in columns)]


def plan_operators(session: Session, gathered: Gathered, *, instansi_id: int, today: date) -> OperatorPlan:
    reader = Reader(gathered.header, today)
    cells = [(row, *reader.read(row)) for row in gathered.rows]
    people = find_people(session, instansi_id, [nip for _, nip, _ in cells])
    units = find_units(session, instansi_id, [kode for _, _, kode in cells])
    overseers = find_overseers(session, list(people.values()))
    pairs: dict[Pair, Row] = {}
    for row, nip, kode in cells:
        reader.judge(row, nip, kode, people, units)
        if people.get(nip) in overseers:
            reader.complain(row, "nip", shorten_nip(nip), Reason.OPERATOR_OVERSEES)
        pair = people.get(nip, 0), units.get(kode, 0)
        if all(pair) and pair in pairs:
            reader.complain(row, "nip", shorten_nip(nip), Reason.OPERATOR_DUPLICATE, rows=[pairs[pair].number])
        pairs.setdefault(pair, row)
    errors = gathered.report.in_order(reader.problems)
    rows = () if errors else describe_pairs(session, list(pairs), instansi_id=instansi_id)
    return OperatorPlan(rows, errors, gathered.report)


class Reader:
    def __init__(self, header: Header, today: date) -> None:
        self.header = header
        self.today = today
        self.problems: list[CellProblem] = []

    def read(self, row: Row) -> tuple[str, str]:
        """Return NIP and kode."""
        nip, kode = (row.cell(self.header.fields[field]) for field in ("nip", "kode"))
        return strip_nip(nip), fold_signs(kode)

    def judge(self, row: Row, nip: str, kode: str, people: dict[str, int], units: dict[str, int]) -> None:
        if nip not in people:
            self.judge_unknown(row, nip)
        if kode not in units:
            self.complain(row, "kode", kode, Reason.KODE_UNKNOWN)

    def judge_unknown(self, row: Row, nip: str) -> None:
        """Say what is wrong with a NIP that nobody has; one that can be a NIP belongs to nobody in service."""
        wrong = judge_nip(nip, today=self.today)
        if wrong is None:
            self.complain(row, "nip", shorten_nip(nip), Reason.PERSON_UNKNOWN)
        else:
            shown = nip if wrong.fault is NipFault.DAMAGED else shorten_nip(nip) if nip else ""
            self.complain(row, "nip", shown, Reason(wrong.fault), **wrong.data)

    def complain(self, row: Row, field: str, value: str, reason: Reason, **data: Any) -> None:
        column = self.header.text(field) or field
        self.problems.append(CellProblem(row.number, column, value[:100], reason, data, row.sheet))


def find_people(session: Session, instansi_id: int, nips: Sequence[str]) -> dict[str, int]:
    """Return the active accounts of these NIP."""
    statement = (
        select(Asn.nip, User.id)
        .join(User, User.asn_id == Asn.id)
        .where(Asn.instansi_id == instansi_id, Asn.active.is_(True), User.active.is_(True), Asn.nip.in_(nips))
    )
    return {str(nip): user_id for nip, user_id in session.execute(statement)}


def find_units(session: Session, instansi_id: int, kodes: Sequence[str]) -> dict[str, int]:
    """Return kode -> unit, of these as they are typed: a spreadsheet program writes `Dinkes` for `dinkes`."""
    alike = func.lower(Opd.kode).in_({kode.lower() for kode in kodes})
    rows = session.execute(select(Opd.kode, Opd.id).where(Opd.instansi_id == instansi_id, alike)).all()
    exact, folded = {row.kode: row.id for row in rows}, Counter(row.kode.lower() for row in rows)
    once = {row.kode.lower(): row.id for row in rows if folded[row.kode.lower()] == 1}
    found = {kode: exact.get(kode, once.get(kode.lower())) for kode in kodes}
    return {kode: opd_id for kode, opd_id in found.items() if opd_id is not None}


def describe_pairs(session: Session, pairs: Sequence[Pair], *, instansi_id: int) -> tuple[OperatorRow, ...]:
    """Describe pairs of user and OPD, by OPD and name. Raises Outdated for one that is not in the instansi any more."""
    user_ids, opd_ids = [user_id for user_id, _ in pairs], [opd_id for _, opd_id in pairs]
    people = {
        row.id: row
        for row in session.execute(
            select(User.id, User.nama, Asn.nip)
            .join(Asn, Asn.id == User.asn_id)
            .where(User.id.in_(user_ids), Asn.instansi_id == instansi_id, Asn.active.is_(True), User.active.is_(True))
        )
    }
    units = {
        row.id: row
        for row in session.execute(
            select(Opd.id, Opd.nama, Opd.kode).where(Opd.id.in_(opd_ids), Opd.instansi_id == instansi_id)
        )
    }
    if not (set(user_ids) <= people.keys() and set(opd_ids) <= units.keys()):
        raise Outdated
    held = find_held(session, user_ids)
    rows = [
        OperatorRow(
            user_id=user_id,
            nama=people[user_id].nama,
            nip_akhir=last_digits(people[user_id].nip),
            opd_id=opd_id,
            opd=units[opd_id].nama,
            kode=units[opd_id].kode,
            already=(user_id, opd_id) in held,
        )
        for user_id, opd_id in dict.fromkeys(pairs)
    ]
    return tuple(sorted(rows, key=lambda row: (row.opd, row.nama, row.user_id)))


def find_held(session: Session, user_ids: Sequence[int]) -> set[Pair]:
    statement = select(RoleGrant.user_id, RoleGrant.opd_id).where(
        RoleGrant.user_id.in_(user_ids), RoleGrant.role == Role.OPERATOR_OPD.value, RoleGrant.revoked_at.is_(None)
    )
    return {(user_id, opd_id or 0) for user_id, opd_id in session.execute(statement)}

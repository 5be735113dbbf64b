"""Entering one person by hand, such as the one ASN who comes in the middle of a period."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from netral.accounts.users import open_accounts
from netral.audit.events import Act, record
from netral.errors import NetralError
from netral.folding import search_key
from netral.organisation.instansi import find_opd, lock_instansi
from netral.organisation.kinds import AsnKind
from netral.organisation.membership import local_day
from netral.organisation.models import NIP_AKHIR, Asn
from netral.organisation.numbers import BIRTH_DIGITS, NipProblem, judge_nip, mask_number
from netral.organisation.writing import write_people
from netral.roster.following import Followed, follow_roster


class NewcomerNumberMissing(NetralError):
    """A person without a NIP needs a participant number, and only PPNPN have no NIP."""


class NewcomerNipFaulty(NetralError):
    """The text cannot be a NIP; the argument is the NipProblem."""


class NewcomerHasNik(NetralError):
    """The number is a NIK, which is not kept."""


class PersonKnown(NetralError):
    """Somebody has this NIP or number already; the argument is the Namesake."""


class PersonAlike(NetralError):
    """People of this name and birth date are known; the argument holds the Namesakes. The officer may go on."""


@dataclass(frozen=True, slots=True)
class Namesake:
    """A known person, with what an officer needs to recognise them."""

    asn_id: int
    nama: str
    nip_akhir: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A person to enter, all texts clean. `nip` as `strip_nip` leaves it.

    `number`: only for people without a NIP, as `fold_login` leaves it, as rosters and sign-in do.
    """

    nama: str
    jenis: AsnKind
    opd_kode: str
    nip: str = ""
    number: str = ""
    jabatan: str = ""
    golongan: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """The new person, and what each open period made of it."""

    asn_id: int
    followed: tuple[Followed, ...]


def add_person(session: Session, act: Act, newcomer: Newcomer, *, confirmed: bool = False) -> Joined:
    """Enter a person with an account, and let the periods that are not over follow.

    `confirmed`: the officer has seen the people of the same name and birth date. Raises NewcomerNumberMissing,
    NewcomerNipFaulty, NewcomerHasNik, PersonKnown, PersonAlike, and NotFound for a unit of another instansi.
    """
    instansi = lock_instansi(session, act.instansi_id)
    check_numbers(newcomer, today=local_day(act.now, instansi.zona))
    opd = find_opd(session, instansi_id=instansi.id, kode=newcomer.opd_kode)
    check_known(session, instansi.id, newcomer, confirmed=confirmed)
    values = {
        "nama": newcomer.nama,
        "jenis": newcomer.jenis.value,
        "nip": newcomer.nip or None,
        "number": newcomer.number or None,
        "jabatan": newcomer.jabatan,
        "golongan": newcomer.golongan,
        "opd_id": opd.id,
    }
    (asn_id,) = write_people(session, instansi.id, [values], now=act.now)
    open_accounts(session, instansi_id=instansi.id, now=act.now)
    detail = {"kode": opd.kode}
    record(session, act, action="person.added", object_kind="asn", object_id=asn_id, detail=detail)
    followed = follow_roster(session, instansi_id=instansi.id, now=act.now, by=act.actor_id)
    return Joined(asn_id, followed)


def check_numbers(newcomer: Newcomer, *, today: date) -> None:
    if any(mask_number(text) != text for text in (newcomer.nip, newcomer.number)):
        raise NewcomerHasNik
    if newcomer.nip:
        problem: NipProblem | None = judge_nip(newcomer.nip, today=today)
        if problem:
            raise NewcomerNipFaulty(problem)
    elif not newcomer.number or newcomer.jenis is not AsnKind.PPNPN:
        raise NewcomerNumberMissing


def check_known(session: Session, instansi_id: int, newcomer: Newcomer, *, confirmed: bool) -> None:
    """Refuse a number that somebody has, and ask about people of the same name who may have the same birth date.

    Titles behind a name do not count, and without a NIP the birth date is not known.
    """
    columns = (Asn.id, Asn.nama, NIP_AKHIR, Asn.active)
    people = select(*columns).where(Asn.instansi_id == instansi_id).order_by(Asn.id)
    same = (Asn.nip == newcomer.nip) if newcomer.nip else (Asn.number == newcomer.number)
    known = session.execute(people.where(same)).first()
    if known is not None:
        raise PersonKnown(Namesake(*known))
    born = func.substr(Asn.nip, 1, BIRTH_DIGITS) == newcomer.nip[:BIRTH_DIGITS]
    bare = search_key(newcomer.nama.partition(",")[0])
    named = or_(Asn.nama_cari == bare, Asn.nama_cari.startswith(f"{bare} ", autoescape=True))
    alike = people.where(named, or_(Asn.nip.is_(None), born) if newcomer.nip else true())
    found = tuple(Namesake(*row) for row in session.execute(alike.limit(5)))
    if found and not confirmed:
        raise PersonAlike(found)

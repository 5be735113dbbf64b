"""An instansi: made, found, locked, and its settings; every change is recorded."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.database.hot import PreparedQuery
from netral.database.tables import Reader
from netral.errors import NetralError, NotFound
from netral.organisation.models import Instansi, Opd
from netral.versions import check_version, version_of

KODE = re.compile(r"(?=.*[A-Za-z0-9])[A-Za-z0-9._-]{1,32}")
"""The kodes that may be part of an address: never `..`, which browsers take for the page above."""

TWO_INSTANSI = PreparedQuery(
    select(*(Instansi.__table__.c[name] for name in ("nama", "zona", "issuer_short"))).limit(2),
    lambda row: (str(row[0]), str(row[1]), str(row[2])),
)


class KodeUnusable(NetralError):
    """A kode has 1 to 32 letters, digits, dots, hyphens and underscores, not signs only. Argument: what was given."""


class KodeTaken(NetralError):
    """Another instansi has this kode (the argument)."""


class ZoneUnknown(NetralError):
    """There is no such IANA time zone (the argument)."""


class InstansiNotNamed(NetralError):
    """There are several instansi and none was named."""


class ZoneFixed(NetralError):
    """A period was opened already. Its days are kept as instants of the present zone; another zone would move them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The settings of one page; all texts except the name may be empty. `zona` is an IANA name."""

    nama: str
    zona: str
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    contact_hours: str = ""
    signatory_name: str = ""
    signatory_title: str = ""
    siasn_id: str = ""

    @property
    def has_contact(self) -> bool:
        return bool(self.contact_name or self.contact_phone or self.contact_email)

    @property
    def version(self) -> str:
        return version_of(asdict(self))


COLUMNS = tuple(Profile.__dataclass_fields__)


def make_instansi(session: Session, *, kode: str, nama: str, zona: str, now: datetime) -> Instansi:
    """Make an instansi; `zona` is an IANA name such as Asia/Makassar. Raises KodeUnusable, KodeTaken or ZoneUnknown."""
    if not KODE.fullmatch(kode):
        raise KodeUnusable(kode)
    check_zone(zona)
    if session.scalar(select(Instansi.id).where(Instansi.kode == kode)):
        raise KodeTaken(kode)
    instansi = Instansi(kode=kode, nama=nama.strip(), zona=zona, created_at=now)
    session.add(instansi)
    session.flush()
    note(session, Act(None, now, instansi.id), "instansi.made", {})
    return instansi


def check_zone(zona: str) -> None:
    """Refuse a name that is no IANA time zone. Raises ZoneUnknown."""
    try:
        ZoneInfo(zona)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ZoneUnknown(zona) from error


def find_instansi(session: Session, kode: str | None) -> Instansi:
    """Return the instansi of that kode, or the only one. Raises NotFound or InstansiNotNamed."""
    statement = select(Instansi).order_by(Instansi.id)
    found = session.scalars(statement.where(Instansi.kode == kode) if kode else statement.limit(2)).all()
    if not found:
        raise NotFound("instansi", kode or "")
    if len(found) > 1:
        raise InstansiNotNamed
    return found[0]


def lock_instansi(session: Session, instansi_id: int | None) -> Instansi:
    """Lock an instansi until the transaction ends and return it as it is now. Raises NotFound.

    Changes of its settings, its roster, its units and its periods take turns by this lock alone.
    """
    statement = select(Instansi).where(Instansi.id == instansi_id).with_for_update(key_share=True)
    instansi = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if instansi is None:
        raise NotFound("instansi", instansi_id)
    return instansi


def list_ids(session: Session) -> list[int]:
    return list(session.scalars(select(Instansi.id).order_by(Instansi.id)))


def find_opd(session: Session, *, instansi_id: int, kode: str) -> Opd:
    """Return the unit of that kode. Raises NotFound."""
    opd = session.scalars(select(Opd).where(Opd.instansi_id == instansi_id, Opd.kode == kode)).one_or_none()
    if opd is None:
        raise NotFound("opd", kode)
    return opd


def find_only_instansi(session: Reader) -> tuple[str, str, str] | None:
    """Return name, zone and personnel office of the instansi when this installation has only one."""
    rows = TWO_INSTANSI.all(session)
    return rows[0] if len(rows) == 1 else None


def read_profile(session: Session, *, instansi_id: int) -> tuple[Profile, str | None]:
    """Return the profile and the hash of the emblem. Raises NotFound."""
    row = session.get(Instansi, instansi_id)
    if row is None:
        raise NotFound("instansi", instansi_id)
    return as_profile(row), row.emblem


def list_profiles(session: Session) -> tuple[Profile, ...]:
    """List the profiles of all instansi by name."""
    return tuple(map(as_profile, session.scalars(select(Instansi).order_by(Instansi.nama, Instansi.id))))


def as_profile(row: Instansi) -> Profile:
    return Profile(**{column: getattr(row, column) for column in COLUMNS})


def change_profile(
    session: Session,
    *,
    instansi_id: int,
    profile: Profile,
    zone_is_fixed: bool,
    now: datetime,
    by: int | None,
    version: str | None = None,
) -> tuple[str, ...]:
    """Change the profile and return the changed columns. Raises NotFound, ZoneUnknown, ZoneFixed, Outdated.

    `zone_is_fixed`: a period was opened already. `version`: of the profile that the page showed.
    """
    check_zone(profile.zona)
    row = lock_instansi(session, instansi_id)
    before, after = asdict(as_profile(row)), asdict(profile)
    changed = tuple(column for column in COLUMNS if before[column] != after[column])
    if changed:
        check_version(version, before)
    if "zona" in changed and zone_is_fixed:
        raise ZoneFixed(row.zona)
    for column in changed:
        setattr(row, column, after[column])
    if changed:
        detail = {column: f"{before[column] or '-'} → {after[column] or '-'}" for column in changed}
        note(session, Act(by, now, instansi_id), "instansi.changed", detail)
    return changed


def change_emblem(
    session: Session,
    *,
    instansi_id: int,
    emblem: str | None,
    now: datetime,
    by: int | None,
    version: str | None = None,
) -> bool:
    """Set the emblem to a kept one or to none; return False if it is so already. Raises NotFound, Outdated.

    `version`: of the hash that the page showed.
    """
    row = lock_instansi(session, instansi_id)
    if row.emblem == emblem:
        return False
    check_version(version, row.emblem)
    row.emblem = emblem
    action = "instansi.emblem_changed" if emblem else "instansi.emblem_removed"
    note(session, Act(by, now, instansi_id), action, {"hash": emblem} if emblem else {})
    return True


def note(session: Session, act: Act, action: str, detail: dict[str, Any]) -> None:
    session.flush()
    record(session, act, action=action, object_kind="instansi", object_id=act.chain, detail=detail)

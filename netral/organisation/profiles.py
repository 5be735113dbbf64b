"""What an instansi says of itself: name, zone, contact, signatory, emblem; every change leaves its trace."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.errors import NetralError, NotFound
from netral.organisation.models import Instansi
from netral.organisation.registering import check_zone
from netral.organisation.writing import lock_organisation
from netral.versions import check_version, version_of


class ZoneFixed(NetralError):
    """The days of a period are kept as instants of the zone it was opened in; another zone would move them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is set on one page; the texts may be empty but for the name. `zona` is an IANA name."""

    nama: str
    zona: str
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    contact_hours: str = ""
    signatory_name: str = ""
    signatory_title: str = ""

    @property
    def has_contact(self) -> bool:
        return bool(self.contact_name or self.contact_phone or self.contact_email)

    @property
    def version(self) -> str:
        return version_of(asdict(self))


COLUMNS = tuple(Profile.__dataclass_fields__)


def read_profile(session: Session, *, instansi_id: int) -> tuple[Profile, str | None]:
    """With the hash of the emblem. Raises NotFound."""
    row = session.get(Instansi, instansi_id)
    if row is None:
        raise NotFound("instansi", instansi_id)
    return as_profile(row), row.emblem


def list_profiles(session: Session) -> tuple[Profile, ...]:
    """Of every instansi here, by name."""
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
        note(session, "instansi.changed", instansi_id, detail, now=now, by=by)
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
    """Set the emblem to a kept one or to none; returns False if it was so already. Raises NotFound, Outdated.

    `version`: of the hash that the page showed.
    """
    row = lock_instansi(session, instansi_id)
    if row.emblem == emblem:
        return False
    check_version(version, row.emblem)
    row.emblem = emblem
    action = "instansi.emblem_changed" if emblem else "instansi.emblem_removed"
    note(session, action, instansi_id, {"hash": emblem} if emblem else {}, now=now, by=by)
    return True


def lock_instansi(session: Session, instansi_id: int) -> Instansi:
    lock_organisation(session, instansi_id)
    row = session.get_one(Instansi, instansi_id)
    session.refresh(row)
    return row


def note(
    session: Session, action: str, instansi_id: int, detail: Mapping[str, Any], *, now: datetime, by: int | None
) -> None:
    session.flush()
    record(
        session,
        Act(by, now, instansi_id),
        action=action,
        object_kind="instansi",
        object_id=instansi_id,
        detail=dict(detail),
    )

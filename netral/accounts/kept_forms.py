"""Forms that arrived after their session had ended, kept sealed until their sender has signed in again."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from netral.accounts.models import KeptForm
from netral.accounts.sealing import SealBroken, seal, unseal
from netral.database.tables import change_rows, insert
from netral.errors import NetralError

KEPT_FOR = timedelta(minutes=30)
LARGEST = 32 * 1024


class FormTooLarge(NetralError):
    """The form holds more than 32 KiB."""


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form as a browser sent it.

    `address`: the path and query that it was sent to. `page`: the address of a page to return to when the form is
    thrown away. `fields`: names and values in the order in which they were sent.
    """

    address: str
    page: str
    fields: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        return [value for each, value in self.fields if each == name]


def keep_form(
    session: Session, sent: SentForm, *, session_hash: str, user_id: int, key: bytes, nonce: bytes, now: datetime
) -> None:
    """Keep the form in place of any earlier one of the same session. Raises FormTooLarge."""
    text = json.dumps(asdict(sent), ensure_ascii=False)
    if len(text.encode()) > LARGEST:
        raise FormTooLarge
    delete_old_forms(session, now=now)
    values = {"user_id": user_id, "kept_at": now, "sealed": seal(text, key=key, owner=user_id, nonce=nonce)}
    statement = insert(session, KeptForm).values(session_hash=session_hash, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["session_hash"], set_=values))


def find_form(session: Session, *, session_hash: str, user_id: int, key: bytes, now: datetime) -> SentForm | None:
    """Return the form kept for this session of this person, unless it is older than 30 minutes."""
    sealed = session.scalars(
        select(KeptForm.sealed).where(
            KeptForm.session_hash == session_hash, KeptForm.user_id == user_id, KeptForm.kept_at > now - KEPT_FOR
        )
    ).one_or_none()
    if sealed is None:
        return None
    try:
        kept = json.loads(unseal(sealed, key=key, owner=user_id))
    except SealBroken:  # the key has changed since: nobody can read it any more
        return None
    return SentForm(**kept | {"fields": tuple((name, value) for name, value in kept["fields"])})


def hand_over_form(session: Session, *, ended_hash: str, begun_hash: str, user_id: int) -> None:
    """Move the kept form to the next session of the same browser; delete it if another person has signed in."""
    kept = KeptForm.session_hash == ended_hash
    session.execute(delete(KeptForm).where(kept, KeptForm.user_id != user_id))
    session.execute(update(KeptForm).where(kept).values(session_hash=begun_hash))


def delete_form(session: Session, *, session_hash: str) -> None:
    session.execute(delete(KeptForm).where(KeptForm.session_hash == session_hash))


def delete_old_forms(session: Session, *, now: datetime) -> int:
    """Delete forms older than 30 minutes, or dated by a clock that was ahead, and return how many there were."""
    old = (KeptForm.kept_at <= now - KEPT_FOR) | (KeptForm.kept_at > now + KEPT_FOR)
    return change_rows(session, delete(KeptForm).where(old))

"""People who may have had the course finished by somebody else: a reason for a talk, never a proof.

A person is listed when they finished in a browser in which the maker of their code had signed in, or in which others
had finished within the same day. A shared network counts only when it is asked for, since whole offices share one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, Select, case, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from netral.accounts.models import CompletionTrace, OneTimeCode, User
from netral.database.paging import Page, paginate
from netral.organisation.models import Asn, Opd
from netral.organisation.numbers import last_digits

# So many other people who finished in one browser within 24 hours: a family or two desks share less.
MANY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A person with what was seen when they finished. `after`: from the use of their code to the last step.

    `others`: how many other people finished in the same browser within 24 hours.
    """

    user_id: int
    nama: str
    nip_akhir: str
    opd: str
    maker: str
    finished_at: datetime
    after: timedelta | None
    maker_browser: bool
    maker_place: bool
    others: int

    @property
    def many(self) -> bool:
        return self.others >= MANY


def list_signs(session: Session, *, instansi_id: int, by_place: bool = False, page: int = 1) -> Page[Sign]:
    """List the people of an instansi with a sign in the last 90 days, the latest first.

    `by_place`: also those who only share the network with the maker of their code.
    """
    signs = [CompletionTrace.maker_browser, CompletionTrace.others >= MANY]
    if by_place:
        signs.append(CompletionTrace.maker_place)
    noticed = func.max(case((or_(*signs), 1), else_=0)) == 1
    seen = summarise().where(CompletionTrace.instansi_id == instansi_id).having(noticed).subquery()
    last, maker = aliased(CompletionTrace), aliased(User)
    statement = (
        select(seen, last.at.label("finished_at"), User.nama, Asn.nip, Opd.nama.label("opd"), maker.nama.label("maker"))
        .join(last, last.id == seen.c.last_id)
        .join(User, User.id == seen.c.user_id)
        .join(Asn, Asn.id == User.asn_id)
        .join(Opd, Opd.id == Asn.opd_id)
        .outerjoin(maker, maker.id == last.maker_id)
        .order_by(last.at.desc(), last.id.desc())
    )
    chosen = paginate(session, statement, number=page)
    used = read_uses(session, (row.user_id for row in chosen.items))
    return chosen.map(
        lambda row: Sign(
            user_id=row.user_id,
            nama=row.nama,
            nip_akhir=last_digits(row.nip),
            opd=row.opd,
            maker=row.maker or "",
            finished_at=row.finished_at,
            after=row.finished_at - used[row.user_id] if row.user_id in used else None,
            maker_browser=bool(row.maker_browser),
            maker_place=bool(row.maker_place),
            others=row.others,
        )
    )


def summarise() -> Select[int, int, int, int, int]:
    """Select what was seen of each person in all their steps, and the last of these."""
    return select(
        CompletionTrace.user_id,
        func.max(CompletionTrace.id).label("last_id"),
        func.max(cast(CompletionTrace.maker_browser, Integer)).label("maker_browser"),
        func.max(cast(CompletionTrace.maker_place, Integer)).label("maker_place"),
        func.max(CompletionTrace.others).label("others"),
    ).group_by(CompletionTrace.user_id)


def read_uses(session: Session, user_ids: Iterable[int]) -> dict[int, datetime]:
    """Return when each of these people used their last code."""
    statement = (
        select(OneTimeCode.user_id, func.max(OneTimeCode.used_at).label("at"))
        .where(OneTimeCode.user_id.in_(list(user_ids)), OneTimeCode.used_at.is_not(None))
        .group_by(OneTimeCode.user_id)
    )
    return {row.user_id: row.at for row in session.execute(statement)}

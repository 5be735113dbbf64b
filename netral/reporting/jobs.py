"""Jobs and the people who asked for them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.database.paging import Page, paginate
from netral.jobs.models import Job


@dataclass(frozen=True, slots=True)
class AskedJob:
    """A job, and the name of the person who asked for it; None: the system or a command."""

    job: Job
    nama: str | None


def list_jobs(session: Session, *, instansi_id: int | None, page: int = 1) -> Page[AskedJob]:
    """List the jobs of an instansi, the newest first; without one, those of the whole installation."""
    statement = select(Job, User.nama).outerjoin(User, User.id == Job.created_by).order_by(Job.id.desc())
    if instansi_id is not None:
        statement = statement.where(Job.instansi_id == instansi_id)
    return paginate(session, statement, number=page).map(lambda row: AskedJob(*row))

"""The work that time brings: closing overdue attempts, issuing what became due, adding counts up, forgetting."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from netral.accounts.kept_forms import delete_old_forms
from netral.accounts.traces import forget_traces
from netral.accounts.users import end_roles_of_departed
from netral.audit.events import Act
from netral.certificates.issue.issuing import issue_if_complete
from netral.cli.commands import now, session, settings, signer
from netral.jobs.queue import forget_finished
from netral.learning.exams.closing import Closing, close_overdue
from netral.learning.exams.counting import count_noted, find_noted
from netral.learning.exams.withdrawing import regrade
from netral.learning.periods.exemptions import end_overdue_exemptions
from netral.learning.periods.tallies import find_counting, find_surplus, fold_tally
from netral.organisation.instansi import list_ids
from netral.reporting.final import find_unfrozen, freeze
from netral.roster import uploads
from netral.roster.changing import bring_up_to_date
from netral.roster.previews import forget_old


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """The effect of a round: attempts closed and graded again, and uploads forgotten."""

    graded: int
    regraded: int
    forgotten: int


def sweep_once() -> Swept:
    """Do everything that is due, each batch in a transaction of its own. Several may run at once."""
    forgotten = forget_old(session(), now=now())
    delete_old_forms(session(), now=now())
    forget_traces(session(), now=now())
    ended = forget_finished(session(), now=now())
    held = uploads.list_held(session())
    session().commit()
    uploads.remove_unheld(settings().upload_dir, held, now=now())
    for job_id in ended:
        shutil.rmtree(settings().job_dir / str(job_id), ignore_errors=True)
    bring_people_up_to_date()
    graded = close_and_issue(lambda moment: close_overdue(session(), now=moment))
    regraded = close_and_issue(lambda moment: regrade(session(), Act(None, moment)))
    for period_id in find_counting(session(), now=now()):
        add_up(period_id)
    count_answers()
    freeze_reports()
    return Swept(graded=graded, regraded=regraded, forgotten=forgotten)


def bring_people_up_to_date() -> None:
    """Let the moves, departures and ends of exemptions take effect whose day has come."""
    for instansi_id in list_ids(session()):
        act = Act(None, now(), instansi_id)
        bring_up_to_date(session(), act)
        end_roles_of_departed(session(), act)  # also one that waited for a successor
        end_overdue_exemptions(session(), act)
        session().commit()


def close_and_issue(close_batch: Callable[[datetime], tuple[Closing, ...]]) -> int:
    """Close attempts batch by batch and issue the certificates that become due; return how many were closed."""
    signs, count = signer(), 0
    signs.keyring()  # an unusable key is reported before anything is closed
    while closed := close_batch(now()):
        for closing in closed:
            if closing.new and closing.passed:
                issue_if_complete(session(), Act(None, now()), signs, enrolment_id=closing.enrolment_id)
        session().commit()
        count += len(closed)
    return count


def add_up(period_id: int) -> None:
    """Add up the tally of each period, each batch in a transaction of its own."""
    batches = find_surplus(session(), period_id=period_id, now=now())
    session().commit()
    for opd_ids in batches:
        fold_tally(session(), period_id=period_id, opd_ids=opd_ids, now=now())
        session().commit()


def count_answers() -> None:
    """Add up the answers of closed first attempts, each batch in a transaction of its own."""
    waiting = find_noted(session())
    session().commit()
    for period_id in waiting:
        while count_noted(session(), period_id=period_id):
            session().commit()
        session().commit()


def freeze_reports() -> None:
    """Freeze the figures of periods that closed by their date, each in a transaction of its own."""
    closed = find_unfrozen(session(), now=now())
    session().commit()
    for instansi_id, period_id in closed:
        freeze(session(), Act(None, now(), instansi_id), period_id=period_id, by_date=True)
        session().commit()

"""Closing attempts in batches, and issuing what becomes due by it: each batch stands by itself."""

from collections.abc import Callable
from datetime import datetime

from netral.certificates.issue.issuing import issue_if_complete
from netral.certificates.proof.keys import load_keys
from netral.cli.commands import now, session, settings
from netral.learning.exams.closing import Closing


def close_and_issue(close_batch: Callable[[datetime], tuple[Closing, ...]]) -> int:
    """Until a batch comes back empty; returns how many attempts were closed."""
    keyring = load_keys(settings().secrets_dir)
    count = 0
    while closed := close_batch(now()):
        for closing in closed:
            if closing.new and closing.passed:
                issue_if_complete(
                    session(),
                    enrolment_id=closing.enrolment_id,
                    now=now(),
                    new_identifier=settings().new_identifier(),
                    keyring=keyring,
                )
        session().commit()
        count += len(closed)
    return count

"""Issuing the certificate that a step completes: a passed exam and a signed ikrar, in either order, earn one."""

from netral.certificates.issue.issuing import issue_if_complete
from netral.learning.exams.closing import Closing
from netral.web.edge import current


def complete(enrolment_id: int) -> None:
    """Issue the certificate, once, in the transaction of the step that may have been the last."""
    issue_if_complete(current.session(), current.act(), current.signer(), enrolment_id=enrolment_id)


def finish(closing: Closing | None) -> None:
    """Follow up the closing of an attempt: a pass may complete a certificate whose ikrar is signed."""
    if closing is not None and closing.new and closing.passed:
        complete(closing.enrolment_id)

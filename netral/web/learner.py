"""What the pages of a learner share: whose they are, of which period, and the certificate that a step may complete."""

from urllib.parse import urlencode

from flask import request

from netral.certificates.issuing import issue_if_complete
from netral.errors import NotFound
from netral.learning.closing import Closing
from netral.web import current


def asn_id() -> int:
    """The person behind who is signed in; raises NotFound for an officer who is on no roster."""
    found = current.actor().asn_id
    if found is None:
        raise NotFound("asn")
    return found


def kode() -> str | None:
    """The period asked for by `?periode=`; none is the default one."""
    return request.args.get("periode") or None


def link(path: str, **more: str) -> str:
    """An address of the same period."""
    query = {name: value for name, value in {"periode": kode(), **more}.items() if value}
    return f"{path}?{urlencode(query)}" if query else path


def complete(enrolment_id: int) -> None:
    """In the transaction of the step that may have been the last: passed and signed makes a certificate, once."""
    issue_if_complete(
        current.session(),
        enrolment_id=enrolment_id,
        now=current.now(),
        new_identifier=current.settings().new_identifier(),
        keyring=current.keyring(),
        by=current.actor().user_id,
    )


def finish(closing: Closing | None) -> None:
    """After whatever closed an attempt: a pass may complete what a signed ikrar waited for."""
    if closing is not None and closing.new and closing.passed:
        complete(closing.enrolment_id)

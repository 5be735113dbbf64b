"""The person, the period and the addresses of a learner's pages."""

from collections.abc import Sequence
from typing import cast
from urllib.parse import urlencode

from flask import g, request
from sqlalchemy.orm import Session

from netral.errors import NetralError, NotFound
from netral.extensions import reading_session
from netral.learning.exams.sittings import list_sittings
from netral.learning.periods.enrolments import Enrolled, list_enrolled
from netral.web.edge import current
from netral.web.edge.queries import read_number


class PeriodUnclear(NetralError):
    """The form names no period and fits several; the arguments are the person's places (`Enrolled`) in them."""


def asn_id() -> int:
    """Return the ASN of the person signed in; raises NotFound for an officer who is on no roster."""
    found = current.actor().asn_id
    if found is None:
        raise NotFound("asn")
    return found


def kode() -> str:
    """Return the period of this request, decided once, so that a page, its links and its forms agree.

    Raises NotFound, and PeriodUnclear for a form that names no period and fits several.
    """
    if "netral_kode" not in g:
        g.netral_kode = named_kode() or find_kode()
    return cast("str", g.netral_kode)


def named_kode() -> str | None:
    """Return the period that the address or the form names; all of our own pages name one."""
    return request.values.get("periode") or None


def find_kode() -> str:
    """Find the period of a page from before addresses named it, and of an address that names none.

    Such a page says at most which attempt it belongs to. Raises NotFound, PeriodUnclear.
    """
    now, (enrolment_id, _) = current.now(), sent_attempt()
    with reading_session() as reader:
        own = list_enrolled(reader, asn_id=asn_id(), now=now)
        if enrolment_id is not None:
            fitting = [each for each in own if each.id == enrolment_id]
        else:
            fitting = find_sat(reader, own) or [each for each in own if each.may_learn(now)] or list(own)
    if not fitting:
        raise NotFound("periode")
    if request.method == "POST" and len(fitting) > 1:
        raise PeriodUnclear(*fitting)
    return fitting[0].period.kode


def find_sat(reader: Session, own: Sequence[Enrolled]) -> list[Enrolled]:
    """Return the places whose attempt an exam address can mean: an open one, or the one whose result it names."""
    if request.blueprint != "exam" or request.endpoint == "exam.start":
        return []
    number = (request.view_args or {}).get("no")
    return [
        each
        for each in own
        if any(
            sitting.is_open if number is None else sitting.number == number and not sitting.is_open
            for sitting in list_sittings(reader, each.id)
        )
    ]


def sent_attempt() -> tuple[int | None, int | None]:
    """Return the enrolment id and the attempt number in `percobaan` of a form ("12-1", or "1" alone), if given.

    Raises NotFound for a number that no attempt has.
    """
    text = request.form.get("percobaan", "")
    enrolment_id, _, number = text.rpartition("-")
    read = read_number(enrolment_id), read_number(number)
    if (enrolment_id and read[0] is None) or (number and read[1] is None):
        raise NotFound(text)
    return read


def link(path: str, periode: str | None = None) -> str:
    """Return the address of a path in the given period, by default in that of the page."""
    return f"{path}?{urlencode({'periode': periode or kode()})}"


def page_address(slug: str, number: int, periode: str | None = None) -> str:
    """Return the address of a page in the document of its module, which opens at its first page by itself."""
    return link(f"/modul/{slug}", periode) + (f"#{number}" if number > 1 else "")

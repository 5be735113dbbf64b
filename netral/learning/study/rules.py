"""The rules that answers and pages stand on, as the edition's registry has them."""

from collections.abc import Iterable

from sqlalchemy import select

from netral.database.tables import Reader
from netral.learning.editions.models import Edition
from netral.learning.exams.results import RuleView, view_rule
from netral.quiz.questions import Citation


def read_rules(session: Reader, *, edition_id: int, citations: Iterable[Citation]) -> dict[Citation, RuleView]:
    """In words, with a link to the source and the pages of the modules that cite them."""
    wanted = list(citations)
    if not wanted:
        return {}
    norms = session.scalar(select(Edition.norms).where(Edition.id == edition_id)) or {}
    return {citation: view_rule(norms, citation) for citation in wanted}

"""The norms in use and their next review, and the ground of every exam item. Pure."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from netral.content.checks.legs import asks_for_document, standing_legs, taught_rules
from netral.content.contents import Library, LibraryQuestion
from netral.content.norms import Norm
from netral.quiz.questions import Citation


@dataclass(frozen=True, slots=True)
class NormUse:
    """A norm with the number of exam items, practice items and pages that cite it."""

    norm: Norm
    items: int
    practice: int
    pages: int

    def days_left(self, today: date) -> int | None:
        """Return the days until the review is due, negative when it is overdue; None without a date."""
        return (self.norm.review_before - today).days if self.norm.review_before else None


def list_norms(library: Library) -> tuple[NormUse, ...]:
    """List all norms, the one whose review is due first before the others; those without a date stand last."""
    items = _count(library.bank_questions)
    practice = _count(library.practice_questions)
    pages: Counter[str] = Counter()
    for module in library.modules:
        for page in module.pages:
            pages.update({citation.norm for citation in page.citations})
    used = [NormUse(norm, items[name], practice[name], pages[name]) for name, norm in library.norms.items()]
    return tuple(sorted(used, key=lambda use: (use.norm.review_before or date.max, use.norm.id)))


def _count(questions: tuple[LibraryQuestion, ...]) -> Counter[str]:
    count: Counter[str] = Counter()
    for each in questions:
        count.update({rule.norm for rule in each.question.rules})
    return count


@dataclass(frozen=True, slots=True)
class Ground:
    """The legal ground of an exam item.

    `legs` are its certain rules in standing law; `of_document` says that it asks what a paper says and needs none;
    `taught` are the pages (id of the module, number) that cite one of its rules.
    """

    item: LibraryQuestion
    legs: tuple[Citation, ...]
    of_document: bool
    taught: tuple[tuple[str, int], ...]

    @property
    def stands(self) -> bool:
        return bool(self.legs) or self.of_document


def list_grounds(library: Library) -> tuple[Ground, ...]:
    """Return the ground of every exam item in the order of the bank."""
    taught = taught_rules(library.modules)
    return tuple(
        Ground(
            item=each,
            legs=standing_legs(each.question, library.norms),
            of_document=asks_for_document(each),
            taught=tuple(dict.fromkeys(page for rule in each.question.rules for page in taught.get(rule, []))),
        )
        for each in library.bank_questions
    )

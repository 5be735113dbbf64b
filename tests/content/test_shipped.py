"""The shipped content: enough, short enough, every page with its legal ground."""

import pytest

from netral.content.contents import Library
from netral.quiz.blueprint import Blueprint
from netral.quiz.drawing import least_pool
from netral.settings import ROOT
from netral.words.legal_review import write_review
from tests.shipped import read_shipped


@pytest.fixture(scope="module")
def library() -> Library:
    return read_shipped()


def test_the_shipped_content_has_no_findings(library: Library) -> None:
    assert [str(finding) for finding in library.findings] == []


def test_the_bank_is_three_times_what_a_paper_draws_and_more(library: Library) -> None:
    indicators = [each.question.indicator for each in library.bank_questions]

    assert len(indicators) >= 110
    for indicator, wanted in least_pool(Blueprint()).items():
        assert indicators.count(indicator) >= wanted


def test_modules_are_read_in_minutes_and_practised(library: Library) -> None:
    assert [module.head.order for module in library.modules] == sorted(module.head.order for module in library.modules)
    assert [module.head.order for module in library.modules][:2] == [1, 2]
    for module in library.modules:
        assert 600 <= sum(page.words for page in module.pages) <= 1300
        assert max(page.words for page in module.pages) <= 160
        assert 4 <= len(module.practice) <= 15
        assert all(each.source.key("halaman") for each in module.practice)


def test_every_option_says_why_and_what_is_safer(library: Library) -> None:
    for each in library.questions:
        feedbacks = [str(option.feedback) for option in each.source.options]
        feedbacks += [str(item.feedback) for item in each.source.items if str(item.feedback)]
        feedbacks += [str(truth) for truth in each.source.labelled.values()]
        assert feedbacks or each.source.explanation
        assert [text for text in feedbacks if "Lebih aman: " not in text] == []


def test_the_review_of_the_law_is_that_of_this_content(library: Library) -> None:
    """Compare with the text that `flask content review > docs/tinjauan-hukum.md` would write now."""
    assert (ROOT / "docs" / "tinjauan-hukum.md").read_text(encoding="utf-8") == write_review(library)

"""Figures of questions: planted difficulties and wrong keys come out of the answers of simulated people."""

from math import exp
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.learning.editions.models import QuestionVersion
from netral.learning.exams.counting import POINT, Answered, Paper, count_items
from netral.learning.exams.groups import Group
from netral.quiz.questions import Indicator, Question
from netral.quiz.statistics import ItemSums, Strength
from netral.reporting.items import Flag, ItemCounts, ItemFigures, appraise, compare, read_counts
from tests.factories import make_period
from tests.learning.make import publish_small
from tests.quiz.make import make_single, make_verdict

BANK, DRAWN, WRONG, EASY = 40, 20, "soal-07", "soal-31"


def make_bank() -> list[Question]:
    indicators = (Indicator.KAMPANYE, Indicator.KAMPANYE, Indicator.PARTAI, Indicator.UMUM)
    return [
        make_single(id=f"soal-{number:02}", indicator=indicators[number % 4], stem=f"Soal {number}")
        for number in range(BANK)
    ]


def chance_to_know(number: int, ability: float) -> float:
    difficulty = -6.0 if f"soal-{number:02}" == EASY else -2 + 3 * number / BANK
    return 1 / (1 + exp(difficulty - ability))


def sit(rng: Random, versions: dict[str, int], bank: list[Question]) -> Paper:
    """Let one person answer a paper; where the key is wrong, those who know choose what is right, and earn nothing."""
    ability, paper = rng.gauss(0.7, 1), Paper(opd_id=None)
    for number in rng.sample(range(BANK), DRAWN):
        question = bank[number]
        key = question.right_answer()["jawaban"][0]
        others = [choice for choice in question.shuffled_ids if choice != key]
        knows = rng.random() < chance_to_know(number, ability)
        truth = others[0] if question.id == WRONG else key
        chosen = {"jawaban": [truth if knows else rng.choice([each for each in (key, *others) if each != truth])]}
        points = int(question.grade(chosen) * POINT)
        paper.items.append(Answered(versions[question.id], question, chosen, points, rng.randint(10, 60)))
    return paper


@pytest.fixture
def figures(session: Session) -> dict[str, ItemFigures]:
    bank = make_bank()
    published = publish_small(session, bank=bank)
    period = make_period(session)
    session.flush()
    rows = session.execute(select(QuestionVersion.question_id, QuestionVersion.id))
    versions: dict[str, int] = dict(rows.all())
    rng = Random(2029)
    count_items(session, period.id, [sit(rng, versions, bank) for _ in range(400)])
    session.flush()
    counts = read_counts(session, edition_id=published.edition_id)
    return {question.id: appraise(question, counts[question.id]) for question in bank}


def test_a_planted_wrong_key_is_found_and_no_other(figures: dict[str, ItemFigures]) -> None:
    assert [name for name, found in figures.items() if Flag.WRONG_KEY in found.flags] == [WRONG]
    assert [name for name, found in figures.items() if Flag.TOO_EASY in found.flags] == [EASY]
    assert {found.strength for found in figures.values()} == {Strength.FIRM}


def test_planted_difficulties_come_out(figures: dict[str, ItemFigures]) -> None:
    rng = Random(1)
    abilities = [rng.gauss(0.7, 1) for _ in range(5000)]
    for number in range(BANK):
        name = f"soal-{number:02}"
        if name != WRONG:
            planted = sum(chance_to_know(number, ability) for ability in abilities) / len(abilities)
            # Three standard errors of a share of some 200 people are 0.11.
            assert figures[name].facility == pytest.approx(planted, abs=0.11)


def test_few_answers_have_no_figure() -> None:
    question = make_single()
    few = ItemCounts((sum((ItemSums().with_person(POINT, 9) for _ in range(29)), ItemSums()),))
    enough = ItemCounts((few.groups[0].with_person(POINT, 9),), {"jawaban:a": 30}, {20: 1, 41: 2})

    assert appraise(question, few) == ItemFigures(29, None)
    found = appraise(question, enough)
    assert (found.strength, found.facility, found.discrimination) == (Strength.TENTATIVE, 1, None)
    assert (found.seconds, found.timed, found.unused) == (41, 3, ())


@pytest.mark.parametrize(("right", "unused"), [(80, ("jawaban:c", "jawaban:d")), (81, ())])
def test_an_option_that_nobody_takes_is_named_where_twenty_take_a_wrong_one(
    right: int, unused: tuple[str, ...]
) -> None:
    sums = sum((ItemSums().with_person(POINT * (each < right), each % 7) for each in range(100)), ItemSums())

    found = appraise(make_single("b"), ItemCounts((sums,), {"jawaban:b": right, "jawaban:a": 100 - right}))

    assert found.unused == unused
    assert (Flag.UNUSED in found.flags) == bool(unused)
    assert appraise(make_verdict(), ItemCounts((sums,), {"jawaban:boleh": 100})).unused == ()


def count_groups(reference: int, focal: int, *, harder: int) -> dict[str, int]:
    """Count PNS of whom 60 % are right at each of two scores, and PPPK of whom so many percent fewer are."""
    return {
        f"{group}:{points}:{right}": people * (share if right else 100 - share) // 200
        for group, people, share in (("pns", reference, 60), ("pppk", focal, 60 - harder))
        for points in (8, 15)
        for right in (0, 1)
    }


def test_a_question_that_is_harder_for_a_group_of_equal_score_is_flagged() -> None:
    strata = count_groups(400, 400, harder=30)
    sums = sum((ItemSums().with_person(POINT * (each % 2), each % 7) for each in range(40)), ItemSums())

    found = appraise(make_single(), ItemCounts((sums,), {}, {}, (strata,)))

    (unequal,) = found.unequal
    assert Flag.UNEQUAL in found.flags
    assert (unequal.harder_for, unequal.easier_for, unequal.people) == (Group.PPPK, Group.PNS, 800)
    (other,) = compare([count_groups(400, 400, harder=-30)])
    assert (other.harder_for, other.easier_for, other.is_unequal) == (Group.PNS, Group.PPPK, True)


@pytest.mark.parametrize(
    ("counts", "compared", "unequal"),
    [
        (count_groups(400, 400, harder=4), 1, 0),
        (count_groups(1000, 180, harder=30), 0, 0),
        (count_groups(240, 240, harder=30), 0, 0),
        # No score is shared.
        ({"pns:5:0": 500, "pppk:15:1": 500}, 0, 0),
    ],
)
def test_few_people_and_small_differences_are_not_flagged(counts: dict[str, int], compared: int, unequal: int) -> None:
    found = compare([counts])

    assert (len(found), sum(each.is_unequal for each in found)) == (compared, unequal)


def test_scores_of_two_periods_are_not_taken_for_one() -> None:
    first = {"pns:10:1": 500, "pppk:10:1": 250}
    second = {"pns:10:0": 250, "pppk:10:0": 500}

    assert compare([first, second]) == ()

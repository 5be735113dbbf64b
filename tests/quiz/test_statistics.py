"""Figures of items and exams, each against a computation that goes another way."""

from math import atan, comb, cos, erf, pi, sin, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.quiz.statistics import (
    Detection,
    Inequality,
    ItemSums,
    MantelHaenszel,
    PairedSums,
    PaperSums,
    Stratum,
    Strength,
    compare_groups,
    detect,
    find_alpha,
    find_consistency,
    find_discrimination,
    find_draw_variance,
    find_gain,
    find_median,
    judge_exam,
    share_options,
    strength_of,
    student,
    wilson,
)

CLOSE = 1e-9
PASS = 85


def answer_all(people: int, items: int, seed: int) -> np.ndarray:
    """Return points, some of them part points, of people who differ in ability on items that differ in difficulty."""
    chance = np.random.default_rng(seed)
    lean = chance.normal(0.8, 1, (people, 1)) - np.linspace(-1.5, 1.5, items)
    points = (chance.random((people, items)) < 1 / (1 + np.exp(-lean))).astype(float)
    points[:, ::5] *= np.where(chance.random((people, len(range(0, items, 5)))) < 0.3, 0.5, 1)
    return points


def sum_papers(points: np.ndarray) -> PaperSums:
    totals = points.sum(axis=1)
    return PaperSums(
        people=len(points),
        items=points.shape[1],
        totals=float(totals.sum()),
        total_squares=float((totals**2).sum()),
        squares=float((points**2).sum()),
    )


def test_facility_variance_and_discrimination_agree_with_numpy() -> None:
    points = answer_all(150, 20, seed=1)
    for item in range(20):
        own, rest = points[:, item], points.sum(axis=1) - points[:, item]
        sums = ItemSums()
        for x, r in zip(own, rest, strict=True):
            sums = sums.with_person(round(2 * x), round(2 * r))

        assert sums.facility(2) == pytest.approx(own.mean(), abs=CLOSE)
        assert sums.variance() / 4 == pytest.approx(own.var(ddof=1), abs=CLOSE)
        assert find_discrimination([sums]) == pytest.approx(np.corrcoef(own, rest)[0, 1], abs=CLOSE)


def test_an_item_that_all_have_right_has_no_discrimination() -> None:
    sums = ItemSums().with_person(1, 4).with_person(1, 9)

    assert find_discrimination([sums]) is None
    assert ItemSums().facility() is None


def test_groups_are_each_taken_from_their_own_mean() -> None:
    points = np.random.default_rng(10).integers(0, 20, (3, 40, 2)) + np.array([[[0, 90]], [[50, 0]], [[9, 9]]])
    centred = (points - points.mean(axis=1, keepdims=True)).reshape(-1, 2)
    sums = [sum((ItemSums().with_person(int(x), int(r)) for x, r in group), ItemSums()) for group in points]

    assert find_discrimination(sums) == pytest.approx(np.corrcoef(centred, rowvar=False)[0, 1], abs=CLOSE)


@given(st.lists(st.integers(0, 600), min_size=1, max_size=40))
def test_the_median_agrees_with_numpy(values: list[int]) -> None:
    counts = {value: values.count(value) for value in values}

    assert find_median(counts) == float(np.median(values))


def test_no_seconds_have_no_median_and_no_people_no_shares() -> None:
    assert find_median({}) is None
    assert share_options({"a": 0}, 0) == {}
    assert share_options({"a": 3, "b": 1}, 4) == {"a": 0.75, "b": 0.25}


@pytest.mark.parametrize(
    ("people", "strength"), [(29, None), (30, Strength.TENTATIVE), (99, Strength.TENTATIVE), (100, Strength.FIRM)]
)
def test_few_answers_say_nothing_and_some_only_for_the_time_being(people: int, strength: Strength | None) -> None:
    assert strength_of(people) is strength


@given(st.integers(1, 500), st.data())
def test_wilson_has_the_shares_at_which_a_score_test_stops(people: int, data: st.DataObject) -> None:
    share = data.draw(st.integers(0, people)) / people
    for bound in wilson(share, people):
        # The interval's ends solve (share - p)^2 = z^2 p (1 - p) / n.
        z = 1.959963984540054
        assert (share - bound) ** 2 == pytest.approx(z * z * bound * (1 - bound) / people, abs=CLOSE)


def test_wilson_of_nobody_is_everything() -> None:
    assert wilson(0.5, 0) == (0.0, 1.0)


def sum_pairs(before: np.ndarray, after: np.ndarray) -> PairedSums:
    return PairedSums(
        people=len(before),
        before=int(before.sum()),
        after=int(after.sum()),
        squares=int(((after - before) ** 2).sum()),
    )


def test_gains_of_the_same_people_agree_with_numpy() -> None:
    before, after = np.random.default_rng(11).integers(0, 1000, (2, 40)) // np.array([[2], [1]])
    found, gains = find_gain(sum_pairs(before, after), 1000), (after - before) / 1000
    half = student(0.975, 39) * gains.std(ddof=1) / 40**0.5

    assert found is not None
    assert (found.before, found.after) == pytest.approx((before.mean() / 1000, after.mean() / 1000), abs=CLOSE)
    assert found.gain == pytest.approx(gains.mean(), abs=CLOSE)
    assert (found.low, found.high) == pytest.approx((gains.mean() - half, gains.mean() + half), abs=CLOSE)
    assert find_gain(sum_pairs(before[:1], after[:1])) is None


@pytest.mark.parametrize(("freedom", "off"), [(9, 3e-6), (29, 1e-8), (59, CLOSE), (999, CLOSE)])
def test_students_t_covers_what_its_closed_form_says(freedom: int, off: float) -> None:
    # For an odd number of degrees of freedom: Abramowitz and Stegun 26.7.3.
    angle = atan(student(0.975, freedom) / freedom**0.5)
    term = total = cos(angle)
    for place in range(3, freedom - 1, 2):
        term *= (place - 1) / place * cos(angle) ** 2
        total += term

    assert 2 / pi * (angle + sin(angle) * total) == pytest.approx(0.95, abs=off)


def test_the_gain_that_simulated_people_have_comes_out() -> None:
    chance = np.random.default_rng(12)
    known = chance.beta(4, 3, 3000)
    before, after = 5 * chance.binomial(12, known), 3 * chance.binomial(20, known + 0.4 * (1 - known))
    found = find_gain(sum_pairs(before, after), 60)

    assert found is not None
    # The mean of beta(4, 3) is 4/7: what is gained is two fifths of the rest.
    assert found.low < 0.4 * 3 / 7 < found.high
    assert found.high - found.low < 0.02


def test_alpha_error_and_deviation_of_one_common_paper_agree_with_numpy() -> None:
    points = answer_all(300, 20, seed=2)
    papers = sum_papers(points)
    covariance = np.cov(points, rowvar=False)
    mean_covariance = (covariance.sum() - np.trace(covariance)) / (20 * 19)

    alpha = find_alpha(papers, float(points.var(axis=0, ddof=1).sum()))
    figures = judge_exam(papers, totals=count_totals(points), item_variances=1.0, draw_variance=0.0, pass_percent=PASS)

    assert alpha == pytest.approx(20 * mean_covariance / (np.trace(covariance) / 20 + 19 * mean_covariance), abs=CLOSE)
    assert figures is not None
    assert figures.mean == pytest.approx(points.sum(axis=1).mean(), abs=CLOSE)
    assert figures.deviation == pytest.approx(points.sum(axis=1).std(ddof=1), abs=CLOSE)
    assert figures.error == pytest.approx(sqrt(20 * points.var(axis=1, ddof=1).mean()), abs=CLOSE)


def test_right_or_wrong_items_have_kr21_for_their_dependability() -> None:
    points = np.ceil(answer_all(250, 20, seed=3))
    totals = points.sum(axis=1)
    kr21 = 20 / 19 * (1 - totals.mean() * (20 - totals.mean()) / (20 * totals.var()))
    papers = sum_papers(points)

    # KR-21 takes the variance with n, the nested design takes it with n - 1.
    assert (1 - papers.dependability) * papers.variance == pytest.approx((1 - kr21) * totals.var(), abs=CLOSE)


def test_alpha_of_drawn_papers_is_that_of_common_ones() -> None:
    points, chance = answer_all(4000, 120, seed=4), np.random.default_rng(5)
    drawn = np.array([chance.choice(120, 20, replace=False) for _ in points])
    covariance = np.cov(points, rowvar=False)
    mean_covariance = (covariance.sum() - np.trace(covariance)) / (120 * 119)
    common = 20 * mean_covariance / (np.trace(covariance) / 120 + 19 * mean_covariance)

    spread = find_draw_variance([(20, points.mean(axis=0).tolist())])
    sat = sum_papers(np.take_along_axis(points, drawn, axis=1))
    alpha = find_alpha(sat, float(np.trace(covariance)) / 6, spread)

    assert alpha == pytest.approx(common, abs=0.02)


def test_the_variance_of_drawn_papers_is_that_of_all_of_them() -> None:
    facilities = [0.2, 0.5, 0.6, 0.9]
    papers = [a + b for i, a in enumerate(facilities) for b in facilities[i + 1 :]]

    assert find_draw_variance([(2, facilities), (1, [0.4])]) == pytest.approx(np.var(papers), abs=CLOSE)


def count_totals(points: np.ndarray) -> dict[int, int]:
    values, people = np.unique(np.floor(points.sum(axis=1)).astype(int), return_counts=True)
    return dict(zip(values.tolist(), people.tolist(), strict=True))


def test_consistency_agrees_with_the_same_steps_in_matrices() -> None:
    points = answer_all(400, 20, seed=6)
    totals = count_totals(points)
    share = (np.arange(51) + 0.5) / 51
    chances = np.array([[comb(20, x) * p**x * (1 - p) ** (20 - x) for p in share] for x in range(21)])
    people = np.bincount(np.floor(points.sum(axis=1)).astype(int), minlength=21) / 400
    weights = np.full(51, 1 / 51)
    for _ in range(100):
        weights = weights * (chances.T @ (people / (chances @ weights)))
    passing = chances[17:].sum(axis=0)
    agreement, chance = weights @ (passing**2 + (1 - passing) ** 2), weights @ passing

    found = find_consistency(sum_papers(points), totals, PASS)

    assert found is not None
    assert found.agreement == pytest.approx(agreement, abs=CLOSE)
    by_chance = chance**2 + (1 - chance) ** 2
    assert found.kappa == pytest.approx((agreement - by_chance) / (1 - by_chance), abs=CLOSE)


@pytest.mark.parametrize("guessing", [0.0, 0.17])
def test_consistency_is_that_of_two_papers_that_the_same_people_sat(guessing: float) -> None:
    chance = np.random.default_rng(7)
    shares = np.where(chance.random((20_000, 1)) < guessing, 0.3, chance.beta(8, 2, (20_000, 1)))
    first, second = (np.less(chance.random((20_000, 20)), shares).astype(float) for _ in range(2))
    agreed = ((first.sum(axis=1) >= 17) == (second.sum(axis=1) >= 17)).mean()

    found = find_consistency(sum_papers(first), count_totals(first), PASS)

    assert found is not None
    assert found.agreement == pytest.approx(agreed, abs=0.01)


def test_an_exam_has_no_figures_below_two_hundred_people() -> None:
    papers = sum_papers(answer_all(199, 20, seed=8))

    assert judge_exam(papers, totals={}, item_variances=1.0, draw_variance=0.0, pass_percent=PASS) is None


def test_totals_without_difference_have_no_alpha_and_no_consistency() -> None:
    papers = sum_papers(np.tile([1.0, 0.0], (200, 10)))

    assert find_alpha(papers, 0.0) is None
    assert find_consistency(papers, {10: 200}, PASS) is None


@given(st.integers(1, 50), st.integers(1, 50), st.data())
def test_detection_is_read_off_the_normal_curve(forbidden: int, allowed: int, data: st.DataObject) -> None:
    hits, false_alarms = data.draw(st.integers(0, forbidden)), data.draw(st.integers(0, allowed))

    found = detect(hits=hits, forbidden=forbidden, false_alarms=false_alarms, allowed=allowed)

    assert found is not None
    # z of the two rates lies half of d' on either side of -c.
    z_hit, z_false = found.d_prime / 2 - found.criterion, -found.d_prime / 2 - found.criterion
    assert (1 + erf(z_hit / sqrt(2))) / 2 == pytest.approx((hits + 0.5) / (forbidden + 1), abs=CLOSE)
    assert (1 + erf(z_false / sqrt(2))) / 2 == pytest.approx((false_alarms + 0.5) / (allowed + 1), abs=CLOSE)


def test_chance_detects_nothing_and_a_missing_side_has_no_figure() -> None:
    assert detect(hits=4, forbidden=8, false_alarms=4, allowed=8) == Detection(0.5, 0.5, 0.0, 0.0)
    assert detect(hits=4, forbidden=8, false_alarms=0, allowed=0) is None


def test_groups_are_compared_as_in_matrices() -> None:
    tables = np.random.default_rng(9).integers(1, 30, (6, 2, 2))
    total = tables.sum(axis=(1, 2))
    rows, columns = tables.sum(axis=2), tables.sum(axis=1)
    odds = (tables[:, 0, 0] * tables[:, 1, 1] / total).sum() / (tables[:, 0, 1] * tables[:, 1, 0] / total).sum()
    expected = rows[:, 0] * columns[:, 0] / total
    variance = rows.prod(axis=1) * columns.prod(axis=1) / (total**2 * (total - 1.0))
    distance = max(0, abs((tables[:, 0, 0] - expected).sum()) - 0.5)

    found = compare_groups(Stratum(*map(int, table.flat)) for table in tables)

    assert found is not None
    assert found.odds_ratio == pytest.approx(odds, abs=CLOSE)
    assert found.chi_square == pytest.approx(distance**2 / variance.sum(), abs=CLOSE)
    assert found.delta == pytest.approx(-2.35 * np.log(odds), abs=CLOSE)
    # The form of Phillips and Holland 1987, Biometrics 43, 425-431, is another one of the same estimator.
    a, b, c, d = tables.reshape(-1, 4).T
    spread = ((a * d + odds * b * c) * (a + d + odds * (b + c)) / total**2).sum() / 2
    assert found.log_error == pytest.approx(sqrt(spread) / (a * d / total).sum(), abs=CLOSE)


@pytest.mark.parametrize(
    ("odds", "chi_square", "log_error", "inequality"),
    [
        (1.5, 99.0, 0.01, Inequality.NEGLIGIBLE),
        (2.0, 3.8, 0.4, Inequality.NEGLIGIBLE),
        (0.6, 3.9, 0.2, Inequality.MODERATE),
        # 2.35 ln 2.5 is 2.15, of which 1 is within 1.645 standard errors of 0.71 each but not of 0.69.
        (2.5, 9.0, 0.71 / 2.35, Inequality.MODERATE),
        (2.5, 9.0, 0.69 / 2.35, Inequality.LARGE),
        (1 / 2.5, 9.0, 0.69 / 2.35, Inequality.LARGE),
        (None, 9.0, None, None),
        (0.0, 9.0, None, None),
    ],
)
def test_a_difference_is_classed_by_its_size_and_certainty(
    odds: float | None, chi_square: float, log_error: float | None, inequality: Inequality | None
) -> None:
    assert MantelHaenszel(odds, chi_square, log_error).inequality is inequality


def test_groups_that_never_meet_are_not_compared() -> None:
    assert compare_groups([Stratum(5, 5, 0, 0), Stratum(0, 0, 1, 0)]) is None
    for stratum, odds in ((Stratum(5, 0, 0, 5), None), (Stratum(0, 5, 5, 0), 0.0)):
        found = compare_groups([stratum])
        assert found is not None
        assert (found.odds_ratio, found.log_error, found.delta) == (odds, None, None)

"""Figures about items and exams, computed from sums and counts that can be kept; they name no person.

Only first attempts belong here: in later ones people have seen the rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb, log, sqrt
from statistics import NormalDist

NORMAL = NormalDist()
FEWEST_TENTATIVE = 30
FEWEST_FIRM = 100
FEWEST_FOR_EXAM = 200
Z_95 = NORMAL.inv_cdf(0.975)


class Strength(StrEnum):
    """How far a figure about an item can be relied on."""

    TENTATIVE = "sementara"
    FIRM = "kuat"


def strength_of(people: int) -> Strength | None:
    """Return the strength of a figure from this many answers; None below 30, where it says nothing."""
    if people < FEWEST_TENTATIVE:
        return None
    return Strength.FIRM if people >= FEWEST_FIRM else Strength.TENTATIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSums:
    """Sums over the people whose paper held an item: x is their points on it, r those on the rest of the same paper.

    The unit of points is free, since facility is asked for with it and a correlation has none. With whole numbers as
    the unit the sums are exact whatever the order in which they were added.
    """

    people: int = 0
    points: int = 0
    squares: int = 0
    rests: int = 0
    rest_squares: int = 0
    products: int = 0

    def with_person(self, points: int, rest: int) -> "ItemSums":
        return self + ItemSums(
            people=1,
            points=points,
            squares=points * points,
            rests=rest,
            rest_squares=rest * rest,
            products=points * rest,
        )

    def __add__(self, other: "ItemSums") -> "ItemSums":
        return ItemSums(
            people=self.people + other.people,
            points=self.points + other.points,
            squares=self.squares + other.squares,
            rests=self.rests + other.rests,
            rest_squares=self.rest_squares + other.rest_squares,
            products=self.products + other.products,
        )

    def facility(self, whole: int = 1) -> float | None:
        """Return the mean share of the point, 0 to 1; `whole` is the point in the unit of the sums.

        Crocker and Algina 1986, Introduction to Classical and Modern Test Theory, chapter 14.
        """
        return self.points / (self.people * whole) if self.people else None

    def variance(self) -> float:
        """Return the variance of the points with n - 1, in squares of the unit; 0 for fewer than two people."""
        n = self.people
        return (n * self.squares - self.points**2) / (n * (n - 1)) if n > 1 else 0.0


def find_discrimination(groups: Iterable[ItemSums]) -> float | None:
    """Return the correlation of an item with the rest of the paper that each person really sat.

    The item is left out of the score, so that it does not agree with itself (Henrysson 1963, Psychometrika 28,
    211-218). Groups, such as periods, are each taken from their own means: that one did better than another says
    nothing about the item. None where all did equally well on either side.
    """
    own = rest = product = 0.0
    for group in groups:
        n = group.people
        if n:
            own += (n * group.squares - group.points**2) / n
            rest += (n * group.rest_squares - group.rests**2) / n
            product += (n * group.products - group.points * group.rests) / n
    return product / (sqrt(own) * sqrt(rest)) if own > 0 and rest > 0 else None


def share_options(chosen: Mapping[str, int], people: int) -> dict[str, float]:
    """Return the share of people who chose each option; where several may be chosen they do not add up to 1."""
    return {name: number / people for name, number in chosen.items()} if people else {}


def find_median(counts: Mapping[int, int]) -> float | None:
    """Return the median of values given as value -> how often; the mean of the middle two of an even number."""
    total = sum(counts.values())
    if not total:
        return None
    lower, upper = (total - 1) // 2, total // 2
    middle: list[int] = []
    before = 0
    for value in sorted(counts):
        middle += [value for place in (lower, upper) if before <= place < before + counts[value]]
        before += counts[value]
    return sum(middle) / 2


def wilson(share: float, people: int, z: float = Z_95) -> tuple[float, float]:
    """Return the score interval of a share, by default of 95 %.

    Wilson 1927, Journal of the American Statistical Association 22, 209-212. For a mean of values in [0, 1], such as
    part points, it is somewhat too wide, because none varies more than a yes or no of the same mean.
    """
    if people <= 0:
        return 0.0, 1.0
    squared = z * z / people
    middle = (share + squared / 2) / (1 + squared)
    half = z / (1 + squared) * sqrt(share * (1 - share) / people + squared / (4 * people))
    return max(0.0, middle - half), min(1.0, middle + half)


def find_lowest(intervals: Sequence[tuple[float, float]]) -> int | None:
    """Return the place of the interval that lies wholly below all others, None if none does or there is but one."""
    order = sorted(range(len(intervals)), key=lambda place: intervals[place])
    clear = len(order) > 1 and intervals[order[0]][1] < min(intervals[place][0] for place in order[1:])
    return order[0] if clear else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedSums:
    """Sums over people who were measured twice: x before and y after, in a free unit; `squares` is over (y - x)^2."""

    people: int
    before: int
    after: int
    squares: int


@dataclass(frozen=True, slots=True)
class Gain:
    """The means before and after, 0 to 1, the mean gain of the same people, and its interval of 95 %."""

    people: int
    before: float
    after: float
    gain: float
    low: float
    high: float


def find_gain(sums: PairedSums, whole: int = 1) -> Gain | None:
    """Return the mean gain of paired shares; `whole` is 1 in the unit of the sums. None for fewer than two people.

    The interval is that of the mean of differences: Student 1908, The probable error of a mean, Biometrika 6, 1-25.
    Both times people answer different questions of one bank, so the variance of the differences holds the chance of
    the draw too. It does not say why something was gained, and not what those would gain who took no pre-test.
    """
    n = sums.people
    if n <= 1:
        return None
    total = sums.after - sums.before
    variance = max(0, n * sums.squares - total**2) / (n * (n - 1))
    gain, half = total / n, student(0.975, n - 1) * sqrt(variance / n)
    low, high = max(-1.0, (gain - half) / whole), min(1.0, (gain + half) / whole)
    return Gain(n, sums.before / n / whole, sums.after / n / whole, gain / whole, low, high)


def student(share: float, freedom: int) -> float:
    """Return the quantile of Student's t, by four terms of its expansion about that of the normal distribution.

    Abramowitz and Stegun 1964, Handbook of Mathematical Functions, 26.7.5. For 0.975 it is off by less than 3e-6 from
    nine degrees of freedom on.
    """
    z = NORMAL.inv_cdf(share)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / float(freedom) ** power for power, term in enumerate(terms, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSums:
    """Sums over the papers of an exam, each with `items` questions; x is the points, 0 to 1, on one of them.

    `totals` and `total_squares` are over each person's sum of x, `squares` over every single x.
    """

    people: int
    items: int
    totals: float
    total_squares: float
    squares: float

    @property
    def mean(self) -> float:
        return self.totals / self.people

    @property
    def variance(self) -> float:
        """Return the variance of people's totals with n - 1."""
        return (self.total_squares - self.totals**2 / self.people) / (self.people - 1)

    @property
    def error_variance(self) -> float:
        """Return the variance of a total over other papers that the same person might have drawn.

        In the design of items nested in persons it is k times the mean square within persons; for items that are right
        or wrong it is the mean of Lord's X (k - X) / (k - 1). It contains that papers differ in difficulty.
        Brennan 2001, Generalizability Theory, section 4.1; Lord 1957, Educational and Psychological Measurement 17,
        510-521.
        """
        within = self.squares - self.total_squares / self.items
        return self.items * within / (self.people * (self.items - 1))

    @property
    def dependability(self) -> float:
        """Return the share of the variance of totals that is not error: for right or wrong items it is KR-21.

        Brennan 2001, section 4.1, index of dependability of the nested design; Kuder and Richardson 1937, Psychometrika
        2, 151-160.
        """
        return 1 - self.error_variance / self.variance if self.variance > 0 else 0.0


def find_alpha(papers: PaperSums, item_variances: float, draw_variance: float = 0.0) -> float | None:
    """Return Cronbach's alpha of the average paper: k / (k - 1) (1 - sum of item variances / variance of totals).

    `item_variances` is their sum over a paper, expected where papers are drawn: each item's variance times the share of
    papers that hold it. From the variance of totals `draw_variance` is taken off, because a paper that is harder than
    another says nothing about those who sat it. Cronbach 1951, Psychometrika 16, 297-334.
    """
    variance = papers.variance - draw_variance
    if variance <= 0 or papers.items <= 1:
        return None
    return papers.items / (papers.items - 1) * (1 - item_variances / variance)


def find_draw_variance(strata: Iterable[tuple[float, Sequence[float]]]) -> float:
    """Return the variance of the difficulty of papers drawn by chance from strata.

    A stratum is how many items a paper takes from it, and the facilities of all its items. It is that of a sum under
    stratified sampling without replacement: Cochran 1977, Sampling Techniques, theorems 2.2 and 5.3. Twins, which never
    meet in one paper, are not taken into account.
    """
    total = 0.0
    for drawn, facilities in strata:
        number = len(facilities)
        if number > 1:
            mean = sum(facilities) / number
            spread = sum((each - mean) ** 2 for each in facilities) / (number - 1)
            total += drawn * (1 - drawn / number) * spread
    return total


@dataclass(frozen=True, slots=True)
class Consistency:
    """How often a second paper would lead to the same verdict, 0 to 1, and how much of that is more than chance."""

    agreement: float
    kappa: float


TRUE_SHARES = tuple((place + 0.5) / 51 for place in range(51))
STEPS = 100


def find_consistency(papers: PaperSums, totals: Mapping[int, int], pass_percent: int) -> Consistency | None:
    """Return the consistency of passing for papers drawn by chance, from one sitting.

    `totals` are whole points -> people; the rest of a point counts as nothing. A paper drawn by chance is a binomial
    trial of a person's true share of the bank, and people's true shares are distributed as their totals show (Lord
    1969, Psychometrika 34, 259-299). Unlike the beta distribution of Huynh 1976, that allows for a group of people who
    guess. None where the totals show no difference between people but chance.
    """
    if not 0 < papers.dependability < 1:
        return None
    cut = -(-papers.items * pass_percent // 100)
    weights = estimate_shares(totals, papers.items)
    passing = [sum(_binomial(papers.items, x, share) for x in range(cut, papers.items + 1)) for share in TRUE_SHARES]
    once = sum(weight * chance for weight, chance in zip(weights, passing, strict=True))
    twice = sum(weight * chance**2 for weight, chance in zip(weights, passing, strict=True))
    if not 0 < once < 1:
        return None
    return Consistency(agreement=1 - 2 * (once - twice), kappa=(twice - once**2) / (once - once**2))


def estimate_shares(totals: Mapping[int, int], items: int) -> list[float]:
    """Return the part of people with each of TRUE_SHARES, estimated from their totals.

    Nonparametric maximum likelihood by EM from equal parts: Laird 1978, Journal of the American Statistical Association
    73, 805-811. The number of steps is fixed, since many more of them only sharpen what chance has put there.
    """
    people = sum(totals.values())
    likelihoods = [(count, [_binomial(items, x, share) for share in TRUE_SHARES]) for x, count in totals.items()]
    weights = [1 / len(TRUE_SHARES)] * len(TRUE_SHARES)
    for _ in range(STEPS):
        updated = [0.0] * len(TRUE_SHARES)
        for count, likelihood in likelihoods:
            joint = [weight * each for weight, each in zip(weights, likelihood, strict=True)]
            scale = count / sum(joint)
            updated = [sofar + scale * each for sofar, each in zip(updated, joint, strict=True)]
        weights = [each / people for each in updated]
    return weights


def _binomial(n: int, x: int, share: float) -> float:
    return comb(n, x) * share**x * (1 - share) ** (n - x)


@dataclass(frozen=True, slots=True)
class ExamFigures:
    """The quality of an exam. `mean`, `deviation` and `error` (standard error of measurement) are in points.

    `alpha` and `consistency` are None where the totals do not differ by more than chance.
    """

    people: int
    mean: float
    deviation: float
    alpha: float | None
    error: float
    consistency: Consistency | None


def judge_exam(
    papers: PaperSums,
    *,
    totals: Mapping[int, int],
    item_variances: float,
    draw_variance: float,
    pass_percent: int,
) -> ExamFigures | None:
    """Return the figures of an exam; None below 200 people. `totals` are whole points -> people."""
    if papers.people < FEWEST_FOR_EXAM or papers.items <= 1:
        return None
    return ExamFigures(
        people=papers.people,
        mean=papers.mean,
        deviation=sqrt(max(0.0, papers.variance)),
        alpha=find_alpha(papers, item_variances, draw_variance),
        error=sqrt(max(0.0, papers.error_variance)),
        consistency=find_consistency(papers, totals, pass_percent),
    )


@dataclass(frozen=True, slots=True)
class Detection:
    """How well forbidden acts are told from allowed ones. A criterion above 0 leans to "boleh", below 0 to "dilarang".

    The two rates are as observed, 0 to 1.
    """

    hit_rate: float
    false_alarm_rate: float
    d_prime: float
    criterion: float


def detect(*, hits: int, forbidden: int, false_alarms: int, allowed: int) -> Detection | None:
    """Return *Peka dan Wajar* from how often forbidden and allowed acts were called forbidden; None without either.

    d' and c follow Macmillan and Creelman 2005, Detection Theory, chapters 1 and 2, from rates with the log-linear
    correction of Hautus 1995, Behavior Research Methods 27, 46-51, so that rates of 0 and 1 have figures too.
    """
    if not forbidden or not allowed:
        return None
    z_hit = NORMAL.inv_cdf((hits + 0.5) / (forbidden + 1))
    z_false = NORMAL.inv_cdf((false_alarms + 0.5) / (allowed + 1))
    return Detection(hits / forbidden, false_alarms / allowed, z_hit - z_false, -(z_hit + z_false) / 2)


@dataclass(frozen=True, slots=True)
class Stratum:
    """People of about the same score: how many of two groups have an item right and wrong."""

    reference_right: int
    reference_wrong: int
    focal_right: int
    focal_wrong: int

    @property
    def people(self) -> int:
        return self.reference_right + self.reference_wrong + self.focal_right + self.focal_wrong


class Inequality(StrEnum):
    """The classes of ETS for an item that is harder for one of two groups of people who are equally able."""

    NEGLIGIBLE = "A"
    MODERATE = "B"
    LARGE = "C"


DELTA = -2.35
CHI_SQUARE_95 = NORMAL.inv_cdf(0.975) ** 2
Z_ONE_SIDED_95 = NORMAL.inv_cdf(0.95)
LEAST_MODERATE, LEAST_LARGE = 1.0, 1.5


@dataclass(frozen=True, slots=True)
class MantelHaenszel:
    """`odds_ratio` above 1: people of equal score in the reference group have the item right more often.

    It is None where it is undefined, and `log_error`, the standard error of its logarithm, where that has no figure.
    `chi_square` has one degree of freedom.
    """

    odds_ratio: float | None
    chi_square: float
    log_error: float | None = None

    @property
    def delta(self) -> float | None:
        """Return MH D-DIF, the difference on the delta scale of ETS: below 0 the item is harder for the focal group.

        Holland and Thayer 1988, in Wainer and Braun, Test Validity, 129-145.
        """
        return DELTA * log(self.odds_ratio) if self.odds_ratio else None

    @property
    def inequality(self) -> Inequality | None:
        """Return the class of the difference; None where it has no figure.

        C is at least 1.5 and significantly above 1, A below 1 or not significantly different from 0; B is the rest.
        Zieky 1993, in Holland and Wainer, Differential Item Functioning, 337-347.
        """
        if self.delta is None or self.log_error is None:
            return None
        size, error = abs(self.delta), abs(DELTA) * self.log_error
        if size < LEAST_MODERATE or self.chi_square < CHI_SQUARE_95:
            return Inequality.NEGLIGIBLE
        large = size >= LEAST_LARGE and size - LEAST_MODERATE > Z_ONE_SIDED_95 * error
        return Inequality.LARGE if large else Inequality.MODERATE


def compare_groups(strata: Iterable[Stratum]) -> MantelHaenszel | None:
    """Compare two groups on an item; None where no stratum has both groups and both outcomes.

    Mantel and Haenszel 1959, Journal of the National Cancer Institute 22, 719-748, with their correction for
    continuity; for items Holland and Thayer 1988.
    """
    kept = [each for each in strata if each.people > 1]
    observed = expected = variance = 0.0
    for each in kept:
        a, b, c, d = each.reference_right, each.reference_wrong, each.focal_right, each.focal_wrong
        total = each.people
        observed += a
        expected += (a + b) * (a + c) / total
        variance += (a + b) * (c + d) * (a + c) * (b + d) / (total**2 * (total - 1))
    if variance == 0:
        return None
    deviation = max(0.0, abs(observed - expected) - 0.5)
    odds_ratio, log_error = estimate_odds(kept)
    return MantelHaenszel(odds_ratio, deviation**2 / variance, log_error)


def estimate_odds(strata: Iterable[Stratum]) -> tuple[float | None, float | None]:
    """Return the common odds ratio of the strata and the standard error of its logarithm, None where undefined.

    Robins, Breslow and Greenland 1986, Biometrics 42, 311-323.
    """
    right = wrong = both_right = crossed = both_wrong = 0.0
    for each in strata:
        total = each.people
        agreeing = (each.reference_right + each.focal_wrong) / total
        r = each.reference_right * each.focal_wrong / total
        s = each.reference_wrong * each.focal_right / total
        right, wrong = right + r, wrong + s
        both_right += agreeing * r
        crossed += agreeing * s + (1 - agreeing) * r
        both_wrong += (1 - agreeing) * s
    if not wrong:
        return None, None
    if not right:
        return 0.0, None
    variance = both_right / (2 * right**2) + crossed / (2 * right * wrong) + both_wrong / (2 * wrong**2)
    return right / wrong, sqrt(variance)

"""Random questions of every kind, and random answers that a form can send to them."""

from typing import Any

from hypothesis import strategies as st

from netral.quiz.kinds import KINDS
from netral.quiz.kinds.benar_salah import TrueFalse
from netral.quiz.kinds.btt import BttQuestion, Condition, Decoy, Situation
from netral.quiz.kinds.jamak import MultipleChoice
from netral.quiz.kinds.jodoh import Matching, Row, Suggested
from netral.quiz.kinds.langkah import NextStep
from netral.quiz.kinds.putusan import Judgement, Proviso, Reason, VerdictQuestion
from netral.quiz.kinds.tunggal import SingleChoice
from netral.quiz.kinds.urut import Ordering, Step
from netral.quiz.options import Option
from netral.quiz.questions import (
    CONDUCT,
    Audience,
    Citation,
    Indicator,
    Layout,
    Level,
    Question,
    Stage,
    Verdict,
    lay_out,
)

LETTERS = "abcdefghij"
words = st.text(st.characters(codec="utf-8"), max_size=12)
conduct = st.sampled_from(CONDUCT)


@st.composite
def abouts(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "id": draw(st.from_regex(r"[a-z]{2,8}-[0-9]{2}", fullmatch=True)),
        "stem": "TAMPIL " + draw(words),
        "details": draw(words),
        "explanation": "RAHASIA penjelasan",
        "indicator": draw(st.sampled_from(Indicator)),
        "rules": (Citation("RAHASIA-1-2022", "ps.1"),),
        "stages": tuple(draw(st.sets(st.sampled_from(Stage)))),
        "verdict": draw(st.none() | st.sampled_from(Verdict)),
        "twin_group": draw(st.none() | st.just("RAHASIA-kembar")),
        "level": draw(st.none() | st.sampled_from(Level)),
        "audiences": tuple(draw(st.sets(st.sampled_from(Audience)))),
        "shuffle": draw(st.booleans()),
    }


def make_option(name: str, *, correct: bool) -> Option:
    return Option(id=name, text=f"TAMPIL {name}", feedback=f"RAHASIA {name}", correct=correct)


@st.composite
def singles(draw: st.DrawFn) -> SingleChoice:
    count = draw(st.integers(2, 10))
    key = draw(st.integers(0, count - 1))
    options = tuple(make_option(letter, correct=place == key) for place, letter in enumerate(LETTERS[:count]))
    return SingleChoice(**draw(abouts()), options=options)


@st.composite
def next_steps(draw: st.DrawFn) -> NextStep:
    key = draw(st.integers(0, 3))
    options = tuple(make_option(letter, correct=place == key) for place, letter in enumerate("abcd"))
    return NextStep(**draw(abouts()), options=options)


@st.composite
def multiples(draw: st.DrawFn) -> MultipleChoice:
    keys = draw(st.lists(st.booleans(), min_size=2, max_size=10).filter(any))
    options = tuple(make_option(letter, correct=key) for letter, key in zip(LETTERS, keys, strict=False))
    return MultipleChoice(**draw(abouts()), options=options)


@st.composite
def true_falses(draw: st.DrawFn) -> TrueFalse:
    truth = draw(st.booleans())
    options = (make_option("benar", correct=truth), make_option("salah", correct=not truth))
    return TrueFalse(**draw(abouts()), options=options)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    verdict = draw(conduct)
    names = draw(st.sets(st.integers(1, 8), min_size=2, max_size=4)) if verdict is Verdict.TERGANTUNG else set()
    conditions = tuple(
        Condition(f"s{name}", f"TAMPIL jika {name}", allowed=place == 0 or draw(st.booleans()))
        for place, name in enumerate(sorted(names))
    )
    return Situation("TAMPIL situasi", verdict, "RAHASIA umpan", conditions)


@st.composite
def btts(draw: st.DrawFn) -> BttQuestion:
    judged = tuple(draw(st.lists(situations(), min_size=1, max_size=5)))
    decoys = tuple(Decoy(f"s{number}", f"TAMPIL jika {number}") for number in range(9, 9 + draw(st.integers(0, 3))))
    return BttQuestion(**draw(abouts()), situations=judged, decoys=decoys)


@st.composite
def verdicts(draw: st.DrawFn) -> VerdictQuestion:
    names = LETTERS[: draw(st.integers(2, 6))]
    verdict = draw(conduct)
    provisos = (Proviso("RAHASIA jika", allowed=True), Proviso("RAHASIA jika", allowed=False))
    return VerdictQuestion(
        **draw(abouts()) | {"verdict": verdict},
        judgements=tuple(Judgement(each, f"RAHASIA {each}") for each in CONDUCT),
        list_name="RAHASIA-daftar",
        reasons=tuple(Reason(name, f"TAMPIL {name}", f"RAHASIA {name}") for name in names),
        reason=draw(st.sampled_from(names)),
        provisos=provisos if verdict is Verdict.TERGANTUNG else (),
    )


@st.composite
def matchings(draw: st.DrawFn) -> Matching:
    names = LETTERS[: draw(st.integers(3, 10))]
    rows = draw(st.lists(st.sampled_from(names), min_size=1, max_size=len(names) - 1))
    return Matching(
        **draw(abouts()),
        heads=("TAMPIL peristiwa", "TAMPIL indikator"),
        rows=tuple(Row(f"TAMPIL baris {number}", name) for number, name in enumerate(rows)),
        answers=tuple(Suggested(name, f"TAMPIL {name}") for name in names),
    )


@st.composite
def orderings(draw: st.DrawFn) -> Ordering:
    places = draw(st.permutations(range(1, draw(st.integers(2, 7)) + 1)))
    steps = tuple(Step(f"TAMPIL langkah {number}", place) for number, place in enumerate(places))
    return Ordering(**draw(abouts()), steps=steps)


BY_KIND: dict[str, st.SearchStrategy[Question]] = {
    "tunggal": singles(),
    "jamak": multiples(),
    "benar-salah": true_falses(),
    "btt": btts(),
    "putusan": verdicts(),
    "langkah": next_steps(),
    "jodoh": matchings(),
    "urut": orderings(),
}
questions: st.SearchStrategy[Question] = st.sampled_from(list(KINDS)).flatmap(BY_KIND.__getitem__)


layouts: st.SearchStrategy[Layout] = st.builds(
    lambda question, order, seed, by_place: lay_out(question, order, seed=seed, by_place=by_place),
    questions,
    st.permutations([*LETTERS, *(f"s{number}" for number in range(1, 12))]),
    st.none() | st.integers(0, 99),
    st.booleans(),
)


@st.composite
def forms(draw: st.DrawFn, layout: Layout) -> dict[str, list[str]]:
    """Return forms in which each field has nothing, one value or, for several choices, any of the values offered."""
    return {
        shown.name: draw(
            st.lists(st.sampled_from(list(shown.ids)), unique=True, max_size=None if shown.field.many else 1)
        )
        for shown in layout.fields()
    }

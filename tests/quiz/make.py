"""Questions about nobody, one of each kind; a test names only what it is about."""

from typing import Any

from netral.quiz.feeds import Choice, Deed, Feed, Post, Worth
from netral.quiz.kinds.benar_salah import TrueFalse
from netral.quiz.kinds.btt import BttQuestion, Condition, Situation
from netral.quiz.kinds.jamak import MultipleChoice
from netral.quiz.kinds.jodoh import Matching, Row, Suggested
from netral.quiz.kinds.langkah import NextStep
from netral.quiz.kinds.putusan import Judgement, Reason, VerdictQuestion
from netral.quiz.kinds.tunggal import SingleChoice
from netral.quiz.kinds.urut import Ordering, Step
from netral.quiz.options import Option
from netral.quiz.questions import CONDUCT, Citation, Indicator, Question, Verdict

ABOUT: dict[str, Any] = {
    "stem": "Manakah yang sesuai?",
    "indicator": Indicator.KAMPANYE,
    "rules": (Citation("SKB-9-2022", "lamp.II-A4"),),
}


def make_options(keys: str, *, count: int = 4) -> tuple[Option, ...]:
    return tuple(
        Option(id=letter, text=f"Pilihan {letter}", feedback=f"UMPAN {letter}", correct=letter in keys)
        for letter in "abcdefghij"[:count]
    )


def make_single(key: str = "b", **changes: Any) -> SingleChoice:
    return SingleChoice(**ABOUT | {"id": "suka-01", "options": make_options(key)} | changes)


def make_multiple(keys: str = "ab", *, count: int = 4, **changes: Any) -> MultipleChoice:
    return MultipleChoice(**ABOUT | {"id": "aman-01", "options": make_options(keys, count=count)} | changes)


def make_true_false(answer: str = "benar", **changes: Any) -> TrueFalse:
    options = tuple(
        Option(id=name, text=name.capitalize(), feedback=f"UMPAN {name}", correct=name == answer)
        for name in ("benar", "salah")
    )
    return TrueFalse(**ABOUT | {"id": "bilik-01", "options": options} | changes)


def make_next_step(key: str = "b", **changes: Any) -> NextStep:
    return NextStep(**ABOUT | {"id": "lapor-01", "options": make_options(key)} | changes)


def make_situation(verdict: Verdict, *conditions: Condition) -> Situation:
    return Situation(text="Situasi", verdict=verdict, feedback=f"UMPAN {verdict}", conditions=conditions)


ALLOWED = make_situation(Verdict.BOLEH)
FORBIDDEN = make_situation(Verdict.TIDAK)
DEPENDS = make_situation(
    Verdict.TERGANTUNG,
    Condition("s1", "jika sedang cuti", allowed=True),
    Condition("s2", "jika berpose nomor urut", allowed=False),
)


def make_btt(*situations: Situation, **changes: Any) -> BttQuestion:
    return BttQuestion(**ABOUT | {"id": "putus-01", "situations": situations or (ALLOWED, DEPENDS)} | changes)


def make_verdict(verdict: Verdict = Verdict.TIDAK, reason: str = "dukungan", **changes: Any) -> VerdictQuestion:
    own = {
        "id": "reaksi-01",
        "verdict": verdict,
        "judgements": tuple(Judgement(each, f"UMPAN {each}") for each in CONDUCT),
        "list_name": "reaksi",
        "reasons": tuple(
            Reason(name, f"Alasan {name}", f"UMPAN {name}") for name in ("dukungan", "penyelenggara", "tertutup")
        ),
        "reason": reason,
    }
    return VerdictQuestion(**ABOUT | own | changes)


def make_matching(*answers: str, **changes: Any) -> Matching:
    """Make a question whose rows have these answers, of a to e."""
    rows = tuple(Row(f"Baris {number}", answer) for number, answer in enumerate(answers or "cab", 1))
    suggested = tuple(Suggested(letter, f"Jawaban {letter}") for letter in "abcde")
    own = {"id": "jodoh-01", "heads": ("Peristiwa", "Indikator"), "rows": rows, "answers": suggested}
    return Matching(**ABOUT | own | changes)


def make_ordering(*places: int, **changes: Any) -> Ordering:
    """Make a question whose steps, as they are kept, belong at these places."""
    steps = tuple(Step(f"Langkah {place}", place) for place in places or (3, 1, 4, 2))
    return Ordering(**ABOUT | {"id": "urut-01", "steps": steps} | changes)


def make_each_kind() -> tuple[Question, ...]:
    return (
        *(make_single(), make_multiple(), make_true_false(), make_btt(), make_verdict()),
        *(make_next_step(), make_matching(), make_ordering()),
    )


def make_choice(deed: Deed, worth: Worth) -> Choice:
    rules = ABOUT["rules"] if worth is Worth.PELANGGARAN else ()
    return Choice(deed=deed, text=f"Pilih {deed}", worth=worth, story=f"CERITA {deed}", rules=rules)


def make_post(like: Worth = Worth.PELANGGARAN, leave: Worth = Worth.AMAN, **changes: Any) -> Post:
    """Return a post that offers to like it, to leave it alone and to keep evidence, in this order."""
    keep = Worth.BAIK if like is Worth.PELANGGARAN else Worth.AMAN
    worths = {Deed.SUKA: like, Deed.ABAIKAN: leave, Deed.SIMPAN_BUKTI: keep}
    about = {"account": "KPU Contoh", "note": "akun", "text": "<p>Isi.</p>", "picture": "", "counts": "", "pair": ""}
    choices = tuple(make_choice(deed, worth) for deed, worth in worths.items())
    return Post(**{**about, "choices": choices, **changes})


def make_feed(*posts: Post, **changes: Any) -> Feed:
    return Feed(**{"id": "pagi", "title": "Pagi", "scene": "<p>Pagi.</p>", "version": "1", "posts": posts} | changes)

"""A guesser who knows no rule: what the wording of a bank gives away is found, and nothing where it gives nothing."""

from collections.abc import Callable, Sequence

from netral.content.blind.guessing import Guessing, guess_bank
from netral.content.checks.guessable import check_guessable, guess
from netral.content.contents import Library, LibraryQuestion
from netral.content.kinds import QuestionSource
from netral.quiz.blueprint import Blueprint
from netral.quiz.kinds.btt import Situation
from netral.quiz.kinds.putusan import Reason
from netral.quiz.options import Option
from netral.quiz.questions import Indicator, Question, Verdict, chance
from tests.quiz.make import make_btt, make_single, make_true_false, make_verdict

EXAM = Blueprint(quotas={Indicator.KAMPANYE: 20}, open_percent=0)
WORDS = [
    "apel",
    "bendera",
    "cuti",
    "dinas",
    "edaran",
    "foto",
    "gedung",
    "hari",
    "izin",
    "jabatan",
    "kantor",
    "lurah",
    "mobil",
    "nama",
    "olahraga",
    "pagi",
]


def pick(*seed: str | int, count: int = 3) -> str:
    return " ".join(sorted(WORDS, key=lambda word: chance(*seed, word))[:count])


def choice_of_actions(number: int, *, key_word: str = "") -> Question:
    """Return a question whose options are words by chance; the key alone may hold one word more."""
    key = "abcd"[chance("kunci", number)[0] % 4]
    options = tuple(
        Option(letter, f"{pick(number, letter)} {key_word if letter == key else 'sesuatu'}", "", letter == key)
        for letter in "abcd"
    )
    return make_single(id=f"soal-{number}", stem=pick(number, count=5), options=options)


REASONS = tuple(Reason(name, f"Alasan {name}", "") for name in ("dukungan", "tugas", "resmi", "izin"))


def pick_reason(number: int) -> str:
    return REASONS[1 + chance("alasan", number)[0] % 3].id


def bank(make: Callable[[int], Question], *, count: int = 60, files: int = 4) -> list[LibraryQuestion]:
    return [
        LibraryQuestion(question=make(number), source=QuestionSource("", number, ""), path=f"bank/{number % files}.md")
        for number in range(1, count + 1)
    ]


def guessed(questions: Sequence[LibraryQuestion]) -> Guessing:
    return guess_bank(questions, EXAM)


def test_a_word_that_only_keys_hold_is_found_and_named() -> None:
    found = guessed(bank(lambda number: choice_of_actions(number, key_word="meski")))

    assert found.share > 0.95
    assert found.passing == 1
    assert {finding.code for finding in check_guessable(found)} == {"T01", "T02", "T03", "T04"}
    assert "meski" in " ".join(found.worst(1)[0].telling)
    assert "meski" in " ".join(cue for cue, _ in found.commonest_cues(5))


def test_options_without_a_cue_earn_about_what_luck_earns() -> None:
    found = guessed(bank(lambda number: choice_of_actions(number, key_word="sesuatu"), count=80))

    assert 0.2 < found.by_luck < 0.3
    assert found.share < 0.4
    assert found.passing == 0


def test_the_words_of_a_situation_give_its_verdict_away() -> None:
    def judged(number: int) -> Question:
        allowed = number % 2 == 0
        word = "tanpa" if allowed else "sambil"
        verdict = Verdict.BOLEH if allowed else Verdict.TIDAK
        situations = [Situation(f"{pick(number, part)} {word} {pick(part)}", verdict, "") for part in range(3)]
        return make_btt(*situations, id=f"btt-{number}")

    assert guessed(bank(judged)).share > 0.9


def test_statements_that_are_true_where_they_deny_are_found() -> None:
    def stated(number: int) -> Question:
        word = "tidak" if number % 3 else "memang"
        return make_true_false("benar" if number % 3 else "salah", id=f"bs-{number}", stem=f"{pick(number)} {word}")

    assert guessed(bank(stated)).share > 0.9


def test_a_reason_that_is_the_key_too_often_is_found() -> None:
    """Three of five verdicts are TIDAK, for the same one of four reasons: together they earn their three of five."""

    def judged(number: int) -> Question:
        verdict, reason = (Verdict.TIDAK, "dukungan") if number % 5 < 3 else (Verdict.BOLEH, pick_reason(number))
        return make_verdict(
            id=f"putusan-{number}", stem=pick(number, count=5), verdict=verdict, reason=reason, reasons=REASONS
        )

    found = guessed(bank(judged))
    assert 0.5 < found.share < 0.75
    assert found.by_luck < 0.2


def test_a_twin_in_another_file_teaches_nothing() -> None:
    """Twins share words that nothing else holds; whoever learnt from one would know the key of the other."""

    def twin(number: int) -> Question:
        pair = number // 4
        key = "abcd"[chance("kunci", pair)[0] % 4]
        options = tuple(
            Option(letter, f"kata{pair}{letter} {pick(pair, letter)}", "", letter == key) for letter in "abcd"
        )
        return make_single(id=f"soal-{number}", stem=pick(number), options=options, twin_group=f"kembar-{pair}")

    assert guessed(bank(twin, count=100, files=2)).share < 0.45


def test_a_bank_of_a_few_questions_is_not_measured() -> None:
    assert guess(Library()) is None

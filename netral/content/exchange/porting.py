"""Questions of a library in the forms that other systems know, where those are graded alike.

A form may be stricter, never milder; but a partly right choice of several options is weighed as that system does.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from netral.content.contents import LibraryQuestion
from netral.content.exchange.portable import Portable, PortableOption, without_tags
from netral.quiz.kinds.benar_salah import TrueFalse
from netral.quiz.kinds.btt import BttQuestion, Situation
from netral.quiz.kinds.jamak import MultipleChoice
from netral.quiz.kinds.jodoh import Matching
from netral.quiz.kinds.langkah import NextStep
from netral.quiz.kinds.putusan import VerdictQuestion
from netral.quiz.kinds.tunggal import SingleChoice
from netral.quiz.kinds.urut import Ordering
from netral.quiz.options import Option
from netral.quiz.questions import Question, Verdict

LONGEST_ANSWER = 255
"""The letters that Moodle keeps of an answer to be matched (`answertext` in its table of pairs)."""
VERDICTS = {Verdict.BOLEH: "Boleh", Verdict.TIDAK: "Tidak boleh", Verdict.TERGANTUNG: "Tergantung"}

TOO_LONG = f"jawabannya lebih dari {LONGEST_ANSWER} huruf"
NO_ORDER = "urutan hanya ada dalam bentuk moodle-xml"
SEVERAL_ALLOW = "satu situasinya punya beberapa syarat yang membolehkan"
NO_FORM = "tidak ada bentuk yang menilainya sama"


@dataclass(frozen=True, slots=True)
class Ported:
    """The questions that another system can hold, and the ids of the others by their kind and the reason."""

    questions: tuple[Portable, ...]
    left: dict[tuple[str, str], list[str]]


def port(questions: Iterable[LibraryQuestion], *, can_order: bool) -> Ported:
    """Port questions to a system; `can_order`: it has a form for an order."""
    ported: list[Portable] = []
    left: dict[tuple[str, str], list[str]] = {}
    for each in questions:
        portable = as_portable(each.question, can_order=can_order)
        if isinstance(portable, Portable):
            ported.append(portable)
        else:
            left.setdefault((each.question.kind, portable), []).append(each.question.id)
    return Ported(tuple(ported), left)


def as_portable(question: Question, *, can_order: bool) -> Portable | str:
    """Return the question, or why it has no form there."""
    match question:
        case TrueFalse():
            return replace(_about(question), options=_weighted(question.options), truth=True)
        case MultipleChoice():
            return replace(_about(question), options=_weighted(question.options), many=True)
        case SingleChoice() | NextStep():
            return replace(_about(question), options=_weighted(question.options))
        case VerdictQuestion():
            return _joined(question)
        case Matching():
            return _matched(question)
        case BttQuestion():
            return _judged(question)
        case Ordering():
            return _ordered(question) if can_order else NO_ORDER
        case _:
            return NO_FORM


def _about(question: Question, *, order: str = "", notes: str = "") -> Portable:
    """Return what all forms share. `order` tells what to do, `notes` follow the explanation."""
    grounds = f"<p>Dasar: {', '.join(map(str, question.rules))}.</p>"
    more = question.details + (f"<p>{order}</p>" if order else "")
    level = [question.level.value] if question.level else []
    return Portable(
        id=question.id,
        stem=f"<p>{question.stem}</p>{more}" if more else question.stem,
        explanation=f"{notes}{question.explanation}{grounds}",
        tags=(question.indicator.value, question.kind, *level),
        shuffle=question.shuffle,
    )


def _weighted(options: tuple[Option, ...]) -> tuple[PortableOption, ...]:
    """Share the point among the right options; who chooses all wrong ones loses all of it."""
    right = sum(option.correct for option in options) or 1
    wrong = len(options) - right or 1
    return tuple(
        PortableOption(each.text, each.correct, each.feedback, 1 / right if each.correct else -1 / wrong)
        for each in options
    )


def _joined(question: VerdictQuestion) -> Portable:
    """Offer every verdict with every reason: the point is earned by both together, there as here."""
    options = tuple(
        PortableOption(
            f"{VERDICTS[judged.verdict]}. Alasan: {reason.text}",
            judged.verdict is question.verdict and reason.id == question.reason,
            f"{judged.feedback} {reason.feedback}",
        )
        for judged in question.judgements
        for reason in question.reasons
    )
    notes = "".join(_condition(each.text, allowed=each.allowed) for each in question.provisos)
    asked = _about(question, order="Pilih putusan bersama alasan yang menentukannya.", notes=notes)
    return replace(asked, options=options, shuffle=False)


def _matched(question: Matching) -> Portable | str:
    texts = {answer.id: answer.text for answer in question.answers}
    return _paired(_about(question), [(row.text, texts[row.answer]) for row in question.rows], list(texts.values()))


def _judged(question: BttQuestion) -> Portable | str:
    """Offer the verdicts as answers to each situation, the open one with every condition of the question.

    The right verdict with a wrong condition earns half of a situation here and nothing there.
    """
    if any(len(each.allowing) > 1 for each in question.situations):
        return SEVERAL_ALLOW
    conditions = question.condition_texts
    depending = {name: f"{VERDICTS[Verdict.TERGANTUNG]}: boleh {text}" for name, text in conditions.items()}
    offered = [*(VERDICTS[each] for each in (Verdict.BOLEH, Verdict.TIDAK)), *depending.values()]
    if not conditions:
        offered.append(VERDICTS[Verdict.TERGANTUNG])
    pairs = [
        (each.text, depending[each.allowing[0]] if each.allowing else VERDICTS[each.verdict])
        for each in question.situations
    ]
    notes = "".join(map(_told, question.situations))
    return _paired(_about(question, order="Tentukan untuk setiap situasi.", notes=f"<ul>{notes}</ul>"), pairs, offered)


def _told(situation: Situation) -> str:
    conditions = "".join(_condition(each.text, allowed=each.allowed) for each in situation.conditions)
    verdict = VERDICTS[situation.verdict]
    return f"<li><p>{situation.text}: <strong>{verdict}</strong>. {situation.feedback}</p>{conditions}</li>"


def _condition(text: str, *, allowed: bool) -> str:
    return f"<p>{text[:1].upper()}{text[1:]}: {'boleh' if allowed else 'tidak boleh'}.</p>"


def _paired(asked: Portable, pairs: list[tuple[str, str]], offered: list[str]) -> Portable | str:
    used = {right for _, right in pairs}
    pairs = pairs + [("", text) for text in offered if text not in used]
    if any(len(without_tags(right)) > LONGEST_ANSWER for _, right in pairs):
        return TOO_LONG
    return replace(asked, pairs=tuple(pairs))


def _ordered(question: Ordering) -> Portable:
    steps = sorted(question.steps, key=lambda step: step.place)
    return replace(_about(question), steps=tuple(step.text for step in steps))

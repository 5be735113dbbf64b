"""Moodle XML, which keeps more than GIFT: weights, the order of options, answers that suit nothing."""

from collections.abc import Iterable, Iterator
from html import escape

from netral.content.exchange.portable import Portable, without_tags

# Neighbours put one directly after the other count, as here. Moodle knows the type from 4.4 on, earlier as an add-on.
ORDERING = (
    "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype>",
    "<gradingtype>RELATIVE_NEXT_EXCLUDE_LAST</gradingtype><showgrading>HIDE</showgrading>",
    "<numberingstyle>none</numberingstyle><shownumcorrect>0</shownumcorrect>",
)


def write_moodle(questions: Iterable[Portable], category: str) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    lines += ['<question type="category">', f"<category>{_text(f'$course$/top/{category}')}</category>", "</question>"]
    for each in questions:
        lines += _question(each)
    return "\n".join([*lines, "</quiz>"]) + "\n"


def _question(each: Portable) -> Iterator[str]:
    kind = "truefalse" if each.truth else "matching" if each.pairs else "ordering" if each.steps else "multichoice"
    yield f'<question type="{kind}">'
    yield f"<name>{_text(each.id)}</name>"
    yield f'<questiontext format="html">{_text(each.stem)}</questiontext>'
    yield f'<generalfeedback format="html">{_text(each.explanation)}</generalfeedback>'
    yield "<defaultgrade>1</defaultgrade><penalty>0</penalty><hidden>0</hidden>"
    yield f"<idnumber>{escape(each.id)}</idnumber>"
    if not each.truth:
        yield f"<shuffleanswers>{str(each.shuffle).lower()}</shuffleanswers>"
    if kind == "multichoice":
        yield f"<single>{str(not each.many).lower()}</single><answernumbering>abc</answernumbering>"
    for name, option in zip(("true", "false"), each.options, strict=False) if each.truth else ():
        yield from _answer(name, "moodle_auto_format", 100 * option.correct, option.feedback)
    for option in () if each.truth else each.options:
        share = option.weight if each.many else float(option.correct)
        yield from _answer(option.text, "html", 100 * share, option.feedback)
    for left, right in each.pairs:
        yield f'<subquestion format="html">{_text(left)}<answer>{_text(without_tags(right))}</answer></subquestion>'
    if each.steps:
        yield from ORDERING
    for step in each.steps:
        yield f'<answer fraction="1" format="html">{_text(step)}</answer>'
    yield "<tags>" + "".join(f"<tag>{_text(tag)}</tag>" for tag in each.tags) + "</tags>"
    yield "</question>"


def _answer(text: str, form: str, percent: float, feedback: str) -> Iterator[str]:
    share = f"{percent:.5f}".rstrip("0").rstrip(".")
    yield f'<answer fraction="{share}" format="{form}">{_text(text)}'
    yield f'<feedback format="html">{_text(feedback)}</feedback></answer>'


def _text(text: str) -> str:
    return f"<text>{escape(text, quote=False)}</text>"

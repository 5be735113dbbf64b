"""GIFT, the plain text form in which Moodle and others exchange questions."""

import re
from collections.abc import Iterable, Iterator

from netral.content.exchange.portable import Portable, without_tags

SIGNS = re.compile(r"([\\~=#{}:])")
ARROW = "->"
# At the beginning of a text these mean a weight or a format.
LEADING = ("%", "[")


def write_gift(questions: Iterable[Portable], category: str) -> str:
    """Return the questions; an order has no form here."""
    parts = [f"$CATEGORY: {category}", *map(_written, questions)]
    return "\n\n".join(parts) + "\n"


def _written(each: Portable) -> str:
    """Write a question. All its texts are HTML because its stem is: the other parts have the format of the stem."""
    tags = " ".join(f"[tag:{tag}]" for tag in each.tags)
    lines = [f"// [id:{each.id}] {tags}".rstrip(), f"::{each.id}::[html]{_text(each.stem)}{{", *_answers(each)]
    if each.explanation:
        lines.append(f"####{_text(each.explanation)}")
    return "\n".join([*lines, "}"])


def _answers(each: Portable) -> Iterator[str]:
    if each.truth:
        right, wrong = sorted(each.options, key=lambda option: not option.correct)
        said = "TRUE" if right is each.options[0] else "FALSE"
        yield f"{said}#{_text(wrong.feedback)}#{_text(right.feedback)}"
    for left, right_text in each.pairs:
        yield f"={_text(left)} {ARROW} {_text(without_tags(right_text))}"
    if not each.truth:
        for option in each.options:
            mark = f"~%{100 * option.weight:.5g}%" if each.many else "=" if option.correct else "~"
            feedback = f"#{_text(option.feedback)}" if option.feedback else ""
            yield f"{mark}{_text(option.text)}{feedback}"


def _text(html: str) -> str:
    if html.startswith(LEADING):
        html = f"&#{ord(html[0])};{html[1:]}"
    return SIGNS.sub(r"\\\1", html.replace(ARROW, "-&gt;")).replace("\n", r"\n")

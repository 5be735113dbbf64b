"""Three or four acts of which exactly one is marked; nothing in their wording tells it."""

import re

from netral.content.findings import shown
from netral.content.kinds import Draft, Writing
from netral.content.options import build_options, need_one_key
from netral.quiz.kinds.langkah import NextStep

FEWEST, MOST = 3, 4
LONGEST_TENTHS = 14  # of the shortest option
TELLING = re.compile(
    r"\b(tidak boleh|boleh|dilarang|sebab|karena|meski(?:pun)?|tetapi|hanya|kecuali|asalkan)\b", re.IGNORECASE
)


class _NextStep(Writing):
    def build(self, draft: Draft) -> NextStep:
        need_one_key(draft)
        _check_words(draft)
        _check_lengths(draft)
        options = build_options(draft, fewest=FEWEST, most=MOST)
        return NextStep(**draft.about, verdict=draft.verdict(), options=options)


def _check_words(draft: Draft) -> None:
    for option in draft.source.options:
        if word := TELLING.search(str(option.text)):
            message = f'pilihan "{shown(str(option.text))}" memuat "{word[1].lower()}", yang membocorkan putusannya.'
            draft.error(option.line, "S22", f"{message} Tulis tindakannya saja.")


def _check_lengths(draft: Draft) -> None:
    lengths = [len(str(option.text)) for option in draft.source.options]
    if all(lengths) and 10 * max(lengths, default=0) > LONGEST_TENTHS * min(lengths, default=0):
        message = f"pilihan terpanjang {draft.name} {max(lengths)} huruf, yang terpendek {min(lengths)}"
        draft.error(draft.source.line, "S23", f"{message}; paling banyak 1,4 kali. Samakan panjangnya.")


WRITING = _NextStep()

"""Comparing names of units as offices write them: without the own instansi and abbreviations, rated by likeness."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from netral.folding import fold

GOVERNMENT = {
    "pemerintah": "",
    "pemda": "",
    "daerah": "",
    "pemkab": "kabupaten",
    "kabupaten": "kabupaten",
    "kab": "kabupaten",
    "pemkot": "kota",
    "kota": "kota",
    "pemprov": "provinsi",
    "provinsi": "provinsi",
    "propinsi": "provinsi",
    "prov": "provinsi",
}
"""Words before the name of a region -> the kind of region they tell of, empty when they leave it open."""

ABBREVIATIONS = {
    "bag": "bagian",
    "bid": "bidang",
    "din": "dinas",
    "dprd": "dewan perwakilan rakyat daerah",
    "kec": "kecamatan",
    "kel": "kelurahan",
    "pkm": "puskesmas",
    "rs": "rumah sakit",
    "sekr": "sekretariat",
    "setda": "sekretariat daerah",
    "setwan": "sekretariat dewan perwakilan rakyat daerah",
    "subag": "sub bagian",
    "subbag": "sub bagian",
    "subbagian": "sub bagian",
    "subbid": "sub bidang",
    "subbidang": "sub bidang",
}
NEEDLESS = frozenset({"dan", "kantor", "upt", "uptb", "uptd"})
"""Words that one list writes and the next leaves out."""

OMITTED = frozenset({"badan", "dinas"})
"""Words that a shorthand may leave out, as `kesbangpol` does."""

EVERYWHERE = "daerah"
"""A word that does not tell units apart: `Inspektorat` is the `Inspektorat Daerah`."""

STATE_SCHOOL = re.compile(r"\b(sd|smp|sma|smk|tk|slb) ?n\b")
SHORTEST_SHORTHAND = 3
LONGEST_SHORTHAND = 0.6
"""Share of the letters of a name; a longer text is no shorthand for it."""

INSIDE_A_WORD = 0.3
SHORTHAND_ALIKE = 0.6
SHORTEST_MISTYPED = 5
MISTYPED_ALIKE = 0.88
LEAST_RATIO = 0.55


@dataclass(frozen=True, slots=True)
class UnitName:
    """A name prepared for comparing. `letters`: as typed, folded, without blanks.

    `words`: abbreviations written out, needless words left out, numbers without leading zeros.
    """

    letters: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]


def read_unit_name(folded: str) -> UnitName:
    spelled = STATE_SCHOOL.sub(r"\1 negeri", folded)
    words = [
        word.lstrip("0") or "0" if word.isdigit() else word
        for typed in spelled.split()
        for word in ABBREVIATIONS.get(typed, typed).split()
    ]
    telling = tuple(word for word in words if word not in NEEDLESS) or tuple(words)
    return UnitName(folded.replace(" ", ""), telling, tuple(word for word in telling if word.isdigit()))


class OwnInstansi:
    """The name of the instansi itself in any of its spellings; it is not one of its units.

    `Pemkab Contoh`, `Kab. Contoh`, `Pemerintah Daerah Kabupaten Contoh` and `Pemda Contoh` are `Kabupaten Contoh`.
    """

    def __init__(self, nama: str) -> None:
        self.kind, self.region = split_region(fold(nama))

    def is_named(self, folded: str) -> bool:
        kind, region = split_region(folded)
        if region != self.region:
            return False
        if kind and self.kind:
            return kind == self.kind
        return region != folded or not self.kind

    def strip(self, folded: str) -> str:
        """Return `dinas kesehatan` for `dinas kesehatan kabupaten contoh`."""
        words = folded.split()
        for first in range(len(words) - 1, 0, -1):
            if words[first] in GOVERNMENT and self.is_named(" ".join(words[first:])):
                return " ".join(words[:first])
        return folded

    def compare_as(self, nama: str) -> UnitName:
        """Prepare a name for comparing, also without a kind of region that names no region: `dinas kesehatan kab`."""
        words = self.strip(fold(nama)).split()
        is_open = len(words) > 1 and bool(self.kind) and GOVERNMENT.get(words[-1]) == self.kind
        return read_unit_name(" ".join(words[:-1] if is_open else words))


def split_region(folded: str) -> tuple[str, str]:
    """Return `("kabupaten", "contoh")` for `pemerintah kab contoh`; the kind is empty when it is not told."""
    words, kind = folded.split(), ""
    while len(words) > 1 and words[0] in GOVERNMENT and (not kind or GOVERNMENT[words[0]] == kind):
        kind = GOVERNMENT[words.pop(0)] or kind
    return kind, " ".join(words)


def rate_likeness(typed: UnitName, known: UnitName) -> float:
    """Rate two names from 0 to 1. `dinkes` is like `dinas kesehatan`; school number 1 is never like number 2."""
    if has_same_words(typed, known):
        return 1.0
    if typed.numbers and known.numbers and sorted(typed.numbers) != sorted(known.numbers):
        return 0.0
    if set(typed.words) & set(known.words) or typed.words[0][0] == known.words[0][0]:
        spelling = rate_spelling(" ".join(typed.words), " ".join(known.words))
    else:
        spelling = 0.0
    return max(rate_shorthand(typed, known), spelling)


def has_same_words(one: UnitName, other: UnitName) -> bool:
    return sorted(one.words) == sorted(other.words) or set(one.words) ^ set(other.words) == {EVERYWHERE}


def rate_spelling(typed: str, known: str) -> float:
    """Return the share of letters that both have in the same order; 0 when it is too small to mean anything."""
    matcher = SequenceMatcher(None, known, typed, autojunk=False)
    if matcher.real_quick_ratio() < LEAST_RATIO or matcher.quick_ratio() < LEAST_RATIO:
        return 0.0
    return matcher.ratio()


def are_alike(one: UnitName, other: UnitName) -> bool:
    """Return whether two names may mean one unit, so that the second is not made without asking."""
    if sorted(one.numbers) != sorted(other.numbers):
        return False
    return (
        has_same_words(one, other)
        or "".join(one.words) == "".join(other.words)
        or is_mistyped(one.words, other.words)
        or max(rate_shorthand(one, other), rate_shorthand(other, one)) >= SHORTHAND_ALIKE
    )


def is_mistyped(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Return whether all words but one are the same, and that one differs by about a letter."""
    if len(one) != len(other):
        return False
    different = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    if len(different) != 1 or min(map(len, different[0])) < SHORTEST_MISTYPED:
        return False
    return rate_spelling(*different[0]) >= MISTYPED_ALIKE


def rate_shorthand(short: UnitName, known: UnitName) -> float:
    """Rate how well letters stand for a name, 0 to 1: `bapenda` for `badan pendapatan daerah` is 1.

    A letter counts double where it begins a word, once where it follows the one before, and little elsewhere. The rate
    is 0 when a letter is missing, when the text is not short, and when one of its words stands in the name as it is.
    """
    if short.numbers or known.numbers or set(short.words) & set(known.words):
        return 0.0
    begun = known.words if known.words[0] not in OMITTED else known.words[1:]
    found = max(align(short.letters, known.words), align(short.letters, begun))
    return found / (len(short.letters) + len(known.words))


def align(letters: str, words: tuple[str, ...]) -> float:
    """Return the most that the letters count when found in the words in order; 0 when they are not found."""
    whole = "".join(words)
    if not SHORTEST_SHORTHAND <= len(letters) <= LONGEST_SHORTHAND * len(whole) or letters[0] != whole[0]:
        return 0.0
    word_of = [index for index, word in enumerate(words) for _ in word]
    best = {0: 2.0}  # place of the last letter -> what the letters up to it count
    for letter in letters[1:]:
        following: dict[int, float] = {}
        for place, gained in best.items():
            for found in range(place + 1, len(whole)):
                if whole[found] == letter:
                    begins = word_of[found] != word_of[found - 1]
                    follows = found == place + 1
                    gain = gained + (2.0 if begins else 1.0 if follows else INSIDE_A_WORD)
                    following[found] = max(gain, following.get(found, 0.0))
        best = following
    return max(best.values(), default=0.0)

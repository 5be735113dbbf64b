"""The text of a circular as paragraphs, and the differences between two versions. Pure."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

MOST_SIGNS = 40_000
MOST_PARAGRAPHS = 150
# The share of words that two paragraphs have in common when one is taken for the other, changed.
ALIKE = 0.5
BLANK_LINES = re.compile(r"\n\s*\n")
# Words with the blanks after them, so that the words of a paragraph join to the paragraph.
WORDS = re.compile(r"\S+\s*|\s+")

Paragraphs = tuple[str, ...]


class Change(StrEnum):
    SAME = "sama"
    CHANGED = "diubah"
    INSERTED = "ditambahkan"
    REMOVED = "dihapus"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words within a changed paragraph."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A paragraph in two versions, with its number in each, from 1; none where the version lacks it."""

    change: Change
    old: str | None
    new: str | None
    old_number: int | None
    new_number: int | None

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Return the words of a changed paragraph: those of both versions in their order."""
        return compare_words(self.old or "", self.new or "")


def split(text: str) -> Paragraphs:
    """Split a text at its blank lines. Line breaks within a paragraph stay."""
    return tuple(part.strip() for part in BLANK_LINES.split(text.strip()) if part.strip())


def join(paragraphs: Sequence[str]) -> str:
    return "\n\n".join(paragraphs)


def hash_text(paragraphs: Sequence[str]) -> str:
    return hashlib.sha256(join(paragraphs).encode()).hexdigest()


@lru_cache(maxsize=32)
def compare(old: Paragraphs, new: Paragraphs) -> tuple[Difference, ...]:
    """Return every paragraph of both versions in reading order. The old text with the differences is the new one."""
    found: list[Difference] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pairs = zip(range(i1, i2), range(j1, j2), strict=True)
            found += [Difference(Change.SAME, old[i], new[j], i + 1, j + 1) for i, j in pairs]
        else:
            found += pair_up(old, new, list(range(i1, i2)), range(j1, j2))
    return tuple(found)


def pair_up(old: Paragraphs, new: Paragraphs, left: list[int], written: range) -> Iterator[Difference]:
    """Take each new paragraph for the first old one that it resembles; old ones that were passed over are removed."""
    for j in written:
        like = next((position for position, i in enumerate(left) if is_alike(old[i], new[j])), None)
        if like is None:
            yield Difference(Change.INSERTED, None, new[j], None, j + 1)
            continue
        for i in left[:like]:
            yield Difference(Change.REMOVED, old[i], None, i + 1, None)
        yield Difference(Change.CHANGED, old[left[like]], new[j], left[like] + 1, j + 1)
        left = left[like + 1 :]
    for i in left:
        yield Difference(Change.REMOVED, old[i], None, i + 1, None)


def is_alike(old: str, new: str) -> bool:
    matcher = SequenceMatcher(None, old.split(), new.split(), autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def compare_words(old: str, new: str) -> tuple[Piece, ...]:
    """Return the words that stayed, were removed and were inserted."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Change.SAME, "".join(before[i1:i2])))
            continue
        pieces += [
            Piece(change, text)
            for change, text in (
                (Change.REMOVED, "".join(before[i1:i2])),
                (Change.INSERTED, "".join(after[j1:j2])),
            )
            if text
        ]
    return tuple(pieces)


def changed_numbers(differences: Sequence[Difference]) -> frozenset[int]:
    """Return the numbers in the new version of the paragraphs that are not as they were."""
    return frozenset(each.new_number for each in differences if each.new_number and each.change is not Change.SAME)

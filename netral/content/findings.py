"""Mistakes in content files: their place, and how to repair them."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

SHOWN_LENGTH = 60
MOST_FINDINGS = 500


class Severity(StrEnum):
    GALAT = "galat"
    PERINGATAN = "peringatan"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A mistake. `path` is relative to the content directory; `message` is Indonesian and ends with the repair."""

    path: str
    line: int
    severity: Severity
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity} {self.code} {self.message}"


class Findings:
    """The findings of one file; of a hopeless file only the first. `errors` also counts those that are not kept."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.items: list[Finding] = []
        self.errors = 0

    def error(self, line: int, code: str, message: str) -> None:
        self.errors += 1
        self._add(Finding(self.path, line, Severity.GALAT, code, message))

    def warn(self, line: int, code: str, message: str) -> None:
        self._add(Finding(self.path, line, Severity.PERINGATAN, code, message))

    def add(self, severity: Severity, line: int, code: str, message: str) -> None:
        (self.error if severity is Severity.GALAT else self.warn)(line, code, message)

    def _add(self, finding: Finding) -> None:
        if len(self.items) < MOST_FINDINGS:
            self.items.append(finding)
        elif len(self.items) == MOST_FINDINGS:
            message = f"lebih dari {MOST_FINDINGS} temuan; sisanya tidak disebut. Perbaiki dahulu yang sudah disebut."
            self.items.append(Finding(self.path, finding.line, Severity.GALAT, "B10", message))


def shown(text: str) -> str:
    """Return an excerpt of an author's text that is safe to print in a terminal."""
    text = "".join(character if character.isprintable() else " " for character in text)
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}..."


def meant(text: str, known: Iterable[str]) -> str:
    """Return a sentence that names the nearest known word, or all known words when none is near and they are few."""
    words = sorted(known)
    near = difflib.get_close_matches(text[:SHOWN_LENGTH], words, n=1, cutoff=0.7)
    if near:
        return f'Maksud Anda "{near[0]}"?'
    few = 16
    return f"Yang dikenal: {', '.join(words)}." if words and len(words) <= few else "Periksa ejaannya."


class FindingBook:
    """The findings of all files."""

    def __init__(self) -> None:
        self._files: dict[str, Findings] = {}

    def at(self, path: str) -> Findings:
        return self._files.setdefault(path, Findings(path))

    def sorted(self) -> tuple[Finding, ...]:
        """Return the findings by path and line, each of them once."""
        return tuple(sorted({finding for found in self._files.values() for finding in found.items}))

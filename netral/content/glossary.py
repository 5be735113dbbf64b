"""The glossary: terms and acronyms with their meaning, `istilah.yaml`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from netral.content.findings import Findings, shown
from netral.content.yaml_forms import Entry, Form, Mapping, read_mapping

TERM_KEYS = frozenset({"arti", "kepanjangan", "umum"})
NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term with its meaning in plain text. `common`: an acronym that everybody knows and no page has to spell out."""

    name: str
    meaning: str
    expansion: str = ""
    common: bool = False

    @property
    def slug(self) -> str:
        return NOT_IN_SLUG.sub("-", self.name.lower()).strip("-")

    @property
    def pattern(self) -> str:
        """Return what finds the term in a text: as it is written, or with a capital if it is an ordinary word."""
        name = re.escape(self.name)
        return f"[{name[0].upper()}{name[0]}]{name[1:]}" if self.name.islower() else name


@dataclass(frozen=True, slots=True)
class Glossary:
    """All terms, in the order of the file."""

    terms: tuple[Term, ...] = ()
    _pattern: re.Pattern[str] | None = field(init=False, compare=False, repr=False, default=None)

    def __post_init__(self) -> None:
        # Of two terms that begin alike, the longer is meant.
        patterns = [term.pattern for term in sorted(self.terms, key=lambda term: -len(term.name))]
        if patterns:
            object.__setattr__(self, "_pattern", re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?!\w)"))

    def get(self, name: str) -> Term | None:
        return next((term for term in self.terms if name in (term.name, term.name[:1].upper() + term.name[1:])), None)

    def find(self, text: str) -> Iterator[tuple[re.Match[str], Term]]:
        """Yield the terms in a text as they come, each as often as it comes."""
        for match in self._pattern.finditer(text) if self._pattern else ():
            if term := self.get(match[0]):
                yield match, term


def read_glossary(text: str, found: Findings) -> Glossary:
    problem = "berkas ini harus berisi daftar istilah. Mulai dengan baris seperti ASN:, lalu arti: di bawahnya."
    tree = read_mapping(text, found, "G10", problem)
    if tree is None:
        return Glossary()
    terms = tuple(term for entry in tree.entries if (term := _term(entry, found)))
    _check_alike(terms, tree.entries, found)
    return Glossary(terms)


def _term(entry: Entry, found: Findings) -> Term | None:
    if not isinstance(entry.value, Mapping):
        found.error(entry.line, "G10", f'istilah "{shown(entry.key)}" belum berisi arti. Tulis arti: di bawahnya.')
        return None
    form = Form(Mapping(entry.value.entries, entry.line), found, known=TERM_KEYS)
    return Term(
        name=" ".join(entry.key.split()),
        meaning=form.text("arti", required=True),
        expansion=form.text("kepanjangan"),
        common=form.yes("umum", default=False),
    )


def _check_alike(terms: Sequence[Term], entries: Sequence[Entry], found: Findings) -> None:
    lines = {entry.key: entry.line for entry in entries}
    first: dict[str, str] = {}
    for term in terms:
        other = first.setdefault(term.slug, term.name)
        if not term.slug or other != term.name:
            message = f'istilah "{shown(term.name)}" tidak dapat dibedakan dari "{shown(other)}". Ubah salah satu.'
            found.error(lines.get(term.name, 1), "G11", message)

"""Searching an edition in everyday words.

The database finds the passages that have any of the words, with SQLite's FTS5 or PostgreSQL's full text; their order
is made here, so that it is the same on both. What was asked is bound as a value and written nowhere.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Any

from sqlalchemy import Row, Select, cast, func, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from netral.folding import fold
from netral.learning.editions.asking import Wanted, find_roots, index_words, read_question
from netral.learning.editions.models import PASSAGE_INDEX, Passage
from netral.learning.editions.passages import PassageKind

MOST_FOUND = 10
# Characters of a snippet, and of it before the first word that was asked for.
SNIPPET, LEAD = 180, 60
WORD = re.compile(r"\w+")
IN_TITLE, AGAIN, MOST_AGAIN = 2.0, 0.2, 3
FAR_BEHIND = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A passage that answers a question. `snippet`: pieces of its text, each with whether it was asked for.

    `number` is that of a page. `part_of`: the title of a page's module, the kind of a card.
    """

    kind: PassageKind
    slug: str
    number: int
    title: str
    part_of: str
    snippet: tuple[tuple[str, bool], ...]


def search_edition(
    session: Session, *, edition_id: int, question: str, kinds: Collection[PassageKind] = tuple(PassageKind)
) -> tuple[Found, ...]:
    """Return the passages that fit a question best, the best first; none if the question is about nothing."""
    wanted = read_question(question)
    if not wanted:
        return ()
    ours = Passage.edition_id == edition_id, Passage.kind.in_([kind.value for kind in kinds])
    rows = session.execute(select_fitting(session.get_bind().dialect.name, wanted).where(*ours)).all()
    total = session.scalar(select(func.count()).select_from(Passage).where(*ours)) or 0
    return tuple(as_found(row, wanted) for row in rank(rows, wanted, total)[:MOST_FOUND])


def select_fitting(dialect: str, wanted: Iterable[Wanted]) -> Select[*tuple[Any, ...]]:
    """Select the passages with any of the words; their words hold letters and digits only, nothing of the syntax."""
    statement = select(
        *(Passage.id, Passage.kind, Passage.slug, Passage.number),
        *(Passage.title, Passage.part_of, Passage.text, Passage.words),
    )
    if dialect == "sqlite":
        terms = [f'"{word}"' + "*" * begins for word, begins in list_terms(wanted)]
        return statement.join(PASSAGE_INDEX, PASSAGE_INDEX.c.rowid == Passage.id).where(
            PASSAGE_INDEX.c.words.op("MATCH")(" OR ".join(terms))
        )
    terms = [f"'{word}'" + ":*" * begins for word, begins in list_terms(wanted)]
    searched = func.array_to_tsvector(func.string_to_array(Passage.words, " "))
    return statement.where(searched.op("@@")(cast(" | ".join(terms), TSQUERY)))


def list_terms(wanted: Iterable[Wanted]) -> list[tuple[str, bool]]:
    """List the words to look for, each with whether longer words that begin with it fit as well."""
    terms = {(root, False) for each in wanted for root in each.roots}
    return sorted(terms | {(each.prefix, True) for each in wanted if each.prefix})


def rank(rows: Sequence[Row[*tuple[Any, ...]]], wanted: Sequence[Wanted], total: int) -> list[Row[*tuple[Any, ...]]]:
    """Put the rows in order, without those far behind the first.

    A rare word counts more, one in the title too, one that comes again a little.
    """
    scores = dict.fromkeys((row.id for row in rows), 0.0)
    for each in wanted:
        times = {row: count for row in rows if (count := each.count_in(row.words))}
        weight = log(1 + total / len(times)) if times else 0
        for row, count in times.items():
            title = IN_TITLE if each.count_in(index_words(row.title)) else 0
            scores[row.id] += weight * (1 + title + AGAIN * min(count - 1, MOST_AGAIN))
    least = FAR_BEHIND * max(scores.values(), default=0)
    return sorted((row for row in rows if scores[row.id] >= least), key=lambda row: (-scores[row.id], row.id))


def as_found(row: Row[*tuple[Any, ...]], wanted: Sequence[Wanted]) -> Found:
    return Found(
        kind=PassageKind(row.kind),
        slug=row.slug,
        number=row.number,
        title=row.title,
        part_of=row.part_of,
        snippet=cut_snippet(row.text, wanted),
    )


def cut_snippet(text: str, wanted: Sequence[Wanted]) -> tuple[tuple[str, bool], ...]:
    """Cut the stretch of a text with the most different words of a question, and mark them; else its beginning."""
    words = {word: find_fitting(word, wanted) for word in set(WORD.findall(text))}
    hits = [(match.span(), fitting) for match in WORD.finditer(text) if (fitting := words[match[0]])]

    def variety(start: int) -> int:
        return len(
            {each for (begin, _), fitting in hits if start <= begin < start + SNIPPET - LEAD for each in fitting}
        )

    first = max((begin for (begin, _), _ in hits), key=variety, default=0)
    start, end = find_edges(text, first)
    pieces: list[tuple[str, bool]] = [("… ", False)] if start else []
    for (begin, stop), _ in hits:
        if start <= begin and stop <= end:
            pieces += [(text[start:begin], False), (text[begin:stop], True)]
            start = stop
    pieces.append((text[start:end] + (" …" if end < len(text) else ""), False))
    return tuple(piece for piece in pieces if piece[0])


def find_fitting(word: str, wanted: Sequence[Wanted]) -> frozenset[int]:
    roots = read_word(word)
    return frozenset(number for number, each in enumerate(wanted) if each.fits(roots))


@lru_cache(maxsize=16_384)
def read_word(word: str) -> frozenset[str]:
    return find_roots(fold(word))


def find_edges(text: str, first: int) -> tuple[int, int]:
    """Return where a snippet begins and ends: at its sentence if that began shortly before, and between words."""
    near = max(0, first - LEAD)
    sentence = max(text.rfind(f"{sign} ", near, first) for sign in ".:;?")
    start = sentence + 2 if sentence >= 0 else near and text.find(" ", near) + 1
    end = start + SNIPPET
    return start, len(text) if end >= len(text) else max(text.rfind(" ", start, end), first)

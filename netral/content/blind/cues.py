"""Cues: everything about a choice that may tell the key to somebody who knows no rule."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from netral.content.blind.wording import (
    ABSOLUTE,
    CONNECTIVES,
    NEGATIONS,
    connectives,
    count_phrases,
    likeness,
    meanings,
    pairs_of,
    root,
    verdict_word,
    words_of,
)

Cues = tuple[str, ...]
MOST = 3
MUCH_LONGER = 1.25


def option_cues(texts: Sequence[str], context: str) -> list[Cues]:
    """Return the cues of each of some options that stand together under a context."""
    about = meanings(context)
    roots = [meanings(text) for text in texts]
    verdicts = [verdict_word(text) for text in texts]
    compared = [
        ranks("panjang", [len(text) for text in texts]),
        ranks("batang", [len(mine & about) for mine in roots]),
        ranks("bagian", [round(likeness(mine, about), 2) for mine in roots]),
        ranks("sesama", [nearness(roots, place) for place in range(len(roots))]),
        ranks("mutlak", [count_phrases(text, ABSOLUTE) for text in texts]),
        ranks("sangkal", [count_phrases(text, NEGATIONS) for text in texts]),
        ranks("sambung", [len(connectives(text)) for text in texts]),
        ranks("koma", [text.count(",") for text in texts]),
        alike("awal", [first_words(text, 1) for text in texts]),
        list(map(tuple, mates(texts, verdicts))),
        sizes(texts),
    ]
    alone = [
        chain(own_cues(text), context_cues(about, verdict), crossed_cues(about, mine))
        for text, verdict, mine in zip(texts, verdicts, roots, strict=True)
    ]
    return [tuple(dict.fromkeys(chain(*parts))) for parts in zip(alone, *compared, strict=True)]


def own_cues(text: str) -> Iterator[str]:
    """Yield the words of a choice, alone and in pairs."""
    words = words_of(text)
    joints = connectives(text)
    yield from (f"kata {root(word)}" for word in words)
    yield from (f"urutan {pair}" for pair in pairs_of(words))
    yield f"awal {first_words(text, 1)}"
    yield f"dua awal {first_words(text, 2)}"
    yield f"sambung {'+'.join(joints)}"
    yield f"bentuk {words[0][:2] if words else ''} {min(len(words) // 2, 6)}"
    yield f"imbuhan {words[0][:2] if words else ''}"
    yield f"putusan {verdict_word(text)} {joints[0] if joints else ''}"


def crossed_cues(about: frozenset[str], roots: frozenset[str]) -> Iterator[str]:
    """Yield which words of a choice stand under which words of a situation."""
    yield from (f"silang {own} {word}" for own in sorted(roots) for word in sorted(about))
    yield from (f"sama {word}" for word in sorted(about & roots))


def context_cues(about: frozenset[str], verdict: str) -> Iterator[str]:
    """Yield what a verdict has to do with the words of the situation."""
    if verdict:
        yield f"ya {verdict}"
        yield from (f"ya {verdict} {word}" for word in sorted(about))


def verdict_cues(verdict: str, context: str, more: Iterable[str] = ()) -> Cues:
    """Return the cues of a verdict that is chosen from the fixed ones; `more` is what several situations share."""
    words = words_of(context)
    own = (f"ya {verdict} {cue}" for cue in chain(sorted(meanings(context)), pairs_of(words)))
    joints = (f"ya {verdict} {word}" for word in words if word in NEGATIONS)
    shared = (f"umum {verdict} {word}" for word in more)
    size = f"ya {verdict} panjang {min(len(words) // 6, 5)}"
    negative = f"ya {verdict} sangkal {min(count_phrases(context, NEGATIONS), 2)}"
    return tuple(dict.fromkeys((f"ya {verdict}", *own, *joints, *shared, size, negative)))


def step_cues(text: str, place: int, count: int) -> Cues:
    """Return the cues of a place for a step: whether its words stand first, last, early or late."""
    where = [f"letak {place}", f"letak {'muka' if 2 * place < count else 'belakang'}"]
    where += ["letak awal"] * (place == 0) + ["letak akhir"] * (place == count - 1)
    words = [*sorted(meanings(text)), *(word for word in words_of(text) if word in CONNECTIVES), first_words(text, 1)]
    return tuple(dict.fromkeys(f"{each} {word}" for each in where for word in words))


def reason_cues(texts: Sequence[str], context: str, verdict: str) -> list[Cues]:
    """Return the cues of each reason or condition beside a verdict: which text, which words, how near the context."""
    about = meanings(context)
    roots = [meanings(text) for text in texts]
    compared = [
        ranks("alasan panjang", [len(text) for text in texts]),
        ranks("alasan batang", [len(mine & about) for mine in roots]),
        ranks("alasan bagian", [round(likeness(mine, about), 2) for mine in roots]),
        ranks(f"alasan {verdict} batang", [len(mine & about) for mine in roots]),
        ranks(f"alasan {verdict} sangkal", [count_phrases(text, NEGATIONS) for text in texts]),
    ]
    alone = [_reason_alone(text, mine, about, verdict) for text, mine in zip(texts, roots, strict=True)]
    return [tuple(dict.fromkeys(chain(*parts))) for parts in zip(alone, *compared, strict=True)]


def _reason_alone(text: str, roots: frozenset[str], about: frozenset[str], verdict: str) -> Iterator[str]:
    yield f"alasan {text}"
    yield f"alasan {verdict} {text}"
    for word in sorted(roots):
        yield f"alasan kata {word}"
        yield f"alasan {verdict} kata {word}"
    for word in sorted(roots & about):
        yield f"alasan sama {word}"
    # Which reason goes with which word of a situation: learnt from the other situations of the same list.
    yield from (f"alasan {text} {word}" for word in sorted(about))


def first_words(text: str, count: int) -> str:
    return " ".join(words_of(text)[:count])


def ranks(name: str, values: Sequence[float]) -> list[Cues]:
    """Return who has most or least of something, alone or with others; nothing where all have the same."""
    most, least = max(values), min(values)
    if most == least:
        return [()] * len(values)
    order = sorted(set(values), reverse=True)
    told: list[Cues] = []
    for value in values:
        cues = [f"{name} ke-{min(order.index(value), MOST)}"]
        if value in (most, least):
            alone = "sendiri" if list(values).count(value) == 1 else "bersama"
            cues.append(f"{name} {'paling' if value == most else 'kurang'} {alone}")
        cues.append(f"{name} {'ada' if value else 'nihil'}")
        told.append(tuple(cues))
    return told


def alike(name: str, values: Sequence[str]) -> list[Cues]:
    """Return how many of the options share a value with each of them."""
    counts = Counter(values)
    return [(f"{name} dipakai {counts[value]} dari {len(values)}",) for value in values]


def nearness(roots: Sequence[frozenset[str]], place: int) -> float:
    """Return how much a choice shares with the others: a key is often what its distractors vary."""
    return round(sum(likeness(roots[place], other) for at, other in enumerate(roots) if at != place), 2)


def mates(texts: Sequence[str], verdicts: Sequence[str]) -> Iterator[Iterator[str]]:
    """Yield for each option how those with the same and with the other verdict go on."""
    joints = ["+".join(connectives(text)) for text in texts]
    for place, verdict in enumerate(verdicts):
        yield _mates_of(place, verdict, verdicts, joints)


def _mates_of(place: int, verdict: str, verdicts: Sequence[str], joints: Sequence[str]) -> Iterator[str]:
    others = [at for at in range(len(verdicts)) if at != place]
    same = sorted(joints[at] for at in others if verdicts[at] == verdict)
    opposite = sorted(joints[at] for at in others if verdicts[at] != verdict)
    mine = f"{verdict} {joints[place]}"
    yield f"putusan {verdict} {len(same)}"
    yield from (f"sesama {mine} | {joint}" for joint in same)
    yield from (f"sesama {verdict} | {joint}" for joint in same)
    yield f"lawan {mine} | {' '.join(opposite)}"
    yield from (f"lawan {verdict} | {joint}" for joint in opposite)


def sizes(texts: Sequence[str]) -> list[Cues]:
    """Return whether an option is much longer or shorter than the middle of all, and whether it holds a number."""
    mean = sum(map(len, texts)) / len(texts)
    return [_size(text, mean) for text in texts]


def _size(text: str, mean: float) -> Cues:
    tests: dict[str, Callable[[], bool]] = {
        "jauh panjang": lambda: len(text) > MUCH_LONGER * mean,
        "jauh pendek": lambda: len(text) * MUCH_LONGER < mean,
        "angka": lambda: any(map(str.isdigit, text)),
        "kutip": lambda: '"' in text,
    }
    return tuple(name for name, holds in tests.items() if holds())

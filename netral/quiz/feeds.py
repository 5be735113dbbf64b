"""Lini Masa: feeds to practise on. What a person chose lives in the form of the page alone and counts for nothing.

The counting is that of signal detection. The scene tells people to take every post as one that interests them, and to
leave alone only those to which they think an ASN may not react.

- A post is a *signal* when reacting to it is a violation (one of its reactions is PELANGGARAN), and *harmless* when
  reacting is allowed (none is, and one is AMAN or BAIK). A post whose reactions are all RISIKO is neither: its rule is
  contested, so it is there to be talked about.
- On a signal, leaving it alone or keeping evidence is a *hit*, and a violation is a *miss*.
- On a harmless post, leaving it alone or keeping evidence treats it as forbidden, a *false alarm*, unless the author
  calls that BAIK; reacting is *fitting*.
- An action that is RISIKO takes its post out of both counts.

*Peka* are the hits among the signals, *Wajar* the false alarms among the harmless posts. Somebody who only scrolls past
has all hits and all false alarms; somebody who reacts to everything has neither.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from netral.errors import NetralError
from netral.quiz.questions import Citation, Json

MOST_INITIALS = 2


class ChoicesUnclear(NetralError):
    """The choices that a form carries belong to no walk through this feed."""


class Deed(StrEnum):
    SUKA = "suka"
    KOMENTAR = "komentar"
    BAGIKAN = "bagikan"
    IKUTI = "ikuti"
    ABAIKAN = "abaikan"
    SIMPAN_BUKTI = "simpan-bukti"

    @property
    def reacts(self) -> bool:
        """Return whether others see it under the post; leaving alone and keeping evidence are seen by nobody."""
        return self not in {Deed.ABAIKAN, Deed.SIMPAN_BUKTI}


class Worth(StrEnum):
    """The author's judgement of an action. RISIKO: only advice or a contested rule is against it."""

    PELANGGARAN = "pelanggaran"
    RISIKO = "risiko"
    AMAN = "aman"
    BAIK = "baik"


class Outcome(StrEnum):
    HIT = "hit"
    MISS = "miss"
    FALSE_ALARM = "false-alarm"
    FITTING = "fitting"
    UNCOUNTED = "uncounted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An action that a post offers. `text` and `story`, what happens next, are sanitised HTML."""

    deed: Deed
    text: str
    worth: Worth
    story: str
    rules: tuple[Citation, ...] = ()

    def to_json(self) -> Json:
        return {
            "deed": self.deed.value,
            "text": self.text,
            "worth": self.worth.value,
            "story": self.story,
            "rules": [[rule.norm, rule.rule] for rule in self.rules],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            deed=Deed(data["deed"]),
            text=data["text"],
            worth=Worth(data["worth"]),
            story=data["story"],
            rules=tuple(Citation(norm, rule) for norm, rule in data["rules"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post of an account that does not exist. `text` is sanitised HTML; the other texts are plain.

    `picture` describes what its picture shows, `counts` are the reactions of others. `pair` names the post of this feed
    that differs from it in one fact; it is empty for a post that stands alone.
    """

    account: str
    note: str
    text: str
    picture: str
    counts: str
    pair: str
    choices: tuple[Choice, ...]

    @property
    def is_signal(self) -> bool:
        return any(choice.deed.reacts and choice.worth is Worth.PELANGGARAN for choice in self.choices)

    @property
    def is_harmless(self) -> bool:
        allowed = (choice.deed.reacts and choice.worth in {Worth.AMAN, Worth.BAIK} for choice in self.choices)
        return not self.is_signal and any(allowed)

    @property
    def initials(self) -> str:
        """Return the letters on the picture of the account."""
        words = [word for word in self.account.split() if word[0].isalnum()]
        return "".join(word[0] for word in words[:MOST_INITIALS]).upper()

    def judge(self, choice: Choice) -> Outcome:
        if choice.worth is Worth.RISIKO:
            return Outcome.UNCOUNTED
        if self.is_signal:
            return Outcome.MISS if choice.worth is Worth.PELANGGARAN else Outcome.HIT
        if self.is_harmless:
            overcautious = not choice.deed.reacts and choice.worth is not Worth.BAIK
            return Outcome.FALSE_ALARM if overcautious else Outcome.FITTING
        return Outcome.UNCOUNTED

    def to_json(self) -> Json:
        own = {name: getattr(self, name) for name in ("account", "note", "text", "picture", "counts", "pair")}
        return own | {"choices": [choice.to_json() for choice in self.choices]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        own = {name: data[name] for name in ("account", "note", "text", "picture", "counts", "pair")}
        return cls(**own, choices=tuple(map(Choice.from_json, data["choices"])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed. `scene` is sanitised HTML; `version` changes with anything in the feed."""

    id: str
    title: str
    scene: str
    version: str
    posts: tuple[Post, ...]

    def follow(self, sent: Sequence[str]) -> tuple[Choice, ...]:
        """Return the choices that a form names by their places, 1 and so on, post by post. Raises ChoicesUnclear."""
        if len(sent) > len(self.posts):
            raise ChoicesUnclear(len(sent))
        return tuple(find_choice(post, text) for post, text in zip(self.posts, sent, strict=False))

    def to_json(self) -> Json:
        own = {name: getattr(self, name) for name in ("id", "title", "scene", "version")}
        return own | {"posts": [post.to_json() for post in self.posts]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        own = {name: data[name] for name in ("id", "title", "scene", "version")}
        return cls(**own, posts=tuple(map(Post.from_json, data["posts"])))


def find_choice(post: Post, text: str) -> Choice:
    """Return the choice at a place, counted from 1. Raises ChoicesUnclear."""
    places = {str(place): choice for place, choice in enumerate(post.choices, 1)}
    if text not in places:
        raise ChoicesUnclear(text)
    return places[text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The counts of a walk. `signals` and `harmless` are the posts that counted; `uncounted` those that did not."""

    hits: int
    signals: int
    false_alarms: int
    harmless: int
    uncounted: int


def tally(posts: Sequence[Post], chosen: Sequence[Choice]) -> Tally:
    """Count a walk through these posts; the two sequences are of one length."""
    found = Counter(post.judge(choice) for post, choice in zip(posts, chosen, strict=True))
    return Tally(
        hits=found[Outcome.HIT],
        signals=found[Outcome.HIT] + found[Outcome.MISS],
        false_alarms=found[Outcome.FALSE_ALARM],
        harmless=found[Outcome.FALSE_ALARM] + found[Outcome.FITTING],
        uncounted=found[Outcome.UNCOUNTED],
    )

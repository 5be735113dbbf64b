"""Lini Masa: /lini-masa and /lini-masa/<id>, feeds walked through post by post.

The form of each page carries the choices so far. They are read, shown and forgotten: no request writes, and no address
names a choice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.extensions import reading_session
from netral.learning.editions.reading import RuleView, read_rules
from netral.learning.periods.enrolments import Enrolled, get_enrolled
from netral.learning.study.feeds import find_feed, list_feeds
from netral.quiz.feeds import Choice, ChoicesUnclear, Feed, Outcome, Post, tally
from netral.quiz.questions import Citation
from netral.web.edge.access import requires
from netral.web.learner.learner import asn_id, kode

bp = Blueprint("feeds", __name__)

GO_ON = "lanjut"
UNCLEAR = "Pilihan yang dikirim tidak cocok dengan lini masa ini, jadi mulai lagi dari unggahan pertama"
CHANGED = "Lini masa ini sudah diperbarui, jadi mulai lagi dari unggahan pertama"
NOTHING_CHOSEN = "Pilih satu tindakan"
OUTCOME_WORDS = {
    Outcome.HIT: "Tepat, unggahan ini tidak boleh ditanggapi ASN",
    Outcome.MISS: "Tindakan ini dilarang bagi ASN",
    Outcome.FALSE_ALARM: "Unggahan ini sebenarnya boleh Anda tanggapi",
    Outcome.FITTING: "Tindakan ini boleh",
    Outcome.UNCOUNTED: "Aturannya belum pasti, jadi pilihan ini tidak dihitung",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A post with the choice that was made on it."""

    post: Post
    choice: Choice

    @property
    def outcome(self) -> Outcome:
        return self.post.judge(self.choice)

    @property
    def words(self) -> str:
        return OUTCOME_WORDS[self.outcome]


@bp.get("/lini-masa")
@requires(Permission.LEARN)
def overview() -> ResponseReturnValue:
    with reading_session() as reading:
        feeds = list_feeds(reading, get_enrolled(reading, asn_id=asn_id(), kode=kode()))
    return render_template("linimasa/daftar.html", feeds=feeds)


@bp.get("/lini-masa/<feed_id>")
@requires(Permission.LEARN)
def begin(feed_id: str) -> ResponseReturnValue:
    return ask(read_feed(feed_id)[0], [])


@bp.post("/lini-masa/<feed_id>")
@requires(Permission.LEARN)
def decide(feed_id: str) -> ResponseReturnValue:
    """Show what follows from the choice, the next post, or the end. A form that fits no walk begins anew."""
    feed, enrolled = read_feed(feed_id)
    if request.form.get("versi") != feed.version:
        return ask(feed, [], CHANGED)
    sent, new = request.form.getlist("pilihan"), request.form.getlist("tindakan")
    try:
        taken = [Taken(*each) for each in zip(feed.posts, feed.follow([*sent, *new]), strict=False)]
    except ChoicesUnclear:
        return ask(feed, [], UNCLEAR)
    if len(new) > 1:
        return ask(feed, [], UNCLEAR)
    if new:
        return tell(feed, enrolled, [*sent, *new], taken[-1])
    if len(taken) == len(feed.posts):
        return finish(feed, enrolled, taken)
    return ask(feed, sent, None if request.form.get("langkah") == GO_ON else NOTHING_CHOSEN)


def read_feed(feed_id: str) -> tuple[Feed, Enrolled]:
    """Return a feed of the period's edition, and the person's place in the period. Raises NotFound."""
    with reading_session() as reading:
        enrolled = get_enrolled(reading, asn_id=asn_id(), kode=kode())
        return find_feed(reading, enrolled, feed_id=feed_id), enrolled


def read_grounds(enrolled: Enrolled, citations: Iterable[Citation]) -> dict[Citation, RuleView]:
    with reading_session() as reading:
        return read_rules(reading, edition_id=enrolled.period.edition_id, citations=citations)


def ask(feed: Feed, sent: Sequence[str], problem: str | None = None) -> ResponseReturnValue:
    """Show the post after the choices sent so far."""
    page = render_template(
        "linimasa/unggahan.html",
        feed=feed,
        sent=sent,
        post=feed.posts[len(sent)],
        problem=problem if problem == NOTHING_CHOSEN else None,
        problems=[{"text": problem, "target": "tindakan"}] if problem else None,
    )
    return page, 422 if problem else 200


def tell(feed: Feed, enrolled: Enrolled, sent: Sequence[str], taken: Taken) -> ResponseReturnValue:
    rules = read_grounds(enrolled, taken.choice.rules)
    return render_template("linimasa/akibat.html", feed=feed, sent=sent, taken=taken, rules=rules, go_on=GO_ON)


def finish(feed: Feed, enrolled: Enrolled, taken: Sequence[Taken]) -> ResponseReturnValue:
    """Show the counts, and the rules to read again: those of the posts that were judged differently."""
    missed = [each for each in taken if each.outcome is Outcome.MISS]
    citations = dict.fromkeys(citation for each in missed for citation in each.choice.rules)
    return render_template(
        "linimasa/akhir.html",
        feed=feed,
        taken=taken,
        counted=tally(feed.posts, [each.choice for each in taken]),
        pairs=pair_up(taken),
        citations=citations,
        rules=read_grounds(enrolled, citations),
    )


def pair_up(taken: Sequence[Taken]) -> list[list[Taken]]:
    """Return the posts of each pair in which one was judged differently: that is where the deciding fact shows."""
    names = dict.fromkeys(each.post.pair for each in taken if each.post.pair)
    pairs = [[each for each in taken if each.post.pair == name] for name in names]
    return [pair for pair in pairs if any(each.outcome in {Outcome.MISS, Outcome.FALSE_ALARM} for each in pair)]

"""The feeds of the edition that a period pins. They are only read: nothing that a person chooses comes here."""

from sqlalchemy import select

from netral.database.tables import Reader
from netral.errors import NotFound
from netral.learning.editions.models import Edition
from netral.learning.periods.enrolments import Enrolled
from netral.quiz.feeds import Feed


def list_feeds(reader: Reader, enrolled: Enrolled) -> tuple[Feed, ...]:
    """List the feeds in the authors' order; an edition from before there were feeds has none."""
    kept = reader.scalar(select(Edition.feeds).where(Edition.id == enrolled.period.edition_id))
    return tuple(map(Feed.from_json, kept or ()))


def find_feed(reader: Reader, enrolled: Enrolled, *, feed_id: str) -> Feed:
    """Return a feed. Raises NotFound."""
    for feed in list_feeds(reader, enrolled):
        if feed.id == feed_id:
            return feed
    raise NotFound(feed_id)


def has_feeds(reader: Reader, enrolled: Enrolled) -> bool:
    statement = select(Edition.id).where(Edition.id == enrolled.period.edition_id, Edition.feeds.is_not(None))
    return reader.scalar(statement) is not None

"""Publishing content: the text of the ikrar is stored first, then the edition that pins it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.content.edition import FrozenEdition
from netral.content.ikrar import Ikrar
from netral.database.tables import insert
from netral.learning.editions.publishing import Published, publish_edition
from netral.pledges.models import PledgeVersion


def publish(session: Session, act: Act, frozen: FrozenEdition) -> Published:
    """Publish an edition, or return the existing one with the same content.

    Unchanged versions of questions and of the ikrar are used again. Raises PublishingBusy.
    """
    return publish_edition(session, act, frozen, pledge_version_id=keep_text(session, frozen.ikrar))


def keep_text(session: Session, ikrar: Ikrar) -> int:
    """Return the id of the version with this text, written now if it is new."""
    values = {
        "slug": ikrar.id,
        "versi": ikrar.version,
        "judul": ikrar.title,
        "text_hash": ikrar.hash,
        "opening": ikrar.intro,
        "points": list(ikrar.points),
        "closing": ikrar.closing,
        "source": ikrar.source,
    }
    session.execute(insert(session, PledgeVersion).values(values).on_conflict_do_nothing())
    return session.scalars(select(PledgeVersion.id).where(PledgeVersion.text_hash == ikrar.hash)).one()

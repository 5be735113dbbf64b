"""The other processes of a race about circulars; kept apart from the tests, so that a process starts quickly."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.pledges.circulars.reading import answer
from netral.pledges.circulars.signing import sign_alone
from tests.factories import NOW


def acknowledge_one(engine: Engine, asn_id: int, circular_id: int, shown: int) -> bool:
    with Session(engine) as session:
        answered = answer(
            session, Act(None, NOW), asn_id=asn_id, circular_id=circular_id, shown=shown, choices={0: 1, 1: 1}
        )
        session.commit()
        return answered.new


def sign_one(engine: Engine, asn_id: int, circular_id: int, shown: int) -> bool:
    with Session(engine) as session:
        new = sign_alone(session, Act(None, NOW), asn_id=asn_id, circular_id=circular_id, shown=shown)
        session.commit()
        return new

"""Comparing the browser and the network of a finished step with those in which the person's code was made."""

import hmac

from netral.accounts.traces import Made, find_made, find_marked, keep_trace
from netral.web.edge import current
from netral.web.edge.proving import make_mark, read_marks

LENGTH = 32


def mark_place() -> str:
    """Return a keyed hash of the network of this request; without our key nobody can tell which network it is."""
    text = f"place\0{current.remote_address()}"
    return hmac.digest(current.settings().secret_key.encode(), text.encode(), "sha256").hex()[:LENGTH]


def trace(step: str) -> None:
    """Keep what a finished step shows, in the transaction of the step. `step`: ujian or ikrar."""
    session, act, marks = current.session(), current.act(), frozenset(read_marks())
    made = find_made(session, user_id=current.actor().user_id) or Made(None, "", None)
    keep_trace(
        session,
        act,
        step=step,
        maker_id=made.maker_id,
        maker_browser=made.maker_id is not None and make_mark(made.maker_id, made.password_hash) in marks,
        maker_place=made.place is not None and hmac.compare_digest(made.place, mark_place()),
        others=find_marked(session, act, marks=marks, make_mark=make_mark) if len(marks) > 1 else (),
    )

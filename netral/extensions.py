"""Bare extension objects, and how a request's session begins: reading for GET, writing for the rest."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from flask import has_request_context, request
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from flask_wtf import CSRFProtect
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from netral.database.engines import make_reader
from netral.database.tables import Base

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@lru_cache
def reader_of(engine: Engine) -> Engine:
    """Return the engine that reads the same database and cannot write."""
    return make_reader(engine)


class RequestSession(FlaskSession):
    """The session of a request: it cannot write during a GET, and begins as a writer in any other request."""

    def get_bind(self, *args: Any, **more: Any) -> Any:
        return reader_of(db.engine) if is_reading() else super().get_bind(*args, **more)


def is_reading() -> bool:
    """Return whether this is a request that changes nothing."""
    return has_request_context() and request.method in SAFE


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"class_": RequestSession})
login_manager = LoginManager()
csrf = CSRFProtect()


@contextmanager
def reading_session() -> Iterator[Session]:
    """Lend a session that only reads.

    In a GET it is the request's own. Where the request may write it has a connection of its own, given back at once:
    the request's session would hold the write lock from its first statement on.
    """
    if is_reading():
        yield db.session()
    else:
        with Session(reader_of(db.engine)) as session:
            yield session


def writing_session() -> Session:
    """Return a session for the one thing that a GET may write: a file's hash, kept when the file is first made."""
    return Session(db.engine)

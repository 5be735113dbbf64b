"""Bare extension objects, and how a request's session begins: reading for GET, writing for the rest."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from typing import Any, cast

from flask import g, has_request_context, request
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from netral.database.engines import make_reader
from netral.database.hot import OpenConnections
from netral.database.tables import Base

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@lru_cache
def readers_of(engine: Engine) -> OpenConnections:
    """Connections that can only read, to what this engine writes."""
    return OpenConnections(make_reader(engine))


@lru_cache
def writers_of(engine: Engine) -> OpenConnections:
    """Connections of this engine itself."""
    return OpenConnections(engine)


class RequestSession(FlaskSession):
    """In a GET nothing can be written, whatever the code says; anything else begins as a writer."""

    def get_bind(self, *args: Any, **more: Any) -> Any:
        return request_reader() if is_reading() else super().get_bind(*args, **more)


def is_reading() -> bool:
    """Whether this is a request that changes nothing: all of it reads from one connection."""
    return has_request_context() and request.method in SAFE


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"class_": RequestSession})
login_manager = LoginManager()
csrf = CSRFProtect()


@contextmanager
def reading_session() -> Iterator[Session]:
    """A short read, with the session's mapping."""
    with reading_connection() as connection, Session(connection) as session:
        yield session


def reading_connection() -> AbstractContextManager[Connection]:
    """A short read. Where the request may write it has a connection of its own, given back before a write begins."""
    return nullcontext(request_reader()) if is_reading() else readers_of(db.engine).lend()


def request_reader() -> Connection:
    """One such connection for the whole of a request; it ends with it."""
    known = g.get("netral_reader")
    if known is None:
        known = g.netral_reader = readers_of(db.engine).take()
    return cast("Connection", known)


def close_reader(error: BaseException | None = None) -> None:
    """At the end of a request, or before slow work, so that the connection serves others meanwhile."""
    db.session.remove()
    reader = g.pop("netral_reader", None)
    if reader is not None:
        readers_of(db.engine).give_back(reader)


def writing_connection() -> AbstractContextManager[Connection]:
    """A short write of its own on tables: without a session around it, it costs less. Who uses it commits."""
    return writers_of(db.engine).lend()


def writing_session() -> Session:
    """A short write of its own, for the one thing that a GET may keep: what was made at first view."""
    return Session(db.engine)

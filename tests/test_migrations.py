"""Migrations: both ways, the same as the models, and the guards stand afterwards."""

import re
import warnings

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.certificates.models import Certificate
from netral.folding import search_key
from netral.learning.editions.cards import list_cards
from netral.learning.editions.reading import list_terms
from netral.learning.periods.enrolments import get_enrolled
from netral.learning.study.practice import read_module
from netral.migrating import current_revision, downgrade, newest_revision, upgrade
from netral.models import Base
from netral.organisation.models import Asn, RosterImport
from netral.organisation.numbers import fold_login
from tests.factories import NOW, make_asn, make_enrolment, make_instansi, make_period, make_user
from tests.learning.make import get_attempts, make_exam, start


def triggers(engine: Engine) -> set[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if engine.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with engine.connect() as connection:
        return set(connection.scalars(text(query)))


def guarded_text(engine: Engine, table: str) -> str:
    """Return the definitions of all guards of a table as the database keeps them."""
    query = (
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name"
        if engine.dialect.name == "sqlite"
        else "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = CAST(:name AS regclass)"
    )
    with engine.connect() as connection:
        return "\n".join(connection.scalars(text(query), {"name": table}))


def is_no_index(name: str | None, kind: str, parents: object) -> bool:
    """Return false for the tables that SQLite's full-text index is made of."""
    return kind != "table" or not (name or "").startswith("passage_index")


def list_tables(engine: Engine) -> set[str]:
    return {name for name in inspect(engine).get_table_names() if is_no_index(name, "table", {})}


def count_rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_the_tables_are_those_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("error")
        opts = {"compare_type": True, "render_as_batch": True, "include_name": is_no_index}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []


def test_a_fresh_database_is_at_the_newest_revision(engine: Engine) -> None:
    assert current_revision(engine) == newest_revision()


def test_every_column_of_a_certificate_has_a_guard(engine: Engine) -> None:
    guarded = set(re.findall(r"\w+", guarded_text(engine, "certificate")))

    assert set(Certificate.__table__.c.keys()) - guarded == set()


def test_going_back_to_nothing_and_forth_again_leaves_everything_in_place(database_url: str, engine: Engine) -> None:
    before = triggers(engine)
    engine.dispose()
    downgrade(database_url, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    upgrade(database_url)

    assert triggers(engine) == before
    assert list_tables(engine) == {*Base.metadata.tables, "alembic_version"}


SEARCHED = [
    "Ahmad Ma’ruf Syafi’i, S.Ag.",
    "Siti Nur'aini",
    "Eva Andrée",
    "Ｓｉｔｉ",
    "ꦱꦸ Lis",
    "ŉ ﬁ 𝐒 İ ß Ｍａ＇ruf\u200b",
]


def test_names_from_before_the_migration_are_searched_like_new_ones(
    database_url: str, engine: Engine, session: Session
) -> None:
    asn_ids = [make_asn(session, nama=nama).id for nama in SEARCHED]
    session.commit()
    downgrade_and_upgrade(database_url, engine, session)

    keys = [session.get_one(Asn, asn_id).nama_cari for asn_id in asn_ids]
    assert keys == [search_key(nama) for nama in SEARCHED]


def test_a_login_typed_with_another_dash_still_signs_in(database_url: str, engine: Engine, session: Session) -> None:
    make_user(session, asn=make_asn(session, jenis="PPNPN", number="non–0019"), login="non–0019")
    for login in ("non-0020", "non–0020"):
        make_user(session, login=login)
    session.commit()
    downgrade_and_upgrade(database_url, engine, session)

    assert session.scalars(select(Asn.number)).one() == fold_login("NON–0019")
    logins = session.scalars(select(User.login).order_by(User.id)).all()
    assert logins == [fold_login("NON–0019"), "non-0020", "non–0020"]


def test_a_ppnpn_who_was_entered_with_capitals_signs_in(database_url: str, engine: Engine, session: Session) -> None:
    make_user(session, asn=make_asn(session, jenis="PPNPN", number="NON-77 88"), login="NON-77 88")
    make_user(session, asn=make_asn(session, jenis="PPNPN", number="HL-1"), login="HL-1")
    make_user(session, login="hl-1")
    session.commit()
    session.close()
    engine.dispose()
    downgrade(database_url, "0033")
    upgrade(database_url)

    assert session.scalars(select(Asn.number).order_by(Asn.id)).all() == [fold_login("NON-7788"), "hl-1"]
    assert session.scalars(select(User.login).order_by(User.id)).all() == [fold_login("NON-7788"), "HL-1", "hl-1"]


def downgrade_and_upgrade(database_url: str, engine: Engine, session: Session) -> None:
    session.close()
    engine.dispose()
    downgrade(database_url, "0008")
    upgrade(database_url)


def test_migrating_again_changes_no_row_of_a_filled_database(
    database_url: str, engine: Engine, session: Session
) -> None:
    make_enrolment(session, asn=make_asn(session), period=make_period(session))
    session.commit()
    rows, guards = count_rows(engine), triggers(engine)
    engine.dispose()
    upgrade(database_url)

    assert count_rows(engine) == rows
    assert triggers(engine) == guards


def test_an_edition_from_before_there_were_terms_and_cards_is_read_as_it_was(
    database_url: str, engine: Engine, session: Session
) -> None:
    exam = make_exam(session)
    session.close()
    engine.dispose()
    downgrade(database_url, "0015")
    upgrade(database_url)

    view = read_module(session, get_enrolled(session, **exam.who), slug="media-sosial")
    assert (len(view.pages), view.objectives, view.terms) == (2, (), ())
    assert list_terms(session, edition_id=exam.edition_id) == ()
    assert list_cards(session, edition_id=exam.edition_id) == ()


def test_an_open_attempt_from_before_there_was_extra_time_follows_its_period(
    database_url: str, engine: Engine, session: Session
) -> None:
    exam = make_exam(session)
    start(session, exam)
    session.close()
    engine.dispose()
    downgrade(database_url, "0023")
    with engine.connect() as connection:
        capped = "SELECT deadline_at = closes_at FROM attempt JOIN period ON period.id = attempt.period_id"
        assert connection.scalar(text(capped))
    engine.dispose()
    upgrade(database_url)

    assert [(each.deadline_at, each.extra_seconds) for each in get_attempts(session, exam)] == [(None, 0)]


def test_whole_rows_of_earlier_uploads_are_forgotten(database_url: str, engine: Engine, session: Session) -> None:
    instansi = make_instansi(session)
    problem = {
        "row": 3,
        "column": "NIP",
        "value": "1985",
        "reason": "nip_length",
        "data": {},
        "cells": ["9999010101990001"],
    }
    for state in ("pratinjau", "diterapkan"):
        upload = RosterImport(instansi_id=instansi.id, file_name="a.csv", file_hash="0", state=state, uploaded_at=NOW)
        upload.rows, upload.problems = [[3, "9999010101990001"]], [problem]
        upload.summary = {"counts": {"added": 1}, "left": 2, "absent": [{"nama": "Siti Rahma"}]}
        session.add(upload)
    session.commit()
    engine.dispose()
    downgrade(database_url, "0007")
    upgrade(database_url)

    session.expire_all()
    kept = session.scalars(select(RosterImport).order_by(RosterImport.id)).all()
    assert [(one.state, one.rows, one.problems, one.summary) for one in kept] == [
        ("dibatalkan", [], [], {}),
        ("diterapkan", [], [], {"counts": {"added": 1}, "left": 2}),
    ]

"""Statements that go straight to the driver: the same values and errors as through SQLAlchemy."""

import pytest
from sqlalchemy import Engine, bindparam, column, event, func, select, table, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from netral.database.engines import make_engine, make_reader
from netral.database.hot import PreparedChange, PreparedQuery
from netral.database.tables import insert_into
from netral.learning.periods.models import Period
from netral.organisation.models import Instansi
from tests.databases import PostgresqlFactory
from tests.factories import NOW, make_instansi, make_period

INSTANSI, PERIOD = Instansi.__table__, Period.__table__
BY_KODE = PreparedQuery(select(INSTANSI.c.nama, INSTANSI.c.emblem).where(INSTANSI.c.kode == bindparam("kode")), tuple)


def test_values_come_out_as_through_sqlalchemy(session: Session) -> None:
    make_period(session)
    session.commit()
    every_column = select(*PERIOD.c).where(PERIOD.c.opens_at <= bindparam("now", type_=PERIOD.c.opens_at.type))

    straight = PreparedQuery(every_column, list).first(session, now=NOW.replace(year=NOW.year + 50))

    assert straight == list(session.execute(select(*PERIOD.c)).one())


def test_where_nothing_is_found_there_is_no_row(session: Session) -> None:
    assert BY_KODE.first(session, kode="tidak-ada") is None
    assert BY_KODE.all(session, kode="tidak-ada") == []


def test_a_row_added_to_a_session_is_found(session: Session) -> None:
    session.add(Instansi(kode="baru", nama="Kabupaten Baru", zona="Asia/Makassar", created_at=NOW))

    assert BY_KODE.first(session, kode="baru") == ("Kabupaten Baru", None)


def test_a_change_is_part_of_the_transaction_and_counted(session: Session) -> None:
    make_instansi(session, kode="kab")
    session.commit()
    texts = {name: "" for name, each in INSTANSI.c.items() if name != "id" and not each.nullable}
    values = texts | {"kode": bindparam("kode"), "zona": "Asia/Makassar", "created_at": NOW}
    statement = insert_into(Instansi, session.get_bind().dialect.name).values(values)
    add = PreparedChange(statement.on_conflict_do_nothing(index_elements=["kode"]))

    assert [add.run(session, kode=kode) for kode in ("kab", "kota")] == [0, 1]
    session.rollback()

    assert session.scalars(select(Instansi.kode)).all() == ["kab"]


def test_a_column_whose_value_sqlalchemy_would_fill_in_is_refused(session: Session) -> None:
    add = PreparedChange(
        insert_into(Instansi, session.get_bind().dialect.name).values(kode=bindparam("kode"), nama="Lain")
    )

    with pytest.raises(TypeError, match="instansi: a value for every column"):
        add.run(session, kode="kab")


def test_constants_stand_in_the_text_so_that_nothing_is_planned_anew(session: Session) -> None:
    for kode, nama in (("a", "Jum'at"), ("b", "100%"), ("c", "Lain"), ("d", "Jum'at")):
        make_instansi(session, kode=kode, nama=nama)
    constant = (INSTANSI.c.nama == "Jum'at") | (INSTANSI.c.nama == "100%")
    after = INSTANSI.c.kode > bindparam("after")
    statement = select(INSTANSI.c.kode).where(constant, after).order_by(INSTANSI.c.kode).limit(2)
    named = PreparedQuery(statement, lambda row: row[0])

    assert named.all(session, after="") == ["a", "b"]
    assert named.all(session, after="a") == ["b", "d"]
    assert "LIMIT 2" in named.plan(session.get_bind().dialect).sql


def test_listeners_hear_of_a_prepared_statement(session: Session, engine: Engine) -> None:
    heard: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: heard.append(arguments[2]))

    BY_KODE.first(session, kode="kab")

    assert ["kode" in statement for statement in heard] == [True]


def test_an_error_of_the_driver_is_one_of_sqlalchemy(engine: Engine) -> None:
    missing = PreparedQuery(select(column("id")).select_from(table("no_such_table")), tuple)
    reader = make_reader(engine)

    with reader.connect() as connection:
        with pytest.raises(DBAPIError, match="no_such_table"):
            missing.all(connection)
        assert BY_KODE.all(connection, kode="kab") == []


def test_a_connection_that_the_server_ended_meanwhile_is_replaced_unseen(
    postgresql_factory: PostgresqlFactory,
) -> None:
    with postgresql_factory.database() as url:
        engine = make_engine(url)
        for each in (engine, make_reader(engine)):
            with each.connect() as connection:
                connection.execute(text("SELECT 1"))
            postgresql_factory.end_all_others(engine)

            with each.connect() as connection:
                assert connection.scalar(select(func.count()).select_from(Instansi)) == 0
        engine.dispose()


def test_a_connection_that_is_lost_in_use_says_so_and_is_not_used_again(postgresql_factory: PostgresqlFactory) -> None:
    with postgresql_factory.database() as url:
        engine = make_engine(url)
        reader = make_reader(engine)
        with reader.connect() as connection:
            assert BY_KODE.all(connection, kode="kab") == []
            postgresql_factory.end_all_others(engine)

            with pytest.raises(OperationalError) as lost:
                BY_KODE.all(connection, kode="kab")

        assert lost.value.connection_invalidated
        with reader.connect() as connection:
            assert BY_KODE.all(connection, kode="kab") == []
        engine.dispose()


def test_a_connection_that_broke_in_the_pool_is_replaced_unseen(postgresql_factory: PostgresqlFactory) -> None:
    with postgresql_factory.database() as url:
        reader = make_reader(make_engine(url))
        with reader.connect() as connection:
            broken = connection.connection.driver_connection
        assert broken
        broken.close()

        with reader.connect() as connection:
            assert BY_KODE.all(connection, kode="kab") == []
        reader.dispose()

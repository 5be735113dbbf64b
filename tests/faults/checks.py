"""Checks that must hold while a fault lasts, and after it."""

import re

from sqlalchemy import text

from netral.audit.events import list_chains, verify_chain
from netral.database.engines import make_engine
from tests.browser.server import Server
from tests.faults.disks import Disk
from tests.faults.people import Saver, Told, check_apology

MORE_THAN_FIT = 2_000


def check_whole(server: Server) -> None:
    """Check the file, where there is one, and every chain of the audit trail."""
    with server.session() as session:
        if server.database_url.startswith("sqlite"):
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
        chains = list_chains(session)
        assert chains
        assert [chain for chain in chains if verify_chain(session, chain).broken_at is not None] == []


def check_the_exam_goes_on(saver: Saver) -> None:
    """Request the same page again with the same cookie."""
    saver.hang_up()  # a connection that was idle for long has been closed by the server
    slot, option = saver.options[0]
    assert saver.save(slot, option).status == 200
    page = saver.look()
    assert page.status == 200
    assert re.search(f'name="s{slot}[.]jawaban" value="{option}" checked', page.text)
    assert saver.lost() == []


def check_a_full_disk(server: Server, savers: list[Saver], disk: Disk) -> None:
    """Check that no one is told "saved" wrongly, that pages can be read, and that space alone repairs everything."""
    shorten_the_log(server)
    disk.fill(server)
    check_apology(save_until_refused(savers[0]))
    for saver in savers:
        assert saver.look().status == 200
    disk.clear(server)
    for saver in savers:
        check_the_exam_goes_on(saver)


def shorten_the_log(server: Server) -> None:
    """Cut off the embedded database's log: after many writes it has room for every save to come."""
    if not server.database_url.startswith("sqlite"):
        return
    engine = make_engine(server.database_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        connection.commit()  # a checkpoint waits for no transaction but its own
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def save_until_refused(saver: Saver) -> Told:
    """Save until refused. Some saves find room: the log is written from its start once it was copied into the file."""
    for slot, option in saver.options * MORE_THAN_FIT:
        told = saver.save(slot, option)
        if told.status != 200:
            return told
    raise AssertionError("the disk never runs full")

"""People who ask too often wait a while; nobody else does, and nothing is written."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from netral.web.edge import pace
from netral.web.edge.current import name_network
from netral.web.edge.pace import WINDOW, Pace
from tests.factories import NOW, make_asn, make_instansi, make_opd
from tests.web.conftest import Browser, Clock
from tests.web.officers import sign_in_officer, sign_in_operator

MINUTE = timedelta(minutes=1)


def test_a_refused_request_does_not_count() -> None:
    paced = Pace(2)
    assert [paced.take("a", NOW), paced.take("a", NOW + MINUTE)] == [0, 0]

    assert [paced.take("a", NOW + 2 * MINUTE) for _ in range(50)] == [480] * 50
    assert paced.take("b", NOW + 2 * MINUTE) == 0
    assert paced.take("a", NOW + WINDOW) == 0
    assert paced.take("a", NOW + WINDOW) == 60


def test_a_clock_that_was_ahead_leaves_nobody_waiting() -> None:
    paced = Pace(2)
    assert [paced.take("a", NOW + timedelta(days=3)) for _ in range(3)] == [0, 0, 600]

    assert [paced.take("a", NOW) for _ in range(2)] == [0, 0]


def test_many_keys_make_only_the_oldest_forgotten() -> None:
    paced = Pace(1)
    paced.take("old", NOW)
    paced.take("guesser", NOW)
    for number in range(pace.REMEMBERED - 1):
        paced.take(str(number), NOW)
        paced.take("guesser", NOW + MINUTE)

    assert paced.take("guesser", NOW + MINUTE) > 0
    assert paced.take("old", NOW + MINUTE) == 0
    assert len(paced.times) == pace.REMEMBERED


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("?", "?"),
    ],
)
def test_an_address_of_ipv6_counts_with_its_network(address: str, counted: str) -> None:
    assert name_network(address) == counted


def test_a_network_guesses_no_more_codes_than_an_address(browser: Browser) -> None:
    def guess(number: int) -> int:
        address = {"REMOTE_ADDR": f"2001:db8:1:2::{number:x}"}
        return browser.get(f"/v/{number:026d}", environ_overrides=address).status_code

    assert [guess(number) for number in range(101)][-2:] == [404, 429]


def test_searches_and_files_of_one_officer_have_a_limit_of_their_own(
    session: Session, open_browser: Callable[[], Browser], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "SEARCHES", 4)
    monkeypatch.setattr(pace, "FILES", 2)
    instansi = make_instansi(session)
    opd = make_opd(session, instansi=instansi)
    make_asn(session, opd=opd)
    dewi, budi = open_browser(), open_browser()
    sign_in_officer(dewi, session, instansi=instansi)
    sign_in_operator(budi, session, opd)

    assert [dewi.get("/pegawai?cari=siti").status_code for _ in range(4)] == [200] * 4
    clock.forward(minutes=3)
    slowed = dewi.get("/pegawai?cari=siti&halaman=2")
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "420")
    page = dewi.read(slowed, 429)
    assert page.heading == "Terlalu banyak permintaan"
    assert "Tunggu 7 menit, lalu muat ulang halaman ini." in page.words

    assert dewi.get("/pegawai").status_code == 200
    assert [dewi.get("/pegawai/impor/contoh.xlsx").status_code for _ in range(3)] == [200, 200, 429]
    assert budi.get("/pegawai?cari=siti").status_code == 200
    clock.forward(minutes=7)
    assert dewi.get("/pegawai?cari=siti").status_code == 200

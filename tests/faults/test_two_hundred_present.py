"""Two hundred people at a sosialisasi: all noted once by the code of the minute or by name, though all is killed.

They are clients over HTTP before a real server, in real minutes. Some type the code of the minute before, some send it
twice or in two tabs, some mistype it, some are not invited, and some have no phone.
"""

import http.client
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from random import Random
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bench.visitor import Answer, Visitor
from netral.accounts.models import User
from netral.accounts.passwords import HASHER
from netral.accounts.users import open_accounts
from netral.audit.models import AuditEvent
from netral.learning.periods.models import Period
from netral.organisation.models import Asn, Opd
from netral.pledges.circulars.models import PactSignature, Signing
from netral.sosialisasi.models import Attendance, HandPoll
from tests.browser.learners import Learner
from tests.browser.server import PASSWORD, Server
from tests.databases import PostgresqlFactory, SqliteFactory, chosen_databases
from tests.factories import make_asn, make_enrolment, make_opd, the_instansi
from tests.faults.checks import check_whole
from tests.faults.conftest import running
from tests.faults.meetings import Phone, Screen, enter, everybody_does, projected, take_out_phones
from tests.faults.people import wait_until
from tests.faults.postgres import Cluster

pytestmark = pytest.mark.long

ZONE = ZoneInfo("Asia/Makassar")
WITH_PHONE, WITHOUT, ABSENT, UNINVITED = 188, 12, 10, 6
PRESENT = WITH_PHONE + WITHOUT
KILLED_AFTER = 60
"""People noted when the power fails."""


@dataclass
class Hall:
    """A server with the people of Dinas Perhubungan, who are invited, and of Dinas Sosial, who are not."""

    server: Server
    cluster: Cluster | None

    def fail(self) -> None:
        """Kill everything at once, and start it again."""
        self.server.kill()
        if self.cluster:
            self.cluster.kill()
            self.cluster.start()
        self.server.start()

    def count_noted(self) -> int:
        with self.server.session() as session:
            return session.scalar(select(func.count(Attendance.id)).where(Attendance.struck_at.is_(None))) or 0

    def noted(self) -> list[str]:
        """List the names of people noted, in any number."""
        with self.server.session() as session:
            people = select(Asn.nama).join(Attendance, Attendance.asn_id == Asn.id)
            return list(session.scalars(people.where(Attendance.struck_at.is_(None))))

    def count_events(self, action: str) -> int:
        with self.server.session() as session:
            return session.scalar(select(func.count()).where(AuditEvent.action == action)) or 0


@pytest.fixture(params=chosen_databases())
def hall(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hall]:
    cluster: Cluster | None = request.getfixturevalue("cluster") if request.param == "postgresql" else None
    factory: SqliteFactory | PostgresqlFactory = (
        cluster.factory if cluster else request.getfixturevalue("sqlite_factory")
    )
    with factory.database() as url, running(url, tmp_path) as server:
        invite_people(server)
        yield Hall(server, cluster)


def invite_people(server: Server) -> None:
    with server.session() as session:
        instansi = the_instansi(session)
        dishub = make_opd(session, nama="Dinas Perhubungan", kode="dishub", instansi=instansi)
        terminal = make_opd(session, nama="UPTD Terminal", kode="terminal", jenis="uptd", parent=dishub)
        sosial = session.scalars(select(Opd).where(Opd.kode == "dinsos")).one()
        names = [name for people in (with_phone(), without(), absent()) for name in people]
        people = [make_asn(session, opd=terminal if at % 3 else dishub, nama=name) for at, name in enumerate(names)]
        people += [make_asn(session, opd=sosial, nama=name) for name in uninvited()]
        open_accounts(session, instansi_id=instansi.id, now=datetime.now(UTC))
        hashed, users = HASHER.hash(PASSWORD), {user.asn_id: user for user in session.scalars(select(User))}
        period = session.scalars(select(Period)).one()
        for asn in people:
            make_enrolment(session, asn=asn, period=period)
            users[asn.id].password_hash = hashed
            server.logins[asn.nama] = users[asn.id].login


def with_phone() -> list[str]:
    return [f"Hadir {number:03}" for number in range(WITH_PHONE)]


def without() -> list[str]:
    return [f"Tanpa Ponsel {number:02}" for number in range(WITHOUT)]


def absent() -> list[str]:
    return [f"Absen {number:02}" for number in range(ABSENT)]


def uninvited() -> list[str]:
    return [f"Tamu {number:02}" for number in range(UNINVITED)]


@pytest.mark.timeout(1200)
def test_two_hundred_people_are_noted_once_each_though_everything_is_killed(
    hall: Hall, tell: Callable[[str], None]
) -> None:
    dewi = enter(hall.server, "Dewi")
    place = call_a_meeting(dewi)
    meeting_id = place.rsplit("/", 1)[1]
    hadir = f"/hadir/{meeting_id}"
    phones = take_out_phones(hall.server, with_phone(), hadir)
    guests = take_out_phones(hall.server, uninvited(), hadir)
    began = time.monotonic()
    with projected(enter_again(hall.server, dewi), f"{place}/layar") as screen:
        people = Typists(screen, Random(14))
        work = {
            "at once": (people.type_it, phones[:100]),
            "a minute late": (people.type_it_a_minute_late, phones[100:140]),
            "twice": (people.send_it_twice, phones[140:160]),
            "two tabs": (people.send_it_in_two_tabs, phones[160:174]),
            "mistyped": (people.mistype_it_first, phones[174:]),
            "not invited": (people.type_it_uninvited, guests),
        }
        with everybody_does(work):
            wait_until(lambda: hall.count_noted() >= KILLED_AFTER, seconds=180, what="too few are noted")
            hall.fail()
    tell(f"{WITH_PHONE} by the code in {time.monotonic() - began:.0f} s, killed after {KILLED_AFTER}")

    assert all(phone.noted for phone in phones)
    assert sorted(hall.noted()) == with_phone()
    assert hall.count_events("sosialisasi.attended") == WITH_PHONE
    check_whole(hall.server)

    call_the_roll(dewi, place, without())
    assert sorted(hall.noted()) == sorted([*with_phone(), *without()])
    page = dewi.get(place).text
    assert f"{PRESENT} dari {PRESENT + ABSENT} orang" in page
    exams_follow(hall.server)
    report = words_of(dewi.get("/laporan/kehadiran?periode=pilkada"))
    assert f"{PRESENT + ABSENT} {PRESENT} 12 75,0 % 10 40,0 %" in report
    raise_hands_twice(dewi, place)
    with hall.server.session() as session:
        assert session.scalar(select(func.count(HandPoll.id))) == 1


def call_a_meeting(dewi: Visitor) -> str:
    """Call a meeting that began five minutes ago, with a double click; return its address."""
    now = datetime.now(ZONE) - timedelta(minutes=5)
    dewi.get("/sosialisasi/baru")
    form: dict[str, str | list[str]] = {
        "judul": "Sosialisasi netralitas",
        "tempat": "Aula",
        "pembicara": "Dewi Lestari",
        "tanggal": f"{now:%d/%m/%Y}",
        "mulai": f"{now:%H.%M}",
        "selesai": f"{now + timedelta(hours=1):%H.%M}",
        "periode": "pilkada",
        "opd": ["dishub"],
    }
    first, second = dewi.post("/sosialisasi/baru", form), dewi.post("/sosialisasi/baru", form)
    assert first.place == second.place
    return first.place


def enter_again(server: Server, officer: Visitor) -> Visitor:
    """Return the same officer at the projector, so that the two do not share a connection."""
    return Visitor(server.port, dict(officer.cookies), officer.token)


@dataclass
class Typists:
    """The ways in which people type the code that they see."""

    screen: Screen
    rng: Random

    def type_it(self, phone: Phone) -> None:
        """Type what is on the screen, and look again where it has changed meanwhile."""
        self.take_time()
        while not phone.noted:
            phone.type(self.screen.read())

    def type_it_a_minute_late(self, phone: Phone) -> None:
        """Send the code when the screen shows the next one already, within its minute."""
        code = self.screen.read()
        self.screen.wait_for_the_next()
        self.take_time(most=20)
        phone.type(code)
        self.type_it(phone)

    def send_it_twice(self, phone: Phone) -> None:
        self.type_it(phone)
        phone.type(self.screen.read())

    def send_it_in_two_tabs(self, phone: Phone) -> None:
        tab = Phone(Visitor(phone.visitor.port, dict(phone.visitor.cookies), phone.visitor.token), phone.place)
        self.take_time()
        code = self.screen.read()
        both = [Thread(target=each.type, args=(code,)) for each in (phone, tab)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        self.type_it(phone)

    def mistype_it_first(self, phone: Phone) -> None:
        self.take_time()
        right = self.screen.read()
        wrong = f"{(int(right) + 7) % 1_000_000:06}"
        phone.type(wrong)
        assert not phone.noted
        self.type_it(phone)

    def type_it_uninvited(self, phone: Phone) -> None:
        self.take_time()
        answer = phone.type(self.screen.read())
        assert "tidak mengundang unit Anda" in answer.text
        assert not phone.noted

    def take_time(self, most: float = 60) -> None:
        time.sleep(self.rng.uniform(0, most))


def call_the_roll(officer: Visitor, place: str, names: list[str]) -> None:
    """Tick people without a phone by their names, and send the page twice."""
    page = officer.get(f"{place}?kehadiran=belum").text
    rows = dict(re.findall(r'for="orang-(\d+)">Hadir<span class="visually-hidden">, ([^<]+)<', page))
    ticked = [asn_id for asn_id, name in rows.items() if name in names]
    assert len(ticked) == len(names)
    assert f"{len(names)} orang dicatat hadir." in officer.post(f"{place}/absen", {"orang": ticked}).text
    officer.get(place)
    assert "Tidak ada yang berubah." in officer.post(f"{place}/absen", {"orang": ticked}).text


def raise_hands_twice(officer: Visitor, place: str) -> None:
    """Count hands on the first case; the second sending is a double click."""
    page = officer.get(f"{place}/tangan").text
    key = re.findall(r'<option value="(\d+-\d+)"', page)[0]
    officer.get(f"{place}/tangan?kasus={key}")
    counted = {"kasus": key, "boleh": "21", "tidak": "150", "tergantung": "29"}
    for _ in range(2):
        assert "Boleh 21, Tidak 150, Tergantung 29." in officer.post(f"{place}/tangan", counted).text


def exams_follow(server: Server) -> None:
    """Let twelve of those present sit their first exam, of whom nine pass, and all who stayed away, of whom four."""
    present, away = with_phone()[:12], absent()
    for name in (*present[:9], *away[:4]):
        Learner(server, name).has_passed()
    for name in (*present[9:], *away[4:]):
        Learner(server, name).has_failed()


def words_of(answer: Answer) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", answer.text)).split())


@pytest.mark.timeout(900)
def test_two_hundred_sign_a_pakta_at_an_apel_once_each_though_everything_is_killed(hall: Hall) -> None:
    dewi = enter(hall.server, "Dewi")
    circular_id = publish_a_pakta(dewi)
    for phone in take_out_phones(hall.server, with_phone()[:3], f"/edaran/{circular_id}"):
        sign_alone(phone, circular_id)
    place = f"/pakta/{circular_id}/acara"
    confirmed = name_those_who_stayed_away(dewi, place)

    first = Thread(target=send_anyway, args=(enter_again(hall.server, dewi), place, confirmed))
    first.start()
    hall.fail()
    first.join()
    assert count_signatures(hall.server) in {3, PRESENT}
    tabs = [enter_again(hall.server, dewi) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda tab: tab.post(place, confirmed), tabs))
    assert [answer.status for answer in answers] == [200, 200]

    assert count_signatures(hall.server) == PRESENT
    with hall.server.session() as session:
        (signing,) = session.scalars(select(Signing))
        signed = select(func.count(PactSignature.asn_id.distinct())).where(PactSignature.signing_id == signing.id)
        assert (session.scalar(signed), signing.witness_name) == (PRESENT - 3, "Hasan Basri")
    check_whole(hall.server)
    assert "Dinas Perhubungan 210 3 200 197 95,2 %" in words_of(dewi.get("/laporan/edaran"))
    (phone,) = take_out_phones(hall.server, with_phone()[100:101], f"/edaran/{circular_id}")
    assert "disaksikan Hasan Basri, Camat Hulu" in phone.visitor.get(f"/edaran/{circular_id}").text
    phone.visitor.post(f"/edaran/{circular_id}/keberatan", {})
    assert with_phone()[100] in dewi.get(f"/edaran/{circular_id}/kelola").text


def publish_a_pakta(dewi: Visitor) -> str:
    """Publish a pakta for everybody and return its id."""
    today = datetime.now(ZONE).date()
    dewi.get("/edaran/pakta-baru")
    draft = {
        "judul": "Pakta integritas netralitas",
        "nomor": "800/13/BKPSDM/2029",
        "tanggal": today.isoformat(),
        "pejabat": "Ratna Dewanti",
        "jabatan": "Sekretaris Daerah",
        "naskah": "Saya menjaga netralitas.\n\nSaya tidak memakai fasilitas kantor untuk calon mana pun.",
        "tenggat": (today + timedelta(days=14)).isoformat(),
    }
    place = dewi.post("/edaran/pakta-baru", draft).place
    page = dewi.get(f"{place}/terbitkan").text
    (version,) = re.findall(r'name="versi" value="([^"]+)"', page)
    assert "Versi 1 terbit" in dewi.post(f"{place}/terbitkan", {"versi": version}).text
    return place.split("/")[2]


def sign_alone(phone: Phone, circular_id: str) -> None:
    page = phone.visitor.post(f"/edaran/{circular_id}/buka", {}).text
    (shown,) = re.findall(r'name="naskah" value="(\d+)"', page)
    told = phone.visitor.post(f"/edaran/{circular_id}", {"naskah": shown, "paham": "ya"})
    assert "Pakta integritas sudah Anda tandatangani." in told.text


def name_those_who_stayed_away(dewi: Visitor, place: str) -> dict[str, str | list[str]]:
    """Tick the ten who did not come, and return the form that confirms all others."""
    page = dewi.get(f"{place}?unit=dishub").text
    rows = {name: asn_id for asn_id, name in re.findall(r'for="hadir-(\d+)">([^,<]+)', page)}
    assert len(rows) == PRESENT + ABSENT - 3
    (shown,) = re.findall(r'name="naskah" value="(\d+)"', page)
    apel: dict[str, str | list[str]] = {
        "unit": "dishub",
        "naskah": shown,
        "tanggal": datetime.now(ZONE).date().isoformat(),
        "tempat": "Halaman kantor",
        "saksi": "Hasan Basri",
        "jabatan_saksi": "Camat Hulu",
    }
    asked = dewi.post(place, {**apel, "cara": "kecuali", "hadir": [rows[name] for name in absent()]}).text
    assert f"Catat {PRESENT - 3} tanda tangan?" in asked
    (present,) = re.findall(r'name="hadir" value="([^"]+)"', asked)
    return {**apel, "hadir": present, "konfirmasi": "1"}


def send_anyway(visitor: Visitor, place: str, form: dict[str, str | list[str]]) -> None:
    """Send a form whether or not an answer comes."""
    with suppress(OSError, http.client.HTTPException):
        visitor.send(place, form)


def count_signatures(server: Server) -> int:
    with server.session() as session:
        return session.scalar(select(func.count(PactSignature.id)).where(PactSignature.annulled_at.is_(None))) or 0

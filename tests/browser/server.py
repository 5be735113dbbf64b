"""The product as people get it: the server in its own processes, on a filled database."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import FACTOR_ROLES, Role
from netral.accounts.factors import hash_recovery_code
from netral.accounts.models import RecoveryCode, SecondFactor, User
from netral.accounts.passwords import HASHER
from netral.accounts.users import grant_role, open_accounts
from netral.audit.events import Act
from netral.certificates.proof.keys import make_key
from netral.database.engines import make_engine
from netral.learning.periods.opening import PeriodKind, PeriodPlan, open_period
from netral.pledges.publishing import publish
from netral.quiz.blueprint import KeysShown
from netral.settings import ROOT
from tests.factories import make_asn, make_instansi, make_opd
from tests.shipped import freeze_shipped

# These people belong to Dinas Kesehatan.
OFFICERS = {
    "Budi Santoso": Role.OPERATOR_OPD,
    "Dewi Lestari": Role.BKPSDM,
    "Eka Pratama": Role.INSPEKTORAT,
    "Fajar Nugroho": Role.PIMPINAN,
    "Gita Savitri": Role.PENYUNTING,
    "Hana Pertiwi": Role.PENGELOLA,
}
KODE = "pilkada"
"""The period that `fill` opens."""
PASSWORD = "kopi pahit di beranda rumah"
# The printed recovery codes of each officer with a second factor: one for every sign-in of a module's tests.
RECOVERY_CODES = tuple(f"PULIH{number:05d}" for number in range(60))
# People of UPTD Puskesmas Hulu; a test that changes something uses a learner that no other test uses.
LEARNERS = (
    *("Siti Aminah", "Joko Purnomo", "Lina Basri", "Made Wirawan", "Nur Halimah", "Oki Saputra", "Putri Anggraini"),
    *("Rahmat Hidayat", "Sari Melati", "Tono Wijaya", "Umi Kalsum", "Vina Maharani", "Wawan Setiadi", "Yanti Marlina"),
    "Zahra Kamila",
)


@dataclass
class Server:
    """A running server. `now` of everything seeded is the real clock, since the server has no other."""

    url: str
    database_url: str
    data_dir: Path
    port: int
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    logins: dict[str, str] = field(default_factory=dict)
    log: int | None = None  # where its log goes, as subprocess takes it; none: where the test's goes
    options: tuple[str, ...] = ()  # of `flask serve`

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "serve", *self.options],
            cwd=ROOT,
            env=self.environment,
            stderr=self.log,
            start_new_session=True,
        )
        self.wait()

    def wait(self) -> None:
        """Wait until the server answers, however busy the machine is. It may answer that it is not well: no worker."""
        for _ in range(1800):
            assert self.process is None or self.process.poll() is None, "the server has ended"
            try:
                with urlopen(f"{self.url}/sehat", timeout=2):
                    return
            except HTTPError:
                return
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        """Kill every process at once, without a signal to prepare: the server loses nothing that it acknowledged."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Yield a session on the database, which ends with the block."""
        engine = make_engine(self.database_url)
        with Session(engine) as session:
            yield session
            session.commit()
        engine.dispose()


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def make_server(database_url: str, data_dir: Path) -> Server:
    port = free_port()
    environment = {
        **os.environ,
        "PORT": str(port),
        "NETRAL_DATABASE_URL": database_url,
        "NETRAL_DATA_DIR": str(data_dir),
        "NETRAL_BASE_URL": f"http://127.0.0.1:{port}",
        "FLASK_APP": "app.py",
    }
    make_key(data_dir / "secrets")
    (data_dir / "secrets" / "session.key").write_text(secrets.token_hex(32), encoding="ascii")
    return Server(f"http://127.0.0.1:{port}", database_url, data_dir, port, environment)


def fill(server: Server) -> None:
    """Make a small kabupaten with an open period: Siti and others learn, Budi and Dewi are officers."""
    now = datetime.now(UTC)
    with server.session() as session:
        instansi = make_instansi(session)
        kesehatan = make_opd(session, nama="Dinas Kesehatan", kode="dinkes", instansi=instansi)
        puskesmas = make_opd(session, nama="UPTD Puskesmas Hulu", kode="pkm-hulu", jenis="uptd", parent=kesehatan)
        sosial = make_opd(session, nama="Dinas Sosial", kode="dinsos", instansi=instansi)
        people = [make_asn(session, opd=puskesmas, nama=nama) for nama in LEARNERS]
        make_asn(session, opd=sosial, nama="Rudi Hartono")
        officers = [make_asn(session, opd=kesehatan, nama=nama) for nama in OFFICERS]
        open_accounts(session, instansi_id=instansi.id, now=now)
        hashed = HASHER.hash(PASSWORD)
        users = {user.asn_id: user for user in session.scalars(select(User))}
        for asn in (*people, *officers):
            users[asn.id].password_hash = hashed
            server.logins[asn.nama.split()[0]] = users[asn.id].login
        for asn, role in zip(officers, OFFICERS.values(), strict=True):
            opd_id = kesehatan.id if role is Role.OPERATOR_OPD else None
            instansi_id = None if role is Role.PENGELOLA else instansi.id
            grant_role(session, Act(None, now, instansi_id), user=users[asn.id], role=role, opd_id=opd_id)
            if role in FACTOR_ROLES:
                give_factor(session, users[asn.id], now)
        session.flush()
        publish(session, Act(None, now), freeze_shipped())
        open_period(session, Act(None, now, instansi.id), plan_around(now))


def give_factor(session: Session, user: User, now: datetime) -> None:
    """Give a factor whose telephone is lost, so that recovery codes are left."""
    session.add(SecondFactor(user_id=user.id, sealed=b"", confirmed_at=now))
    hashes = (hash_recovery_code(user.id, code) for code in RECOVERY_CODES)
    session.add_all(RecoveryCode(user_id=user.id, code_hash=each, created_at=now) for each in hashes)


def plan_around(now: datetime) -> PeriodPlan:
    today = now.date()
    return PeriodPlan(
        kode=KODE,
        nama="Pilkada Kabupaten Contoh",
        jenis=PeriodKind.PILKADA,
        first_day=today - timedelta(days=10),
        due_day=today + timedelta(days=20),
        last_day=today + timedelta(days=30),
        valid_until=today + timedelta(days=365),
        keys_shown=KeysShown.LULUS,
    )

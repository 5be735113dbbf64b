"""Everything the outside world decides: addresses, places, secrets, the clock and chance."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from netral.errors import NetralError

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
SEED_BITS = 48
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
ROOT = Path(__file__).resolve().parent.parent


class UnusableSetting(NetralError):
    """A setting of the environment that cannot be used; the first argument names it, the second says why."""


def read_clock() -> datetime:
    return datetime.now(UTC)


def make_code() -> str:
    """A one-time code that can be read out on the telephone: 10 characters of 30, about 49 bits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def make_identifier() -> bytes:
    """The 128-bit identifier of a certificate."""
    return secrets.token_bytes(16)


def make_seed() -> int:
    return secrets.randbits(SEED_BITS)


@dataclass(frozen=True, slots=True)
class Settings:
    database_url: str
    data_dir: Path
    secrets_dir: Path
    content_dir: Path
    base_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    proxy_hops: int = 0
    demo: bool = False
    secret_key: str = ""
    now: Callable[[], datetime] = field(default=read_clock)
    new_code: Callable[[], str] = field(default=make_code)
    new_identifier: Callable[[], bytes] = field(default=make_identifier)
    new_seed: Callable[[], int] = field(default=make_seed)

    @property
    def secure(self) -> bool:
        """Whether the browser reaches us by HTTPS, which decides cookies and HSTS."""
        return self.base_url.startswith("https:")

    @property
    def embedded(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def certificate_dir(self) -> Path:
        return self.data_dir / "sertifikat"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read `NETRAL_*` and `PORT`; raises UnusableSetting. Creates nothing."""
        port = read_port(environment)
        data_dir = Path(environment.get("NETRAL_DATA_DIR") or ROOT / "instance").absolute()
        secrets_dir = Path(environment.get("NETRAL_SECRETS_DIR") or data_dir / "secrets").absolute()
        demo = environment.get("NETRAL_DEMO") == "1"
        return cls(
            database_url=read_database_url(environment, data_dir),
            data_dir=data_dir,
            secrets_dir=secrets_dir,
            content_dir=Path(environment.get("NETRAL_CONTENT_DIR") or ROOT / "content").absolute(),
            base_url=read_base_url(environment, port, demo=demo),
            host=environment.get("NETRAL_HOST") or "127.0.0.1",
            port=port,
            proxy_hops=read_number(environment, "NETRAL_PROXY_HOPS", 0, most=10),
            demo=demo,
            secret_key=read_secret(secrets_dir / "session.key"),
        )


def read_port(environment: Mapping[str, str]) -> int:
    return read_number(environment, "PORT", 8000, most=65535)


def read_number(environment: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) > most:
        raise UnusableSetting(name, f"harus bilangan bulat 0 sampai {most}, bukan {text!r}")
    return int(text)


def read_database_url(environment: Mapping[str, str], data_dir: Path) -> str:
    url = environment.get("NETRAL_DATABASE_URL") or f"sqlite:///{data_dir / 'netral.sqlite3'}"
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise UnusableSetting("NETRAL_DATABASE_URL", "harus dimulai dengan sqlite:/// atau postgresql://")
    return url


def read_base_url(environment: Mapping[str, str], port: int, *, demo: bool) -> str:
    url = (environment.get("NETRAL_BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise UnusableSetting("NETRAL_BASE_URL", "harus berupa https://nama-host tanpa jalur di belakangnya")
    if parts.scheme == "http" and not demo and parts.hostname not in LOOPBACK:
        raise UnusableSetting("NETRAL_BASE_URL", "http hanya untuk 127.0.0.1 atau salinan contoh; gunakan https")
    return url


def read_secret(path: Path) -> str:
    """The secret that signs session cookies, or nothing when it has not been made (`flask key make`)."""
    return path.read_text(encoding="ascii").strip() if path.is_file() else ""

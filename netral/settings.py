"""All values from outside: addresses, places, secrets, the clock and chance."""

import os
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from netral.errors import NetralError

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
SEED_BITS = 48
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
MOST_PORT = 65535
ROOT = Path(__file__).resolve().parent.parent


class UnusableSetting(NetralError):
    """A setting of the environment that cannot be used; the first argument is its name, the second the reason."""


def read_clock() -> datetime:
    return datetime.now(UTC)


def make_code() -> str:
    """Return a one-time code that can be read out on the telephone: 10 characters of 30, about 49 bits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def make_identifier() -> bytes:
    """Return the 128-bit identifier of a certificate."""
    return secrets.token_bytes(16)


def make_secret(size: int) -> bytes:
    return secrets.token_bytes(size)


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
        """Return whether the browser reaches us by HTTPS, which decides cookies and HSTS."""
        return self.base_url.startswith("https:")

    @property
    def embedded(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def certificate_dir(self) -> Path:
        return self.data_dir / "sertifikat"

    @property
    def job_dir(self) -> Path:
        """The folder of files that jobs make, each in a folder named by the id of its job."""
        return self.data_dir / "pekerjaan"

    @property
    def upload_dir(self) -> Path:
        """The folder of uploaded files of people that nobody has read yet. No backup holds it."""
        return self.data_dir / "unggahan"

    @property
    def document_dir(self) -> Path:
        """The folder of uploaded PDF: signed circulars and scanned sheets of signatures."""
        return self.data_dir / "edaran"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read `NETRAL_*` and `PORT`, and create nothing.

        Raises UnusableSetting, or the OSError of a place that may not be read.
        """
        port = read_port(environment)
        data_dir = read_directory(environment, "NETRAL_DATA_DIR", ROOT / "instance")
        secrets_dir = read_directory(environment, "NETRAL_SECRETS_DIR", data_dir / "secrets")
        demo = environment.get("NETRAL_DEMO") == "1"
        return cls(
            database_url=read_database_url(environment, data_dir),
            data_dir=data_dir,
            secrets_dir=secrets_dir,
            content_dir=read_directory(environment, "NETRAL_CONTENT_DIR", ROOT / "content"),
            base_url=read_base_url(environment, port, demo=demo),
            host=read_host(environment),
            port=port,
            proxy_hops=read_number(environment, "NETRAL_PROXY_HOPS", 0, most=10),
            demo=demo,
            secret_key=read_secret(secrets_dir / "session.key"),
        )


def read_port(environment: Mapping[str, str]) -> int:
    return read_number(environment, "PORT", 8000, least=1, most=MOST_PORT)


def read_number(environment: Mapping[str, str], name: str, default: int, *, least: int = 0, most: int) -> int:
    text = environment.get(name) or str(default)
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not digits or not least <= int(text) <= most:
        raise UnusableSetting(name, f"harus bilangan bulat {least} sampai {most}, bukan {text[:20]!r}")
    return int(text)


def read_host(environment: Mapping[str, str]) -> str:
    host = environment.get("NETRAL_HOST") or "127.0.0.1"
    try:
        ip_address(host)
    except ValueError as error:
        reason = f"harus alamat IP mesin ini, misalnya 127.0.0.1 atau 0.0.0.0, bukan {host[:60]!r}"
        raise UnusableSetting("NETRAL_HOST", reason) from error
    return host


def read_directory(environment: Mapping[str, str], name: str, default: Path) -> Path:
    """Read the path of a directory, which need not exist yet."""
    path = Path(environment.get(name) or default).absolute()
    if path.exists() and not path.is_dir():
        raise UnusableSetting(name, f"harus folder, sedangkan {path} adalah berkas")
    return path


def read_database_url(environment: Mapping[str, str], data_dir: Path) -> str:
    """Read the address of the database. Error messages repeat no part of it, because it contains a password."""
    name = "NETRAL_DATABASE_URL"
    text = environment.get(name) or f"sqlite:///{data_dir / 'netral.sqlite3'}"
    if text.startswith("postgresql://"):
        text = text.replace("postgresql://", "postgresql+psycopg://", 1)
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise UnusableSetting(name, "harus dimulai dengan sqlite:/// atau postgresql://")
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise UnusableSetting(name, "harus berbentuk postgresql://pengguna:sandi@host:porta/basis") from error
    reason = fault_of_file(url) if url.drivername == "sqlite" else fault_of_server(url)
    if reason:
        raise UnusableSetting(name, reason)
    return text


def fault_of_file(url: URL) -> str | None:
    if not url.database or not Path(url.database).is_absolute():
        return "harus menyebut jalur lengkap berkasnya: sqlite:////var/lib/netral/netral.sqlite3"
    if Path(url.database).is_dir():
        return "menunjuk folder, bukan berkas"
    return "tidak boleh memuat tanda tanya" if url.query else None


def fault_of_server(url: URL) -> str | None:
    if "@" in f"{url.host}{url.database}":
        return "memuat lebih dari satu @: tulis @ di dalam sandi sebagai %40"
    if not url.database:
        return "harus menyebut nama basis data: postgresql://pengguna:sandi@host/basis"
    if url.port is not None and not 1 <= url.port <= MOST_PORT:
        return f"harus memakai porta 1 sampai {MOST_PORT}"
    return None


def read_base_url(environment: Mapping[str, str], port: int, *, demo: bool) -> str:
    url = (environment.get("NETRAL_BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    if not is_bare(url):
        raise UnusableSetting("NETRAL_BASE_URL", "harus berupa https://nama-host tanpa jalur di belakangnya")
    parts = urlsplit(url)
    if parts.scheme == "http" and not demo and parts.hostname not in LOOPBACK:
        raise UnusableSetting("NETRAL_BASE_URL", "http hanya untuk 127.0.0.1 atau salinan contoh; gunakan https")
    return url


def is_bare(url: str) -> bool:
    """Return whether an address is only a scheme, a host and perhaps a port."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:  # half of an IPv6 address, or an impossible port
        return False
    signs = set(string.ascii_letters + string.digits + ":/.-_[]")
    return named and parts.scheme in {"http", "https"} and url == f"{parts.scheme}://{parts.netloc}" and {*url} <= signs


def read_secret(path: Path) -> str:
    """Return the secret that signs session cookies, or nothing when it has not been made (`flask key make`)."""
    if not path.is_file():
        return ""
    content = path.read_bytes().strip()
    if not content or not content.isascii():
        raise UnusableSetting("NETRAL_SECRETS_DIR", f"berisi kunci yang rusak: pulihkan {path} dari cadangan kunci")
    return content.decode()

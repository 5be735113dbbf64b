"""A request costs little, whatever its address, cookies and body hold: all of these are sent to one process."""

import base64
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from netral.certificates.proof.keys import make_key
from netral.extensions import db
from netral.settings import ROOT, Settings
from netral.web.application import FORM_LIMIT, UPLOAD_LIMIT, create_app
from tests.databases import SqliteFactory
from tests.measuring import MOST_MIB, measure

CODE = "0" * 25 + "1"
PART = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
FILE = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n\r\n'
EXPANDS = "\ufdfa"  # NFKC makes 18 letters of it


def fill(text: bytes, size: int) -> bytes:
    return (text * (size // len(text) + 1))[:size]


def bodies() -> Iterator[tuple[str, bytes]]:
    """Yield content types and bodies, most of them of the allowed size or more."""
    multipart, plain = "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"
    for start in (PART, FILE):
        yield multipart, fill(start, UPLOAD_LIMIT)
        yield multipart, start[:-2] + b"a" * (UPLOAD_LIMIT - 200) + b"\r\n--x--\r\n"
        yield multipart, start[:20] + b"a" * (UPLOAD_LIMIT - 200)
    yield multipart, b"\r\n" * (UPLOAD_LIMIT // 2)
    yield "multipart/form-data", b"a" * UPLOAD_LIMIT
    for text in (b"a&", b"a=%F0%9F%98%80&", b"%", b"=", b"kode=" + b"a" * 5000 + b"&"):
        yield plain, fill(text, FORM_LIMIT)
    yield plain, b"kode=" + b"1" * (FORM_LIMIT - 5)
    yield plain, fill(f"kode={EXPANDS}".encode(), FORM_LIMIT)
    yield plain, b"isi=" + b"9" * (FORM_LIMIT - 4)
    yield plain, b"a=" + b"b" * (2 * FORM_LIMIT)
    for text in (b"[", b"[1,2]", b'{"nip": [[1]]}', b"null", b"1"):
        yield "application/json", text if len(text) > 1 else text * FORM_LIMIT
    yield "application/octet-stream", b"\0" * UPLOAD_LIMIT


def pack_blanks(megabytes: int) -> bytes:
    packer = zlib.compressobj()
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()


def make_requests() -> Iterator[dict[str, Any]]:
    for content_type, body in bodies():
        for path in ("/v", f"/v/{CODE}", "/masuk", "/aktivasi"):
            yield {"path": path, "method": "POST", "content_type": content_type, "data": body}
    for text in ("a&", "a=1&", "%F0%9F%98%80", "kode=" + "a" * 5000):
        yield {"path": "/v", "query_string": fill(text.encode(), 400_000).decode("latin-1")}
    yield {"path": "/v/" + "0" * 400_000}
    packed = base64.urlsafe_b64encode(pack_blanks(300)).decode()
    for cookie in ("a=b; " * 80_000, f"netral=.{packed}.aaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaa", "netral=" + "." * 400_000):
        yield {"path": "/tugas", "headers": {"Cookie": cookie}}


def open_app(data_dir: Path) -> Flask:
    settings = Settings(
        database_url=f"sqlite:///{data_dir / 'netral.sqlite3'}",
        data_dir=data_dir,
        secrets_dir=data_dir / "secrets",
        content_dir=ROOT / "content",
        base_url="http://127.0.0.1:8000",
        secret_key="untuk pengujian saja",
    )
    return create_app(settings)


def send_nothing(data_dir: Path) -> None:
    open_app(data_dir)


def send_all(data_dir: Path) -> None:
    app = open_app(data_dir)
    for each in make_requests():
        answer = app.test_client().open(**each, base_url="http://127.0.0.1:8000")
        assert answer.status_code in {200, 302, 400, 404, 413, 422}, (each["path"][:20], answer.status_code)
    with app.app_context():
        db.engine.dispose()


def test_requests_of_every_kind_of_bytes_cost_little(sqlite_factory: SqliteFactory, tmp_path: Path) -> None:
    make_key(tmp_path / "secrets")
    shutil.copyfile(sqlite_factory.template, tmp_path / "netral.sqlite3")

    rest = measure("tests.security.test_request_bytes:send_nothing", tmp_path)

    cost = measure("tests.security.test_request_bytes:send_all", tmp_path)

    assert cost.fact == "read"
    assert cost.mib < rest.mib + MOST_MIB / 2

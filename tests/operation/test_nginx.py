"""The sample of nginx as shipped, in front of a real server: the view of people who come through it."""

import gzip
import http.client
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import DEVNULL
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bench.visitor import FORM, TOKEN
from netral.settings import ROOT
from tests.browser.server import PASSWORD, Server, fill, free_port, make_server
from tests.databases import SqliteFactory
from tests.faults.people import wait_until

pytestmark = pytest.mark.long

HOST = "netral.contohkab.example"
SAMPLE = ROOT / "docs" / "operasi" / "nginx.conf"
MAIN = """
{user}
pid {folder}/nginx.pid;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    gzip on;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/netral.conf;
}}
"""


@dataclass
class Front:
    """nginx with the sample on ports of its own, and the server behind it."""

    server: Server
    plain_port: int
    port: int
    trust: ssl.SSLContext
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, body: bytes | None = None, **more: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection = http.client.HTTPConnection(HOST)
        connection.sock = self.trust.wrap_socket(raw, server_hostname=HOST)
        with closing(connection):
            sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **more}
            with suppress(BrokenPipeError, ConnectionResetError):  # the upload was refused before all of it was sent
                connection.request(method, path, body, {name.replace("_", "-"): value for name, value in sent.items()})
            answer = connection.getresponse()
            content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer, gzip.decompress(content) if answer.headers.get("Content-Encoding") == "gzip" else content

    def send(self, path: str, data: Mapping[str, str], **more: str) -> int:
        found = TOKEN.search(self.ask("GET", path)[1].decode())
        assert found
        body = urlencode({"csrf_token": found[1] or found[2], **data}).encode()
        return self.ask("POST", path, body, Content_Type=FORM, **more)[0].status


def make_certificate(folder: Path) -> ssl.SSLContext:
    """Return a certificate signed by itself, for the host of the sample."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "privkey.pem").write_bytes(key.private_bytes(*private))
    return ssl.create_default_context(cafile=str(folder / "fullchain.pem"))


def settle(folder: Path, *, plain_port: int, port: int, behind: int) -> list[str]:
    """Replace only ports and paths of the machine, and return the command that starts nginx."""
    text = SAMPLE.read_text(encoding="utf-8")
    for before, after in {
        "127.0.0.1:8000": f"127.0.0.1:{behind}",
        "listen 80;": f"listen 127.0.0.1:{plain_port};",
        "listen [::]:80;": "",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen [::]:443 ssl http2;": "",
        f"/etc/letsencrypt/live/{HOST}": str(folder),
        "/var/log/nginx/netral.log": str(folder / "nginx.log"),
    }.items():
        assert before in text, before
        text = text.replace(before, after)
    (folder / "netral.conf").write_text(text, encoding="utf-8")
    (folder / "main.conf").write_text(
        MAIN.format(folder=folder, user="user root;" if os.geteuid() == 0 else ""), encoding="utf-8"
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    return [program, "-e", str(folder / "start.log"), "-c", str(folder / "main.conf")]


@pytest.fixture(scope="module")
def front(sqlite_factory: SqliteFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    trust = make_certificate(folder)
    with sqlite_factory.database() as url:
        server = make_server(url, tmp_path_factory.mktemp("data"))
        server.log = DEVNULL
        server.environment |= {"NETRAL_BASE_URL": f"https://{HOST}", "NETRAL_PROXY_HOPS": "1"}
        fill(server)
        front = Front(server, free_port(), free_port(), trust)
        command = settle(folder, plain_port=front.plain_port, port=front.port, behind=server.port)
        subprocess.run([*command, "-t"], check=True, stderr=DEVNULL)
        nginx = subprocess.Popen([*command, "-g", "daemon off;"])
        try:
            server.start()
            yield front
        finally:
            nginx.terminate()
            nginx.wait()
            if server.process and server.process.poll() is None:
                server.kill()


def test_everybody_is_led_to_https_and_signs_in_there(front: Front) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", front.plain_port)) as plain:
        plain.request("GET", "/v/ABC?x=1", headers={"Host": HOST})
        answer = plain.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/v/ABC?x=1")

    login = front.server.logins["Siti"]
    assert front.send("/masuk", {"nip": login, "kata_sandi": PASSWORD}) == 303
    assert front.cookies.keys() == {"__Host-netral", "__Host-netral-peramban"}
    page, content = front.ask("GET", "/tugas")
    assert page.status == 200
    assert b"Siti" in content
    assert page.headers.get_all("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"]
    assert not {"nginx/", "granian"} & {page.headers["Server"]}
    front.cookies.clear()


def test_a_client_is_known_by_the_address_that_nginx_saw(front: Front) -> None:
    """An address that a visitor claims counts for nothing."""
    wrong = {"nip": front.server.logins["Joko"], "kata_sandi": "bukan kata sandinya"}
    statuses = []
    for number in range(11):
        claims = {
            "X_Forwarded_For": f"10.0.0.{number}",
            "X_Forwarded_Host": "jahat.example",
            "Forwarded": "for=10.9.9.9",
        }
        statuses.append(front.send("/masuk", wrong, **claims))
    assert statuses == [422] * 10 + [429]
    assert front.ask("GET", "/sehat")[1].strip() == b'{"status":"sehat"}'
    front.cookies.clear()


def test_a_large_upload_is_refused_in_words_by_nginx_and_by_us(front: Front) -> None:
    for mebibytes in (7, 9):
        answer, content = front.ask("POST", "/v", b"kode=" + bytes(mebibytes * 1024 * 1024), Content_Type=FORM)
        assert answer.status == 413
        assert b"Kiriman terlalu besar" in content
        check_own_page(answer)


def test_files_and_pages_are_compressed_but_not_where_a_page_may_repeat_what_was_sent(front: Front) -> None:
    for path, coding in (("/static/netral.css", "gzip"), ("/masuk", "gzip"), ("/masuk?lanjut=/tugas", None)):
        answer, content = front.ask("GET", path, Accept_Encoding="gzip")
        assert answer.status == 200
        assert content
        assert answer.headers.get("Content-Encoding") == coding, path


def test_while_the_server_is_down_it_says_so_and_afterwards_nothing_is_left_of_it(front: Front) -> None:
    front.server.kill()
    for method in ("GET", "POST"):
        answer, content = front.ask(method, "/ujian/1", Accept="application/json")
        assert b"sibuk atau dimulai ulang" in content
        assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
        assert b"Jawaban yang sudah tersimpan aman." in content
        check_own_page(answer)
    front.server.start()
    wait_until(lambda: front.ask("GET", "/masuk")[0].status == 200, seconds=5)


def check_own_page(answer: http.client.HTTPResponse) -> None:
    """Check a page of our own, whether nginx or the server made it."""
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]

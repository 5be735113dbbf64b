"""A person at a browser, over HTTP: keeps cookies, sends the token of the last form, follows redirects."""

import gzip
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.driving import Request

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf_token"')
PARTS = re.compile(r'<(?:script|link|img)[^>]* (?:src|href)="(/[^"]+)"')
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """The server's answer; `retry_after` is in seconds, 0 where the server does not say it."""

    status: int
    place: str
    body: bytes
    retry_after: int = 0

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True, slots=True)
class Received:
    """One answer on the wire: `size` is that of its body in bytes, packed as it came."""

    method: str
    path: str
    kind: str
    size: int


@dataclass
class Visitor:
    """A visitor. `kept` are the scripts, styles and pictures that `open` and `load_parts` have fetched, each once.

    `patience`: seconds that they wait for an answer.
    """

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    received: list[Received] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    host: str = "127.0.0.1"
    patience: float = 30

    def open(self, path: str) -> Answer:
        """Get a page and its parts, as a browser does."""
        return self.load_parts(self.get(path))

    def load_parts(self, page: Answer) -> Answer:
        for part in dict.fromkeys(PARTS.findall(page.text)):
            if part not in self.kept:
                self.kept.add(part)
                self.ask("GET", part)
        return page

    def get(self, path: str) -> Answer:
        return self.follow(self.ask("GET", path))

    def post(self, path: str, data: Mapping[str, str | list[str]]) -> Answer:
        return self.follow(self.send(path, data))

    def send(self, path: str, data: Mapping[str, str | list[str]], *, accept: str = "text/html") -> Answer:
        """Send a request without following a redirect."""
        body = urlencode({"csrf_token": self.token, **data}, doseq=True)
        return self.ask("POST", path, body, accept)

    def sign_in(self, login: str, password: str) -> None:
        self.get("/masuk")
        answer = self.post("/masuk", {"nip": login, "kata_sandi": password})
        if answer.status != http.HTTPStatus.OK or "data-logout" not in answer.text:
            raise RuntimeError("the sign-in was refused")

    def repeat(self, path: str, data: dict[str, str] | None = None, *, accept: str = "text/html") -> Request:
        """Return the same request as this person would send it, for a driver that repeats it."""
        body = urlencode({"csrf_token": self.token, **data}) if data else ""
        return Request(path, self.cookie, body, accept)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def follow(self, answer: Answer) -> Answer:
        while answer.status in {http.HTTPStatus.FOUND, http.HTTPStatus.SEE_OTHER}:
            answer = self.ask("GET", answer.place)
        return answer

    def ask(
        self, method: str, path: str, body: str | bytes | None = None, accept: str = "text/html", kind: str = FORM
    ) -> Answer:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.patience)
        headers = {"Cookie": self.cookie, "Accept-Encoding": "gzip", "Accept": accept}
        headers |= {"Content-Type": kind} if body else {}
        connection.request(method, path.partition("#")[0], body, headers)
        response = connection.getresponse()
        content = response.read()
        self.received.append(Received(method, path, response.headers.get_content_type(), len(content)))
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        self.remember_token(response.headers.get_content_type(), content)
        wait = int(response.headers.get("Retry-After") or 0)
        return Answer(response.status, response.headers.get("Location") or path, content, wait)

    def remember_token(self, kind: str, content: bytes) -> None:
        found = TOKEN.search(content.decode()) if kind == "text/html" else None
        if found:
            self.token = found[1] or found[2]

"""flask content preview: the files as a phone shows them, drawn anew whenever one of them changes.

Modules come with their practice and banks with their exam questions, each followed by its key: whoever may start this
may read the files. It answers on this machine only. Other accounts of the machine do not learn the address of the
pages, of which the first part is drawn anew each time.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path
from secrets import token_urlsafe
from threading import Lock
from urllib.parse import unquote, urlsplit

import click
from flask import current_app
from flask.cli import with_appcontext
from jinja2 import Environment

from netral.cli.commands import Refusal, now, settings
from netral.content.cards import Card
from netral.content.contents import Bank, Library, LibraryQuestion, Module
from netral.content.findings import Finding
from netral.content.library import read_library
from netral.content.norms import Norms, cite
from netral.learning.editions.publishing import dump_term
from netral.learning.editions.reading import RuleView, view_terms
from netral.quiz.questions import Citation, Face, Review, lay_out
from netral.settings import ROOT

LOCAL = "127.0.0.1"
STYLES = ROOT / "netral" / "web" / "static" / "netral.css"
FOLDERS = {"modul": "Modul", "kartu": "Kartu", "bank": "Soal ujian"}
# Asks once a second whether a file changed; the answer is the print of the folder. The frame loads its page again and
# stays where the author reads; around it only the lists are put in anew, so that the frame is not begun again.
SCRIPT = """
(function () {
  var seen = document.body.dataset.seen, around = document.querySelector("iframe");
  function renew(text) {
    var anew = new DOMParser().parseFromString(text, "text/html");
    document.querySelectorAll("[data-anew]").forEach(function (part) {
      part.innerHTML = anew.getElementById(part.id).innerHTML;
    });
    seen = anew.body.dataset.seen;
  }
  setInterval(function () {
    fetch("/sidik").then(function (answer) { return answer.text(); }).then(function (print) {
      if (print === seen) { return; }
      if (!around) { location.reload(); return; }
      return fetch(location.href).then(function (answer) { return answer.text(); }).then(renew);
    }).catch(function () {});
  }, 1000);
})();
"""
DESK = """
body.desk { flex-flow: row wrap; gap: 2rem; max-width: none; padding: 1rem; }
.desk nav { width: 16rem; }
.desk iframe { border: 1px solid; }
.desk section { flex: 1; min-width: 20rem; overflow-wrap: anywhere; }
"""


@click.command("preview")
@click.argument("directory", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@click.option("--port", default=8020, show_default=True, type=click.IntRange(0, 65535), help="Porta di mesin ini.")
@with_appcontext
def preview_command(directory: Path | None, port: int) -> None:
    """Tunjukkan modul, kartu, dan soal di peramban selebar ponsel; berhenti dengan Ctrl+C."""
    place = directory or settings().content_dir
    if not place.is_dir():
        raise Refusal("Folder isi tidak ditemukan. Periksa alamat foldernya.")
    preview = Preview(place, now().date(), current_app.jinja_env)
    try:
        server = serve_preview(preview, port)
    except OSError as error:
        raise Refusal(f"Porta {port} sudah dipakai. Pilih porta lain: --port {port + 1}.") from error
    with server:
        click.echo(f"Pratinjau: http://{LOCAL}:{server.server_port}{preview.home} (berhenti dengan Ctrl+C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Pratinjau berhenti.")


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it is asked, and its key; `prefix` comes before the ids of its form."""

    id: str
    line: int
    prefix: str
    face: Face
    review: Review
    rules: dict[Citation, RuleView]


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of the folder; `title` is its name until its head can be read."""

    path: str
    title: str
    kind: str
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Preview:
    """The pages of a folder; it is read again only after one of its files changed."""

    directory: Path
    today: date
    templates: Environment
    library: Library = field(default_factory=Library)
    read: str = ""
    lock: Lock = field(default_factory=Lock)
    home: str = field(default_factory=lambda: f"/{token_urlsafe(9)}/")

    def print(self) -> str:
        """Return a text that differs after any file was written, added or taken away."""
        marks = []
        for path in chain(self.directory.glob("*/*"), self.directory.glob("*.yaml")):
            try:
                stat = path.stat()
            except OSError:  # An editor is putting another file in its place.
                continue
            marks.append((str(path), stat.st_mtime_ns, stat.st_size))
        return hashlib.sha256(repr(sorted(marks)).encode()).hexdigest()[:16]

    def current(self) -> Library:
        with self.lock:
            if (now_is := self.print()) != self.read:
                self.library, self.read = read_library(self.directory, today=self.today), now_is
            return self.library

    def answer(self, path: str) -> tuple[str, str] | None:
        """Return the type and the text of an address; None where there is nothing."""
        if path == "/sidik":
            return "text/plain", self.print()
        if path == "/pratinjau.js":
            return "text/javascript", SCRIPT
        if path == "/pratinjau.css":
            return "text/css", STYLES.read_text(encoding="utf-8") + DESK
        library = self.current()
        if path.startswith("/gambar/"):
            pictures = (picture for module in library.modules for page in module.pages for picture in page.pictures)
            return next((("image/svg+xml", each.svg) for each in pictures if each.address == path), None)
        return self._page(library, path.removeprefix(self.home)) if path.startswith(self.home) else None

    def _page(self, library: Library, address: str) -> tuple[str, str] | None:
        files = {each.path: each for each in self._files(library)}
        place, _, asked = address.partition("/")
        if not place and not asked:
            place, asked = "buka", next(iter(files), "")
        if place == "lihat":
            return "text/html", self._draw("berkas", file=files.get(asked), **_contents(library, asked))
        if place == "buka":
            return "text/html", self._draw("meja", files=files.values(), asked=asked, findings=library.findings)
        return None

    def _draw(self, name: str, **context: object) -> str:
        template = self.templates.get_template(f"pratinjau/{name}.html")
        return template.render(home=self.home, seen=self.read, folders=FOLDERS, **context)

    def _files(self, library: Library) -> Iterator[ShownFile]:
        """Yield the files that are shown, also those whose head cannot be read."""
        shown: tuple[Module | Card | Bank, ...] = (*library.modules, *library.cards, *library.banks)
        titles = {each.path: each.head.title for each in shown}
        for folder in FOLDERS:
            for place in sorted(self.directory.glob(f"{folder}/*.md")):
                path = f"{folder}/{place.name}"
                if path in titles or not place.name.upper().startswith(("README", ".")):
                    found = tuple(each for each in library.findings if each.path == path)
                    yield ShownFile(path, titles.get(path) or path, folder, found)


def _contents(library: Library, path: str) -> dict[str, object]:
    """Return what the page of a file shows: its module, its card or its bank, with what stands in it."""
    for module in library.modules:
        if module.path == path:
            terms = {term.slug: dump_term(term) for page in module.pages for term in page.terms}
            practice = {
                page.number: list(_asked((each for each in module.practice if each.page == page.number), library.norms))
                for page in module.pages
            }
            return {"module": module, "practice": practice, "terms": view_terms(terms.values())}
    for bank in library.banks:
        if bank.path == path:
            return {"bank": bank, "asked": list(_asked(bank.questions, library.norms))}
    return {"card": next((each for each in library.cards if each.path == path), None)}


def _asked(questions: Iterable[LibraryQuestion], norms: Norms) -> Iterator[AskedQuestion]:
    for each in questions:
        layout = lay_out(each.question)
        yield AskedQuestion(
            id=each.question.id,
            line=each.source.line,
            prefix=f"{each.question.id}-",
            face=layout.face(),
            review=layout.review({}),
            rules={citation: _rule(citation, norms) for citation in each.question.rules},
        )


def _rule(citation: Citation, norms: Norms) -> RuleView:
    label, norm = cite(norms, citation), norms.get(citation.norm)
    rule = norm.rules.get(citation.rule) if norm else None
    text = rule.text if rule else ""
    return RuleView(label=label.text, text=text, link=label.link, made_for=label.note, pages=())


def serve_preview(preview: Preview, port: int) -> ThreadingHTTPServer:
    """Return the server; a request under another name than this machine's is refused, since it may come from afar."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers.get("Host", "").rpartition(":")[0]
            answer = preview.answer(unquote(urlsplit(self.path).path)) if host in {LOCAL, "localhost"} else None
            kind, text = answer or ("text/plain", "Tidak ada.")
            body = text.encode()
            self.send_response(200 if answer else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            """Say nothing: a reload a second would fill the terminal."""

    return ThreadingHTTPServer((LOCAL, port), Handler)

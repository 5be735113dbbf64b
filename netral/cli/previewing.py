"""flask content preview: modules and cards as a phone shows them, drawn anew whenever a file changes.

It answers on this machine only, and shows pages and the sentences of practice; exam questions and keys never.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

import click
from flask.cli import with_appcontext

from netral.cli.commands import Refusal, now, settings
from netral.content.cards import Card
from netral.content.contents import Library, Module
from netral.content.library import read_library
from netral.settings import ROOT

LOCAL = "127.0.0.1"
FRAME = 360
STYLES = ROOT / "netral" / "web" / "static" / "netral.css"
# Asks once a second whether a file changed; the answer is the print of the folder.
SCRIPT = """<script>
var seen = "%s";
setInterval(function () {
  fetch("/sidik").then(function (answer) { return answer.text(); })
    .then(function (print) { if (print !== seen) { location.reload(); } }, function () {});
}, 1000);
</script>"""
HEAD = '<!doctype html><html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'


@click.command("preview")
@click.argument("directory", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@click.option("--port", default=8020, show_default=True, type=click.IntRange(0, 65535), help="Porta di mesin ini.")
@with_appcontext
def preview_command(directory: Path | None, port: int) -> None:
    """Tunjukkan modul dan kartu di peramban selebar ponsel; berhenti dengan Ctrl+C."""
    place = directory or settings().content_dir
    if not place.is_dir():
        raise Refusal("Folder isi tidak ditemukan. Periksa alamat foldernya.")
    today = now().date()
    with serve_preview(Preview(place, today), port) as server:
        click.echo(f"Pratinjau: http://{LOCAL}:{server.server_port}/ (berhenti dengan Ctrl+C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Pratinjau berhenti.")


@dataclass(slots=True)
class Preview:
    """The pages of a folder; it is read again only after one of its files changed."""

    directory: Path
    today: date
    library: Library = field(default_factory=Library)
    read: str = ""
    lock: Lock = field(default_factory=Lock)

    def print(self) -> str:
        """Return a text that differs after any file was written, added or taken away."""
        marks = [
            (str(path), stat.st_mtime_ns, stat.st_size)
            for path in sorted(self.directory.glob("*/*")) + sorted(self.directory.glob("*.yaml"))
            if path.is_file() and (stat := path.stat())
        ]
        return hashlib.sha256(repr(marks).encode()).hexdigest()[:16]

    def current(self) -> Library:
        with self.lock:
            if (now_is := self.print()) != self.read:
                self.library, self.read = read_library(self.directory, today=self.today), now_is
            return self.library

    def answer(self, path: str) -> tuple[str, str] | None:
        """Return the type and the text of an address; None where there is nothing."""
        if path == "/sidik":
            return "text/plain", self.print()
        if path == "/netral.css":
            return "text/css", STYLES.read_text(encoding="utf-8")
        library = self.current()
        script = SCRIPT % self.read
        if path.startswith("/gambar/"):
            pictures = (picture for module in library.modules for page in module.pages for picture in page.pictures)
            return next((("image/svg+xml", each.svg) for each in pictures if each.address == path), None)
        documents = {f"/lihat/{title}": draw for title, draw in _documents(library)}
        if path in documents:
            body = f'<main class="frame main">{documents[path]()}</main>'
            return "text/html", f'{HEAD}<link rel="stylesheet" href="/netral.css"><body>{body}{script}'
        shown = "/" + path.removeprefix("/").removeprefix("buka/")
        if path == "/" or f"/lihat{shown}" in documents:
            return "text/html", _desk(library, f"/lihat{shown}" if path != "/" else next(iter(documents), ""), script)
        return None


def _documents(library: Library) -> Iterator[tuple[str, Callable[[], str]]]:
    for module in library.modules:
        yield module.head.id, partial(_module, module)
    for card in library.cards:
        yield card.head.id, partial(_card, card)


def _module(module: Module) -> str:
    parts = [f'<h1 class="module-title">{escape(module.head.title)}</h1>']
    for page in module.pages:
        parts.append(f'<article class="prose"><h2>{escape(page.title)}</h2>{page.html}</article>')
        asked = [each.question.stem for each in module.practice if each.page == page.number]
        parts += [f'<p class="hint">Latihan: {stem}</p>' for stem in asked]
    return "".join(parts)


def _card(card: Card) -> str:
    parts = "".join(f"<h2>{escape(part.title)}</h2>{part.html}" for part in card.sections)
    return f'<article class="prose"><h1>{escape(card.head.title)}</h1>{card.intro.html}{parts}</article>'


def _desk(library: Library, framed: str, script: str) -> str:
    """Return the page with the list of files, the phone, and what the check says."""
    heads = [*(module.head for module in library.modules), *(card.head for card in library.cards)]
    links = "".join(f'<li><a href="/buka/{escape(head.id)}">{escape(head.title)}</a>' for head in heads)
    found = "".join(f"<li>{escape(str(each))}" for each in library.findings) or "<li>Tidak ada temuan."
    return (
        f"{HEAD}<title>Pratinjau isi</title><body style='display:flex;flex-wrap:wrap;gap:2rem;font-family:sans-serif'>"
        f"<nav><h1>Pratinjau isi</h1><ul>{links}</ul></nav>"
        f'<iframe title="Halaman di ponsel" src="{escape(framed)}" width="{FRAME}" height="740"></iframe>'
        f"<section><h2>Pemeriksaan</h2><ul>{found}</ul></section>{script}"
    )


def serve_preview(preview: Preview, port: int) -> ThreadingHTTPServer:
    """Return the server; a request under another name than this machine's is refused, since it may come from afar."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers.get("Host", "").rpartition(":")[0]
            answer = preview.answer(self.path) if host in {LOCAL, "localhost"} else None
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

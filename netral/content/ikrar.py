"""The declaration: an introduction, exactly four points, a closing."""

import re
from dataclasses import dataclass

from netral.content.characters import content_hash
from netral.content.documents import LARGEST, read_document
from netral.content.files import SourceFile
from netral.content.findings import Findings
from netral.content.yaml_forms import Form

IKRAR_KEYS = frozenset({"id", "judul", "versi", "sumber"})
POINTS = 4
POINT = re.compile(r"(\d{1,2})[.)] +(\S.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ikrar:
    """An ikrar in plain text, as it is read aloud and printed; no markup."""

    id: str
    title: str
    version: int
    source: str
    intro: str
    points: tuple[str, ...]
    closing: str

    @property
    def hash(self) -> str:
        """Return the hash over id, version and words, folded: signatures point to it."""
        words = (self.id, self.title, self.version, self.source, self.intro, self.points, self.closing)
        return content_hash(words)


def read_ikrar(file: SourceFile, found: Findings) -> Ikrar | None:
    document = read_document(file.text, found)
    if document is None:
        return None
    form = Form(document.front, found, known=IKRAR_KEYS)
    intro, points, closing = _parts(document.intro.lines)
    line = document.intro.line + 1
    if document.pages or document.reasons or document.questions_line:
        found.error(line, "I01", "ikrar tidak memakai bagian berjudul ##. Tulis pembuka, empat butir, lalu penutup.")
    if len(points) != POINTS:
        message = f"ikrar punya {len(points)} butir; harus tepat {POINTS}. Tulis butir sebagai 1. sampai 4."
        found.error(line, "I02", message)
    if not intro or not closing:
        found.error(line, "I03", "ikrar perlu kalimat pembuka sebelum butir 1 dan kalimat penutup sesudah butir 4.")
    return Ikrar(
        id=form.slug("id"),
        title=form.text("judul", required=True),
        version=form.integer("versi", low=1, high=LARGEST, required=True) or 0,
        source=form.text("sumber", required=True),
        intro=intro,
        points=points,
        closing=closing,
    )


def _parts(lines: list[str]) -> tuple[str, tuple[str, ...], str]:
    """Return introduction, points and closing; a line without a blank line above continues the text above."""
    intro: list[str] = []
    points: list[list[str]] = []
    closing: list[str] = []
    after_blank = False
    for line in lines:
        text = line.strip()
        if not text:
            after_blank = True
            continue
        if (point := POINT.match(text)) and not closing:
            points.append([point[2]])
        elif not points:
            intro.append(text)
        elif closing or after_blank:
            closing.append(text)
        else:
            points[-1].append(text)
        after_blank = False
    return " ".join(intro), tuple(" ".join(point) for point in points), " ".join(closing)

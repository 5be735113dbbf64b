"""Turns a content file that a word processor changed back into the one form that is parsed.

It runs before parsing, so that a bullet sign or an en dash never turns an option into prose. Lines keep their numbers.
"""

import re
from collections.abc import Callable

from netral.content.characters import BULLET, clean_characters, fold_dashes, is_fence

PROSE_KEYS = frozenset({"judul", "ringkas", "penanggung_jawab", "sumber", "tujuan"})

CODE_FENCE = re.compile(r" {0,3}(```|~~~)")
HEADING = re.compile(r"\s*(#{2,6})\s*([^#\s].*)$")
SOAL = re.compile(r"\s*#{1,6}\s*\**\s*soal\s*\**\s*:?\s*\**\s*$", re.IGNORECASE)
REASONS = re.compile(
    r"\s*#{1,6}\s*\**\s*alasan\s*\**\s*\\?\[\s*([^\]\\\[]*?)\s*\\?\]\s*\**\s*:?\s*\**\s*$", re.IGNORECASE
)
FRONT_KEY = re.compile(r"([A-Za-z][A-Za-z_ ]{0,28}?)\s*[:：](?:\s+|(?=[^\s/])|$)(.*)$")
FRONT_ITEM = re.compile(rf"(\s*){BULLET}\s+(.*)$")
CURLY_QUOTED = re.compile(r"[“”„\"]([^“”„\"]*)[“”\"]$")
PROSE_ITEM = re.compile(r"^(\s*)(?:[•·●○◦▪■‣–—\uf0b7\uf0a7\uf0d8\uf076]\s+|o {2,})(\S.*)$")
CITATION = re.compile(r"\\?\[\s*@\s*([^\]\\\[]*?)\s*\\?\]")

# These patterns hold after `## Soal`, and some of them in a list of reasons.
QUESTION_KEYS = frozenset(
    {
        "acak", "dasar", "halaman", "indikator", "jawaban", "jenis", "kembar", "putusan", "tahapan", "tingkat", "ubah",
        "untuk",
    }
)  # fmt: skip

QUESTION_HEADING = re.compile(r"\s*(#{1,6})\s*([^#\s].*)$")
# The heading of a post of a feed. Below it stand the words of an account: "#damai" is no heading, "Jawaban: ya" no key.
POST = "####"
BRACKETED = re.compile(
    r"(?P<bold>\*\*)?\s*\\?\[\s*(?P<id>[^\]\\\[]*?)\s*\\?\]\s*(?(bold)(?P<end>\*\*)?)\s*(?P<stem>.*)$"
)
NUMBER = r"(?:\d{1,2}[.)]|[A-Za-z][.)])"
MARK = r"\\?\[\s*(?P<mark>[xXvV✓✔√*]?)\s*\\?\]"
OPTION = re.compile(rf"\s*(?:(?:{BULLET}|{NUMBER}|o(?= ))\s*)?(?:{MARK}|(?P<box>[☐☑☒]))(?!\()\s*(?P<text>.*)$")
ROUND_OPTION = re.compile(rf"\s*(?:{BULLET}|{NUMBER})\s*\(\s*(?P<mark>[xX]?)\s*\)\s*(?P<text>.*)$")
QUOTE = re.compile(r"\s*(?:\\?>|&gt;|›|»)\s*(.*)$")
EXPLANATION = re.compile(r"\**penjelasan\s*\**\s*[:：]\s*\**\s*(.*)$", re.IGNORECASE)
KEY = re.compile(r"\s*(?:[-*•·]\s+)?\**([A-Za-z][A-Za-z_]{1,18})\s*\**\s*(?:[:：]|=(?!>))\s*\**\s*(.*)$")
ARROW = re.compile(
    r"(?<![\s=–—−-])\s*(?:=+\s?>|[-–—−]+\s?>|[→⇒➔➜⟶⟹])\s*\**(boleh|tidak(?:\s+boleh)?|tergantung)\s*\**[.;\s]*$",
    re.IGNORECASE,
)
REASON = re.compile(rf"\s*{BULLET}\s*\**([A-Za-z0-9][\w‐‑‒–—-]*)\s*\**\s*[:：]\s*\**\s*(\S.*)$")
LIST_ITEM = re.compile(rf"(\s*)(?:{BULLET}\s+|o {{2,}}|[-–—−•·●▪](?=[^\W\d_]))(\S.*)$")
CONDITION = re.compile(r"(?:jika|bila|apabila|kalau|asalkan)\b", re.IGNORECASE)
DEPENDS = "=> TERGANTUNG"


def normalise(text: str) -> str:
    """Normalise a text; doing it twice has no further effect.

    Typographic quotes and dashes in running text are kept; they are folded where hashes are made.
    """
    normaliser = _Normaliser()
    return "\n".join(normaliser.take(line) for line in clean_characters(text).split("\n"))


class _Normaliser:
    """Keeps track of its place in a file: before, in or after the front matter, in code, in the questions."""

    def __init__(self) -> None:
        self.take: Callable[[str], str] = self._first
        self.in_code = False
        self.questions = _QuestionLines()

    def _first(self, line: str) -> str:
        if not line.strip():
            return line
        if is_fence(line):
            self.take = self._front
            return "---"
        self.take = self._prose
        return self._prose(line)

    def _front(self, line: str) -> str:
        if is_fence(line):
            self.take = self._prose
            return "---"
        if key := FRONT_KEY.match(line):
            return _front_value(key[1].strip().lower().replace(" ", "_"), key[2])
        if item := FRONT_ITEM.match(line):
            return f"{item[1]}- {fold_dashes(item[2])}"
        return line

    def _prose(self, line: str) -> str:
        if self._is_code(line):
            return line
        if SOAL.match(line):
            self.take = self._question
            return "## Soal"
        if reasons := REASONS.match(line):
            self.take = self._reason
            return f"## Alasan [{fold_dashes(reasons[1]).lower()}]"
        line = _citations(line)
        if heading := HEADING.match(line):
            return f"{heading[1]} {heading[2]}"
        return PROSE_ITEM.sub(r"\1- \2", line)

    def _reason(self, line: str) -> str:
        """Read a line below the heading of a list of reasons, up to the next heading."""
        if any(pattern.match(line) for pattern in (HEADING, SOAL, REASONS, CODE_FENCE)):
            self.take = self._prose
            return self._prose(line)
        line = _citations(line)
        if quote := QUOTE.match(line):
            return f"  > {quote[1]}".rstrip()
        if reason := REASON.match(line):
            return f"- {fold_dashes(reason[1]).lower()}: {reason[2]}"
        return line

    def _question(self, line: str) -> str:
        return "## Soal" if SOAL.match(line) else self.questions.take(_citations(line))

    def _is_code(self, line: str) -> bool:
        if CODE_FENCE.match(line):
            self.in_code = not self.in_code
            return True
        return self.in_code


def _front_value(key: str, value: str) -> str:
    value = value.strip()
    if quoted := CURLY_QUOTED.match(value):
        value = f'"{quoted[1]}"'
    if key not in PROSE_KEYS:
        value = fold_dashes(value)
    return f"{key}: {value}".rstrip()


def _citations(line: str) -> str:
    return CITATION.sub(lambda match: f"[@{' '.join(fold_dashes(match[1]).split())}]", line)


class _QuestionLines:
    """Remembers the earlier lines of the question: keys, options, a situation that depends."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.in_keys = True
        self.saw_key = False
        self.has_item = False
        self.explains = False
        self.indent = 0
        self.depends = False
        self.in_post = False

    def take(self, line: str) -> str:
        if not line.strip():
            self.in_keys = self.in_keys and not self.saw_key
            return line
        heading = QUESTION_HEADING.match(line)
        if heading and not (self.in_post and heading[1] == "#"):
            self._begin()
            line = _heading(heading[1], heading[2])
            self.in_post = line.startswith(f"{POST} ")
            return line
        if self.in_post:
            return _post_line(line)
        if option := OPTION.match(line) or ROUND_OPTION.match(line):
            return self._option(option)
        if not self.has_item and (key := self._key(line)):
            return key
        self.in_keys = False
        if quote := QUOTE.match(line):
            return self._quote(quote[1])
        if self.has_item and (explanation := EXPLANATION.match(line)):
            return self._explanation(explanation[1])
        return self._item(ARROW.sub(_arrow, line))

    def _option(self, option: re.Match[str]) -> str:
        self.has_item, self.in_keys = True, False
        parts = option.groupdict()
        marked = bool(parts["mark"]) or parts.get("box") in {"☑", "☒"}
        return f"- [{'x' if marked else ' '}] {parts['text']}".rstrip()

    def _key(self, line: str) -> str | None:
        """Read a line `word: text`; below the head of a question only known keys count, since prose has colons too."""
        key = KEY.match(line)
        if not key or not (key[1].lower() in QUESTION_KEYS or self.in_keys):
            return None
        self.saw_key = True
        return f"{key[1].lower()}: {fold_dashes(key[2])}".rstrip()

    def _quote(self, text: str) -> str:
        if explanation := EXPLANATION.match(text):
            return self._explanation(explanation[1])
        return f"{'  ' if self.has_item and not self.explains else ''}> {text}".rstrip()

    def _explanation(self, text: str) -> str:
        self.has_item = self.explains = True
        return f"> Penjelasan: {text}".rstrip()

    def _item(self, line: str) -> str:
        item = LIST_ITEM.match(line)
        if not item:
            self.depends = self.depends or line.endswith(DEPENDS)
            return line
        indent, text = len(item[1]), item[2]
        deeper = self.has_item and (indent > self.indent or (self.depends and bool(CONDITION.match(text))))
        self.has_item = True
        if deeper:
            return f"  - {text}"
        self.indent, self.depends = indent, text.endswith(DEPENDS)
        return f"- {text}"


def _heading(marks: str, text: str) -> str:
    if bracketed := BRACKETED.match(text):
        stem = bracketed["stem"]
        if bracketed["bold"] and not bracketed["end"]:
            stem = stem.removesuffix("**")
        return f"### [{fold_dashes(bracketed['id']).lower()}] {stem.strip()}".rstrip()
    return f"{marks} {text}"


def _post_line(line: str) -> str:
    if quote := QUOTE.match(line):
        return f"  > {quote[1]}".rstrip()
    item = LIST_ITEM.match(line)
    return f"- {item[2]}" if item else line


def _arrow(match: re.Match[str]) -> str:
    return f" => {match[1].split()[0].upper()}"

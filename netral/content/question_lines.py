"""The lines of the `## Soal` section, each brought to its one form."""

import re

from netral.content.signs import BULLET, fold_dashes

KEYS = frozenset(
    {
        "acak", "dasar", "halaman", "indikator", "jawaban", "jenis", "kembar", "putusan", "tahapan", "tingkat", "ubah",
        "untuk",
    }
)  # fmt: skip

HEADING = re.compile(r"\s*(#{1,6})\s*([^#\s].*)$")
BRACKETED = re.compile(
    r"(?P<bold>\*\*)?\s*\\?\[\s*(?P<id>[^\]\\\[]*?)\s*\\?\]\s*(?(bold)(?P<end>\*\*)?)\s*(?P<stem>.*)$"
)
NUMBER = r"(?:\d{1,2}[.)]|[A-Za-z][.)])"
MARK = r"\\?\[\s*(?P<mark>[xXvV✓✔√*]?)\s*\\?\]"
OPTION = re.compile(rf"\s*(?:(?:{BULLET}|{NUMBER})\s*)?(?:{MARK}|(?P<box>[☐☑☒]))(?!\()\s*(?P<text>.*)$")
ROUND_OPTION = re.compile(rf"\s*(?:{BULLET}|{NUMBER})\s*\(\s*(?P<mark>[xX]?)\s*\)\s*(?P<text>.*)$")
QUOTE = re.compile(r"\s*(?:\\?>|&gt;|›|»)\s*(.*)$")
EXPLANATION = re.compile(r"\**penjelasan\s*\**\s*[:：]\s*\**\s*(.*)$", re.IGNORECASE)
KEY = re.compile(r"\s*(?:[-*•·]\s+)?\**([A-Za-z][A-Za-z_]{1,18})\s*\**\s*[:：]\s*\**\s*(.*)$")
ARROW = re.compile(
    r"(?<![\s=–—−-])\s*(?:=+\s?>|[-–—−]+\s?>|[→⇒➔➜⟶⟹])\s*\**(boleh|tidak(?:\s+boleh)?|tergantung)\s*\**[.;\s]*$",
    re.IGNORECASE,
)
LIST_ITEM = re.compile(rf"(\s*)(?:{BULLET}\s+|[-–—−•·●▪](?=[^\W\d_]))(\S.*)$")
CONDITION = re.compile(r"(?:jika|bila|apabila|kalau|asalkan)\b", re.IGNORECASE)
DEPENDS = "=> TERGANTUNG"


class QuestionLines:
    """Remembers what came before in the question: keys, options, a situation that depends."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.in_keys = True
        self.saw_key = False
        self.has_item = False
        self.explains = False
        self.indent = 0
        self.depends = False

    def take(self, line: str) -> str:
        if not line.strip():
            self.in_keys = self.in_keys and not self.saw_key
            return line
        if heading := HEADING.match(line):
            self._begin()
            return _heading(heading[1], heading[2])
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
        """A line `word: text` at the head of a question; later only if the word is a key, for prose has colons too."""
        key = KEY.match(line)
        if not key or not (key[1].lower() in KEYS or self.in_keys):
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


def _arrow(match: re.Match[str]) -> str:
    return f" => {match[1].split()[0].upper()}"

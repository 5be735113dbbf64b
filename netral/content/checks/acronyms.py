"""An acronym is spelled out where a module uses it first: readers begin with any module, and not all are lawyers."""

import re
from collections.abc import Iterable
from itertools import groupby

from netral.content.characters import TYPOGRAPHY
from netral.content.contents import Block, Library
from netral.content.findings import FindingBook, Findings, shown
from netral.content.glossary import Glossary
from netral.content.markdown import CITATION

ACRONYM = re.compile(r"(?<![\w/-])[A-Z]{2,}(?:\d[A-Z]*)?(?![\w/])")
ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
VERDICTS = frozenset({"BOLEH", "TIDAK", "TERGANTUNG"})
ADDRESS = re.compile(r"\]\([^()\s]*\)|`[^`]*`")
SIGNS = re.compile(r"[*_\s]+")
WORDS_BEFORE = re.compile(r"\w[\w’'-]*\s+\w[\w’'-]*\s*\(\s*$")
MEANING_AFTER = re.compile(r"\s*\(\s*\w+\s+\w+")


def check_acronyms(blocks: Iterable[Block], library: Library, book: FindingBook) -> None:
    """Check the modules. Each acronym is mentioned once for each module, at the place of its first use."""
    names = [name for norm in library.norms.values() for name in (norm.label, norm.number, norm.id) if name]
    norms = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)")
    modules = {module.path for module in library.modules}
    for path, own in groupby(blocks, key=lambda block: block.path):
        if path in modules:
            _check_module(own, library.glossary, norms, book.at(path))


def _check_module(blocks: Iterable[Block], glossary: Glossary, norms: re.Pattern[str], found: Findings) -> None:
    seen: set[str] = set()
    for block in blocks:
        for passage in block.passages:
            text = passage.text
            for pattern in (CITATION, ADDRESS, norms):
                text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
            for match in ACRONYM.finditer(text):
                line = block.line + passage.line + text.count("\n", 0, match.start())
                if match[0] not in seen and not _is_plain(match[0], text, match, glossary):
                    _warn(match[0], glossary, line, found)
                seen.add(match[0])


def _is_plain(name: str, text: str, match: re.Match[str], glossary: Glossary) -> bool:
    """Return whether a reader understands the acronym: it is common, no acronym at all, or spelled out here."""
    term = glossary.get(name)
    if name in VERDICTS or ROMAN.fullmatch(name) or (term and term.common):
        return True
    plain = text.translate(TYPOGRAPHY)
    before, after = SIGNS.sub(" ", plain[: match.start()]), SIGNS.sub(" ", plain[match.end() :])
    if before.endswith('"') and after.startswith('"'):
        return True  # the page speaks about the acronym itself
    if term is None or not term.expansion:
        return bool(WORDS_BEFORE.search(before) and after.lstrip().startswith(")")) or bool(MEANING_AFTER.match(after))
    expansion = term.expansion.lower()
    within = before.lower().rstrip(" (").endswith(expansion) and before.rstrip().endswith("(")
    return within or after.lower().lstrip().startswith(f"({expansion}")


def _warn(name: str, glossary: Glossary, line: int, found: Findings) -> None:
    term = glossary.get(name)
    expansion = (term.expansion if term else "") or "kepanjangannya"
    message = f'singkatan "{shown(name)}" belum dijelaskan saat pertama dipakai di modul ini.'
    found.warn(line, "K02", f"{message} Tulis: {expansion} ({shown(name)}).")

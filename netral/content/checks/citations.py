"""Every citation names a norm and a rule that are listed and in force, and are certain where they are scored."""

import re
from collections.abc import Iterator
from datetime import date

from netral.content.cards import Card
from netral.content.contents import Bank, Block, FeedFile, Library, Module, Reader, Written
from netral.content.documents import HISTORIC
from netral.content.findings import FindingBook, Findings, shown
from netral.content.markdown import CITATION, citations
from netral.content.meanings import is_named, meant_ground, meant_norm, meant_rule
from netral.content.norms import NUMBERED, Norm, Norms, NormStatus, RuleStatus
from netral.content.questions import REFERENCE, rules_of
from netral.content.yaml_forms import split_list
from netral.quiz.questions import Citation


def check_citations(library: Library, read: Reader, book: FindingBook, *, today: date) -> None:
    used: set[str] = set()
    for path, line, citation, historic in _citations(library, read):
        norm = _check_norm(citation, library.norms, book.at(path), line, historic=historic)
        if norm:
            used.add(norm.id)
    bare = _find_ids(library.norms)
    for block in read.blocks:
        _check_bare(block, bare, book.at(block.path))
    for written in read.written:
        _check_grounds(written, library.norms, book.at(written.path))
        if written.in_bank:
            _check_scored(written, library.norms, book.at(written.path))
    for norm in library.norms.values():
        if norm.id in used and norm.review_before and norm.review_before <= today:
            message = f"tinjau_sebelum {norm.review_before} norma {norm.id} sudah lewat. Periksa lagi di JDIH."
            book.at("rujukan.yaml").error(norm.line, "R07", message)


def _citations(library: Library, read: Reader) -> Iterator[tuple[str, int, Citation, bool]]:
    """Yield path, line, citation, and whether the citation says of itself that it is historic."""
    files: tuple[Module | Bank | FeedFile | Card, ...] = (
        *library.modules, *library.banks, *library.feed_files, *library.cards,
    )  # fmt: skip
    for file in files:
        for reference in file.head.references:
            yield file.path, reference.line, Citation(reference.norm), reference.historic
    for feeds in library.feed_files:
        for ground in (each for built in feeds.built for each in built.grounds):
            yield feeds.path, ground.line, ground.citation, False
    for block in read.blocks:
        yield from _in_block(block)
    for written in read.written:
        historic = HISTORIC in _words_of(written) and not written.in_bank
        for citation in rules_of(written.source):
            yield written.path, written.source.line_of("dasar"), citation, historic


def _in_block(block: Block) -> Iterator[tuple[str, int, Citation, bool]]:
    for passage in block.passages:
        before = 0
        for citation in citations(passage.text):
            before = passage.text.find(f"[@{citation}", before)
            line = block.line + passage.line + passage.text.count("\n", 0, max(before, 0))
            yield block.path, line, citation, HISTORIC in passage.text.lower()


def _find_ids(norms: Norms) -> re.Pattern[str]:
    """Return a pattern for the ids of laws, with or without a rule."""
    ids = "|".join(filter(NUMBERED.fullmatch, norms)) or "(?!)"
    return re.compile(rf"(?<![\w-])(?<!\[@)(?:{ids})(?![\w-])(?: [a-z]+\.[\w.-]*\w)?")


def _check_bare(block: Block, bare: re.Pattern[str], found: Findings) -> None:
    """Point at the id of a norm that stands in a sentence, where readers would see it; imported questions have such."""
    for passage in block.passages:
        text = CITATION.sub(lambda citation: re.sub(r"[^\n]", " ", citation[0]), passage.text)
        for match in bare.finditer(text):
            message = f'rujukan "{match[0]}" tampil apa adanya. Tulis dalam kurung siku: [@{match[0]}].'
            found.warn(block.line + passage.line + text.count("\n", 0, match.start()), "R08", message)


def _check_grounds(written: Written, norms: Norms, found: Findings) -> None:
    """Refuse a ground that is no norm and rule, and say which was meant."""
    parts = split_list(written.source.key("dasar"))
    rules = {norm.id: norm.rules for norm in norms.values()}
    for text in parts:
        if REFERENCE.match(text):
            continue
        repair = meant_ground(text, rules, [part.partition(" ")[0] for part in parts])
        message = f'dasar "{shown(text)}" harus norma, spasi, lalu aturan. {repair}'
        message = f"{message} Contoh: dasar: SKB-2-2022 lamp.II-A4, SKB-2-2022 lamp.II-B6."
        found.error(written.source.line_of("dasar"), "R04", message)


def _words_of(written: Written) -> str:
    source = written.source
    return f"{source.stem} {source.details_text} {source.explanation_text}".lower()


def _check_norm(citation: Citation, norms: Norms, found: Findings, line: int, *, historic: bool) -> Norm | None:
    norm = norms.get(citation.norm)
    if norm is None:
        is_whole = citation.norm.isalpha() or is_named(citation.norm, citation.rule)
        written = str(citation) if is_whole else citation.norm
        message = f'rujukan "{shown(written)}" tidak terdaftar di rujukan.yaml. {meant_norm(written, norms)}'
        found.error(line, "R01", message)
        return None
    if norm.status is NormStatus.DICABUT and not historic:
        message = f'rujukan "{norm.id}" dicabut oleh {norm.repealed_by or "norma lain"}.'
        found.error(line, "R02", f'{message} Pakai {norm.repealed_by or "yang baru"}, atau tambahkan kata "historis".')
    if citation.rule and citation.rule not in norm.rules:
        message = f'aturan "{shown(citation.rule)}" tidak terdaftar pada {norm.id}.'
        message = f"{message} {meant_rule(citation.rule, norm.rules)}"
        found.error(line, "R03", message)
    return norm


def _check_scored(written: Written, norms: Norms, found: Findings) -> None:
    for citation in rules_of(written.source):
        norm = norms.get(citation.norm)
        rule = norm.rules.get(citation.rule) if norm else None
        if rule and rule.status is not RuleStatus.PASTI:
            message = f'aturan "{citation}" berstatus {rule.status.value}, jadi tidak boleh dinilai.'
            repair = "Pindahkan soal ke modul sebagai latihan, atau pakai aturan yang pasti."
            found.error(written.source.line_of("dasar"), "R05", f"{message} {repair}")

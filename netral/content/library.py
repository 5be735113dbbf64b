"""Everything in a content directory, read and checked at once."""

from collections.abc import Mapping as AbstractMapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from netral.content.checks.acronyms import check_acronyms
from netral.content.checks.bank import check_bank
from netral.content.checks.citations import check_citations
from netral.content.checks.fairness import check_fairness
from netral.content.checks.feeds import check_feeds
from netral.content.checks.legs import check_legs
from netral.content.checks.marks import check_marks
from netral.content.checks.prose import check_names, check_prose
from netral.content.contents import Library, Reader
from netral.content.files import PICTURES, SourceFile, read_tree
from netral.content.findings import FindingBook, Findings, meant, shown
from netral.content.glossary import Glossary, read_glossary
from netral.content.ikrar import read_ikrar
from netral.content.markdown import Supply
from netral.content.norms import Norm, cite, read_norms
from netral.content.pictures import Picture, read_picture
from netral.content.yaml_forms import Form, Mapping, Scalar, read_mapping
from netral.quiz.blueprint import INDICATORS, Blueprint, KeysShown
from netral.quiz.questions import Indicator

BLUEPRINT_KEYS = frozenset(
    {
        "baca_ulang", "batas_detik", "jeda_menit", "kesempatan", "kunci_tampil", "kuota", "lulus",
        "minimal_boleh_tergantung_persen", "modul_dulu", "nilai_dicetak", "soal", "tes_awal",
    }
)  # fmt: skip
KEYS_SHOWN = (KeysShown.LULUS, KeysShown.TENGGAT, KeysShown.TUTUP)
MOST_ITEMS = 200
MOST_ATTEMPTS = 100
MOST_MINUTES = 60 * 24 * 30
SHORTEST = 60
LONGEST = 60 * 60 * 24


def read_library(directory: Path, *, today: date) -> Library:
    """Read a directory. Never raises for authors' mistakes: all are in `findings`, sorted by path and line."""
    book = FindingBook()
    files = read_tree(directory, book)
    if files is None:
        return Library(findings=book.sorted())
    library = read_files(files, book, today)
    return replace(library, findings=book.sorted())


def read_files(files: list[SourceFile], book: FindingBook, today: date) -> Library:
    """Read files that need stand in no directory; the findings go into the book."""
    by_path = {file.path: file.text for file in files}
    norms = _norms(by_path, book)
    blueprint = _blueprint(by_path, book)
    supply = Supply(_pictures(files, book), _glossary(by_path, book))
    reader = Reader(book=book, cite=partial(cite, norms), today=today, supply=supply)
    for file in files:
        reader.read(file)
    ikrars = [read for file in files if file.folder == "ikrar" and (read := read_ikrar(file, book.at(file.path)))]
    if not any(file.folder == "ikrar" for file in files):
        book.at("ikrar").error(1, "B08", "naskah ikrar tidak ada. Buat berkas seperti ikrar/netralitas-v1.md.")
    if not any(file.folder == "modul" for file in files):
        book.at("modul").error(1, "B08", "modul tidak ada. Buat berkas seperti modul/03-media-sosial.md.")
    library = Library(
        modules=tuple(sorted(reader.modules, key=lambda module: (module.head.order, module.head.id))),
        banks=tuple(reader.banks),
        feed_files=tuple(reader.feed_files),
        cards=tuple(sorted(reader.cards, key=lambda card: (card.head.order, card.head.id))),
        glossary=supply.glossary,
        norms=norms,
        blueprint=blueprint,
        ikrar=max(ikrars, key=lambda item: (item.version, item.id), default=None),
    )
    _check(library, reader, files, book)
    return library


def _check(library: Library, reader: Reader, files: list[SourceFile], book: FindingBook) -> None:
    check_citations(library, reader, book, today=reader.today)
    check_legs(library, book)
    check_bank(library, reader.written, book)
    check_feeds(library, book)
    check_fairness(library, book)
    check_prose(reader.blocks, reader.supply.pictures, book)
    check_acronyms(reader.blocks, library, book)
    check_marks(reader.blocks, files, book)
    check_names(files, book)


def _norms(by_path: AbstractMapping[str, str], book: FindingBook) -> dict[str, Norm]:
    if "rujukan.yaml" in by_path:
        return read_norms(by_path["rujukan.yaml"], book.at("rujukan.yaml"))
    message = "daftar norma tidak ada. Buat berkas rujukan.yaml di folder isi."
    book.at("rujukan.yaml").error(1, "B08", message)
    return {}


def _glossary(by_path: AbstractMapping[str, str], book: FindingBook) -> Glossary:
    text = by_path.get("istilah.yaml")
    return read_glossary(text, book.at("istilah.yaml")) if text else Glossary()


def _pictures(files: list[SourceFile], book: FindingBook) -> dict[str, Picture]:
    """Return the drawings by the name of their file."""
    drawn = ((file, read_picture(file, book.at(file.path))) for file in files if file.folder == PICTURES)
    return {file.path.removeprefix(f"{PICTURES}/"): picture for file, picture in drawn if picture}


def _blueprint(by_path: AbstractMapping[str, str], book: FindingBook) -> Blueprint:
    if "ujian.yaml" in by_path:
        return read_blueprint(by_path["ujian.yaml"], book.at("ujian.yaml"))
    message = "rancangan ujian tidak ada, jadi dipakai rancangan bawaan. Buat berkas ujian.yaml bila perlu lain."
    book.at("ujian.yaml").warn(1, "B08", message)
    return Blueprint()


def read_blueprint(text: str, found: Findings) -> Blueprint:
    """Read the plan of the exam; the default stands wherever the file has no value or a wrong one."""
    tree = read_mapping(text, found, "U01", "berkas ini harus berisi baris nama: nilai. Mulai dengan soal: 20.")
    if tree is None:
        return Blueprint()
    form = Form(tree, found, known=BLUEPRINT_KEYS)
    plan = Blueprint()
    limit = form.text("batas_detik")
    open_percent = form.integer("minimal_boleh_tergantung_persen", low=0, high=100)
    plan = replace(
        plan,
        quotas=_quotas(tree, found) or plan.quotas,
        pass_percent=form.integer("lulus", low=1, high=100) or plan.pass_percent,
        attempts=form.integer("kesempatan", low=1, high=MOST_ATTEMPTS) or plan.attempts,
        pause_minutes=_or_default(form.integer("jeda_menit", low=0, high=MOST_MINUTES), plan.pause_minutes),
        limit_seconds=form.integer("batas_detik", low=SHORTEST, high=LONGEST) if limit != "tidak" else None,
        open_percent=_or_default(open_percent, plan.open_percent),
        modules_first=form.yes("modul_dulu", default=plan.modules_first),
        score_printed=form.yes("nilai_dicetak", default=plan.score_printed),
        relearn=form.yes("baca_ulang", default=plan.relearn),
        keys_shown=form.word("kunci_tampil", KEYS_SHOWN) or plan.keys_shown,
        pretest=form.yes("tes_awal", default=plan.pretest),
    )
    wanted = form.integer("soal", low=1, high=MOST_ITEMS, required=True)
    if wanted is not None and wanted != plan.size:
        found.error(form.line("soal"), "U02", f"soal {wanted}, tetapi jumlah kuota {plan.size}. Samakan keduanya.")
    return plan


def _or_default(value: int | None, default: int) -> int:
    return default if value is None else value


def _quotas(tree: Mapping, found: Findings) -> dict[Indicator, int]:
    entry = tree.get("kuota")
    if entry is None or not isinstance(entry.value, Mapping):
        line = entry.line if entry else tree.line
        found.error(line, "U03", "kuota harus berisi indikator dan jumlah. Contoh: kuota: {kampanye: 8, partai: 3}.")
        return {}
    quotas: dict[Indicator, int] = {}
    for item in entry.value.entries:
        text = item.value.text if isinstance(item.value, Scalar) else ""
        if item.key not in INDICATORS:
            message = f'indikator "{shown(item.key)}" tidak dikenal. {meant(item.key, INDICATORS)}'
            found.error(item.line, "F04", message)
        elif not (text.isascii() and text.isdigit() and len(text) < len("1000") and int(text) <= MOST_ITEMS):
            message = f'kuota {item.key} "{shown(text)}" harus bilangan 0 sampai {MOST_ITEMS}. Contoh: {item.key}: 3.'
            found.error(item.line, "F05", message)
        elif int(text):
            quotas[INDICATORS[item.key]] = int(text)
    return quotas

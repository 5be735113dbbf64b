"""Everything in a content directory, read and checked at once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from netral.content import blueprint_file, checks, ikrar, lessons
from netral.content.contents import Library
from netral.content.files import SourceFile, read_tree
from netral.content.findings import FindingBook
from netral.content.norms import Norm, cite, read_norms
from netral.quiz.blueprint import Blueprint

__all__ = ["Library", "read_library"]


def read_library(directory: Path, *, today: date) -> Library:
    """Never raises for what authors wrote: all that is wrong is in `findings`, sorted by path and line."""
    book = FindingBook()
    files = read_tree(directory, book)
    if files is None:
        return Library(findings=book.sorted())
    library = _read_files(files, book, today)
    return replace(library, findings=book.sorted())


def _read_files(files: list[SourceFile], book: FindingBook, today: date) -> Library:
    by_path = {file.path: file.text for file in files}
    norms = _norms(by_path, book)
    blueprint = _blueprint(by_path, book)
    reader = lessons.Reader(book=book, cite=partial(cite, norms), today=today)
    for file in files:
        if file.folder == "modul":
            reader.read_module(file)
        elif file.folder == "bank":
            reader.read_bank(file)
    ikrars = [read for file in files if file.folder == "ikrar" and (read := ikrar.read_ikrar(file, book.at(file.path)))]
    if not any(file.folder == "ikrar" for file in files):
        book.at("ikrar").error(1, "B08", "naskah ikrar tidak ada. Buat berkas seperti ikrar/netralitas-v1.md.")
    if not any(file.folder == "modul" for file in files):
        book.at("modul").error(1, "B08", "modul tidak ada. Buat berkas seperti modul/03-media-sosial.md.")
    library = Library(
        modules=tuple(sorted(reader.modules, key=lambda module: (module.head.order, module.head.id))),
        banks=tuple(reader.banks),
        norms=norms,
        blueprint=blueprint,
        ikrar=max(ikrars, key=lambda item: (item.version, item.id), default=None),
    )
    checks.check_library(library, reader, files, book, today=today)
    return library


def _norms(by_path: Mapping[str, str], book: FindingBook) -> dict[str, Norm]:
    if "rujukan.yaml" in by_path:
        return read_norms(by_path["rujukan.yaml"], book.at("rujukan.yaml"))
    message = "daftar norma tidak ada. Buat berkas rujukan.yaml di folder isi."
    book.at("rujukan.yaml").error(1, "B08", message)
    return {}


def _blueprint(by_path: Mapping[str, str], book: FindingBook) -> Blueprint:
    if "ujian.yaml" in by_path:
        return blueprint_file.read_blueprint(by_path["ujian.yaml"], book.at("ujian.yaml"))
    message = "rancangan ujian tidak ada, jadi dipakai rancangan bawaan. Buat berkas ujian.yaml bila perlu lain."
    book.at("ujian.yaml").warn(1, "B08", message)
    return Blueprint()

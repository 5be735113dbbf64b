"""Runs every check of the whole; each adds its findings to the book."""

from collections.abc import Iterable
from datetime import date

from netral.content.checks.citations import check_citations
from netral.content.checks.identities import check_identities
from netral.content.checks.names import check_names
from netral.content.checks.pools import check_pools
from netral.content.checks.prose import check_prose
from netral.content.contents import Library
from netral.content.files import SourceFile
from netral.content.findings import FindingBook
from netral.content.lessons import Reader


def check_library(
    library: Library, read: Reader, files: Iterable[SourceFile], book: FindingBook, *, today: date
) -> None:
    check_identities(library, read.written, book)
    check_citations(library, read, book, today=today)
    check_pools(library, read.written, book)
    check_prose(read.blocks, book)
    check_names(files, book)

"""Finds and reads the files of a content directory, within bounds."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from netral.content.findings import FindingBook, Findings

MAX_BYTES = 512 * 1024
MAX_FILES = 2000
MAX_LETTERS = 8_000_000
"""The letters of all files together are bounded, because all files are in memory at once."""

FOLDERS = ("bank", "ikrar", "kartu", "linimasa", "modul")
PICTURES = "gambar"
YAML_FILES = ("istilah.yaml", "rujukan.yaml", "ujian.yaml")
WRONG_END = re.compile(r"(?<=.)\.(?:md(?:own)?\.(?:txt|docx?|odt|rtf)|markdown|md)$", re.IGNORECASE)
"""The end that an editor adds to the name under which an author saves; others would miss the module in silence."""
LATER_FOLDERS = ("edaran",)


@dataclass(frozen=True, slots=True)
class SourceFile:
    path: str
    text: str

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]


def read_tree(directory: Path, book: FindingBook) -> list[SourceFile] | None:
    """Return every content file that could be read, None without a directory; the others become findings.

    Symbolic links are refused, so that nothing outside the directory is read.
    """
    if not directory.is_dir():
        book.at(".").error(1, "B01", "folder isi tidak ditemukan. Periksa alamat foldernya.")
        return None
    files: list[SourceFile] = []
    left = MAX_LETTERS
    for number, (path, entry) in enumerate(_entries(directory, "")):
        found = book.at(path)
        if number >= MAX_FILES:
            found.error(1, "B04", f"lebih dari {MAX_FILES} berkas; sisanya tidak dibaca. Kurangi isi folder ini.")
            break
        text = _read(path, entry, found)
        if text is None:
            continue
        left -= len(text)
        if left < 0:
            found.error(1, "B04", f"seluruh isi lebih dari {MAX_LETTERS} huruf; sisanya tidak dibaca. Kurangi isinya.")
            break
        files.append(SourceFile(path, text))
    return files


def _entries(directory: Path, prefix: str) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    with os.scandir(directory) as entries:
        listed = sorted(_bounded(entries), key=lambda entry: entry.name)
    for entry in listed:
        path = prefix + _printable(entry.name)
        if entry.name.startswith(".") or entry.name.upper().startswith("README"):
            continue
        if entry.is_dir(follow_symlinks=False):
            if path not in LATER_FOLDERS:
                yield from _entries(Path(entry.path), f"{path}/")
        else:
            yield path, entry


def _bounded(entries: "Iterator[os.DirEntry[str]]") -> "Iterator[os.DirEntry[str]]":
    """Yield the files up to a limit, so that a directory of a million files is not listed whole."""
    for number, entry in enumerate(entries):
        if number > MAX_FILES:
            return
        yield entry


def _printable(name: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in name)


def _read(path: str, entry: "os.DirEntry[str]", found: Findings) -> str | None:
    if entry.is_symlink():
        found.error(1, "B02", "tautan simbolik tidak dibaca. Ganti dengan salinan berkasnya.")
        return None
    if not _is_content(path):
        if (right := WRONG_END.sub(".md", path)) != path:
            found.error(1, "B12", f'berkas ini tidak dibaca karena akhirannya. Ganti namanya menjadi "{right}".')
            return None
        places = "modul/, bank/, kartu/, linimasa/, atau ikrar/ dengan akhiran .md; gambar di gambar/"
        found.warn(1, "B06", f"berkas ini tidak dibaca. Isi berada di {places} dengan akhiran .svg.")
        return None
    data = _read_bytes(entry.path)
    if data is None:
        found.error(1, "B07", "berkas ini tidak dapat dibaca. Periksa izin dan jenis berkasnya.")
        return None
    if len(data) > MAX_BYTES:
        found.error(1, "B03", f"berkas lebih besar dari {MAX_BYTES // 1024} KiB. Bagi menjadi beberapa berkas.")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found.error(line, "B05", "tulisan ini bukan UTF-8. Simpan ulang berkas dengan pilihan UTF-8.")
        return None


def _is_content(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    is_text = (folder in FOLDERS and name.endswith(".md")) or (not folder and name in YAML_FILES)
    return is_text or (folder == PICTURES and name.endswith(".svg"))


def _read_bytes(path: str) -> bytes | None:
    """Read at most one byte more than allowed; only regular files, since a pipe would never end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MAX_BYTES + 1) if stat.S_ISREG(os.fstat(descriptor).st_mode) else None

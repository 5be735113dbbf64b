"""flask content format: content files in their canonical form."""

import os
from pathlib import Path

import click
from flask.cli import with_appcontext

from netral.cli.commands import Refusal, answer, json_option, now, settings
from netral.content.tidying import Tidied, tidy


@click.command("format")
@click.argument("directory", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@click.option("--tulis", "writes", is_flag=True, help="Tulis bentuk bakunya. Tanpa pilihan ini tidak ada yang ditulis.")
@json_option
@with_appcontext
def format_command(directory: Path | None, writes: bool, as_json: bool) -> None:
    """Sebut berkas modul, bank, kartu, dan lini masa yang belum dalam bentuk baku; artinya tidak pernah berubah."""
    place = directory or settings().content_dir
    if not place.is_dir():
        raise Refusal("Folder isi tidak ditemukan. Periksa alamat foldernya.")
    tidied = tidy(place, today=now().date())
    if writes:
        tidied = [each if each.left else write(place, each) for each in tidied]
    answer(
        [{"path": each.path, "left": each.left or None, "written": writes and not each.left} for each in tidied],
        as_json=as_json,
        text="\n".join([*(_say(each, writes=writes) for each in tidied), _summarise(tidied, writes=writes)]),
    )


def write(directory: Path, each: Tidied) -> Tidied:
    """Put the canonical form in the place of the file, whole or not at all; a file changed meanwhile stays."""
    path = directory / each.path
    fresh = path.with_name(f".{path.name}.baru")
    try:
        if path.is_symlink() or path.read_bytes().decode("utf-8-sig") != each.old:
            return each.leave("berubah selagi dibaca")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, path.stat().st_mode & 0o777)
        with os.fdopen(descriptor, "wb") as file:
            file.write(each.text.encode())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        return each.leave("tidak dapat ditulis")
    return each


def _say(each: Tidied, *, writes: bool) -> str:
    if each.left:
        return f"{each.path}: dibiarkan, {each.left}."
    return f"{each.path}: {'ditulis dalam bentuk baku' if writes else 'belum dalam bentuk baku'}."


def _summarise(tidied: list[Tidied], *, writes: bool) -> str:
    count = sum(not each.left for each in tidied)
    if not count:
        return "Tidak ada yang perlu ditulis."
    return f"{count} berkas ditulis." if writes else f"{count} berkas. Tulis dengan: flask content format --tulis"

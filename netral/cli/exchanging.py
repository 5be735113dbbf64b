"""flask content export and import: questions for other systems and from them; keys go to this terminal alone."""

from datetime import date
from enum import StrEnum
from pathlib import Path

import click
from flask.cli import with_appcontext

from netral.cli.commands import Refusal, now, settings
from netral.content.contents import Library
from netral.content.edition import LibraryHasErrors
from netral.content.exchange.drafts import write_draft
from netral.content.exchange.gift import write_gift
from netral.content.exchange.gift_reading import read_gift
from netral.content.exchange.moodle import write_moodle
from netral.content.exchange.porting import port
from netral.content.files import MAX_BYTES
from netral.content.library import read_library

MAX_IMPORTED_BYTES = 4 * MAX_BYTES
"""A file of another system holds what is several files here."""


class Shape(StrEnum):
    GIFT = "gift"
    MOODLE_XML = "moodle-xml"


WRITERS = {Shape.GIFT: write_gift, Shape.MOODLE_XML: write_moodle}


@click.command("export")
@click.argument("directory", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@click.option(
    "--bentuk",
    "shape",
    type=click.Choice([each.value for each in Shape]),
    required=True,
    help="Bentuk berkas yang ditulis.",
)
@click.option("--latihan", "practice", is_flag=True, help="Latihan modul, bukan soal bank.")
@with_appcontext
def export_command(directory: Path | None, shape: str, practice: bool) -> None:
    """Tulis soal sebagai GIFT atau Moodle XML ke layar, dengan kuncinya; simpan dengan tanda >."""
    library = read_faultless(directory or settings().content_dir, now().date())
    questions = library.practice_questions if practice else library.bank_questions
    ported = port(questions, can_order=shape == Shape.MOODLE_XML)
    click.echo(WRITERS[Shape(shape)](ported.questions, "Netral"), nl=False)
    click.echo(f"{len(ported.questions)} soal ditulis, dengan kuncinya. Simpan di tempat milik penulis saja.", err=True)
    for (kind, why), names in ported.left.items():
        click.echo(f"Tidak ikut, {kind} ({why}): {', '.join(names)}", err=True)


def read_faultless(directory: Path, today: date) -> Library:
    library = read_library(directory, today=today)
    if library.has_errors:
        raise LibraryHasErrors(library.findings)
    return library


@click.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@with_appcontext
def import_command(file: Path) -> None:
    """Tulis soal berkas GIFT sebagai rancangan berkas bank ke layar; dasar hukumnya diisi penulis."""
    read = read_gift(read_text(file))
    left = [(line, f"tidak dibaca, {why}") for line, why in read.left]
    for line, told in sorted([*left, *read.noted]):
        click.echo(f"Baris {line}: {told}.", err=True)
    if not read.questions:
        raise Refusal("Tidak ada soal yang dapat dibaca. Berkas GIFT memuat soal seperti: Kalimat soal {=benar ~salah}")
    draft = write_draft(read.questions, now().date())
    click.echo(draft, nl=False)
    to_fill = "Isi indikator, dasar, tahapan, putusan, dan umpan baliknya, lalu jalankan flask content check."
    click.echo(f"{len(read.questions)} soal dibaca. {to_fill}", err=True)
    if len(draft.encode()) > MAX_BYTES:
        click.echo(f"Berkas bank paling besar {MAX_BYTES // 1024} KiB: bagi rancangan ini.", err=True)


def read_text(file: Path) -> str:
    with file.open("rb") as opened:
        data = opened.read(MAX_IMPORTED_BYTES + 1)
    if len(data) > MAX_IMPORTED_BYTES:
        raise Refusal(f"Berkas lebih besar dari {MAX_IMPORTED_BYTES // 1024} KiB. Bagi menjadi beberapa berkas.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal("Tulisan berkas ini bukan UTF-8. Simpan ulang dengan pilihan UTF-8.") from error

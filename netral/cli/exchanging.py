"""flask content export and import: questions for other systems and from them; keys go to this terminal alone."""

from datetime import date
from enum import StrEnum
from pathlib import Path

import click
from flask.cli import with_appcontext

from netral.cli.commands import Refusal, now, settings
from netral.content.edition import LibraryHasErrors
from netral.content.exchange.drafts import write_draft
from netral.content.exchange.gift import read_gift, write_gift
from netral.content.exchange.moodle import write_moodle
from netral.content.exchange.portable import Ported, port
from netral.content.files import MAX_BYTES
from netral.content.library import read_library

WHY_LEFT = {
    "putusan": "putusan dan alasannya dinilai bersama",
    "btt": "beberapa situasi dengan syaratnya dinilai bersama",
    "urut": "urutan tidak ada dalam bentuk ini",
}


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
    ported = read_ported(directory or settings().content_dir, now().date(), practice=practice)
    click.echo(WRITERS[Shape(shape)](ported.questions, "Netral"), nl=False)
    click.echo(f"{len(ported.questions)} soal ditulis, dengan kuncinya. Simpan di tempat milik penulis saja.", err=True)
    for kind, names in ported.left.items():
        click.echo(f"Tidak ikut, {kind} ({WHY_LEFT[kind]}): {', '.join(names)}", err=True)


def read_ported(directory: Path, today: date, *, practice: bool) -> Ported:
    library = read_library(directory, today=today)
    if library.has_errors:
        raise LibraryHasErrors(library.findings)
    return port(library.practice_questions if practice else library.bank_questions)


@click.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@with_appcontext
def import_command(file: Path) -> None:
    """Tulis soal berkas GIFT sebagai rancangan berkas bank ke layar; dasar hukumnya diisi penulis."""
    read = read_gift(read_text(file))
    for line, why in read.left:
        click.echo(f"Baris {line}: tidak dibaca, {why}.", err=True)
    if not read.questions:
        raise Refusal("Tidak ada soal yang dapat dibaca. Berkas GIFT memuat soal seperti: Kalimat soal {=benar ~salah}")
    click.echo(write_draft(read.questions, now().date()), nl=False)
    told = "Isi indikator, dasar, tahapan, putusan, dan umpan baliknya, lalu jalankan flask content check."
    click.echo(f"{len(read.questions)} soal dibaca. {told}", err=True)


def read_text(file: Path) -> str:
    with file.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Refusal(f"Berkas lebih besar dari {MAX_BYTES // 1024} KiB. Bagi menjadi beberapa berkas.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal("Tulisan berkas ini bukan UTF-8. Simpan ulang dengan pilihan UTF-8.") from error

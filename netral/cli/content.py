"""flask content ...: checking what authors wrote, and publishing it."""

from pathlib import Path

import click

from netral.audit.events import Act
from netral.cli.authoring import format_command
from netral.cli.bank_figures import tell_counts, tell_details, tell_guessing
from netral.cli.commands import LINE, Group, answer, json_option, now, session, settings
from netral.cli.exchanging import export_command, import_command
from netral.cli.norms import COMMANDS
from netral.cli.previewing import preview_command
from netral.cli.sweeping import close_and_issue
from netral.content.checks.guessable import check_guessable, guess
from netral.content.comparing import shipped_items
from netral.content.edition import FrozenEdition, LibraryHasErrors, freeze
from netral.content.findings import Finding, Severity
from netral.content.library import read_library
from netral.learning.exams.withdrawing import preview_withdrawal, regrade, withdraw_question
from netral.pledges.publishing import publish
from netral.settings import ROOT

content = Group("content", help="Isi: modul, bank soal, rujukan, ikrar.")
for command in (*COMMANDS, preview_command, format_command, export_command, import_command):
    content.add_command(command)


@content.command("check")
@click.argument("directory", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@click.option("--tebakan", is_flag=True, help="Tunjukkan juga apa yang tertebak: tiap berkas, lalu 20 soal.")
@json_option
def check(directory: Path | None, tebakan: bool, as_json: bool) -> None:
    """Periksa isi sebuah folder. Keluar 1 bila ada galat, 0 bila hanya ada peringatan."""
    library = read_library(directory or settings().content_dir, today=now().date())
    guessing = guess(library) if tebakan or not library.has_errors else None
    findings = (*library.findings, *check_guessable(guessing)) if guessing else library.findings
    lines = [str(finding) for finding in sorted(findings)]
    if guessing:
        lines += [*tell_details(library, guessing)] if tebakan else []
        lines += [tell_counts(library), *tell_guessing(guessing)]
    answer(
        [as_document(finding) for finding in sorted(findings)],
        as_json=as_json,
        text="\n".join([*lines, summarise(findings)]),
    )
    if any(finding.severity is Severity.GALAT for finding in findings):
        raise click.exceptions.Exit(1)


def as_document(finding: Finding) -> dict[str, str | int]:
    return {
        "path": finding.path,
        "line": finding.line,
        "severity": finding.severity.value,
        "code": finding.code,
        "message": finding.message,
    }


def summarise(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return "Tidak ada galat dan tidak ada peringatan."
    errors = sum(finding.severity is Severity.GALAT for finding in findings)
    return f"{errors} galat, {len(findings) - errors} peringatan."


@content.command("publish")
@json_option
def publish_content(as_json: bool) -> None:
    """Terbitkan isi NETRAL_CONTENT_DIR sebagai edisi. Isi yang sama tidak menjadi edisi baru."""
    frozen = read_frozen(settings().content_dir)
    published = publish(session(), Act(None, now()), frozen)
    session().commit()
    warn_of_shipped(frozen)
    told = (
        f"Edisi {published.number} terbit." if published.new else f"Isi tidak berubah sejak edisi {published.number}."
    )
    answer(
        {"edition": published.number, "hash": published.hash, "new": published.new},
        as_json=as_json,
        text=f"{told} Sidik: {published.hash}",
    )


def read_frozen(directory: Path) -> FrozenEdition:
    """Return the frozen content of a folder. Findings go to stderr when there is a galat among them."""
    library = read_library(directory, today=now().date())
    try:
        return freeze(library)
    except LibraryHasErrors:
        for finding in library.findings:
            click.echo(str(finding), err=True)
        raise


def warn_of_shipped(frozen: FrozenEdition) -> None:
    """Warn about exam questions that come with the product, since everybody can read them."""
    if settings().demo:
        return
    library = read_library(ROOT / "content", today=now().date())
    count = 0 if library.has_errors else len(shipped_items(frozen, freeze(library)))
    if count:
        click.echo(
            f"Peringatan: {count} soal ujian berasal dari bank bawaan, yang dapat dibaca siapa saja. "
            "Susun bank sendiri di NETRAL_CONTENT_DIR.",
            err=True,
        )


@content.command("withdraw")
@click.argument("question_id", metavar="ID", type=LINE)
@click.option("--alasan", "reason", type=LINE, help="Apa yang keliru. Tanpa ini, hanya akibatnya yang disebut.")
@json_option
def withdraw_command(question_id: str, reason: str | None, as_json: bool) -> None:
    """Tarik soal ujian yang keliru: tidak ditarik lagi dari bank, dan bernilai penuh bagi semua."""
    preview = preview_withdrawal(session(), question_id=question_id, now=now())
    counts = {"open": preview.open_papers, "closed": preview.closed_papers, "passing": preview.passing}
    about = f"{preview.open_papers} ujian berjalan dan {preview.closed_papers} ujian selesai memuatnya"
    if reason is None:
        text = f"Soal {question_id}: {about}. {preview.passing} peserta akan menjadi lulus. Tarik dengan --alasan."
        answer(counts | {"withdrawn": False}, as_json=as_json, text=text)
        return
    withdraw_question(session(), Act(None, now()), question_id=question_id, reason=reason)
    session().commit()
    regraded = close_and_issue(lambda moment: regrade(session(), Act(None, moment)))
    text = f"Soal {question_id} ditarik. {about}. {regraded} ujian dinilai ulang."
    answer(counts | {"withdrawn": True, "regraded": regraded}, as_json=as_json, text=text)

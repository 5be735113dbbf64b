"""flask content norms, impact and review: the law behind the content."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from netral import indonesian
from netral.cli.commands import LINE, answer, json_option, now, session, settings
from netral.content.library import read_library
from netral.content.norms import made_for_label
from netral.content.upkeep import NormUse, list_norms
from netral.reporting.impact import EditionImpact, Impact, read_impact
from netral.words.legal_review import write_review

directory_argument = click.argument("directory", required=False, metavar="[DIR]", type=click.Path(path_type=Path))


@click.command("norms")
@directory_argument
@click.option("--hari", "days", type=click.IntRange(min=0), help="Hanya yang jatuh tempo dalam sekian hari.")
@json_option
@with_appcontext
def norms_command(directory: Path | None, days: int | None, as_json: bool) -> None:
    """Sebut semua norma menurut tanggal tinjaunya, yang paling dekat dahulu, dan pemakaiannya."""
    today = now().date()
    uses = [
        use
        for use in list_norms(read_library(directory or settings().content_dir, today=today))
        if days is None or _is_due(use, today, days)
    ]
    answer(
        [_norm_document(use, today) for use in uses],
        as_json=as_json,
        text="\n".join(_say_norm(use, today) for use in uses) or "Tidak ada norma yang jatuh tempo.",
    )


def _is_due(use: NormUse, today: date, days: int) -> bool:
    left = use.days_left(today)
    return left is None or left <= days


def _norm_document(use: NormUse, today: date) -> dict[str, Any]:
    norm = use.norm
    return {
        "norm": norm.id,
        "label": norm.label,
        "status": norm.status.value,
        "made_for": list(norm.made_for),
        "checked_on": norm.checked_on.isoformat() if norm.checked_on else None,
        "review_before": norm.review_before.isoformat() if norm.review_before else None,
        "days_left": use.days_left(today),
        "items": use.items,
        "practice": use.practice,
        "pages": use.pages,
    }


def _say_norm(use: NormUse, today: date) -> str:
    norm, left = use.norm, use.days_left(today)
    if left is None:
        due = "tanpa tanggal tinjau"
    elif left <= 0:
        due = f"tinjau sebelum {norm.review_before}: sudah lewat"
    else:
        due = f"tinjau sebelum {norm.review_before}: {indonesian.number(left)} hari lagi"
    used = f"{use.items} soal ujian, {use.practice} latihan, {use.pages} halaman"
    facts = [norm.label, norm.status.value, made_for_label(norm.made_for), due, used]
    return f"{norm.id}: {'; '.join(filter(None, facts))}."


@click.command("impact")
@click.argument("norm", type=LINE, metavar="NORMA")
@click.argument("rule", type=LINE, required=False, default="", metavar="[ATURAN]")
@json_option
@with_appcontext
def impact_command(norm: str, rule: str, as_json: bool) -> None:
    """Sebut apa yang bersandar pada sebuah norma atau aturannya: halaman, soal, ujian, sertifikat.

    Halaman dan soal dihitung pada edisi yang dipakai: yang terbaru, dan yang dipakai periode yang belum ditutup.
    """
    moment = now()
    impact = read_impact(session(), norm, rule, now=moment, today=moment.date())
    answer(asdict(impact), as_json=as_json, text="\n".join(_say_impact(impact)))


def _say_impact(impact: Impact) -> list[str]:
    lines = [f"{impact.norm} {impact.rule}".rstrip()]
    for edition in impact.editions:
        lines += _say_edition(edition)
    return [
        *lines,
        f"Ujian yang sedang dikerjakan dengan soal itu: {indonesian.number(impact.open_attempts)}.",
        f"Sertifikat yang masih berlaku dari ujian dengan soal itu: {indonesian.number(impact.certificates)}.",
    ]


def _say_edition(edition: EditionImpact) -> list[str]:
    periods = ", ".join(f"{instansi}/{kode}" for instansi, kode in edition.periods)
    parts = {
        "Halaman": [f"{slug} {number}" for slug, number in edition.pages],
        "Soal ujian": edition.items,
        "Kembarannya": edition.twins,
        "Latihan": edition.practice,
    }
    used = f" (periode {periods})" if periods else ""
    lines = [f"  {name}: {len(names)}" + (f" ({', '.join(names)})" if names else "") for name, names in parts.items()]
    return [f"Edisi {edition.number}{used}:", *lines]


@click.command("review")
@directory_argument
@with_appcontext
def review_command(directory: Path | None) -> None:
    """Tulis tinjauan hukum semua soal ujian: aturan, status, sumber, kaki kedua, dan tempatnya diajarkan."""
    click.echo(write_review(read_library(directory or settings().content_dir, today=now().date())), nl=False)


COMMANDS = (norms_command, impact_command, review_command)

"""flask health: the same look as /sehat, for timers and terminals."""

import click
from flask.cli import with_appcontext

from netral.cli.commands import Command, answer, json_option, now, settings
from netral.extensions import db
from netral.operation.health import GIBIBYTE, examine
from netral.words.health import ALARMS, as_document


@click.command("health", cls=Command)
@json_option
@with_appcontext
def health(as_json: bool) -> None:
    """Periksa basis data, migrasi, disk, jam, dan kunci. Keluar 1 bila ada yang perlu ditangani."""
    place = settings()
    found = examine(db.engine, data_dir=place.data_dir, secrets_dir=place.secrets_dir, now=now())
    well = f"Sehat. Ruang kosong {found.space.free / GIBIBYTE:.1f} GiB, revisi {found.revision}."
    answer(
        {"status": "sehat" if found.well else "terganggu", **as_document(found)},
        as_json=as_json,
        text="\n".join(ALARMS[alarm] for alarm in found.alarms) or well,
    )
    if not found.well:
        raise click.exceptions.Exit(1)

"""The state of the installation, for the people who operate it; read-only: /pengelola."""

import platform
from dataclasses import dataclass
from datetime import timedelta
from importlib import metadata
from pathlib import Path

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from netral import migrating
from netral.accounts.access import Permission
from netral.certificates.proof.keys import ExposedKey, UnusableKey, load_keys
from netral.extensions import db
from netral.learning.editions.reading import list_editions
from netral.learning.exams.compensating import list_gaps
from netral.operation.health import GIBIBYTE, measure_space
from netral.reporting.installation import describe_database, list_instansi, read_upkeep
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.frame import VERSION
from netral.web.edge.health import look
from netral.words.extending import GAP_KINDS, tell_stretch
from netral.words.health import ALARMS

bp = Blueprint("installation", __name__)

# Security updates concern these most.
LIBRARIES = ("flask", "werkzeug", "sqlalchemy", "granian", "cryptography", "typst")
# Backups are made four times a day; one may be missed.
BACKUP_AGE = timedelta(hours=26)
GAPS_SHOWN = 5
DATABASE_NAMES = {"sqlite": "SQLite (tertanam)", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Revision:
    """Migrations of the database; `current` is None before the first one."""

    current: str | None
    newest: str | None

    @property
    def pending(self) -> bool:
        return self.current != self.newest


@bp.get("/pengelola")
@requires(Permission.VIEW_INSTALLATION)
def overview() -> ResponseReturnValue:
    session, settings = current.session(), current.settings()
    return render_template(
        "pengelola/ringkasan.html",
        version=VERSION,
        libraries=", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES),
        python=platform.python_version(),
        alarms=[ALARMS[alarm] for alarm in look().alarms],
        upkeep=(upkeep := read_upkeep(session)),
        backup_old=upkeep.backup_at is None or upkeep.backup_at < current.now() - BACKUP_AGE,
        database=describe_database(session),
        database_names=DATABASE_NAMES,
        revision=Revision(migrating.current_revision(db.engine), migrating.newest_revision()),
        space=measure_space(settings.data_dir),
        gibibyte=GIBIBYTE,
        settings=settings,
        has_session_key=bool(settings.secret_key),
        signing=describe_signing_key(settings.secrets_dir),
        edition=next(iter(list_editions(session)), None),
        gaps=[
            (tell_stretch(gap, current.name_zona()), GAP_KINDS[gap.kind]) for gap in list_gaps(session, most=GAPS_SHOWN)
        ],
        rows=list_instansi(session),
    )


def describe_signing_key(directory: Path) -> str:
    try:
        ring = load_keys(directory)
    except UnusableKey:
        return "Tidak terbaca sebagai kunci Ed25519"
    except ExposedKey:
        return "Dapat dibaca semua orang di mesin ini. Jalankan chmod 600 pada berkasnya"
    if ring.private is None:
        return "Belum dibuat. Jalankan .venv/bin/flask key make"
    return f"Ada, dengan {len(ring.public)} kunci publik"

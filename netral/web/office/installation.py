"""The state of the installation, for the people who operate it; read-only: /pengelola."""

from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from netral import migrating
from netral.accounts.access import Permission
from netral.certificates.proof.keys import ExposedKey, UnusableKey, load_keys
from netral.extensions import db
from netral.learning.editions.reading import list_editions
from netral.operation.health import GIBIBYTE, measure_space
from netral.reporting.installation import describe_database, list_instansi
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.frame import VERSION

bp = Blueprint("installation", __name__)

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
        database=describe_database(session),
        database_names=DATABASE_NAMES,
        revision=Revision(migrating.current_revision(db.engine), migrating.newest_revision()),
        space=measure_space(settings.data_dir),
        gibibyte=GIBIBYTE,
        settings=settings,
        has_session_key=bool(settings.secret_key),
        signing=describe_signing_key(settings.secrets_dir),
        edition=next(iter(list_editions(session)), None),
        rows=list_instansi(session),
    )


def describe_signing_key(directory: Path) -> tuple[str, bool]:
    """Describe the signing key in words, and return whether certificates can be signed."""
    try:
        ring = load_keys(directory)
    except UnusableKey:
        return "Tidak terbaca sebagai kunci Ed25519", False
    except ExposedKey:
        return "Dapat dibaca semua orang di mesin ini. Jalankan chmod 600 pada berkasnya", False
    if ring.private is None:
        return "Belum dibuat. Jalankan .venv/bin/flask key make", False
    return f"Ada, dengan {len(ring.public)} kunci publik", True

"""/pegawai/impor/ingatan: what officers once answered about files, and forgetting it."""

from dataclasses import asdict

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.organisation.units import load_tree
from netral.roster.remembering import list_columns, list_names, revoke_columns, revoke_name
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.office.roster_pages import name_of
from netral.words.roster import FIELD_NAMES

bp = Blueprint("roster_memory", __name__, url_prefix="/pegawai/impor/ingatan")
manager = requires(Permission.MANAGE_ROSTER)


def instansi_id() -> int:
    return current.actor().reach(Permission.MANAGE_ROSTER).instansi_id


@bp.get("")
@manager
def overview() -> ResponseReturnValue:
    session, instansi = current.session(), instansi_id()
    tree = load_tree(session, instansi_id=instansi)
    columns = [
        asdict(one)
        | {
            "by": name_of(one.made_by),
            "words": [f"{heading} dibaca sebagai {FIELD_NAMES[field]}" for field, heading in one.fields.items()],
        }
        for one in list_columns(session, instansi_id=instansi)
    ]
    names = [
        asdict(one) | {"by": name_of(one.made_by), "unit": tree.label(one.opd_id)}
        for one in list_names(session, instansi_id=instansi)
    ]
    return render_template("pegawai/ingatan.html", columns=columns, names=names)


@bp.post("/kolom/<int:choice_id>/lupakan")
@manager
def forget_columns(choice_id: int) -> ResponseReturnValue:
    revoke_columns(current.session(), current.act().within(instansi_id()), choice_id)
    current.session().commit()
    flash("Susunan kolom dilupakan. Unggah berkasnya lagi untuk memilih kolomnya.")
    return redirect(url_for("roster_memory.overview"), 303)


@bp.post("/nama/<int:alias_id>/lupakan")
@manager
def forget_name(alias_id: int) -> ResponseReturnValue:
    revoke_name(current.session(), current.act().within(instansi_id()), alias_id)
    current.session().commit()
    flash("Nama itu dilupakan dan ditanyakan lagi pada berkas berikutnya.")
    return redirect(url_for("roster_memory.overview"), 303)

"""Taking the second factor off somebody who has lost telephone and recovery codes: /pegawai/<asn_id>/autentikator."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from netral.accounts import directory, factors, users
from netral.accounts.access import Permission
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.proving import ConfirmedForm

bp = Blueprint("factor_removal", __name__)


@bp.route("/pegawai/<int:asn_id>/autentikator", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROSTER)
def remove(asn_id: int) -> ResponseReturnValue:
    user_id, nama = find_holder(asn_id)
    if user_id == current.actor().user_id:
        return redirect(url_for("factor.overview"), 303)
    form = ConfirmedForm()
    if form.validate_on_submit():
        session = current.session()
        factors.remove_factor(session, current.act(), user_id=user_id)
        session.commit()
        flash(f"Autentikator {nama} dilepas. Semua sesinya berakhir.", "success")
        return redirect("/pegawai", 303)
    page = render_template("autentikator/orang.html", form=form, nama=nama, asn_id=asn_id)
    return page, 422 if form.errors else 200


def find_holder(asn_id: int) -> tuple[int, str]:
    """Raises NotFound, also for who has no second factor, or OfficerBeyondReach."""
    with reading_session() as reading:
        reaches = current.actor().reaches(Permission.MANAGE_ROSTER)
        user_id = directory.get_invited(reading, reaches=reaches, asn_id=asn_id).user_id
        if factors.read_factor(reading, user_id=user_id).confirmed_at is None:
            raise NotFound("autentikator", asn_id)
        return user_id, users.read_credentials(reading, user_id=user_id).nama

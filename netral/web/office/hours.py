"""JP and the kind of training of an open period, and the reissue of what was issued before: /periode/<kode>/jp."""

from dataclasses import asdict

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Field, StringField

from netral.accounts.access import Permission
from netral.certificates.issue.renewing import count_outdated, order_reissue
from netral.extensions import reading_session
from netral.learning.periods.diklat import Hours, name_kind
from netral.learning.periods.hours import change_hours, hours_of, version_of_hours
from netral.learning.periods.reading import PeriodView
from netral.reporting.reports.register import list_certificates
from netral.versions import Outdated
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import Form, at_most, check_printable, reason_field, sent_version, tell_saved, typed
from netral.web.edge.proving import ConfirmedForm
from netral.web.office.period_forms import EXPLAINED_HOURS, kind_field, number_field, read_hours
from netral.web.office.periods import find_period

bp = Blueprint("hours", __name__)

OUTDATED = "JP periode ini berubah setelah halaman Anda dibuka, jadi isian Anda belum disimpan. Sekarang: {}"


class HoursForm(Form):
    jp = number_field("JP (jam pelajaran)", must=False)
    dasar_jp = StringField("Dasar JP", validators=[at_most(200, "Dasar JP")])
    jenis_diklat = kind_field()
    alasan = reason_field()

    def validate_dasar_jp(self, field: Field) -> None:
        check_printable(field)


class RenewalForm(ConfirmedForm):
    alasan = reason_field()


@bp.route("/periode/<kode>/jp", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def change(kode: str) -> ResponseReturnValue:
    """Set or correct the JP of certificates that are issued from now on."""
    period = find_period(kode)
    if request.method == "GET":
        return show(period, HoursForm(data=as_data(hours_of(period))))
    form = HoursForm()
    if not form.validate():
        return show(period, form)
    session = current.session()
    try:
        changed = change_hours(
            session, current.act(), kode=kode, hours=read_hours(form), reason=typed(form.alasan), version=sent_version()
        )
    except Outdated:
        session.rollback()
        return show(find_period(kode), form, outdated=True)
    except tuple(EXPLAINED_HOURS) as fact:
        session.rollback()
        name, text = EXPLAINED_HOURS[type(fact)](fact)
        form[name].errors = [text]
        return show(period, form)
    session.commit()
    told = "JP dan jenis diklat tersimpan untuk sertifikat yang terbit sesudah ini."
    tell_saved(told, changed=changed)
    return redirect(f"/periode/{kode}", 303)


@bp.route("/periode/<kode>/jp/terbitkan-ulang", methods=["GET", "POST"])
@requires(Permission.MANAGE_CERTIFICATES)
def renew(kode: str) -> ResponseReturnValue:
    """Ask, then let a job reissue every certificate with other JP than the period has by now."""
    period, form = find_period(kode), RenewalForm()
    if form.validate_on_submit():
        session = current.session()
        job_id = order_reissue(session, current.act(), period_id=period.id, kode=kode, reason=typed(form.alasan))
        session.commit()
        return redirect(f"/pekerjaan/{job_id}", 303)
    with reading_session() as reading:
        count = count_outdated(reading, current.act(), period_id=period.id)
    page = render_template("periode/jp-ulang.html", period=period, form=form, count=count, told=tell(hours_of(period)))
    return page, 422 if form.errors else 200


def as_data(hours: Hours) -> dict[str, object]:
    values = asdict(hours)
    return {"jp": values["jp"], "dasar_jp": values["jp_dasar"], "jenis_diklat": str(values["jenis_diklat"] or "")}


def show(period: PeriodView, form: HoursForm, *, outdated: bool = False) -> ResponseReturnValue:
    with reading_session() as reading:
        issued = list_certificates(
            reading, instansi_id=period.instansi_id, period_id=period.id, now=current.now()
        ).total
        differing = count_outdated(reading, current.act(), period_id=period.id)
    page = render_template(
        "periode/jp.html",
        period=period,
        form=form,
        issued=issued,
        differing=differing,
        version=version_of_hours(period),
        problems=[{"text": OUTDATED.format(tell(hours_of(period)))}] if outdated else None,
    )
    return page, 409 if outdated else 422 if form.errors else 200


def tell(hours: Hours) -> str:
    jp = f"{hours.jp} JP ({hours.jp_dasar})" if hours.jp else "tanpa JP"
    return f"{jp}, {name_kind(hours.jenis_diklat) or 'jenis diklat belum ditetapkan'}"

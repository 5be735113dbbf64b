"""What the pages of reports share: whose figures, of which period, and how they become files."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from netral import indonesian
from netral.accounts.access import Permission, Reach
from netral.learning.periods.reading import PeriodView, choose_period, list_periods
from netral.reporting.completion import CompletionReport, covers, read_completion
from netral.reporting.counts import State
from netral.web.edge import current

NO_BREAK = "\u00a0"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = {
    State.NOT_STARTED: "Belum mulai",
    State.UNDER_WAY: "Sedang",
    State.PASSED_ONLY: "Lulus saja",
    State.PLEDGED_ONLY: "Ikrar saja",
    State.COMPLETED: "Selesai",
}


def register_filters(bp: Blueprint) -> None:
    """`persepuluh`: tenths of a percent as `69,3 %`; `poin`: as `+6,1`."""
    bp.add_app_template_filter(tell_percent, "persepuluh")
    bp.add_app_template_filter(indonesian.change, "poin")


def tell_percent(tenths: int | None) -> str:
    """The number and its sign stay on one line."""
    return indonesian.percent(tenths).replace(" ", NO_BREAK)


def asked_kode() -> str | None:
    return request.args.get("periode") or None


def find_periods() -> tuple[PeriodView, ...]:
    """All of the instansi of who is signed in, the latest first."""
    return list_periods(current.session(), instansi_id=current.instansi_id())


def asked_period() -> PeriodView:
    """Of `?periode=`, else the default one. Raises NotFound."""
    return choose_period(current.session(), instansi_id=current.instansi_id(), kode=asked_kode(), now=current.now())


def read_report(reach: Reach) -> CompletionReport:
    return read_completion(
        current.session(),
        instansi_id=reach.instansi_id,
        period_id=asked_period().id,
        now=current.now(),
        opd_path=reach.opd_path,
    )


def may_within(permission: Permission, path: str) -> bool:
    return any(covers(reach, path) for reach in current.actor().reaches(permission))


def link(path: str, **more: str | None) -> str:
    """An address of the period that was asked for, with what else is given."""
    query = {name: value for name, value in {"periode": asked_kode(), **more}.items() if value}
    return f"{path}?{urlencode(query)}" if query else path


def send_workbook(content: bytes, name: str) -> ResponseReturnValue:
    return send(content, XLSX, file_name(name, "xlsx"))


def send_csv(content: bytes, name: str) -> ResponseReturnValue:
    return send(content, "text/csv", file_name(name, "csv"))


def send(content: bytes, mimetype: str, name: str) -> ResponseReturnValue:
    """`send_file` alone would let a browser keep it."""
    response = send_file(BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def file_name(name: str, ending: str) -> str:
    """`ketuntasan-pilkada-2029-2029-05-02.xlsx`: with the day of the figures."""
    return f"{name}-{current.now().astimezone(current.zona()):%Y-%m-%d}.{ending}"


def local_day(text: str, zona: ZoneInfo) -> datetime | None:
    """The first instant of a day written as 2029-05-02; none for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zona)
    except ValueError:
        return None


def choices(names: Sequence[tuple[str, str]], every: str) -> list[tuple[str, str]]:
    """Options of a filter, the first of which does not filter."""
    return [("", every), *names]

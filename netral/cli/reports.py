"""flask report ...: proving that reports count what happened."""

from dataclasses import asdict

import click

from netral.cli.commands import Group, answer, instansi_option, json_option, now, session
from netral.learning.exams.counting import count_afresh, count_noted
from netral.learning.periods.reading import list_periods
from netral.learning.periods.tallies import correct_tally
from netral.organisation.instansi import find_instansi
from netral.reporting.recounting import recount

report = Group("report", help="Laporan.")


@report.command("recount")
@click.option("--check", is_flag=True, help="Hanya membandingkan; tidak ada yang diubah.")
@instansi_option
@json_option
def recount_command(check: bool, instansi_kode: str | None, as_json: bool) -> None:
    """Hitung ulang setiap periode dari ujian, ikrar, dan sertifikat. Keluar 1 bila ada selisih.

    Tanpa --check hitungan per OPD (tally) disusun ulang dahulu dari pesertanya, dan hitungan jawaban dari ujian
    pertama mereka; selisih yang lain hanya disebut.
    """
    instansi = find_instansi(session(), instansi_kode)
    periods = list_periods(session(), instansi_id=instansi.id)
    for period in () if check else periods:
        correct_tally(session(), period_id=period.id, now=now())
        count_afresh(session(), period_id=period.id)
        session().commit()
        while count_noted(session(), period_id=period.id):
            session().commit()
        session().commit()
    found = [
        (period.kode, difference)
        for period in periods
        for difference in recount(session(), instansi_id=instansi.id, period_id=period.id, now=now())
    ]
    lines = [
        f"{kode}: {each.object_kind} {each.object_id}, {each.fact} tercatat {each.kept}, terhitung {each.recounted}"
        for kode, each in found
    ]
    answer(
        [{"period": kode} | asdict(each) for kode, each in found],
        as_json=as_json,
        text="\n".join(lines) or "Semua hitungan cocok.",
    )
    if found:
        raise click.exceptions.Exit(1)

"""The chart: finished numbers in, the same bytes out, its finding in words."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from netral.reporting.charts import MOST_BARS, Bar, ChartData, chart_data, chart_key, describe, draw
from netral.reporting.completion import CompletionReport, PeriodFacts
from netral.reporting.counts import Counts, Unit, add, add_up

AT = datetime(2029, 5, 2, 2, tzinfo=UTC)
PERIOD = PeriodFacts(1, "pilkada-2029", "Pilkada 2029", AT, AT, AT, 1, "Kabupaten Contoh", "Asia/Makassar")
SATPOL = Bar("Satpol PP", completed=19, begun=20, not_started=49)
DINAS = Bar("Dinas Kesehatan", completed=377, begun=15, not_started=20)
DATA = ChartData((SATPOL, DINAS), 792)


def report_of(*counts: Counts) -> CompletionReport:
    units = [
        Unit(number, f"opd-{number}", f"Dinas {number}", "opd", f"{number}/", None) for number in range(len(counts))
    ]
    return CompletionReport(PERIOD, AT, None, add_up(units, dict(enumerate(counts))), add(*counts))


def text_of(svg: bytes) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - our own drawing


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert draw(DATA) == draw.__wrapped__(DATA)


def test_charts_drawn_at_once_do_not_mix() -> None:
    several = [ChartData((Bar(f"Dinas {number}", number, 1, 1),), 500) for number in range(1, 5)]

    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(draw.__wrapped__, several * 2))

    assert drawn == [draw.__wrapped__(data) for data in several] * 2


def test_the_chart_shows_names_shares_and_numbers_with_a_decimal_comma() -> None:
    shown = text_of(draw(DATA))

    assert {"Satpol PP", "Dinas Kesehatan", "21,5 % (19/88)", "91,5 % (377/412)", "Seluruhnya 79,2 %"} <= set(shown)
    assert {"Selesai", "Sedang berjalan", "Belum mulai", "0 %", "100 %"} <= set(shown)


def test_a_name_is_drawn_as_it_is_written() -> None:
    odd = "Bagian <A> & $x$ \\frac"

    assert odd in text_of(draw(ChartData((Bar(odd, 1, 0, 0),), 1000)))


def test_a_chart_without_anybody_can_be_drawn() -> None:
    assert text_of(draw(ChartData((), None)))[0] == "0 %"


def test_the_key_changes_with_any_number() -> None:
    changed = ChartData((SATPOL, Bar("Dinas Kesehatan", 378, 14, 20)), 792)

    assert chart_key(DATA) == chart_key(ChartData((SATPOL, DINAS), 792))
    assert chart_key(DATA) != chart_key(changed)


def test_the_bars_are_the_top_rows_of_the_report_in_their_order() -> None:
    report = report_of(
        Counts(wajib=4, completed=4), Counts(exempt=2), Counts(wajib=5, completed=1, passed_only=1, not_started=3)
    )

    data = chart_data(report)

    assert data == ChartData((Bar("Dinas 2", 1, 1, 3), Bar("Dinas 0", 4, 0, 0)), 555)


def test_beyond_sixty_only_the_worst_are_drawn_and_it_is_said() -> None:
    report = report_of(*(Counts(wajib=100, completed=number, not_started=100 - number) for number in range(65)))

    data = chart_data(report)

    assert (len(data.bars), data.omitted, data.bars[0].completed) == (MOST_BARS, 5, 0)
    assert "60 OPD terendah, 5 lainnya ada di tabel" in describe(data)


def test_one_opd_alone_is_drawn_by_its_units_and_its_own_persons() -> None:
    dinas = Unit(1, "dinkes", "Dinas Kesehatan", "opd", "1/", None)
    units = [dinas, Unit(2, "hulu", "Puskesmas Hulu", "uptd", "1/2/", 1)]
    rows = add_up(units, {1: Counts(wajib=1, not_started=1), 2: Counts(wajib=2, completed=2)})
    report = CompletionReport(PERIOD, AT, "1/", rows, rows[0].total)

    assert [bar.label for bar in chart_data(report).bars] == ["Dinas Kesehatan", "Puskesmas Hulu"]


def test_the_finding_is_said_in_words() -> None:
    assert describe(DATA) == (
        "Grafik batang ketuntasan per OPD: 79,2 % dari seluruhnya selesai; "
        "terendah Satpol PP 21,5 %, tertinggi Dinas Kesehatan 91,5 %."
    )
    assert describe(ChartData((SATPOL,), 215)) == "Grafik batang ketuntasan per OPD: 21,5 % dari seluruhnya selesai."
    assert describe(ChartData((), None)) == "Grafik ketuntasan per OPD: belum ada pegawai yang wajib."

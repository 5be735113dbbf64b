"""The chart: equal numbers give equal bytes, and its finding is in words."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from netral.apart import WorkFailed, Workshop
from netral.reporting import drawing
from netral.reporting.charts import (
    MOST_BARS,
    MOST_KEPT,
    Bar,
    ChartData,
    Gallery,
    chart_data,
    chart_key,
    describe,
    describe_drawing,
    draw,
)
from netral.reporting.counts import Counts, Unit, add, add_up
from netral.reporting.report import PeriodFacts
from netral.reporting.reports.completion import CompletionReport

AT = datetime(2029, 5, 2, 2, tzinfo=UTC)
PERIOD = PeriodFacts(1, "pilkada-2029", "Pilkada 2029", AT, AT, 1, "Kabupaten Contoh", "Asia/Makassar")
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


def draw_here(data: ChartData) -> bytes:
    """Draw by the drawer's own function, without its process."""
    return drawing.draw(describe_drawing(data))


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert draw(DATA) == draw_here(DATA) == draw_here(DATA)


def make_gallery(directory: Path, work: str) -> Gallery:
    """Return a gallery whose drawer notes each order in a file and runs this instead of drawing."""
    program = directory / "drawer.py"
    program.write_text(
        "from pathlib import Path; from netral.working import work\n"
        "def do(order):\n"
        "    with Path(__file__).with_name('orders').open('a') as file: file.write('x')\n"
        f"    {work}\n"
        "work(do)\n",
        encoding="utf-8",
    )
    return Gallery(Workshop(program, seconds=5, idle=0))


def orders(directory: Path) -> int:
    return len((directory / "orders").read_text())


def test_a_chart_asked_for_twice_at_once_is_drawn_once(tmp_path: Path) -> None:
    gallery = make_gallery(tmp_path, "return order['notes'][0].encode()")

    with ThreadPoolExecutor(8) as pool:
        shown = set(pool.map(gallery.show, [DATA] * 8))

    assert shown == {b"21,5 % (19/88)"}
    assert orders(tmp_path) == 1


def test_of_many_charts_the_latest_are_kept(tmp_path: Path) -> None:
    gallery = make_gallery(tmp_path, "return b'x'")
    several = [ChartData((SATPOL,), number) for number in range(MOST_KEPT + 1)]

    for data in (*several, several[-1], several[0]):
        gallery.show(data)

    assert orders(tmp_path) == len(several) + 1
    assert len(gallery.kept) == MOST_KEPT


def test_a_drawer_that_fails_is_tried_again_next_time(tmp_path: Path) -> None:
    gallery = make_gallery(tmp_path, "raise SystemExit(1)")

    for times in (1, 2):
        with pytest.raises(WorkFailed):
            gallery.show(DATA)
        assert orders(tmp_path) == times


def test_the_chart_shows_names_shares_and_numbers_with_a_decimal_comma() -> None:
    shown = text_of(draw_here(DATA))

    assert {"Satpol PP", "Dinas Kesehatan", "21,5 % (19/88)", "91,5 % (377/412)", "Seluruhnya 79,2 %"} <= set(shown)
    assert {"Selesai", "Sedang berjalan", "Belum mulai", "0 %", "100 %"} <= set(shown)


def test_a_name_is_drawn_as_it_is_written() -> None:
    odd = "Bagian <A> & $x$ \\frac"

    assert odd in text_of(draw_here(ChartData((Bar(odd, 1, 0, 0),), 1000)))


def test_a_chart_without_anybody_can_be_drawn() -> None:
    assert text_of(draw_here(ChartData((), None)))[0] == "0 %"


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

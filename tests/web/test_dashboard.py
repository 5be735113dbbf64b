"""/dasbor and /opd/<kode>: the figures of one query on page, chart and file; names only for people who may see them."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.apart import Workshop
from netral.learning.periods.models import Period
from netral.organisation.models import Asn, Instansi, Opd
from netral.pledges.circulars.issuing import CircularKind
from netral.reporting import charts
from netral.reporting.counts import State
from netral.reporting.reports.completion import read_completion
from tests.factories import NOW, make_instansi, make_opd, make_period
from tests.pledges.circulars import publish_circular, reply
from tests.reporting.makers import make_person
from tests.web.conftest import Browser, give_role
from tests.web.officers import arrive, sign_in_officer, sign_in_operator
from tests.web.pages import Page


@pytest.fixture
def dinas(session: Session) -> Opd:
    return make_opd(session, kode="dinkes", nama="Dinas Kesehatan")


@pytest.fixture
def satpol(session: Session, dinas: Opd) -> Opd:
    return make_opd(session, kode="satpol", nama="Satpol PP")


@pytest.fixture
def period(session: Session, dinas: Opd, satpol: Opd) -> Period:
    """Make a period: Dinas Kesehatan 2 of 4 with a unit below it, Satpol PP 0 of 1."""
    period = make_period(session, kode="pilkada-2029")
    unit = make_opd(session, parent=dinas, kode="hulu", nama="Puskesmas Hulu")
    make_person(session, opd=dinas, period=period, nama="Siti Aminah", state=State.COMPLETED)
    make_person(session, opd=dinas, period=period, nama="Rahmat Hidayat", state=State.PASSED_ONLY)
    make_person(session, opd=unit, period=period, nama="Ujang Sutisna", state=State.NOT_STARTED)
    make_person(session, opd=unit, period=period, nama="Wayan Sukerta", state=State.COMPLETED)
    make_person(session, opd=satpol, period=period, nama="Yohanes Lende", state=State.UNDER_WAY)
    return period


@pytest.fixture
def instansi(session: Session, dinas: Opd) -> Instansi:
    return session.get_one(Instansi, dinas.instansi_id)


def rows_of(page: Page, caption: str) -> dict[str, list[str]]:
    """Return first cell -> other cells of the body and foot of the table with this caption."""
    for table in page.all("table"):
        if "".join(table.find("caption").itertext()).strip() == caption:
            lines = [[" ".join("".join(cell.itertext()).split()) for cell in line] for line in table.iter("tr")]
            return {line[0]: line[1:] for line in lines[1:]}
    raise AssertionError(f"no table {caption}")


def test_bkpsdm_sees_every_opd_the_worst_first_with_the_total(
    browser: Browser, session: Session, period: Period, instansi: Instansi
) -> None:
    sign_in_officer(browser, session, instansi=instansi)

    rows = rows_of(browser.visit("/dasbor"), "Ketuntasan per OPD")

    assert list(rows) == ["Satpol PP", "Dinas Kesehatan", "Jumlah"]
    assert rows["Dinas Kesehatan"][:9] == ["4", "1", "0", "1", "0", "2", "0", "50,0 %", "+50,0"]
    assert rows["Jumlah"][:9] == ["5", "1", "1", "1", "0", "2", "0", "40,0 %", "+40,0"]


def test_page_file_and_query_hold_the_same_figures(
    browser: Browser, session: Session, period: Period, instansi: Instansi
) -> None:
    sign_in_officer(browser, session, instansi=instansi)
    report = read_completion(session, instansi_id=instansi.id, period_id=period.id, now=NOW)

    on_page = rows_of(browser.visit("/dasbor"), "Ketuntasan per OPD")
    response = browser.get("/dasbor/ketuntasan.xlsx")
    in_file = {
        line[1]: [*line[2:9], line[9]]
        for line in load_workbook(BytesIO(response.data))["Data"].iter_rows(2, values_only=True)
    }

    assert set(on_page) == set(in_file)
    for name, counts in {**{row.unit.nama: row.total for row in report.shown}, "Jumlah": report.total}.items():
        numbers = [counts.wajib, counts.not_started, counts.under_way, counts.passed_only, counts.pledged_only]
        numbers += [counts.completed, counts.late]
        assert counts.tenths is not None
        assert on_page[name][:7] == [str(number) for number in numbers]
        assert on_page[name][7] == f"{counts.tenths // 10},{counts.tenths % 10} %"
        assert in_file[name] == [*numbers, counts.tenths / 1000]


def test_files_have_names_and_types(browser: Browser, session: Session, period: Period, instansi: Instansi) -> None:
    sign_in_officer(browser, session, instansi=instansi)

    workbook, csv_file = browser.get("/dasbor/ketuntasan.xlsx"), browser.get("/dasbor/ketuntasan.csv")

    assert "ketuntasan-pilkada-2029-2029-05-02.xlsx" in workbook.headers["Content-Disposition"]
    assert workbook.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert csv_file.data.startswith(b"\xef\xbb\xbf")
    assert csv_file.headers["Cache-Control"] == "no-store"


def test_the_chart_is_an_image_with_its_finding_in_words(
    browser: Browser, session: Session, period: Period, instansi: Instansi
) -> None:
    sign_in_officer(browser, session, instansi=instansi)

    (image,) = browser.visit("/dasbor").all("figure/img")
    chart = browser.get(image.get("src"))

    assert "terendah Satpol PP 0,0 %, tertinggi Dinas Kesehatan 50,0 %" in image.get("alt")
    assert chart.mimetype == "image/svg+xml"
    assert b"50,0 % (2/4)" in chart.data


def test_a_chart_that_cannot_be_drawn_harms_no_page(
    browser: Browser,
    session: Session,
    period: Period,
    instansi: Instansi,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = tmp_path / "drawer.py"
    program.write_text("raise SystemExit(1)", encoding="utf-8")
    monkeypatch.setattr(charts, "GALLERY", charts.Gallery(Workshop(program, seconds=5, idle=0)))
    sign_in_officer(browser, session, instansi=instansi)

    chart = browser.get("/dasbor/grafik.svg")
    page = browser.visit("/dasbor")

    assert chart.status_code == 503
    assert chart.headers["Retry-After"]
    assert "Berkas ini belum dapat dibuat" in chart.text
    assert "Dinas Kesehatan" in page.words


def test_columns_can_be_sorted_both_ways(
    browser: Browser, session: Session, period: Period, instansi: Instansi
) -> None:
    sign_in_officer(browser, session, instansi=instansi)

    page = browser.visit("/dasbor?urut=nama&arah=turun")

    assert list(rows_of(page, "Ketuntasan per OPD"))[:2] == ["Satpol PP", "Dinas Kesehatan"]
    sorted_heads = {head.get("aria-sort"): "".join(head.itertext()) for head in page.all("th") if head.get("aria-sort")}
    assert sorted_heads.keys() == {"descending"}
    upwards = rows_of(browser.visit("/dasbor?urut=nama&arah=naik"), "Ketuntasan per OPD")
    assert list(upwards)[:2] == ["Dinas Kesehatan", "Satpol PP"]


def test_an_operator_sees_their_opd_by_its_units_and_nothing_else(
    browser: Browser, session: Session, period: Period, dinas: Opd
) -> None:
    sign_in_operator(browser, session, dinas)

    page = browser.visit("/dasbor")

    rows = rows_of(page, "Ketuntasan per OPD")
    assert set(rows) == {"Puskesmas Hulu", "Dinas Kesehatantanpa unit di bawahnya", "Jumlah"}
    assert rows["Jumlah"][0] == "4"
    assert "Satpol PP" not in page.text


def test_an_operator_of_two_opd_finds_the_other_one(
    browser: Browser, session: Session, period: Period, dinas: Opd, satpol: Opd
) -> None:
    budi = sign_in_operator(browser, session, dinas)
    give_role(session, budi, Role.OPERATOR_OPD, opd=satpol)
    arrive(browser, budi)

    links = browser.visit("/dasbor").links()

    assert links["Satpol PP"] == "/opd/satpol"
    assert browser.visit("/opd/satpol").heading == "Satpol PP"


def test_the_call_list_names_persons_and_steps(browser: Browser, session: Session, period: Period, dinas: Opd) -> None:
    sign_in_operator(browser, session, dinas)

    page = browser.visit("/opd/dinkes")

    rows = rows_of(page, "Daftar tindak lanjut")
    assert list(rows) == ["Rahmat Hidayat", "Ujang Sutisna"]
    assert rows["Rahmat Hidayat"][:3] == ["…000", "Dinas Kesehatan", "Menandatangani ikrar"]
    assert rows["Ujang Sutisna"][-1] == "belum pernah"


def test_the_call_list_is_filtered_by_step_and_name(
    browser: Browser, session: Session, period: Period, dinas: Opd
) -> None:
    sign_in_operator(browser, session, dinas)

    assert list(rows_of(browser.visit("/opd/dinkes?langkah=ikrar"), "Daftar tindak lanjut")) == ["Rahmat Hidayat"]
    assert list(rows_of(browser.visit("/opd/dinkes?cari=ujang"), "Daftar tindak lanjut")) == ["Ujang Sutisna"]
    assert "Tidak ada pegawai yang cocok" in browser.visit("/opd/dinkes?cari=zzz&langkah=apa").words


def test_the_message_has_counts_and_no_name(browser: Browser, session: Session, period: Period, dinas: Opd) -> None:
    sign_in_operator(browser, session, dinas)

    page = browser.visit("/opd/dinkes")

    (message,) = page.all("textarea")
    assert "2 dari 4 pegawai belum menyelesaikan" in message.text
    assert "Tenggat 31 Mei 2029. Buka http://127.0.0.1:8000" in message.text
    assert "Rahmat" not in message.text
    assert page.links()["Buka WhatsApp"] == f"https://wa.me/?text={quote(message.text, safe='')}"


def test_the_message_names_circulars_that_people_of_the_unit_have_left(
    browser: Browser, session: Session, period: Period, dinas: Opd
) -> None:
    version = publish_circular(session, dinas.instansi_id)
    publish_circular(session, dinas.instansi_id, kind=CircularKind.PAKTA, title="Pakta integritas", kinds=("PPNPN",))
    sign_in_operator(browser, session, dinas)
    people = session.scalars(select(Asn).join(Opd, Opd.id == Asn.opd_id).where(Opd.path.startswith(dinas.path))).all()
    reply(session, people[0], version.circular_id)

    page = browser.visit("/opd/dinkes")
    (message,) = page.all("textarea")

    assert f"Netralitas selama kampanye, {len(people) - 1} pegawai, tenggat" in message.text
    assert "Pakta integritas" not in message.text
    named = browser.visit(page.links()[f"Netralitas selama kampanye: {len(people) - 1} pegawai"]).words
    assert all(each.nama in named for each in people[1:])


def test_after_closing_nobody_is_reminded_to_finish(
    browser: Browser, session: Session, period: Period, instansi: Instansi
) -> None:
    sign_in_officer(browser, session, instansi=instansi)
    assert "Minta pimpinan" in browser.visit("/ringkasan").words

    period.due_at = period.closes_at = NOW
    session.commit()

    page = browser.visit("/opd/dinkes")
    assert "Belum selesai" in page.words
    assert "Buka WhatsApp" not in page.links()
    assert "Minta pimpinan" not in browser.visit("/ringkasan").words


def test_the_call_list_as_a_file(browser: Browser, session: Session, period: Period, dinas: Opd) -> None:
    sign_in_operator(browser, session, dinas)

    sheet = load_workbook(BytesIO(browser.get("/opd/dinkes/tindak-lanjut.xlsx").data))["Data"]

    assert [line[0] for line in sheet.iter_rows(2, values_only=True)] == ["Rahmat Hidayat", "Ujang Sutisna"]


@pytest.mark.parametrize("role", [Role.INSPEKTORAT, Role.PIMPINAN])
def test_roles_without_names_see_figures_only(
    browser: Browser, session: Session, period: Period, instansi: Instansi, role: Role
) -> None:
    sign_in_officer(browser, session, role, instansi=instansi)

    page = browser.visit("/opd/dinkes")

    assert rows_of(page, "Ketuntasan per OPD")["Jumlah"][0] == "4"
    assert "Rahmat Hidayat" not in page.text
    assert browser.get("/opd/dinkes/tindak-lanjut.xlsx").status_code == 403


@pytest.mark.parametrize("path", ["/opd/satpol", "/opd/satpol/ketuntasan.xlsx", "/opd/satpol/tindak-lanjut.xlsx"])
def test_another_opd_does_not_exist_for_an_operator(
    browser: Browser, session: Session, period: Period, dinas: Opd, path: str
) -> None:
    sign_in_operator(browser, session, dinas)

    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/opd/dinkes", "/opd/dinkes/ketuntasan.xlsx", "/dasbor?periode=pilkada-2029"])
def test_another_instansi_does_not_exist(browser: Browser, session: Session, period: Period, path: str) -> None:
    other = make_instansi(session, kode="lain", nama="Kabupaten Lain")
    make_period(session, instansi=other)
    sign_in_officer(browser, session, instansi=other)

    assert browser.get(path).status_code == 404


def test_an_older_period_can_be_chosen(
    browser: Browser, session: Session, period: Period, instansi: Instansi, dinas: Opd
) -> None:
    older = make_period(session, kode="pemilu-2028", nama="Pemilu 2028", closes_at=NOW, due_at=NOW)
    make_person(session, opd=dinas, period=older, state=State.COMPLETED)
    sign_in_officer(browser, session, instansi=instansi)

    page = browser.visit("/dasbor?periode=pemilu-2028")

    assert rows_of(page, "Ketuntasan per OPD")["Jumlah"][0] == "1"
    assert page.links()["Unduh Excel"] == "/dasbor/ketuntasan.xlsx?periode=pemilu-2028"
    assert rows_of(browser.visit("/dasbor"), "Ketuntasan per OPD")["Jumlah"][0] == "5"


def test_without_a_period_the_page_says_what_to_do(
    open_browser: Callable[[], Browser], session: Session, instansi: Instansi, dinas: Opd
) -> None:
    dewi, budi = open_browser(), open_browser()
    sign_in_officer(dewi, session, instansi=instansi)
    sign_in_operator(budi, session, dinas)

    steps = dewi.visit("/dasbor").links()
    assert (steps["Impor data pegawai"], steps["Buka periode"]) == ("/pegawai/impor", "/periode/buka")
    assert "BKPSDM membuka periode" in budi.visit("/dasbor").words
    assert dewi.visit("/ringkasan").heading == "Ringkasan"


def test_the_figures_follow_at_once_when_somebody_completes(
    browser: Browser, session: Session, period: Period, instansi: Instansi, satpol: Opd
) -> None:
    sign_in_officer(browser, session, instansi=instansi)
    before = rows_of(browser.visit("/dasbor"), "Ketuntasan per OPD")["Jumlah"][5]
    make_person(session, opd=satpol, period=period, state=State.COMPLETED)

    after = rows_of(browser.visit("/dasbor"), "Ketuntasan per OPD")["Jumlah"][5]

    assert (before, after) == ("2", "3")


def test_the_packet_of_a_unit_is_for_its_operator_and_for_nobody_elsewhere(
    browser: Browser, session: Session, period: Period, dinas: Opd, satpol: Opd, open_browser: Callable[[], Browser]
) -> None:
    sign_in_operator(browser, session, dinas)
    other = open_browser()
    sign_in_operator(other, session, satpol)

    place = browser.visit("/opd/dinkes").links()["Paket OPD (PDF)"]
    answer = browser.get(place)

    assert answer.mimetype == "application/pdf"
    assert "paket-dinkes-pilkada-2029.pdf" in answer.headers["Content-Disposition"]
    assert other.get(place).status_code == 404

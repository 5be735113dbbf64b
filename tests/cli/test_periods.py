"""flask period open, close, list, sweep; flask report recount."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from netral.accounts.models import KeptForm
from netral.audit.events import Act
from netral.learning.exams.models import Attempt
from netral.learning.periods.models import CompletionTally, Enrolment, FinalReport, Period
from netral.organisation.careers import Intent, Wish
from netral.pledges.publishing import publish
from netral.roster.changing import change_place
from tests.cli.conftest import Run, read
from tests.factories import NOW, make_asn, make_instansi, make_opd, make_user
from tests.learning.make import KODE, make_exam, make_module, publish_small
from tests.shipped import freeze_shipped
from tests.web.conftest import Clock

OPEN = (
    *("period", "open", "uji-2026", "--nama", "Pemilihan contoh", "--jenis", "pilkada"),
    *("--mulai", "2026-12-01", "--tenggat", "2026-12-20", "--tutup", "2026-12-31", "--json"),
)


# These are refused before the command begins.
MISTYPED = {"bukan tanggal", "tidak terbaca", "pilkades", "Tulis dengan huruf Latin"}


@pytest.fixture(autouse=True)
def day(clock: Clock) -> None:
    clock.now = datetime(2026, 12, 2, tzinfo=UTC)


@pytest.fixture
def published(session: Session) -> None:
    make_asn(session)
    publish(session, Act(None, NOW), freeze_shipped())


def test_a_period_opens_for_everybody_on_the_roster(run: Run, published: None, session: Session) -> None:
    make_asn(session, nama="Sena")

    opened = read(run(*OPEN, "--lulus", "70", "--kuota", "kampanye=4,umum=1", "--batas-detik", "1800", "--tes-awal"))

    assert opened["enrolled"] == 2
    assert (opened["mulai"], opened["tenggat"], opened["tutup"]) == ("2026-12-01", "2026-12-20", "2026-12-31")
    period = session.scalars(select(Period)).one()
    assert (period.pass_percent, period.time_limit_seconds, period.blueprint["soal"]) == (70, 1800, 5)
    assert period.pretest
    assert period.closes_at == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert [each["state"] for each in read(run("period", "list", "--json"))] == ["open"]


def test_the_same_kode_opens_once(run: Run, published: None) -> None:
    run(*OPEN)

    assert "Sudah ada periode dengan kode uji-2026" in run(*OPEN, code=1).stderr


def test_a_kode_may_be_pasted(run: Run, published: None) -> None:
    pasted = [text.replace("uji-2026", "\u200buji\u20132026 ") for text in OPEN]

    assert read(run(*pasted))["kode"] == "uji-2026"


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--tenggat", "2026-11-01", "Urutannya"),
        ("--tenggat", "besok", "bukan tanggal"),
        ("--tutup", "9999-12-31", "bukan tanggal"),
        ("--lulus", "101", "Pakai 1 sampai 100"),
        ("--kuota", "kampanye=delapan", "tidak terbaca"),
        ("--kuota", "kampanye=150", "Bank soal"),
        ("--jenis", "lainnya", "pilkades"),
        ("--nama", "Pilkada ꦱꦶꦗꦶ", "Tulis dengan huruf Latin"),
    ],
)
def test_an_impossible_period_is_refused_and_nothing_is_written(
    run: Run, published: None, session: Session, option: str, value: str, told: str
) -> None:
    result = run(*OPEN, option, value, code=2 if told in MISTYPED else 1)

    assert told in result.stderr
    assert result.stdout == ""
    assert session.scalars(select(Period)).all() == []


def test_without_an_edition_or_an_instansi_the_next_step_is_told(run: Run, session: Session) -> None:
    assert "Tidak ditemukan: instansi" in run(*OPEN, code=1).stderr
    make_asn(session)
    assert "Penyunting menerbitkan isi dahulu" in run(*OPEN, code=1).stderr


def test_with_several_instansi_one_is_named(run: Run, published: None, session: Session) -> None:
    other = make_instansi(session, kode="lain", nama="Kota Lain")
    make_asn(session, opd=make_opd(session, instansi=other))

    assert "--instansi KODE" in run(*OPEN, code=1).stderr
    assert read(run(*OPEN, "--instansi", "lain"))["enrolled"] == 1


def begin_attempt(session: Session) -> Attempt:
    enrolment = session.scalars(select(Enrolment)).one()
    period = session.scalars(select(Period)).one()
    attempt = Attempt(
        instansi_id=enrolment.instansi_id,
        period_id=period.id,
        enrolment_id=enrolment.id,
        number=1,
        state="open",
        seed=1,
        by_place=True,
        started_at=datetime(2026, 12, 2, tzinfo=UTC),
        deadline_at=period.closes_at,
        item_count=0,
    )
    session.add(attempt)
    enrolment.started_at = attempt.started_at
    session.flush()
    return attempt


def test_closing_grades_what_is_open(run: Run, published: None, session: Session) -> None:
    run(*OPEN)
    attempt = begin_attempt(session)

    closed = read(run("period", "close", "uji-2026", "--json"))

    assert (closed["state"], closed["graded"]) == ("closed", 1)
    session.refresh(attempt)
    assert attempt.state == "expired"
    assert read(run("period", "close", "uji-2026", "--json"))["graded"] == 0


def test_raising_the_edition_tells_the_effect_and_needs_a_reason(run: Run, session: Session, clock: Clock) -> None:
    exam = make_exam(session)
    clock.now = NOW
    command = ("period", "raise-edition", KODE)
    assert "sudah memakai edisi 1" in run(*command, code=1).stderr
    edition_id = publish_small(session, modules=[make_module(pages=3)]).edition_id

    told = run(*command).stdout
    assert "Modul: 0 baru, 1 berubah, 0 tidak dipakai lagi" in told
    assert "Belum ada yang dipindahkan" in told
    assert session.get_one(Period, exam.period_id).edition_id == exam.edition_id
    moved = read(run(*command, "--alasan", "Aturan baru", "--json"))

    assert (moved["from"], moved["to"], moved["moved"], moved["learning"]) == (1, 2, True, 1)
    session.rollback()
    assert session.get_one(Period, exam.period_id).edition_id == edition_id


def test_sweeping_closes_what_nobody_came_back_to(run: Run, published: None, session: Session, clock: Clock) -> None:
    run(*OPEN)
    begin_attempt(session)

    assert read(run("period", "sweep", "--json")) == {"graded": 0, "regraded": 0}
    clock.forward(days=40)
    assert read(run("period", "sweep", "--json")) == {"graded": 1, "regraded": 0}
    assert read(run("period", "sweep", "--json")) == {"graded": 0, "regraded": 0}


def test_a_summary_that_nothing_stands_behind_is_found(run: Run, published: None, session: Session) -> None:
    run(*OPEN)
    assert read(run("report", "recount", "--check", "--json")) == []

    session.scalars(select(Enrolment)).one().passed_at = datetime(2026, 12, 2, tzinfo=UTC)

    result = run("report", "recount", "--check", code=1)
    assert "uji-2026: enrolment" in result.stdout
    assert "passed" in result.stdout


def test_counts_that_do_not_fit_are_told_and_counted_again(run: Run, published: None, session: Session) -> None:
    run(*OPEN)
    opd_id = session.scalars(select(CompletionTally.opd_id)).one()
    session.execute(delete(CompletionTally))

    told = run("report", "recount", "--check", code=1).stdout
    assert f"uji-2026: tally {opd_id}, wajib tercatat 0, terhitung 1" in told
    assert read(run("report", "recount", "--json")) == []
    assert read(run("report", "recount", "--check", "--json")) == []


def test_sweeping_adds_the_counts_up(run: Run, published: None, session: Session) -> None:
    run(*OPEN)
    siti = session.scalars(select(Enrolment)).one()
    for started_at in (datetime(2026, 12, 2, tzinfo=UTC), None):
        siti.started_at = started_at
        session.commit()
    rows = select(func.count()).select_from(CompletionTally)
    assert session.scalar(rows) == 5

    run("period", "sweep")

    assert session.scalar(rows) == 1


def test_sweeping_deletes_kept_forms_after_half_an_hour(run: Run, session: Session, clock: Clock) -> None:
    siti = make_user(session, asn=make_asn(session))
    session.add(KeptForm(session_hash="a" * 64, user_id=siti.id, kept_at=clock.now, sealed=b"tersegel"))
    kept = select(func.count()).select_from(KeptForm)

    clock.forward(minutes=29)
    run("period", "sweep")
    assert session.scalar(kept) == 1
    session.rollback()
    clock.forward(minutes=1)
    run("period", "sweep")
    assert session.scalar(kept) == 0


WHEN = ("--nama", "Pilkada contoh", "--jenis", "pilkada", "--mulai", "2026-12-10", "--tenggat", "2026-12-20")
DRAFT = ("period", "draft", "draf-2026", *WHEN, "--tutup", "2026-12-31", "--json")


def test_a_draft_is_saved_opened_and_corrected(run: Run, published: None, session: Session) -> None:
    assert read(run(*DRAFT))["state"] == "draft"
    assert session.scalar(select(func.count()).select_from(Period)) == 0
    assert "draf-2026: Pilkada contoh, draf" in run("period", "list").stdout
    assert read(run("period", "open-draft", "draf-2026", "--json"))["enrolled"] == 1

    correct = ("period", "correct", "draf-2026", "--tenggat", "2026-12-24", "--json")
    assert not read(run(*correct))["changed"]
    assert read(run(*correct, "--alasan", "Salah ketik"))["tenggat"] == "2026-12-24"


def test_a_period_is_extended_closed_reopened_and_archived(run: Run, published: None, clock: Clock) -> None:
    run(*OPEN)
    extend = ("period", "extend", "uji-2026", "--tutup", "2027-01-10")
    assert "Belum ada yang diubah. Ubah dengan --alasan." in run(*extend).stdout
    assert read(run(*extend, "--alasan", "Tahapan mundur", "--json"))["tutup"] == "2027-01-10"
    assert "hanya dapat diundur" in run(*extend[:-1], "2026-12-25", "--alasan", "Keliru", code=1).stderr

    run("period", "close", "uji-2026")
    reopened = run("period", "reopen", "uji-2026", "--tutup", "2027-01-20", "--alasan", "Keliru ditutup", "--json")
    assert read(reopened)["state"] == "reopened"
    assert "yang sudah ditutup" in run("period", "archive", "uji-2026", code=1).stderr
    clock.now = datetime(2027, 2, 1, tzinfo=UTC)
    run("period", "archive", "uji-2026")
    assert read(run("period", "list", "--json")) == []
    assert [each["state"] for each in read(run("period", "list", "--arsip", "--json"))] == ["archived"]
    assert read(run("period", "archive", "uji-2026", "--kembalikan", "--json"))["state"] == "closed"


def test_a_copy_is_a_draft_and_a_wave_may_follow(run: Run, published: None, session: Session) -> None:
    make_asn(session, opd=make_opd(session, kode="dikbud"), nama="Eka")
    assert read(run(*OPEN, "--opd", "dikbud"))["enrolled"] == 1
    assert "Tidak ada unit dengan kode tiada" in run(*DRAFT, "--opd", "tiada", code=1).stderr

    copied = read(run("period", "copy", "uji-2026", "uji-2027", "--nama", "Pemilihan kedua", "--json"))
    assert (copied["state"], copied["nama"], copied["mulai"]) == ("draft", "Pemilihan kedua", "2026-12-03")
    wider = read(run("period", "widen", "uji-2026", "--alasan", "Gelombang kedua", "--json"))
    assert wider["joined"] == 1


def test_the_sweep_freezes_the_report_of_a_period_that_closed_by_its_date(
    run: Run, published: None, session: Session, clock: Clock
) -> None:
    run(*OPEN)
    clock.now = datetime(2027, 1, 5, tzinfo=UTC)
    for _ in range(2):
        run("period", "sweep")

    assert session.scalars(select(FinalReport.closed_at)).all() == [datetime(2026, 12, 31, 16, tzinfo=UTC)]
    assert run("report", "recount", "--check").stdout.strip() == "Semua hitungan cocok."


def test_hours_are_set_with_a_reason(run: Run, published: None, session: Session) -> None:
    run(*OPEN, "--jp", "3", "--dasar-jp", "Kurikulum 2026", "--jenis-diklat", "16")
    assert [(each["jp"], each["jenis_diklat"]) for each in read(run("period", "list", "--json"))] == [(3, 16)]

    change = ("period", "jp", "uji-2026", "--jp", "4", "--dasar-jp", "Kurikulum 2026", "--alasan", "Keliru")
    assert read(run(*change, "--json"))["changed"] is True
    assert "Tidak ada yang berubah" in run(*change).stdout
    assert "Sebutkan dasar JP" in run("period", "jp", "uji-2026", "--jp", "4", "--alasan", "-", code=1).stderr
    assert "1 sampai 99, bukan 100" in run(*change[:4], "100", *change[5:], code=1).stderr
    assert "Nomor jenis diklat 1" in run(*change, "--jenis-diklat", "1", code=1).stderr


def test_sweeping_moves_people_whose_day_has_come(run: Run, session: Session, clock: Clock) -> None:
    clock.now = NOW
    exam, other = make_exam(session), make_opd(session)
    moving = Wish(intent=Intent.MOVE, day=NOW.date() + timedelta(days=1), opd_id=other.id, reason="Mutasi")
    change_place(session, Act(None, NOW, exam.instansi_id), asn_id=exam.asn_id, wish=moving)
    counted = select(Enrolment.current_opd_id)
    session.commit()

    run("period", "sweep")
    assert session.scalar(counted) == exam.opd_id
    session.rollback()
    clock.forward(days=1)
    run("period", "sweep")
    assert session.scalar(counted) == other.id

"""A week of an election, walked by everybody from an empty production instance: no page is skipped, nothing is seeded.

The clock of the server goes through the week; the browsers are real. `NETRAL_WEEK_PEOPLE` makes the file smaller, and
`PICTURES` keeps a picture of each page that somebody reaches.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import answer_everything, choose, hand_in, press, read_a_module, read_qr
from tests.browser.learners import Learner
from tests.browser.week import ZONE, Person, Week, empty_instance, meets, sent, shown
from tests.databases import chosen_databases
from tests.roster.roster_generator import make_nip
from tests.roster.siasn_files import Pegawai, find_unit, make_crowd, unor_id, write_people, write_ref_unor

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(3600)]

PEOPLE = int(os.environ.get("NETRAL_WEEK_PEOPLE", "20000"))
KODE = "pilkada-2031"
NAMA = "Pilkada 2031"
OUTAGE = timedelta(minutes=12)
PUSKESMAS = find_unit("UPTD Puskesmas Hulu")
KELURAHAN = find_unit("Kelurahan Hulu Satu")
SITI = Pegawai("Siti Aminah", PUSKESMAS, make_nip(1), "Perawat Terampil")
BUDI = Pegawai("Budi Santoso", PUSKESMAS, make_nip(2), "Bidan Terampil")
JOKO = Pegawai("Joko Purnomo", PUSKESMAS, make_nip(3), "Pengadministrasi Perkantoran")
GITA = Pegawai("Gita Savitri", find_unit("Dinas Kesehatan"), make_nip(4), "Analis Sumber Daya Manusia Aparatur")
CITRA = Pegawai("Citra Anggraini", KELURAHAN, make_nip(5), "Lurah")
MADE = Pegawai("Made Wirawan", KELURAHAN, make_nip(10), "Kepala Seksi Pemerintahan")
EKA = Pegawai("Eka Pratama", find_unit("Inspektorat Daerah"), make_nip(6), "Auditor Ahli Muda")
FAJAR = Pegawai("Fajar Nugroho", find_unit("Sekretariat Daerah"), make_nip(7), "Sekretaris Daerah")
LINA = Pegawai("Lina Basri", find_unit("Dinas Sosial"), make_nip(8), "Pranata Komputer Ahli Pertama")
RETIRED = Pegawai("Rudi Hartono", find_unit("Dinas Sosial"), make_nip(9), "Pelaksana", kedudukan="Pensiun")
NAMED = (SITI, BUDI, JOKO, GITA, CITRA, MADE, EKA, FAJAR, LINA, RETIRED)


@pytest.fixture(scope="session")
def people_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("siasn") / "data-utama.xlsx"
    path.write_bytes(write_people([*NAMED, *make_crowd(PEOPLE - len(NAMED))]))
    return path


@pytest.fixture(params=chosen_databases())
def nothing_yet(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a database in which not even a table is."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'netral.sqlite3'}"
        return
    factory = request.getfixturevalue("postgresql_factory")
    name = f"week_{uuid4().hex}"
    factory.execute(f"CREATE DATABASE {name}")
    yield factory.url(name)
    factory.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def told(week: Week, capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Print the times of the steps, also of a week that ends early."""
    try:
        yield
    finally:
        with capsys.disabled():
            sys.stdout.write(f"\n{week.table()}\n")


def test_a_week_from_an_empty_instance_to_the_files_for_siasn(
    nothing_yet: str,
    people_file: Path,
    chromium: Browser,
    compressed_static: None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = "PostgreSQL" if nothing_yet.startswith("postgresql") else "SQLite"
    with empty_instance(name, nothing_yet, tmp_path / "data", chromium) as week, told(week, capsys):
        walk(week, people_file, tmp_path)
        assert week.faults == []


def walk(week: Week, people_file: Path, folder: Path) -> None:
    week.set_clock(monday(week))
    dewi, hana, indra = install(week)
    prepare_the_office(dewi, hana)
    bring_people(dewi, people_file, folder)
    eka = name_the_inspector(hana, indra)
    gita, citra, fajar = name_officers(dewi, folder)
    open_the_period(dewi)

    next_day(week)
    siti, budi = give_codes(gita, citra)
    learn_through_an_outage(siti, dewi)
    finish_with_a_certificate(siti)
    fail(budi)

    next_day(week)
    extend(dewi)
    help_budi(dewi, budi)

    next_day(week)
    let_joko_retire(dewi)
    close(dewi)

    next_day(week)
    see_who_left(dewi)
    export_to_siasn(dewi)
    inspect(eka)
    look_from_above(fajar)
    look_at_ones_own(gita, citra)


def monday(week: Week) -> datetime:
    """Return eight o'clock on the next Monday of the office."""
    today = week.now().astimezone(ZONE).date()
    return datetime.combine(today + timedelta(days=7 - today.weekday()), time(8), ZONE)


def next_day(week: Week) -> None:
    today = week.now().astimezone(ZONE).date()
    week.set_clock(datetime.combine(today + timedelta(days=1), time(8), ZONE))


# Monday: the office.


def install(week: Week) -> tuple[Person, Person, Person]:
    """Go through the README's steps for a production instance, which two people keep."""
    with week.step("key, database, content, instansi, first officers, server"):
        week.flask("key", "make")
        week.flask("db", "upgrade")
        week.flask("content", "publish")
        week.flask("instansi", "create", "contoh", "Kabupaten Contoh", "--zona", "Asia/Makassar")
        dewi = create(week, "dewi", "Dewi Lestari", "bkpsdm")
        hana = create(week, "hana", "Hana Pertiwi", "pengelola")
        indra = create(week, "indra", "Indra Wijaya", "pengelola")
        week.server.start()
    for person, code in (dewi, hana, indra):
        with week.step(f"{person.name} signs in with a code and a second factor"):
            person.opens("/")
            person.sets_password(code)
            person.installs_authenticator()
    return dewi[0], hana[0], indra[0]


def create(week: Week, login: str, nama: str, role: str) -> tuple[Person, str]:
    said = week.flask("user", "create", "--login", login, "--nama", nama, "--role", role)
    return meets(week, nama, login), said.split(": ")[-1].strip()


def prepare_the_office(dewi: Person, hana: Person) -> None:
    with dewi.week.step("the instansi gets its contact, its officer and its number of SIASN"):
        dewi.turns_to("Instansi")
        dewi.types("Nama unit yang dapat dihubungi", "Bidang Pembinaan, BKPSDM Kabupaten Contoh")
        dewi.types("Telepon atau WhatsApp", "0811 1111 1111")
        dewi.types("Nama pejabat penerbit", "Drs. Anwar Hidayat, M.Si.")
        dewi.types("Jabatan pejabat penerbit", "Kepala BKPSDM Kabupaten Contoh")
        dewi.types("ID instansi di SIASN", unor_id("Kabupaten Contoh"))
        dewi.presses("Simpan pengaturan")
    with dewi.week.step("the pengelola looks at the installation"):
        hana.turns_to("Pengelola")
        hana.reads("Kabupaten Contoh")


def bring_people(dewi: Person, people_file: Path, folder: Path) -> None:
    week = dewi.week
    with week.step("the tree of units (ref-unor)"):
        tree = folder / "ref-unor.xlsx"
        tree.write_bytes(write_ref_unor())
        assert "OPD ditambahkan" in week.flask("opd", "import", str(tree))
    with week.step(f"upload of {PEOPLE:,} people in 67 columns, up to the preview"):
        dewi.turns_to("Pegawai")
        dewi.follows("Impor data pegawai")
        dewi.sends_file("Berkas data pegawai", people_file)
        dewi.presses("Unggah dan periksa")
        expect(dewi.page.locator("h1")).to_have_text("Pratinjau: data-utama.xlsx", timeout=300_000)
        dewi.looks()
        dewi.reads("Baru")
    with week.step("the preview is applied"):
        dewi.presses("Lanjut")
        dewi.presses("Terapkan")
        expect(dewi.page.locator("h1")).to_have_text("Data pegawai diperbarui", timeout=300_000)
        dewi.looks()
        dewi.reads(re.compile("ditambahkan$"))


def name_the_inspector(hana: Person, indra: Person) -> Person:
    """Let one pengelola propose, and the other confirm and hand over the code; BKPSDM has no part in it."""
    with hana.week.step("two persons name the inspector"):
        hana.turns_to("Pengelola")
        hana.follows("Petugas pengawasan")
        hana.searches(EKA.nama, field="Nama, NIP, atau nama masuk", button="Cari")
        hana.follows(re.compile(f"Usulkan {EKA.nama}", re.IGNORECASE))
        hana.ticks("Penunjukan sebagai Inspektorat")
        hana.types("Alasan", "Surat tugas Inspektur Daerah nomor 12.")
        hana.proves()
        hana.presses("Kirim usulan")
        indra.turns_to("Usulan")
        indra.follows(re.compile(EKA.nama, re.IGNORECASE))
        indra.proves()
        indra.presses("Setujui")
        (code,) = codes(indra)
    eka = meets(hana.week, EKA.nama, EKA.nip)
    with hana.week.step("the inspector signs in with a code and a second factor"):
        eka.sets_password(code)
        eka.installs_authenticator()
    return eka


def codes(person: Person) -> list[str]:
    return person.page.locator(".slip-code").all_inner_texts()


def code_of(person: Person, nama: str) -> str:
    slip = person.page.locator(".slip").filter(has_text=re.compile(nama, re.IGNORECASE))
    return slip.locator(".slip-code").inner_text()


def name_officers(dewi: Person, folder: Path) -> tuple[Person, Person, Person]:
    """Name a lurah and a sekda by page, and operators by a list."""
    with dewi.week.step("the operator of a kelurahan and the pimpinan are named by page"):
        name_by_page(dewi, CITRA, "Operator OPD", re.compile(f"{KELURAHAN.nama}$"))
        name_by_page(dewi, FAJAR, "Pimpinan")
    with dewi.week.step("operators are named by a list"):
        dewi.turns_to("Petugas")
        dewi.follows("Tunjuk operator dari daftar")
        dewi.sends_file("Daftar operator", write_list(dewi, folder / "operator.xlsx"))
        dewi.presses("Unggah dan periksa")
        dewi.proves()
        dewi.presses("Tunjuk 2 operator")
    with dewi.week.step("three officers get a code each and sign in"):
        officers = []
        for pegawai, size in ((GITA, DESKTOP), (CITRA, PHONE), (FAJAR, DESKTOP)):
            officer = meets(dewi.week, pegawai.nama, pegawai.nip, size)
            officer.sets_password(make_code(dewi, pegawai))
            officers.append(officer)
    return officers[0], officers[1], officers[2]


def name_by_page(dewi: Person, pegawai: Pegawai, role: str, unit: re.Pattern[str] | None = None) -> None:
    dewi.turns_to("Petugas")
    dewi.follows("Tunjuk petugas")
    dewi.searches(pegawai.nama, field="Nama, NIP, atau nama masuk", button="Cari")
    dewi.follows(re.compile("^Tunjuk "))
    dewi.ticks(role)
    if unit:
        options = dewi.page.get_by_label("OPD yang dipegang operator").locator("option")
        (value,) = [each.get_attribute("value") for each in options.all() if unit.search(each.inner_text())]
        dewi.page.get_by_label("OPD yang dipegang operator").select_option(value)
    dewi.proves()
    dewi.presses("Tunjuk")
    dewi.reads(f"sekarang {role}")


def write_list(dewi: Person, path: Path) -> Path:
    """Write the operators with the kode that the page of officers shows for each OPD."""
    dewi.turns_to("Petugas")
    dewi.unfolds("Kode setiap OPD")
    lines = dewi.page.locator("details[open] li").all_inner_texts()
    kode = {nama: kode for kode, _, nama in (line.partition(": ") for line in lines)}
    dewi.follows("Tunjuk operator dari daftar")
    book = Workbook()
    assert book.active
    for row in (("NIP", "KODE OPD"), *((each.nip, kode[each.unor.nama]) for each in (GITA, LINA))):
        book.active.append(row)
    book.save(path)
    return path


def make_code(officer: Person, pegawai: Pegawai) -> str:
    officer.turns_to("Pegawai")
    officer.searches(pegawai.nama, field="Nama, NIP, atau nama masuk", button="Tampilkan")
    officer.follows(re.compile("^Buat kode"))
    officer.proves()
    officer.presses("Buat kode")
    return code_of(officer, pegawai.nama)


def open_the_period(dewi: Person) -> None:
    """Open it for tomorrow with a tenggat that is a month late, and correct that with the keyboard only."""
    now = dewi.week.now()
    wrong, right, last = now + timedelta(days=33), now + timedelta(days=3), now + timedelta(days=40)
    with dewi.week.step("a period is opened with a wrong date"):
        dewi.turns_to("Periode")
        dewi.follows("Buka periode")
        dewi.types("Nama", NAMA)
        dewi.types("Kode", KODE)
        dewi.types("Mulai", sent(now + timedelta(days=1)))
        dewi.types("Tenggat", sent(wrong))
        dewi.types("Tutup", sent(last))
        dewi.types("Kesempatan ujian", "1")
        dewi.types("Batas waktu ujian (menit)", "60")
        dewi.types("JP (jam pelajaran)", "4")
        dewi.types("Dasar JP", "Keputusan Kepala BKPSDM Nomor 12 Tahun 2031")
        dewi.page.get_by_label("Jenis diklat").select_option("7")
        dewi.presses("Lanjut")
        dewi.presses("Buka periode")
        dewi.follows(NAMA)
    with dewi.week.step("the date is corrected with the keyboard"):
        dewi.enters("link", "Koreksi periode")
        dewi.types_day("Tenggat", right)
        dewi.types_over("Alasan", "Tenggat salah ketik: seharusnya pekan ini.")
        dewi.enters("button", "Lanjut")
        dewi.enters("button", "Koreksi periode")
        dewi.arrives_at(NAMA)
        dewi.reads(shown(right))


# Tuesday: learning.


def give_codes(gita: Person, citra: Person) -> tuple[Person, Person]:
    """Let the operators print the codes of their own people."""
    week = gita.week
    with week.step("the operator of Dinas Kesehatan prints the codes of a puskesmas"):
        gita.signs_in()
        gita.turns_to("Pegawai")
        gita.unfolds("Cetak kode untuk satu OPD")
        select = gita.page.get_by_label("Unit kerja yang dicetak")
        select.select_option(label=f"– {PUSKESMAS.nama}")
        gita.presses("Cetak kode OPD")
        gita.proves()
        gita.presses("Buat kode")
        found = {each.nama: code_of(gita, each.nama) for each in (SITI, BUDI)}
    with week.step("the lurah prints the codes of a kelurahan on a phone"):
        citra.signs_in()
        citra.turns_to("Pegawai")
        citra.unfolds("Cetak kode untuk satu OPD")
        citra.presses("Cetak kode OPD")
        citra.proves()
        citra.presses("Buat kode")
        citra.reads(re.compile(MADE.nama, re.IGNORECASE))
    learners = []
    for pegawai in (SITI, BUDI):
        with week.step(f"{pegawai.nama} makes a password on a phone"):
            learner = meets(week, pegawai.nama, pegawai.nip, PHONE)
            learner.opens("/")
            learner.sets_password(found[pegawai.nama])
            week.server.logins[pegawai.nama] = pegawai.nip
        learners.append(learner)
    return learners[0], learners[1]


def read_all(learner: Person) -> None:
    learner.turns_to("Tugas saya")
    while not learner.page.get_by_role("link", name="Buka ujian", exact=True).count():
        read_a_module(learner.page)
        learner.looks()


def begin(learner: Person) -> None:
    learner.follows("Buka ujian")
    box = learner.page.get_by_label("Saya sudah membaca pemberitahuan ini")
    if box.count():
        box.check()
    learner.presses("Mulai ujian")
    expect(learner.page.locator("[data-question]:visible").first).to_be_visible()


def learn_through_an_outage(siti: Person, dewi: Person) -> None:
    """Stop everything while Siti answers, and check that the minutes come back by themselves."""
    week = siti.week
    with week.step("Siti reads all modules on a phone"):
        read_all(siti)
    with week.step("Siti begins the exam"):
        begin(siti)
        right = Learner(week.server, SITI.nama, KODE).right_answers()
        choose(siti.page, 1, right[1])
        expect(siti.page.locator("[data-status]").first).to_contain_text("Tersimpan pukul")
        before = minutes_left(siti)
    with week.step("twelve minutes without server and worker"):
        week.away = True
        week.server.kill()
        week.set_clock(week.now() + OUTAGE)
        week.server.start()
        week.away = False
    with week.step("the outage is given back"):
        dewi.signs_in()
        dewi.turns_to("Periode")
        dewi.follows(NAMA)
        dewi.follows("Gangguan layanan")
        reload_until(dewi, lambda: dewi.page.get_by_role("table").count() > 0)
        dewi.page.get_by_role("table").get_by_role("link").first.click()
        dewi.arrives_at(re.compile("^Gangguan "))
        siti.page.reload()
        siti.looks()
        assert minutes_left(siti) >= before - 5, (before, minutes_left(siti))


def minutes_left(learner: Person) -> int:
    return int(learner.page.locator("[data-remaining]").first.inner_text().split()[0])


def reload_until(person: Person, done: Callable[[], bool]) -> None:
    """Load the page again, as a person would, until the worker has done its part: at most two minutes."""
    for _ in range(60):
        if done():
            person.looks()
            return
        person.page.wait_for_timeout(2_000)
        person.page.reload()
    raise AssertionError(f"{person.page.url} stays as it is")


def finish_with_a_certificate(siti: Person) -> None:
    """Answer the rest, sign with the keyboard only, and let a stranger check the printed code."""
    week = siti.week
    with week.step("Siti answers everything and passes"):
        answer_everything(siti.page, Learner(week.server, SITI.nama, KODE).right_answers())
        siti.looks()
        hand_in(siti.page)
        siti.arrives_at("Anda lulus ujian")
    with week.step("Siti signs the ikrar with the keyboard"):
        siti.follows("Lanjut ke ikrar")
        for box in siti.page.locator('input[name="butir"]').all():
            siti.reaches(box)
            siti.page.keyboard.press("Space")
        siti.enters("button", "Tandatangani ikrar")
    with week.step("the certificate is checked by a stranger"):
        siti.follows("Lihat sertifikat")
        check_by_a_stranger(week, siti.downloads(siti.clicks_link("Unduh PDF")), SITI)


def check_by_a_stranger(week: Week, pdf: bytes, holder: Pegawai) -> None:
    stranger = meets(week, f"A stranger after {holder.nama}", "", PHONE)
    stranger.opens(read_qr(pdf))
    stranger.arrives_at("Sah dan berlaku")
    stranger.reads(re.compile(holder.nama, re.IGNORECASE))


def fail(budi: Person) -> None:
    with budi.week.step("Budi reads, answers half of the questions and fails"):
        read_all(budi)
        begin(budi)
        right = Learner(budi.week.server, BUDI.nama, KODE).right_answers()
        for slot in range(1, 11):
            choose(budi.page, slot, right[slot])
            press(budi.page, "Simpan dan lanjutkan")
        budi.opens(f"/ujian/tinjau?periode={KODE}")
        hand_in(budi.page)
        budi.arrives_at("Anda belum mencapai batas kelulusan")
        budi.reads("Kesempatan Anda habis.")


# Wednesday: more time and another attempt.


def extend(dewi: Person) -> None:
    with dewi.week.step("the tenggat is extended"):
        dewi.signs_in()
        dewi.turns_to("Periode")
        dewi.follows(NAMA)
        dewi.follows("Perpanjang")
        later = dewi.week.now() + timedelta(days=7)
        dewi.types("Tenggat", sent(later))
        dewi.types("Alasan", "Pemadaman listrik dua hari di tiga kecamatan.")
        dewi.presses("Lanjut")
        dewi.presses("Perpanjang")
        dewi.arrives_at(NAMA)
        dewi.reads(shown(later))


def help_budi(dewi: Person, budi: Person) -> None:
    week = dewi.week
    with week.step("Budi gets another attempt and half as much time again"):
        dewi.turns_to("Periode")
        dewi.follows(NAMA)
        dewi.follows("Peserta")
        dewi.searches(BUDI.nama, field="Nama atau NIP", button="Tampilkan")
        dewi.follows(re.compile(BUDI.nama, re.IGNORECASE))
        dewi.sends(
            "Beri kesempatan tambahan",
            kesempatan="1",
            alasan_kesempatan="Ujian pertamanya terkumpul setengah jadi sesudah ponselnya rusak.",
        )
        dewi.sends("Simpan tambahan waktu", persen="50")
        dewi.reads("2 kali, sudah dipakai 1")
    with week.step("Budi reads again, passes and signs"):
        budi.signs_in()
        reread(budi)
        budi.turns_to("Tugas saya")
        begin(budi)
        assert minutes_left(budi) >= 85
        answer_everything(budi.page, Learner(week.server, BUDI.nama, KODE).right_answers())
        hand_in(budi.page)
        budi.arrives_at("Anda lulus ujian")
        budi.follows("Lanjut ke ikrar")
        for box in budi.page.locator('input[name="butir"]').all():
            box.check(force=True)
        budi.presses("Tandatangani ikrar")
        budi.follows("Lihat sertifikat")
        check_by_a_stranger(week, budi.downloads(budi.clicks_link("Unduh PDF")), BUDI)


def reread(learner: Person) -> None:
    """Read again the pages about what was missed, which stand between a failure and the next attempt."""
    onward = learner.page.get_by_role("link", name=re.compile("^Baca lagi: "))
    learner.opens(f"/ujian?periode={KODE}")
    while onward.count():
        learner.follows(re.compile("^Baca lagi: "))
        learner.page.locator("button:visible", has_text="Sudah saya baca lagi").click()
        learner.looks()
        learner.opens(f"/ujian?periode={KODE}")


# Thursday: somebody leaves, and the period ends.


def let_joko_retire(dewi: Person) -> None:
    with dewi.week.step("Joko retires from tomorrow on"):
        dewi.signs_in()
        dewi.turns_to("Pegawai")
        dewi.searches(JOKO.nama, field="Nama, NIP, atau nama masuk", button="Tampilkan")
        dewi.follows(re.compile(f"^{JOKO.nama}", re.IGNORECASE))
        dewi.follows("Catat berhenti")
        dewi.chooses("Sebab", "Pensiun")
        dewi.types("Mulai tanggal", sent(dewi.week.now() + timedelta(days=1)))
        dewi.types("Nomor SK atau surat", "882/14/BKPSDM/2026")
        dewi.types("Alasan", "Batas usia pensiun.")
        dewi.presses("Periksa akibatnya")
        dewi.presses("Catat berhenti")
        assert is_listed(dewi, JOKO)


def is_listed(dewi: Person, pegawai: Pegawai) -> bool:
    """Return whether the list of people in service has this person."""
    dewi.turns_to("Pegawai")
    dewi.searches(pegawai.nama, field="Nama, NIP, atau nama masuk", button="Tampilkan")
    found = dewi.page.get_by_role("main").get_by_role("link", name=re.compile(f"^{pegawai.nama}", re.IGNORECASE))
    return found.count() > 0


def close(dewi: Person) -> None:
    with dewi.week.step("the period is closed"):
        dewi.turns_to("Periode")
        dewi.follows(NAMA)
        dewi.follows("Tutup periode")
        dewi.types("Alasan (boleh kosong)", "Semua yang dapat menyelesaikan sudah menyelesaikan.")
        dewi.presses("Tutup periode")
        dewi.turns_to("Periode")
        dewi.follows(NAMA)
        dewi.follows("Laporan akhir")
        dewi.arrives_at(f"Laporan akhir {NAMA}")


# Friday: reports, files, and everybody's last look.


def see_who_left(dewi: Person) -> None:
    week = dewi.week
    with week.step("Joko is not on today's list, but in the report of then"):
        dewi.signs_in()
        reload_until(dewi, lambda: not is_listed(dewi, JOKO))
        dewi.opens("/pegawai/keluar")
        dewi.reads(re.compile(JOKO.nama, re.IGNORECASE))
        dewi.opens(f"/periode/{KODE}/laporan-akhir")
        frozen = dewi.downloads(dewi.clicks_link("Unduh Excel"))
        assert count_required(frozen) == PEOPLE - 1


def count_required(workbook: bytes) -> int:
    """Return the number of people who had to take part, in the last row of a frozen report."""
    sheet = load_workbook(BytesIO(workbook), read_only=True).worksheets[0]
    rows = [row for row in sheet.iter_rows(values_only=True) if any(isinstance(value, int) for value in row)]
    return max(value for row in rows for value in row if isinstance(value, int))


def export_to_siasn(dewi: Person) -> None:
    with dewi.week.step("the files for SIASN are made"):
        dewi.turns_to("Sertifikat terbit")
        dewi.follows("Berkas SIASN dan Moodle")
        dewi.reads("2 sertifikat siap")
        dewi.presses("Buat bagian baru")
        expect(dewi.page.get_by_role("link", name="Buka hasilnya")).to_be_visible(timeout=120_000)
        dewi.follows("Buka hasilnya")
        dewi.reads("Siap diunduh")
        book = load_workbook(BytesIO(dewi.downloads(dewi.clicks_link(re.compile("^Excel")))))
        numbers = {cell.value for row in book["Data"].iter_rows() for cell in row}
        assert {SITI.nip, BUDI.nip} <= numbers
        with ZipFile(BytesIO(dewi.downloads(dewi.clicks_link(re.compile("^PDF"))))) as papers:
            assert sorted(name[:18] for name in papers.namelist()) == [SITI.nip, BUDI.nip]
    with dewi.week.step("they are marked as sent"):
        dewi.follows(re.compile("^Tandai sudah dikirim"))
        dewi.presses("Tandai sudah dikirim")
        dewi.reads("Sudah dikirim")


def inspect(eka: Person) -> None:
    with eka.week.step("the inspector reads signs, a sample and the audit trail"):
        eka.signs_in()
        eka.turns_to("Pengawasan")
        eka.follows("Tanda bahwa orang lain mungkin membantu menyelesaikan")
        eka.follows("Pengawasan")
        eka.page.get_by_role("button", name=re.compile("^Ambil sampel acak")).click()
        eka.looks()
        eka.turns_to("Audit")
        eka.reads(re.compile("Rantai catatan utuh"))


def look_from_above(fajar: Person) -> None:
    with fajar.week.step("the pimpinan reads the summary"):
        fajar.signs_in()
        fajar.turns_to("Ringkasan")
        fajar.reads(re.compile("Ringkasan netralitas ASN"))


def look_at_ones_own(gita: Person, citra: Person) -> None:
    with gita.week.step("two operators see their own units and no other"):
        for operator, own, foreign in (
            (gita, "dinas-kesehatan", "dinas-sosial"),
            (citra, "kelurahan-hulu-satu", "kecamatan-hulu"),
        ):
            operator.signs_in()
            operator.turns_to("Dasbor")
            operator.does_not_read("Dinas Sosial")
            operator.opens(f"/opd/{own}")
            answer = operator.page.request.get(f"/opd/{foreign}")
            assert answer.status == 404

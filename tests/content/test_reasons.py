"""Questions of verdict and reason, and the lists of reasons that they share."""

from pathlib import Path

import pytest

from netral.content.edition import FrozenEdition, FrozenQuestion, freeze
from netral.content.reasons import VERDICT_WORDS
from netral.quiz.kinds import from_json
from netral.quiz.kinds.putusan import Proviso, VerdictQuestion
from netral.quiz.questions import Verdict
from tests.content.make import (
    BANK,
    HEAD,
    MODULE,
    PAGES,
    changed,
    codes,
    errors,
    line_of,
    read,
    write_content,
)

LIST = """\
## Alasan [reaksi]

- dukungan: Reaksinya terbaca orang lain
  > Yang dinilai adalah yang terlihat.
- simbol: Simbolnya milik peserta
  > Yang dinilai adalah simbolnya.
- penyelenggara: Isinya keterangan penyelenggara
  > Yang dinilai adalah isi dan pemilik akunnya.
- bilik: Perbuatannya di bilik suara
  > Yang dinilai adalah tempatnya.
- cuti: Yang menentukan status cutinya
  > Yang dinilai adalah keputusan cuti.
"""
BOOTH = "- bilik: Perbuatannya di bilik suara\n  > Yang dinilai adalah tempatnya.\n"
FEEDBACK = """
> boleh: Umpan boleh.
> tidak: Umpan tidak.
> tergantung: Umpan tergantung.
"""
KEYS = [
    ("tidak", "dukungan"), ("tidak", "dukungan"), ("tidak", "simbol"), ("boleh", "penyelenggara"), ("boleh", "bilik"),
    ("boleh", "bilik"), ("tergantung", "cuti"),
]  # fmt: skip


def question(number: int, verdict: str, reason: str, page: str = "") -> str:
    provisos = "\n- jika cutinya disetujui => BOLEH\n- jika ia bertugas => TIDAK\n"
    return (
        f"### [nilai-{number:02}] Situasi ke-{number}.\n\njenis: putusan\nindikator: kampanye\n"
        f"dasar: UU-9-2023 ps.9-2\ntahapan: kampanye\nputusan: {verdict}\nalasan: reaksi {reason}\n{page}"
        f"{provisos if verdict == 'tergantung' else ''}{FEEDBACK}"
    )


QUESTIONS = "\n".join(question(number, *key) for number, key in enumerate(KEYS, 1))
VERDICTS = f"{HEAD.replace('id: contoh', 'id: putusan')}\n{LIST}\n## Soal\n\n{QUESTIONS}"


def write(directory: Path, verdicts: str = VERDICTS) -> Path:
    (write_content(directory) / "bank" / "putusan.md").write_text(verdicts)
    return directory


def freeze_with(directory: Path, verdicts: str = VERDICTS) -> FrozenEdition:
    return freeze(read(write(directory, verdicts)))


def first_of(frozen: FrozenEdition) -> FrozenQuestion:
    return next(each for each in frozen.questions if each.id == "nilai-01")


def test_a_question_copies_the_reasons_of_its_list(tmp_path: Path) -> None:
    built = {each.id: each.question for each in freeze_with(tmp_path).questions}
    first, last = built["nilai-01"], built["nilai-07"]

    assert isinstance(first, VerdictQuestion)
    assert (first.verdict, first.reason, first.list_name) == (Verdict.TIDAK, "dukungan", "reaksi")
    assert [reason.id for reason in first.reasons] == ["dukungan", "simbol", "penyelenggara", "bilik", "cuti"]
    assert (first.reasons[1].text, first.reasons[1].feedback) == (
        "Simbolnya milik peserta",
        "Yang dinilai adalah simbolnya.",
    )
    assert [(each.verdict, each.feedback) for each in first.judgements] == [
        ("boleh", "Umpan boleh."),
        ("tidak", "Umpan tidak."),
        ("tergantung", "Umpan tergantung."),
    ]
    assert isinstance(last, VerdictQuestion)
    assert last.provisos == (Proviso("jika cutinya disetujui", True), Proviso("jika ia bertugas", False))  # noqa: FBT003  as it is stored
    assert from_json(first.to_json()) == first


WORD_PROCESSOR = [
    ("## Alasan [reaksi]", r"##**ALASAN** \[ Reaksi \]"),
    ("\n- dukungan:", "\n• Dukungan :"),
    ("\n  > Yang dinilai adalah yang", "\n› Yang dinilai adalah yang"),
    ("\n- bilik:", "\n– **bilik:** "),
]


def test_a_list_that_a_word_processor_changed_is_read_the_same(tmp_path: Path) -> None:
    spoiled = VERDICTS
    for old, new in WORD_PROCESSOR:
        spoiled = changed(spoiled, old, new)

    assert freeze_with(tmp_path / "b", spoiled).hash == freeze_with(tmp_path / "a").hash


@pytest.mark.parametrize(
    ("old", "new", "new_statistics"),
    [
        ("> boleh: Umpan boleh.", "> boleh: Belum.", False),
        ("> Yang dinilai adalah simbolnya.", "> Lihat simbolnya.", False),
        ("Simbolnya milik peserta", "Simbol itu milik peserta", True),
        ("alasan: reaksi dukungan", "alasan: reaksi simbol", True),
        ("- bilik: ", "- tps: Di dekat tempat suara\n  > Tempatnya.\n- bilik: ", True),
    ],
)
def test_statistics_begin_anew_when_verdict_reason_or_list_change(
    tmp_path: Path, old: str, new: str, *, new_statistics: bool
) -> None:
    text = changed(VERDICTS, old, new)
    before, after = first_of(freeze_with(tmp_path / "a")), first_of(freeze_with(tmp_path / "b", text))

    assert after.content_hash != before.content_hash
    assert (after.key_hash != before.key_hash) is new_statistics


CASES: dict[str, tuple[str, str, str, str]] = {
    "no reason named": ("alasan: reaksi dukungan\n", "", "S20", "### [nilai-01]"),
    "half a reason": ("alasan: reaksi dukungan", "alasan: dukungan", "S20", "alasan: dukungan"),
    "unknown list": ("alasan: reaksi dukungan", "alasan: reaks dukungan", "A08", "alasan: reaks dukungan"),
    "unknown reason": ("alasan: reaksi dukungan", "alasan: reaksi dukung", "A08", "alasan: reaksi dukung\n"),
    "no feedback for a verdict": ("> tergantung: Umpan tergantung.\n", "", "S08", "### [nilai-01]"),
    "knowledge is no verdict": ("putusan: tidak", "putusan: pengetahuan", "F04", "putusan: pengetahuan"),
    "boxes": ("> boleh: Umpan", "- [x] Boleh\n\n> boleh: Umpan", "S17", "- [x] Boleh"),
    "answer of another kind": ("putusan: tidak", "putusan: tidak\njawaban: benar", "S03", "jawaban: benar"),
    "one proviso": ("- jika ia bertugas => TIDAK\n", "", "S10", "putusan: tergantung"),
    "proviso without a verdict": ("bertugas => TIDAK", "bertugas", "S10", "- jika ia bertugas"),
    "provisos of a plain verdict": ("putusan: tergantung", "putusan: tidak", "S10", "- jika cutinya"),
    "feedback of a proviso": ("=> TIDAK\n", "=> TIDAK\n  > Umpan.\n", "S10", "  > Umpan."),
    "list without a name": ("## Alasan [reaksi]", "## Alasan [Reaksi Warga]", "A01", "## Alasan"),
    "list written twice": ("## Soal", "## Alasan [reaksi]\n\n## Soal", "A01", "## Alasan [reaksi]\n\n## Soal"),
    "no list below": ("- dukungan:", "Catatan penulis.\n\n- dukungan:", "A02", "Catatan penulis"),
    "odd key": ("- dukungan:", "- dukungan_warga:", "A02", "- dukungan_warga"),
    "key written twice": ("- simbol:", "- dukungan:", "A02", "- dukungan: Simbol"),
    "verdict in a reason": ("Simbolnya milik", "Pelanggaran simbol milik", "A03", "- simbol"),
    "permission in a reason": ("Simbolnya milik", "Diperbolehkan bagi", "A03", "- simbol"),
    "same reason": ("Simbolnya milik peserta", "Reaksinya terbaca  orang lain", "S15", "- simbol"),
    "reason without feedback": ("  > Yang dinilai adalah simbolnya.\n", "", "S08", "- simbol"),
    "four reasons": (BOOTH, "", "A04", "## Alasan"),
    "key too often": ("alasan: reaksi simbol", "alasan: reaksi dukungan", "A07", "- dukungan"),
    "one reason of the forbidden": ("alasan: reaksi simbol", "alasan: reaksi dukungan", "A06", "## Alasan"),
    "unused list": ("## Soal", LIST.replace("reaksi", "foto") + "\n## Soal", "A05", "## Alasan [foto]"),
    "HTML in a reason": ("Simbolnya milik", "<b>Simbolnya</b> milik", "H01", "- simbol"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "where"), CASES.values(), ids=CASES.keys())
def test_a_fault_is_named_on_its_line(tmp_path: Path, old: str, new: str, code: str, where: str) -> None:
    text = changed(VERDICTS, old, new)

    found = [(each.code, each.line) for each in errors(read(write(tmp_path, text))) if each.path == "bank/putusan.md"]

    assert (code, line_of(text, where)) in found


@pytest.mark.parametrize(
    "text",
    [
        "Tidak boleh dipakai",
        "Dilarang edaran",
        "Bergantung pada cuti",
        "Terkena larangan itu",
        "Ia melanggar",
        "Ada sanksi",
    ],
)
def test_a_reason_says_no_verdict(text: str) -> None:
    assert VERDICT_WORDS.search(text)


@pytest.mark.parametrize("text", ["Ia memperoleh undangan", "Dibagikan oleh tim", "Atributnya tidak terlihat"])
def test_a_fact_is_no_verdict(text: str) -> None:
    assert not VERDICT_WORDS.search(text)


def test_a_list_serves_six_questions_of_the_bank(tmp_path: Path) -> None:
    five = VERDICTS[: VERDICTS.index("### [nilai-06]")]

    assert "A05" in codes(read(write(tmp_path, five)))


def test_practice_needs_neither_many_questions_nor_many_reasons(tmp_path: Path) -> None:
    short = LIST[: LIST.index("- penyelenggara")]
    practice_of_it = question(1, "tidak", "simbol", page="halaman: 1\n")
    text = f"{HEAD}{PAGES}\n{short}\n## Soal\n\n{practice_of_it}"

    library = read(write_content(tmp_path, module=text, bank=BANK))

    assert codes(library) == []
    (practice,) = library.practice_questions
    assert isinstance(practice.question, VerdictQuestion)
    assert [page.title for page in library.modules[0].pages] == ["Halaman satu", "Halaman dua"]
    assert library.modules[0].pages == read(write_content(tmp_path / "b", module=MODULE)).modules[0].pages

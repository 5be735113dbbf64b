"""Feeds are read from `linimasa/`, mistakes in them are named, and the shipped ones come in pairs."""

from pathlib import Path

import pytest

from netral.content.checks.legs import taught_rules
from netral.content.edition import freeze
from netral.quiz.feeds import Deed, Worth
from tests.content.make import HEAD, QUESTION, bank_of, changed, codes, errors, line_of, read, write_content
from tests.shipped import read_shipped

FEED = """\
### [pagi] Pagi hari

jenis: lini-masa

Anda PNS. Masa kampanye sedang berjalan.

#### KPU Contoh (akun resmi, 1 jam)

pasangan: poster
gambar: Poster tanpa nomor.
angka: 12 suka
Catatan: datang ke TPS.
#damai

- suka => BAIK
  > Keterangan bagi semua orang.
- bagikan ke "grup RT" => AMAN
  > Tetangga terbantu.
- abaikan => AMAN
  > Boleh.

#### Deni

pasangan: poster
Pilih nomor 2.

- suka => PELANGGARAN | UU-9-2023 ps.9-2
  > Orang bertanya kepada Anda [@UU-9-2023 ps.9-2].
- simpan-bukti => BAIK
  > Bukti membantu.
"""
FILE = f"{HEAD}\n## Soal\n\n{FEED}"


def write_feed(directory: Path, text: str = FILE) -> Path:
    write_content(directory)
    (directory / "linimasa").mkdir()
    (directory / "linimasa" / "contoh.md").write_text(text, encoding="utf-8")
    return directory


def test_a_feed_is_read_with_its_posts(tmp_path: Path) -> None:
    library = read(write_feed(tmp_path))
    (feed,) = library.feeds
    kpu, deni = feed.posts

    assert errors(library) == []
    assert (feed.id, feed.title, "Masa kampanye" in feed.scene) == ("pagi", "Pagi hari", True)
    assert (kpu.account, kpu.note, kpu.counts) == ("KPU Contoh", "akun resmi, 1 jam", "12 suka")
    assert "Catatan: datang ke TPS.\n#damai" in kpu.text
    assert [choice.text for choice in kpu.choices] == ["Suka", 'Bagikan ke "grup RT"', "Lewati saja"]
    assert (kpu.is_harmless, deni.is_signal, deni.note) == (True, True, "")
    assert [(each.deed, each.worth, list(map(str, each.rules))) for each in deni.choices] == [
        (Deed.SUKA, Worth.PELANGGARAN, ["UU-9-2023 ps.9-2"]),
        (Deed.SIMPAN_BUKTI, Worth.BAIK, []),
    ]
    assert '<cite class="dasar">(UU 9/2023 Pasal 9 ayat (2))</cite>' in deni.choices[0].story


def test_the_spelling_of_a_word_processor_is_forgiven(tmp_path: Path) -> None:
    text = changed(FILE, "- suka => PELANGGARAN | UU-9-2023", "• Suka → pelanggaran | UU-9-2023")
    text = changed(text, "- simpan-bukti =>", "– Simpan bukti ==>").replace("  > ", "&gt; ").replace("\n", "\r\n")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    library = read(write_feed(tmp_path / "b", text))

    assert errors(library) == []
    assert library.feeds == read(write_feed(tmp_path / "a")).feeds


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("### [pagi] Pagi hari\n\njenis: lini-masa", "lepas", "L01", "lepas"),
        ("#### Deni", "##### Deni", "L01", "##### Deni"),
        ("[pagi]", "[Pagi Hari]", "L02", "### ["),
        ("jenis: lini-masa", "jenis: tunggal", "L02", "jenis: tunggal"),
        ("jenis: lini-masa", "jenis: lini-masa\nwaktu: pagi", "L02", "waktu"),
        ("Anda PNS. Masa kampanye sedang berjalan.", "", "L02", "### ["),
        ("Pilih nomor 2.", "", "L03", "#### Deni"),
        ("Pilih nomor 2.", "Pilih nomor 2.\n> cerita", "L03", "> cerita"),
        ("- simpan-bukti => BAIK\n", "- simpan-bukti => BAIK\nlepas\n", "L03", "lepas"),
        ("- simpan-bukti => BAIK", "- teruskan => BAIK", "L04", "- teruskan"),
        ("- simpan-bukti => BAIK", "- simpan-bukti", "L04", "- simpan-bukti"),
        ("  > Bukti membantu.\n", "", "L04", "- simpan-bukti"),
        ("- simpan-bukti => BAIK", "- simpan-bukti => BAGUS", "F04", "- simpan-bukti"),
        ("- simpan-bukti => BAIK", "- ikuti => RISIKO", "L05", "#### Deni"),
        ("- simpan-bukti => BAIK", "- abaikan => PELANGGARAN | UU-9-2023 ps.9-2", "L05", "- abaikan => PELANGGARAN"),
        ('- bagikan ke "grup RT"', "- suka", "L05", "#### KPU"),
        ('- bagikan ke "grup RT" => AMAN', "- ikuti => PELANGGARAN | UU-9-2023 ps.9-2", "L06", "#### KPU"),
        ("pasangan: poster\nPilih", "pasangan: lain\nPilih", "L06", "#### Deni"),
        ("PELANGGARAN | UU-9-2023 ps.9-2", "RISIKO", "L06", "### ["),
        ("PELANGGARAN | UU-9-2023 ps.9-2", "PELANGGARAN", "R04", "- suka => PELANGGARAN"),
        ("PELANGGARAN | UU-9-2023 ps.9-2", "PELANGGARAN | UU-9-2023", "R04", "- suka => PELANGGARAN"),
        ("PELANGGARAN | UU-9-2023 ps.9-2", "PELANGGARAN | UU-9-2023 ps.8", "R03", "- suka => PELANGGARAN"),
        ("PELANGGARAN | UU-9-2023 ps.9-2", "PELANGGARAN | UU-9-2023 ps.9-2-tingkat", "R05", "- suka => PELANGGARAN"),
        ("Pilih nomor 2.", "Pilih Partai Demokrat.", "N01", "Pilih Partai"),
        ("## Soal\n", "", "M06", ""),
    ],
)
def test_a_mistake_is_named_on_its_line(tmp_path: Path, old: str, new: str, code: str, at: str) -> None:
    text = changed(FILE, old, new)
    found = [each for each in errors(read(write_feed(tmp_path, text))) if each.path == "linimasa/contoh.md"]

    assert code in [each.code for each in found]
    assert not at or (code, line_of(text, at)) in [(each.code, each.line) for each in found]


def test_an_id_serves_one_feed(tmp_path: Path) -> None:
    assert codes(read(write_feed(tmp_path, f"{FILE}\n{FEED}"))) == ["L02"]


def test_the_ground_of_a_feed_serves_its_violations(tmp_path: Path) -> None:
    text = changed(FILE, "jenis: lini-masa", "jenis: lini-masa\ndasar: UU-9-2023 ps.9-2")
    library = read(write_feed(tmp_path, changed(text, "PELANGGARAN | UU-9-2023 ps.9-2", "PELANGGARAN")))

    assert errors(library) == []
    assert [str(rule) for rule in library.feeds[0].posts[1].choices[0].rules] == ["UU-9-2023 ps.9-2"]


def test_a_feed_is_no_question(tmp_path: Path) -> None:
    bank = bank_of(changed(QUESTION, "jenis: tunggal", "jenis: lini-masa"))

    assert "L01" in codes(read(write_content(tmp_path, bank=bank)))


def test_an_edition_changes_with_its_feeds(tmp_path: Path) -> None:
    texts = {"a": FILE, "b": FILE, "c": changed(FILE, "Bukti membantu.", "Bukti menolong.")}
    for name in texts:
        (tmp_path / name).mkdir()
    frozen = {name: freeze(read(write_feed(tmp_path / name, text))) for name, text in texts.items()}

    assert frozen["a"].hash == frozen["b"].hash != frozen["c"].hash
    assert [feed.id for feed in frozen["a"].feeds] == ["pagi"]


def test_the_shipped_feeds_come_in_pairs_on_rules_that_modules_teach() -> None:
    library = read_shipped()
    feeds, taught = library.feeds, taught_rules(library.modules)
    posts = [post for feed in feeds for post in feed.posts]
    paired = [(feed.id, post.pair) for feed in feeds for post in feed.posts if post.pair]

    violations = [each for post in posts for each in post.choices if each.worth is Worth.PELANGGARAN]

    assert len(feeds) >= 6
    assert len(posts) >= 40
    assert len(set(paired)) >= 20
    assert len(paired) == 2 * len(set(paired))
    assert [each.story for each in violations if not any(rule in taught for rule in each.rules)] == []
    for feed in feeds:
        assert sum(post.is_signal for post in feed.posts) >= 2
        assert sum(post.is_harmless for post in feed.posts) >= 2
        for name in {post.pair for post in feed.posts if post.pair}:
            first, second = (place for place, post in enumerate(feed.posts) if post.pair == name)
            assert second - first > 1

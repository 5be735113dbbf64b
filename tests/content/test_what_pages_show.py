"""Besides words, pages show objectives, terms with their meaning, call-outs and drawings; and there are cards."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.content.cards import CardKind
from netral.content.contents import Library
from netral.content.edition import freeze
from netral.content.files import SourceFile
from netral.content.findings import Findings
from netral.content.glossary import Glossary, Term
from netral.content.markdown import CitationLabel, Supply, render_page
from netral.content.pictures import MOST_PACKED, PALETTE, read_picture
from netral.settings import ROOT
from tests.content.make import HEAD, MODULE, changed, codes, errors, read, warnings, write_content

DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360">
  <g fill="#54345F"><path d="M0 0h10v10z"/><circle cx="5" cy="5" r="2" fill="none"/></g>
</svg>
"""
TERMS = """\
ASN:
  kepanjangan: aparatur sipil negara
  arti: PNS dan PPPK.
bakal calon: {arti: Belum ditetapkan.}
calon: {arti: Sudah ditetapkan.}
TV: {arti: Televisi., umum: ya}
"""
CARD = f"""{HEAD.replace("indikator: kampanye", "jenis: posisi").replace("id: contoh", "id: pasangan-calon")}
Pengantar.

## Langkah

Ajukan cuti [@UU-9-2023 ps.9-2].

## Tanya siapa

BKPSDM.
"""


def with_files(directory: Path, **files: str) -> Library:
    """Read content with further files; `__` in a name is a slash, `_svg` an ending."""
    paths = {"terms": "istilah.yaml", "drawing": "gambar/pos.svg", "card": "kartu/pasangan.md"}
    extra = {name: files.pop(name) for name in tuple(files) if name in paths}
    write_content(directory, **files)
    for name, text in extra.items():
        path = directory / paths[name]
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read(directory)


def show(text: str, supply: Supply = Supply()) -> str:  # noqa: B008 - it is frozen
    return render_page(text, lambda citation: CitationLabel(str(citation)), supply).html


def acronyms(library: Library) -> list[str]:
    return [finding.message.split('"')[1] for finding in warnings(library) if finding.code == "K02"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("menjelaskan a, b; menolak c; memilih d.", []),
        ("\n  - menjelaskan a\n  - menolak c\n  - memilih d", []),
        ("menjelaskan a; menolak c", ["F12"]),
        ("menjelaskan a; b; c; d; e; f", ["F12"]),
        ("menjelaskan a; Menolak c; memilih d", ["F13"]),
    ],
)
def test_a_module_has_three_to_five_objectives_that_begin_with_a_verb(
    tmp_path: Path, written: str, found: list[str]
) -> None:
    library = read(write_content(tmp_path, module=changed(MODULE, "versi: 3", f"versi: 3\ntujuan: {written}")))

    assert codes(library) == found
    if not found:
        assert library.modules[0].head.objectives[0].startswith("menjelaskan a")
        assert library.modules[0].head.objectives[-1] == "memilih d"


def test_the_first_occurrence_of_a_term_on_a_page_leads_to_its_meaning(tmp_path: Path) -> None:
    page = "### Calon\n\nBakal calon menyapa ASN. ASN diam. [calon](https://a.id) itu `calon` [@UU-9-2023]. Calon."
    library = with_files(tmp_path, terms=TERMS, module=changed(MODULE, "Contoh: Bu Rina", f"{page}\n\nContoh: Bu Rina"))

    first, second = library.modules[0].pages

    assert re.findall('<a class="istilah" href="#([^"]+)"[^>]*>([^<]+)<', second.html) == [
        ("istilah-bakal-calon", "Bakal calon"),
        ("istilah-asn", "ASN"),
        ("istilah-calon", "Calon"),
    ]
    assert (first.terms, [term.name for term in second.terms]) == ((), ["bakal calon", "ASN", "calon"])
    assert [term.name for term in freeze(library).modules[0].terms] == ["ASN", "bakal calon", "calon"]


@given(st.text(st.sampled_from("ASNacbelo kpKP-")), st.lists(st.sampled_from(["ASN", "calon", "bakal calon", "PK"])))
def test_marking_terms_changes_no_word_of_a_page(text: str, names: list[str]) -> None:
    glossary = Glossary(tuple(Term(name=name, meaning="x") for name in dict.fromkeys(names)))

    marked = show(text, Supply(glossary=glossary))

    assert re.sub("</?a[^>]*>", "", marked) == show(text)
    assert len(re.findall("<a ", marked)) <= len(glossary.terms)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ("- ASN\n", "G10"),
        ("ASN: aparatur\n", "G10"),
        ("ASN: {kepanjangan: aparatur sipil negara}\n", "F02"),
        ("ASN: {arti: a, arti_lain: b}\n", "F03"),
        ("bakal calon: {arti: a}\nBakal-calon: {arti: b}\n", "G11"),
    ],
)
def test_a_fault_in_the_glossary_is_found(tmp_path: Path, terms: str, code: str) -> None:
    assert codes(with_files(tmp_path, terms=terms)) == [code]


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("Pegawai ASN menjaga", ["ASN"]),
        ("Aparatur sipil negara (ASN) menjaga, dan ASN menjaga", []),
        ("Aparatur sipil negara (**ASN**) menjaga", []),
        ("ASN (aparatur sipil negara) menjaga", []),
        ("Abdi sipil negara (ASN) menjaga", ["ASN"]),
        ("Badan penyelenggara (KPU) menjaga", []),
        ("Di lembaga KPU orang menjaga", ["KPU"]),
        ('Singkatan "PPK" punya banyak arti; pegawai menjaga', []),
        ("Bab III dan Partai X dan pak A menjaga TV di tabel II-A4 dan [@UU-9-2023]", []),
        ("Menurut UU 9/2023 pegawai menjaga", []),
        ("Perbuatan itu TIDAK boleh, pegawai menjaga", []),
    ],
)
def test_an_acronym_is_spelled_out_where_a_module_uses_it_first(
    tmp_path: Path, sentence: str, named: list[str]
) -> None:
    module = changed(MODULE, "Pegawai menjaga", sentence)

    assert acronyms(with_files(tmp_path, terms=TERMS, module=module)) == named


def test_an_acronym_of_a_practice_question_is_spelled_out_too(tmp_path: Path) -> None:
    library = with_files(tmp_path, terms=TERMS, module=changed(MODULE, "> Benar.", "> Benar bagi ASN."))

    assert acronyms(library) == ["ASN"]


def test_a_block_quote_is_known_by_its_first_bold_words() -> None:
    assert show("> **Intinya:** netral.") == (
        '<blockquote class="intinya">\n<p><strong>Intinya:</strong> netral.</p>\n</blockquote>'
    )
    assert 'class="keliru"' in show("> **Contoh keliru:** ia hadir.\n>\n> Lalu berfoto.")
    assert "class" not in show("> **Bukan** kata kuncinya.")
    together = show("> **Anggapan:** boleh.\n> **Kenyataannya:** tidak.")
    assert together == show("> **Anggapan:** boleh.\n>\n> **Kenyataannya:** tidak.")
    assert 'class="anggapan"' in together
    assert together.count("<p>") == 2


@pytest.mark.parametrize("quote", ["> **Anggapan:** boleh.", "> **Kenyataannya:** tidak."])
def test_a_misconception_is_not_left_undenied(tmp_path: Path, quote: str) -> None:
    library = read(write_content(tmp_path, module=changed(MODULE, "Contoh: Bu Rina", f"{quote}\n\nContoh: Bu Rina")))

    assert codes(library) == ["H05"]


def test_a_drawing_is_a_picture_at_an_address_of_its_own(tmp_path: Path) -> None:
    module = changed(MODULE, "Contoh: Bu Rina", "![Dua kotak](gambar/pos.svg)\n\nContoh: Bu Rina")
    library = with_files(tmp_path / "a", module=module, drawing=DRAWING)

    (picture,) = freeze(library).pictures
    assert codes(library) == []
    assert (
        library.modules[0]
        .pages[1]
        .html.startswith(
            f'<p><img src="/gambar/{picture.hash}.svg" alt="Dua kotak" width="640" height="360" loading="lazy"></p>'
        )
    )

    again = with_files(tmp_path / "b", module=module, drawing=DRAWING.replace("\n", "\r\n"))
    other = with_files(tmp_path / "c", module=module, drawing=DRAWING.replace("10z", "11z"))
    assert freeze(again).hash == freeze(library).hash != freeze(other).hash


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("![](gambar/pos.svg)", "H02"),
        ("Lihat ![Dua kotak](gambar/pos.svg) ini.", "H03"),
        ("![Dua kotak](gambar/hilang.svg)", "H04"),
        ("![Dua kotak](../gambar/pos.svg)", "H04"),
        ("![Dua kotak](https://contoh.id/pos.svg)", "H04"),
    ],
)
def test_a_picture_stands_alone_has_words_and_exists(tmp_path: Path, written: str, code: str) -> None:
    module = changed(MODULE, "Contoh: Bu Rina", f"{written}\n\nContoh: Bu Rina")
    library = with_files(tmp_path, module=module, drawing=DRAWING)

    assert codes(library) == [code]
    if code == "H04":
        assert "<p>Dua kotak</p>" in library.modules[0].pages[1].html


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("</svg>", "", "G01"),
        ("<g", "<script>alert(1)</script><g", "G02"),
        ("<g", "<foreignObject/><g", "G02"),
        ("<g", '<image href="x.png"/><g', "G02"),
        ("<g", "<style>a{}</style><g", "G02"),
        ("<g", '<a href="#a"/><g', "G02"),
        ("<g ", '<g onclick="x" ', "G02"),
        ("<g ", '<g style="fill:url(https://a.id)" ', "G02"),
        ("<g", '<use href="https://a.id/x.svg#a"/><g', "G02"),
        ("<g", '<use href=" java\tscript:x"/><g', "G02"),
        ('fill="none"', 'fill="url(//a.id/x)"', "G02"),
        ('fill="none"', 'fill="url( #a)" clip-path="url(x#a)"', "G02"),
        ("<svg", '<!DOCTYPE svg [<!ENTITY a "b">]><svg', "G02"),
        ("<svg", '<?xml-stylesheet href="a.css"?><svg', "G02"),
        ("<svg", '<?xml version="1.0" encoding="utf-7"?><svg', "G02"),
        ('xmlns="http://www.w3.org/2000/svg"', 'xmlns="http://www.w3.org/1999/xhtml"', "G02"),
        ("<g", f"<desc>{'<!-- x -->' * 9000}</desc><g", "G03"),
        ('viewBox="0 0 640 360"', "", "G04"),
    ],
)
def test_a_drawing_that_could_do_more_than_be_seen_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    library = with_files(tmp_path, drawing=changed(DRAWING, old, new))

    assert [(error.path, error.code) for error in errors(library)] == [("gambar/pos.svg", code)]


def test_a_colour_of_others_is_named(tmp_path: Path) -> None:
    library = with_files(tmp_path, drawing=changed(DRAWING, "#54345F", "#FFD700"))

    assert [finding.code for finding in warnings(library) if finding.path == "gambar/pos.svg"] == ["G05"]
    tokens = (ROOT / "netral" / "web" / "static" / "netral.css").read_text(encoding="utf-8")
    assert PALETTE - {"#FFF"} <= set(re.findall("#[0-9A-F]{6}", tokens))


@given(st.text(st.sampled_from("<>/=\"' svgpathonfillurl(#)&;:\\!-?x\n")))
def test_whatever_is_drawn_only_harmless_drawings_are_accepted(inner: str) -> None:
    picture = read_picture(SourceFile("gambar/x.svg", DRAWING.replace("<g", f"{inner}<g")), Findings("gambar/x.svg"))

    assert picture is None or not re.search(r"<script|\son\w+\s*=|<!DOCTYPE|url\((?!#)", picture.svg)


def test_the_shipped_drawings_are_small_and_ours() -> None:
    for path in sorted((ROOT / "content" / "gambar").glob("*.svg")):
        found = Findings(path.name)
        assert read_picture(SourceFile(f"gambar/{path.name}", path.read_text(encoding="utf-8")), found)
        assert found.items == []
    assert MOST_PACKED <= 4_000


def test_a_card_has_sections_and_a_kind(tmp_path: Path) -> None:
    library = with_files(tmp_path, card=CARD)

    (card,) = freeze(library).cards
    assert codes(library) == []
    assert (card.head.id, card.kind, card.intro.html) == ("pasangan-calon", CardKind.POSISI, "<p>Pengantar.</p>")
    assert [section.title for section in card.sections] == ["Langkah", "Tanya siapa"]
    assert freeze(library).hash != freeze(with_files(tmp_path / "b", card=CARD.replace("cuti", "izin"))).hash


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("jenis: posisi", "jenis: brosur", "F04"),
        ("jenis: posisi\n", "", "F02"),
        ("versi: 3", "versi: 3\nindikator: umum", "F03"),
        ("ps.9-2]", "ps.9-9]", "R03"),
        ("tinjau_sebelum: 2027-03-01", "tinjau_sebelum: 2026-11-01", "F09"),
        ("BKPSDM.", "", "M07"),
        ("## Tanya siapa", "## Soal", "M08"),
    ],
)
def test_a_fault_in_a_card_is_found(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert code in codes(with_files(tmp_path, card=changed(CARD, old, new)))

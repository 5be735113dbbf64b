"""Rendering: plain, cited, harmless."""

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.content.markdown import ATTRIBUTES, TAGS, CitationLabel, render_block, render_inline
from netral.content.norms import Norm, NormStatus, cite, rule_label
from netral.quiz.questions import Citation


def label(citation: Citation) -> CitationLabel:
    return CitationLabel(
        f"<{citation}>", "https://jdih.contoh.id/a?b=1&c=2" if citation.rule else "javascript:alert(1)"
    )


def test_a_citation_is_marked_with_its_label() -> None:
    assert render_inline("Menurut [@UU-9-2023].", label) == 'Menurut <cite class="dasar">(&lt;UU-9-2023&gt;)</cite>.'


def test_a_citation_links_to_an_https_address_only() -> None:
    html = render_inline("[@UU-9-2023 ps.9-2] [@UU-9-2023]", label)

    assert html.count("<a ") == 1
    assert 'href="https://jdih.contoh.id/a?b=1&amp;c=2"' in html
    assert "javascript" not in html


def test_headings_begin_below_the_title_of_the_page() -> None:
    assert render_block("### Contoh\n\n#### Rinci\n\n# Satu", label) == (
        "<h3>Contoh</h3>\n<h4>Rinci</h4>\n<h3>Satu</h3>"
    )


def test_tables_are_tables_with_headings_of_columns() -> None:
    html = render_block("| Perbuatan | Putusan |\n|---|--:|\n| suka | tidak |", label)

    assert html.count('<th scope="col">') == 2
    assert html.startswith('<div class="table-region" role="group" aria-label="Tabel" tabindex="0"><table>')
    assert "style" not in html


def test_accidental_markup_stays_text() -> None:
    assert render_block("Judul\n---", label) == "<p>Judul</p>\n<hr>"
    assert render_block("    menjorok", label) == "<p>menjorok</p>"
    assert render_inline("1. bukan daftar", label) == "1. bukan daftar"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,x)",
        "![x](https://contoh.id/pixel.png)",
        '[x](https://contoh.id "a\\" onmouseover=\\"b")',
        '<https://contoh.id/"onclick="x>',
        '[@UU-9"onclick="x ps.<b>]',
        "<cite class=palsu>",
    ],
)
def test_attacks_come_out_as_text(attack: str) -> None:
    for html in (render_inline(attack, label), render_block(attack, label)):
        assert_harmless(html)


@given(st.text(st.sampled_from(list("<>\"'&[]()!@#`*_|-: \nabUscriptonhref=/.")), max_size=60))
def test_whatever_is_written_only_allowed_elements_come_out(text: str) -> None:
    assert_harmless(render_block(text, label))
    assert_harmless(render_inline(text, label))


def assert_harmless(html: str) -> None:
    for element in html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False).iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        assert element.tag in TAGS
        assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set()) | {"rel"}
        scheme, colon, _ = element.attrib.get("href", "").partition(":")
        assert not colon or scheme in {"https", "mailto"} or "/" in scheme


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ("ps.26", "Pasal 26"),
        ("ps.9-2", "Pasal 9 ayat (2)"),
        ("ps.5-n-2", "Pasal 5 huruf n angka 2"),
        ("ps.24-1-d", "Pasal 24 ayat (1) huruf d"),
        ("lamp.II-A4", "Lampiran II A4"),
        ("lamp.II-A4-tingkat", "Lampiran II A4"),
        ("lamp.II-A5-diunggah-orang", "Lampiran II A5"),
        ("ps.71-1-pejabat-asn", "Pasal 71 ayat (1)"),
        ("umum", ""),
        ("", ""),
    ],
)
def test_a_rule_is_read_as_people_say_it(rule: str, shown: str) -> None:
    assert rule_label(rule) == shown


@pytest.mark.parametrize(
    ("number", "short", "shown"),
    [
        ("UU 9/2023", "", "UU 9/2023 Pasal 9 ayat (2)"),
        ("Keputusan bersama lima lembaga, 22 September 2022", "", "SKB 9/2022 Pasal 9 ayat (2)"),
        ("Keputusan bersama lima lembaga, 22 September 2022", "SKB Lima Lembaga", "SKB Lima Lembaga Pasal 9 ayat (2)"),
    ],
)
def test_a_norm_is_named_briefly(number: str, short: str, shown: str) -> None:
    norm = Norm(id="SKB-9-2022", title="x", number=number, level="SKB", status=NormStatus.BERLAKU, short=short)

    assert cite({norm.id: norm}, Citation("SKB-9-2022", "ps.9-2")).text == shown


def test_an_unknown_norm_is_named_by_its_id() -> None:
    assert cite({}, Citation("UU-1-1999", "ps.1")).text == "UU-1-1999 ps.1"

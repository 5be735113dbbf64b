"""Boleh nggak?: an edition searched in everyday words, alike on both databases."""

from collections.abc import Collection
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from netral.content.contents import Page
from netral.content.edition import FrozenModule
from netral.learning.editions.asking import MOST_WORDS, find_roots, index_words, read_question
from netral.learning.editions.models import Passage
from netral.learning.editions.passages import PassageKind, read_html
from netral.learning.editions.searching import cut_snippet, search_edition
from netral.migrating import downgrade, upgrade
from tests.learning.make import make_module, publish_small

PAGES = {
    "Tanda suka": (
        "<p>Menyukai unggahan dukungan dilarang "
        '<cite class="dasar">(<a href="https://contoh.id">SKB 9/2022</a>)</cite>.</p>'
        '<blockquote class="anggapan"><p><strong>Anggapan:</strong> tanda suka itu bebas.</p>'
        "<p><strong>Kenyataannya:</strong> tanda itu terlihat.</p></blockquote>"
        '<blockquote class="keliru"><p>Ia terus memberi jempol.</p></blockquote>'
    ),
    "Mobil dinas": "<p>Kendaraan kantor tidak dipakai untuk kampanye. Unggahan tidak dibahas di sini.</p>",
    "Kafé": "<p>Bercakap di kafé.</p>",
}


def make_pages(pages: dict[str, str] = PAGES) -> FrozenModule:
    module = make_module()
    made = [
        Page(number=number, title=title, html=html, source="", words=100, citations=())
        for number, (title, html) in enumerate(pages.items(), 1)
    ]
    return replace(module, hash="dicari", pages=tuple(made))


def find(
    session: Session, question: str, *, kinds: Collection[PassageKind] = tuple(PassageKind)
) -> list[tuple[str, str, int]]:
    edition_id = publish_small(session, modules=(make_pages(),)).edition_id
    found = search_edition(session, edition_id=edition_id, question=question, kinds=kinds)
    return [(each.kind.value, each.slug, each.number) for each in found]


def test_everyday_words_find_the_words_of_modules(session: Session) -> None:
    like = ("modul", "media-sosial", 1)

    assert find(session, "Boleh nggak like postingan?")[0] == like
    assert find(session, "nge-like")[0] == find(session, "DISUKAI")[0] == like
    assert find(session, "mobdin")[0] == find(session, "kendara")[0] == ("modul", "media-sosial", 2)
    assert find(session, "kafe") == [("modul", "media-sosial", 3)]
    assert find(session, "aparatur sipil")[0] == ("istilah", "asn", 0)
    assert ("kartu", "loket", 0) in find(session, "kartu loket")


def test_only_what_was_asked_for_is_found(session: Session) -> None:
    for nothing in ("", "boleh nggak", "zebra", '" OR *', "' & ! :* ) (", "\N{PILE OF POO}", "NEAR(suka)^words:"):
        assert ("modul", "media-sosial", 3) not in find(session, nothing)
    assert find(session, "zebra") == find(session, "boleh nggak?") == []
    kinds = (PassageKind.TERM, PassageKind.CARD)
    assert {kind for kind, *_ in find(session, "suka asn bakal loket", kinds=kinds)} == {"istilah", "kartu"}


def test_a_snippet_quotes_no_misconception_as_an_answer(session: Session) -> None:
    edition_id = publish_small(session, modules=(make_pages(),)).edition_id
    first = search_edition(session, edition_id=edition_id, question="like jempol bebas")[0]

    text = "".join(piece for piece, _ in first.snippet)
    assert text == "Menyukai unggahan dukungan dilarang. Kenyataannya: tanda itu terlihat."
    assert [piece for piece, asked in first.snippet if asked] == ["Menyukai"]


def test_each_edition_is_searched_by_itself_and_kept_once(session: Session) -> None:
    first = publish_small(session, modules=(make_pages(),)).edition_id
    second = publish_small(session, modules=(make_pages({"Baru": "<p>Zebra.</p>"}),)).edition_id
    publish_small(session, modules=(make_pages(),))

    assert search_edition(session, edition_id=first, question="zebra") == ()
    assert [each.title for each in search_edition(session, edition_id=second, question="zebra")] == ["Baru"]
    assert len(session.scalars(select(Passage.id).where(Passage.edition_id == first)).all()) == 8


def test_an_edition_from_before_is_searched_after_the_next_publishing(
    database_url: str, engine: Engine, session: Session
) -> None:
    edition_id = publish_small(session, modules=(make_pages(),)).edition_id
    session.commit()
    session.close()
    engine.dispose()
    downgrade(database_url, "0017")
    upgrade(database_url)
    assert search_edition(session, edition_id=edition_id, question="like") == ()

    publish_small(session, modules=(make_pages(),))
    session.commit()

    assert search_edition(session, edition_id=edition_id, question="like")[0].title == "Tanda suka"


@given(some.text(max_size=400))
def test_a_question_of_any_signs_becomes_plain_words(text: str) -> None:
    wanted = read_question(text)

    assert len(wanted) <= MOST_WORDS
    for each in wanted:
        for word in (each.prefix, *each.roots):
            assert word == "".join(word.split())
            assert not set(word) & set("\"'*:&|!()<>^")
    assert index_words(text) == index_words(text.upper().lower())


@given(some.text(max_size=300), some.text(max_size=40))
def test_a_snippet_is_a_stretch_of_the_text(text: str, question: str) -> None:
    text = read_html(text.replace("<", "").replace("&", "")).shown
    snippet = "".join(piece for piece, _ in cut_snippet(text, read_question(question)))

    assert snippet.removeprefix("… ").removesuffix(" …") in text


def test_words_are_cut_to_their_roots() -> None:
    pairs = {
        "menyukai": "suka",
        "membagikan": "bagi",
        "mengunggah": "unggah",
        "memotret": "potret",
        "ngajak": "ajak",
        "nyoblos": "coblos",
        "diperlihatkan": "lihat",
        "fotonya": "foto",
    }
    assert [word for word, root in pairs.items() if root not in find_roots(word)] == []

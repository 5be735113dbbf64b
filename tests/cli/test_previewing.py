"""The preview shows pages with practice and keys to the author at this machine, and nothing under another address."""

from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask

from netral.cli.previewing import Preview, serve_preview
from tests.content.make import MODULE, TODAY, write_content
from tests.web.pages import Page

Get = Callable[..., tuple[int, str]]
FILE = "modul/contoh.md"


@pytest.fixture
def preview(app: Flask, tmp_path: Path) -> Preview:
    return Preview(write_content(tmp_path), TODAY, app.jinja_env)


@pytest.fixture
def get(preview: Preview) -> Iterator[Get]:
    with serve_preview(preview, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()

        def get(path: str, host: str = "127.0.0.1") -> tuple[int, str]:
            connection = HTTPConnection("127.0.0.1", server.server_port, timeout=20)
            connection.request("GET", path, headers={"Host": f"{host}:{server.server_port}"})
            response = connection.getresponse()
            told = response.status, response.read().decode()
            connection.close()
            return told

        yield get
        server.shutdown()


def test_a_file_is_shown_anew_after_each_change_and_says_in_a_sentence_why_it_cannot_be(
    preview: Preview, get: Get, tmp_path: Path
) -> None:
    def show() -> str:
        return Page(get(f"{preview.home}lihat/{FILE}")[1]).words

    before = get("/sidik")[1]
    assert f'src="{preview.home}lihat/{FILE}" width="360"' in get(preview.home)[1]
    assert "Pegawai menjaga netralitas" in show()

    (tmp_path / FILE).write_text(MODULE.replace("judul:", "judul"), encoding="utf-8")
    assert get("/sidik")[1] != before
    assert "Berkas ini belum dapat ditunjukkan: " in show()
    assert f">{FILE}</a> (1)" in get(preview.home)[1]

    (tmp_path / FILE).write_text(MODULE.replace("menjaga netralitas", "berdiri di tengah"), encoding="utf-8")
    assert "berdiri di tengah" in show()

    (tmp_path / FILE).write_text(MODULE.replace("- [x]", "- [ ]"), encoding="utf-8")
    assert "1 galat di berkas ini. Soal yang galat belum tampil." in show()


def test_practice_and_exam_questions_are_shown_whole_with_their_keys(preview: Preview, get: Get) -> None:
    for path in (FILE, "bank/contoh.md"):
        page = Page(get(f"{preview.home}lihat/{path}")[1])
        assert page.all("input")
        for words in ("Kunci dan umpan balik", "Dasar:", "Pengecoh"):
            assert words in page.words


def test_another_name_or_address_finds_nothing(preview: Preview, get: Get) -> None:
    assert get(preview.home, host="contoh.id")[0] == 404
    assert get("/")[0] == get(f"/lihat/{FILE}")[0] == 404
    assert "Berkas ini tidak ada" in get(f"{preview.home}lihat/../../etc/passwd")[1]
    assert get(f"{preview.home}buka/{FILE}")[0] == 200

"""The preview shows pages to the author at this machine, and keys to nobody."""

from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest

from netral.cli.previewing import Preview, serve_preview
from tests.content.make import MODULE, TODAY, write_content


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with serve_preview(Preview(write_content(tmp_path), TODAY), 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def get(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Host": f"{host}:{port}"})
    response = connection.getresponse()
    told = response.status, response.read().decode()
    connection.close()
    return told


def test_a_change_of_a_file_is_shown_in_the_frame_and_no_key_is(port: int, tmp_path: Path) -> None:
    before = get(port, "/sidik")[1]
    assert 'src="/lihat/contoh" width="360"' in get(port, "/")[1]
    page = get(port, "/lihat/contoh")[1]
    assert "Pegawai menjaga netralitas" in page
    assert "Latihan: Bu Rina menekan suka" in page
    assert "keberpihakan" not in page

    text = MODULE.replace("menjaga netralitas", "berdiri di tengah-tengah")
    (tmp_path / "modul" / "contoh.md").write_text(text, encoding="utf-8")

    assert get(port, "/sidik")[1] != before
    assert "berdiri di tengah-tengah" in get(port, "/lihat/contoh")[1]


def test_another_name_or_address_finds_nothing(port: int) -> None:
    assert get(port, "/", host="contoh.id")[0] == 404
    assert get(port, "/lihat/../../etc/passwd")[0] == 404
    assert get(port, "/buka/contoh")[0] == 200

"""QR codes: drawn as vectors, read back from a poor print."""

import random
import re

import pytest
from PIL import Image

from netral.certificates.proof.payload import make_qr_text
from netral.certificates.proof.qr import (
    QrCode,
    QrUnreadable,
    check_print,
    decode_back,
    draw_path,
    draw_svg,
    encode_qr,
    make_qr,
)
from tests.certificates.samples import BASE_URL, make_claims, make_frame


def make_text(seed: int) -> str:
    chance = random.Random(seed)
    identifier = chance.randbytes(16)
    name = "".join(chance.choice("abcdefghij KLMNéü.,'") for _ in range(chance.randint(3, 80)))
    frame = make_frame(make_claims(nama=name), identifier=identifier)
    return make_qr_text(base_url=BASE_URL, identifier=identifier, frame=frame)


@pytest.mark.parametrize("seed", range(20))
def test_every_certificate_is_read_back_from_a_poor_print(seed: int) -> None:
    assert make_qr(make_text(seed)).text == make_text(seed)


def test_a_code_that_says_something_else_is_not_released() -> None:
    lying = QrCode(make_text(1), encode_qr(make_text(2)).modules)

    with pytest.raises(QrUnreadable):
        decode_back(lying)


def test_a_damaged_code_is_not_released() -> None:
    whole = encode_qr(make_text(1))
    blank = tuple(False for _ in whole.modules)

    with pytest.raises(QrUnreadable):
        decode_back(QrCode(whole.text, (blank,) * 30 + whole.modules[30:]))


def test_a_block_of_zero_bytes_is_drawn_with_another_correction_level() -> None:
    assert make_qr("1" + "0" * 150).text == "1" + "0" * 150


def test_the_path_draws_exactly_the_modules_inside_a_quiet_zone_of_four() -> None:
    code = encode_qr(make_text(3))
    drawn = set()
    for x, y, run, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", draw_path(code)):
        assert run == back
        drawn |= {(int(x) + step, int(y)) for step in range(int(run))}

    dark = {(x + 4, y + 4) for y, row in enumerate(code.modules) for x, module in enumerate(row) if module}
    assert drawn == dark
    assert code.width == len(code.modules) + 8


def test_the_printed_symbol_is_35_mm_without_its_quiet_zone() -> None:
    code = encode_qr(make_text(3))

    assert code.printed_width_mm * len(code.modules) / code.width == pytest.approx(35)


def test_the_image_has_a_name_and_cannot_be_broken_out_of() -> None:
    svg = draw_svg(encode_qr("a"), label='Kode "QR" <&>')

    assert 'aria-label="Kode &quot;QR&quot; &lt;&amp;&gt;"' in svg
    assert "style" not in svg


def test_a_page_without_a_code_is_refused() -> None:
    with pytest.raises(QrUnreadable):
        check_print(Image.new("L", (500, 500), 255), "a")

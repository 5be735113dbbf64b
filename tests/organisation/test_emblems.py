"""An emblem comes in as a picture and nothing else."""

import io
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, PngImagePlugin

from netral.errors import NetralError
from netral.organisation.emblems import (
    KEPT_BYTES,
    KEPT_SIDE,
    MOST_BYTES,
    EmblemTooLarge,
    EmblemTooNarrow,
    EmblemTooSmall,
    EmblemUnreadable,
    read_emblem,
)
from tests.measuring import measure

READER = "netral.organisation.emblems:read_emblem"
LARGEST = (4000, 4000)


def draw(size: tuple[int, int] = (600, 300), mode: str = "RGB", kind: str = "PNG", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize(
    ("mode", "kind"), [("RGB", "PNG"), ("RGBA", "PNG"), ("P", "PNG"), ("L", "JPEG"), ("CMYK", "JPEG")]
)
def test_a_picture_is_drawn_anew_as_a_small_png(mode: str, kind: str) -> None:
    picture = read_emblem(draw(mode=mode, kind=kind))

    drawn = Image.open(io.BytesIO(picture.content))
    assert (drawn.format, drawn.mode, drawn.size) == ("PNG", "RGB", (KEPT_SIDE, KEPT_SIDE // 2))
    assert (picture.width, picture.height) == drawn.size


def test_transparent_pixels_become_white() -> None:
    picture = read_emblem(draw(mode="RGBA"))

    assert Image.open(io.BytesIO(picture.content)).getpixel((5, 5)) == (255, 255, 255)


def test_nothing_that_came_beside_the_picture_is_kept() -> None:
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "<script>alert(1)</script>")

    assert b"script" not in read_emblem(draw(pnginfo=note) + b"<script>alert(1)</script>").content


def test_a_noisy_picture_stays_light() -> None:
    out = io.BytesIO()
    Image.effect_noise((800, 800), 90).convert("RGB").save(out, "PNG")

    assert len(read_emblem(out.getvalue()).content) <= KEPT_BYTES * 1.5


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"", EmblemUnreadable),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", EmblemUnreadable),
        (draw(kind="GIF"), EmblemUnreadable),
        (draw(kind="BMP"), EmblemUnreadable),
        (draw()[:200], EmblemUnreadable),
        (draw((5000, 4000), "1"), EmblemTooLarge),
        (draw((20_000, 10_000), "1"), EmblemTooLarge),
        (b"\x89PNG" + bytes(MOST_BYTES), EmblemTooLarge),
        (draw((63, 400)), EmblemTooSmall),
        (draw((64, 250_000), "1"), EmblemTooNarrow),
        (draw((385, 64)), EmblemTooNarrow),
    ],
)
def test_an_upload_that_is_no_picture_is_refused(data: bytes, fact: type[NetralError]) -> None:
    with pytest.raises(fact):
        read_emblem(data)


def with_texts(count: int) -> bytes:
    """Add texts of a million letters, packed to a thousandth, to a small picture; one emoji widens each of them."""
    notes = PngImagePlugin.PngInfo()
    for number in range(count):
        text = zlib.compress(f"\U0001f600{'a' * 1_000_000}".encode())
        notes.add(b"iTXt", f"k{number}".encode() + b"\0\1\0\0\0" + text)
    return draw(pnginfo=notes)


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "LA", "L", "P", "1", "I;16"])
def test_the_largest_png_costs_little(mode: str) -> None:
    cost = measure(READER, draw(LARGEST, mode))

    assert cost.fact == "read"
    assert cost.bounded, cost


@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
@pytest.mark.parametrize("more", [{}, {"progressive": True}])
def test_the_largest_jpeg_costs_little(mode: str, more: dict[str, object]) -> None:
    cost = measure(READER, draw(LARGEST, mode, "JPEG", subsampling=0, **more))

    assert cost.fact == "read"
    assert cost.bounded, cost


@pytest.mark.parametrize(
    ("make", "fact"),
    [
        (lambda: draw((1_630, 9_700), "RGBA"), "read"),
        (lambda: with_texts(60), "EmblemUnreadable"),
        (lambda: draw((20_000, 20_000), "1"), "EmblemTooLarge"),
    ],
)
def test_a_hostile_picture_costs_little(make: Callable[[], bytes], fact: str) -> None:
    cost = measure(READER, make())

    assert cost.fact.split()[0] == fact
    assert cost.bounded, cost

"""The characters of a font, compared with those that the rasterising library finds."""

import pytest
from matplotlib.ft2font import FT2Font

from netral.certificates.paper.sheet import FONTS, font_dir, read_code_points


@pytest.mark.parametrize("name", [*FONTS, "cmex10.ttf", "STIXGeneral.ttf"])
def test_characters_of_a_font_are_those_of_its_tables(name: str) -> None:
    path = font_dir() / name

    assert read_code_points(path.read_bytes()) == set(FT2Font(str(path)).get_charmap())

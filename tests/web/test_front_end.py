"""Files for browsers: sizes, colours, and nothing that the content security policy would refuse."""

import gzip
import re
from itertools import product
from pathlib import Path

import pytest

from netral.settings import ROOT
from netral.web.edge.filters import STATIC
from netral.web.edge.packing import packed
from tests.web.colours import contrast, distance, lab

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted(STATIC.glob("*.js"))
CSS = (STATIC / "netral.css").read_text()
ROOT_RULE = CSS[CSS.index(":root {") : CSS.index("}", CSS.index(":root {"))]
TOKENS = {name: value.upper() for name, value in re.findall(r"--([\w-]+): (#\w+);", ROOT_RULE)}
HEX = re.compile(r"#[0-9A-Fa-f]{3,8}\b")
ALLOWED = HEX.findall(
    "#1E1A22 #4E4856 #2F1B37 #3E2548 #54345F #6B4A78 #8A6A97 #BFA9C9 #D9CBE0 #ECE4F0 #F6F2F8 #FFFFFF #F4F3F5 #EFEDF2 "
    "#D5D1D9 #77717F #41524C #EAEEEC #6B5620 #F3EEDF #8A2B47 #F7E8ED"
)
# Dominant colours of the parties and camps of recent elections, without their names.
SWATCHES = HEX.findall(
    "#D72027 #DC143C #B91C1C #C8102E #B79164 #8B4513 #B45309 #FFD700 #FACC15 #CA8A04 #003087 #1D4ED8 #FF6B35 #008000 "
    "#006400 #10B981 #0F766E #FE5000 #F97316 #000000 #005BAC #38BDF8 #2563EB #4169E1 #00529C #0000CD #1E3A8A #228B22 "
    "#059669 #006600 #EC008C #E11D48 #EC4899 #CC0000 #FF8C00 #F59E0B #EF4444 #009B3A #15803D #F36F21 #E31937 #C2410C "
    "#0891B2 #336699 #6D28D9 #2E8B57 #87CEEB #7EC8E3"
)
TEXT_ON_GROUND = [
    *product(("tinta", "tinta-2", "terong-700", "terong-800", "galat"), ("kertas", "kabut", "info-bg", "terong-50")),
    *product(("tinta", "terong-800"), ("terong-100", "terong-200")),
    *product(("kertas",), ("terong-500", "terong-700", "terong-800", "terong-900", "galat")),
    ("tinta", "terong-300"),
    ("tinta-2", "terong-50"),
    ("tinta", "peringatan-bg"),
    ("tinta", "ok-bg"),
    ("ok", "ok-bg"),
    ("peringatan", "peringatan-bg"),
    ("galat", "galat-bg"),
]
CONTROL_ON_GROUND = [
    *product(("garis-kuat", "tinta", "terong-700", "galat", "ok", "peringatan"), ("kertas", "kabut", "terong-50")),
]


@pytest.mark.parametrize(
    ("pattern", "kilobytes"), [("*.css", 12), ("*.js", 11), ("sign_in.js", 1), ("verify.js", 1), ("favicon.svg", 2)]
)
def test_static_files_stay_small(pattern: str, kilobytes: float) -> None:
    """As installing packs them."""
    sizes = [len(packed(path)) for path in STATIC.glob(pattern)]
    assert sizes
    assert sum(sizes) <= kilobytes * 1000


def test_a_style_sheet_is_packed_without_comments(tmp_path: Path) -> None:
    style = tmp_path / "x.css"
    style.write_text("/* Said at\nlength. */\np { margin: 0; }\n/* Why. */\n")
    assert gzip.decompress(packed(style)).decode().split() == ["p", "{", "margin:", "0;", "}"]


def test_a_script_is_packed_without_comments(tmp_path: Path) -> None:
    script = tmp_path / "x.js"
    script.write_text(
        '/* Said at length. */\n(() => {\n  const greeting = "halo"; // why\n  say(greeting, greeting);\n})();\n'
    )
    sent = gzip.decompress(packed(script)).decode()
    assert "halo" in sent
    assert not [word for word in ("length", "why", "\n") if word in sent]


def test_every_colour_of_the_style_sheet_is_a_token() -> None:
    assert set(TOKENS.values()) == set(ALLOWED)
    assert not HEX.findall(CSS.replace(ROOT_RULE, ""))
    assert set(HEX.findall((STATIC / "favicon.svg").read_text())) <= set(ALLOWED)


def test_no_colour_is_written_another_way() -> None:
    values = " ".join(re.findall(r":([^;{}]+);", CSS))
    assert not re.findall(r"\b(?:rgba?|hsla?|oklch|lab|color-mix|gradient)\(", CSS)
    assert not re.findall(r"\b(?:white|black|red|green|blue|gr[ae]y|yellow|orange|purple|navy|teal)\b(?!-)", values)


def test_every_token_that_is_used_exists() -> None:
    assert set(re.findall(r"var\(--([\w-]+)\)", CSS)) <= set(re.findall(r"--([\w-]+):", CSS))


def test_the_style_sheet_loads_nothing() -> None:
    assert not re.search(r"url\(|@import|@font-face|expression\(", CSS)


def test_rules_are_written_as_older_phones_read_them() -> None:
    """Chromium before 87 drops margins that name two sides by their logical names; before 88, a rule with :is()."""
    code = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    assert not re.findall(r"(?:margin|padding)-(?:inline|block):|\binset:|:is\(|:where\(", code)


@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert contrast(TOKENS[text], TOKENS[ground]) >= 4.5


@pytest.mark.parametrize(("control", "ground"), CONTROL_ON_GROUND)
def test_controls_stand_out_from_their_ground(control: str, ground: str) -> None:
    assert contrast(TOKENS[control], TOKENS[ground]) >= 3


def test_colour_distance_is_measured_as_published() -> None:
    assert distance((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert distance((50.0, 2.5, 0.0), (50.0, 0.0, -2.5)) == pytest.approx(4.3065, abs=1e-4)
    assert distance((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514)) == pytest.approx(0.9082, abs=1e-4)


@pytest.mark.parametrize("name", ["terong-300", "terong-500", "terong-600", "terong-700", "terong-800"])
def test_the_main_colours_are_no_partys(name: str) -> None:
    assert min(distance(lab(TOKENS[name]), lab(swatch)) for swatch in SWATCHES) >= 15


@pytest.mark.parametrize("name", ["ok", "peringatan", "galat"])
def test_the_colours_of_states_are_no_partys(name: str) -> None:
    assert min(distance(lab(TOKENS[name]), lab(swatch)) for swatch in SWATCHES) >= 10


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_has_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"""<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*["']|javascript:""", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_loads_nothing_from_elsewhere(path: Path) -> None:
    assert not re.search(r"""(?:src|srcset|data|poster)\s*=\s*["'](?:https?:)?//|<link[^>]+https?:""", path.read_text())


def test_zoom_is_never_locked() -> None:
    assert not [path for path in TEMPLATES if re.search("maximum-scale|user-scalable", path.read_text())]


def test_no_hand_sign_and_no_picture_character_is_shown() -> None:
    """Hands, thumbs, hearts and the like are taken for support in an election."""
    signs = re.compile("[\U0001f000-\U0001faff☀-⚊⚌-➿️]")
    plain = "✓"  # the mark of an answered question
    written = [path for path in STATIC.iterdir() if path.suffix != ".gz"]  # installing leaves compressed copies there
    for path in [*TEMPLATES, *written]:
        assert not set(signs.findall(path.read_text())) - set(plain), path.name


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_describes_every_attribute_it_reads(path: Path) -> None:
    comment, code = path.read_text().split("*/", 1)
    assert set(re.findall(r"\[(data-[\w-]+)[\]=]", code)) <= set(re.findall(r"data-[\w-]+", comment))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_needs_nothing_that_the_policy_forbids(path: Path) -> None:
    assert not re.search(r"\beval\(|new Function|\.style\b|https?://|document\.write\(", path.read_text())


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_written_to_the_features_of_2020(path: Path) -> None:
    """Many older phones stay at Chromium 80; optional chaining and `??` are of that version."""
    newer = re.compile(
        r"\?\?=|\|\|=|&&=|\breplaceAll\(|\.at\(|structuredClone|\bhasOwn\(|\brandomUUID\b|Promise\.any\b|AggregateError"
        r"|\.replaceChildren\(|\.findLast(?:Index)?\(|\.to(?:Sorted|Reversed|Spliced)\(|\.group(?:By)?\(|\.requestSubmit\("
        r"|WeakRef|FinalizationRegistry|\bstatic\s*\{|#\w+\s*(?:=|\()|\d_\d|\.showPicker\(|AbortSignal\.(?:timeout|any)"
        r"|\bnavigation\.|URLPattern|URL\.canParse|\.checkVisibility\(|\bscheduler\.|:has\(|\bimport\s*\("
        r"|Intl\.(?:ListFormat|Segmenter|DisplayNames)|dateStyle|timeStyle|\.inert\b|popover|onbeforetoggle|scrollend"
        r"|^ {0,2}await\b",
        re.MULTILINE,
    )
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.DOTALL)
    assert not newer.findall(code)

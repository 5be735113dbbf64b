"""The product's own content, read once for all tests of a process."""

from datetime import date
from functools import cache

from netral.content.contents import Library
from netral.content.edition import FrozenEdition, freeze
from netral.content.library import read_library
from netral.settings import ROOT

# Content names days by which it must be reviewed: a test is about the product, not about today's date.
CONTENT_DAY = date(2026, 12, 1)


@cache
def read_shipped() -> Library:
    return read_library(ROOT / "content", today=CONTENT_DAY)


@cache
def freeze_shipped() -> FrozenEdition:
    return freeze(read_shipped())

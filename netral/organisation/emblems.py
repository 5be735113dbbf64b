"""The emblem of an instansi: an uploaded picture is decoded and drawn anew, so that nothing else comes in with it."""

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime

from PIL import Image, ImageOps, PngImagePlugin, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.database.tables import insert
from netral.errors import NetralError
from netral.organisation.models import Emblem

FORMATS = ("PNG", "JPEG")
MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 16_000_000
LEAST_SIDE = 64
KEPT_SIDE = 384
# Above this ratio the shorter side of the kept picture would print as a blot, too.
MOST_RATIO = KEPT_SIDE // LEAST_SIDE
# Source pixels for each kept pixel and side: enough to blend them well, few enough to copy.
ROUGH_SIDE = 4 * KEPT_SIDE
KEPT_BYTES = 120_000
COLOURS = 256
# Bytes of the packed texts beside a PNG; Pillow would unpack 64 MiB of them.
PngImagePlugin.MAX_TEXT_MEMORY = MOST_BYTES


class EmblemUnreadable(NetralError):
    """The upload is neither a PNG nor a JPEG, or is damaged."""


class EmblemTooLarge(NetralError):
    """The upload has more than 2 MiB or 16 million pixels."""


class EmblemTooSmall(NetralError):
    """A side has fewer than 64 pixels, which would print as a blot."""


class EmblemTooNarrow(NetralError):
    """One side of the picture is more than six times as long as the other."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG of at most 384 pixels a side, on white, without metadata."""

    content: bytes
    width: int
    height: int

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_emblem(data: bytes) -> Picture:
    """Read an uploaded emblem; raises EmblemTooLarge, EmblemUnreadable, EmblemTooSmall or EmblemTooNarrow."""
    if len(data) > MOST_BYTES:
        raise EmblemTooLarge(len(data))
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            check_size(image)
            return draw_anew(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise EmblemTooLarge from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise EmblemUnreadable from error


def check_size(image: Image.Image) -> None:
    """Refuse a picture by its declared size, before a single pixel is decoded."""
    if image.width * image.height > MOST_PIXELS:
        raise EmblemTooLarge(image.width, image.height)
    if min(image.size) < LEAST_SIDE:
        raise EmblemTooSmall(image.width, image.height)
    if max(image.size) > MOST_RATIO * min(image.size):
        raise EmblemTooNarrow(image.width, image.height)


def draw_anew(image: Image.Image) -> Picture:
    """Redraw the picture at the size that is kept, on white.

    16 million pixels take 64 MiB in each copy, so the picture is made smaller before any copy is made.
    """
    rough = (ROUGH_SIDE, ROUGH_SIDE)
    image.draft(None, rough)
    image.thumbnail(rough, Image.Resampling.NEAREST)
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    upright.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    paper = Image.new("RGB", upright.size, "#FFFFFF")
    paper.paste(upright, mask=upright.getchannel("A"))
    content = as_png(paper)
    if len(content) > KEPT_BYTES:
        content = as_png(paper.quantize(COLOURS, dither=Image.Dither.NONE))
    return Picture(content, *paper.size)


def as_png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def keep_emblem(session: Session, picture: Picture, *, now: datetime) -> str:
    """Keep a picture, once, and return its hash."""
    values = {"hash": picture.hash, "content": picture.content, "width": picture.width, "height": picture.height}
    session.execute(insert(session, Emblem).values(**values, created_at=now).on_conflict_do_nothing())
    return picture.hash


def find_emblem(session: Session, hashed: str | None) -> bytes | None:
    """Return the PNG with this hash."""
    return session.scalars(select(Emblem.content).where(Emblem.hash == hashed)).one_or_none() if hashed else None

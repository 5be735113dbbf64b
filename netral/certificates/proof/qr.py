"""QR codes: modules from `qrcode`, drawn as one vector path, and read back before anything is released."""

from dataclasses import dataclass
from html import escape

import qrcode
from PIL import Image, ImageFilter
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

from netral.errors import NetralError

INK = "#1E1A22"
QUIET = 4
PRINTED_MM = 35
# Level Q survives a stain at 35 mm. qrcode 8.2 fails with "glog(0)" on a block of zero bytes; another level cuts other
# blocks.
LEVELS = (ERROR_CORRECT_Q, ERROR_CORRECT_H, ERROR_CORRECT_M, ERROR_CORRECT_L)
# Choosing among the eight masks takes most of the time, and every decoder reads a fixed mask as well.
MASK = 3
WORST_DPI = 150
# A reader locates corners to about two pixels.
INEXACT_MM = 0.5
DARK = 51
"""The palest ink, from 0 for black to 255 for white."""
SUPERSAMPLING = 8


class QrUnreadable(NetralError):
    """The QR code, drawn and read back, does not say what it should."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A square of modules, true where dark, without its quiet zone."""

    text: str
    modules: tuple[tuple[bool, ...], ...]

    @property
    def width(self) -> int:
        """Return the number of modules from edge to edge, the quiet zone of four included."""
        return len(self.modules) + 2 * QUIET

    @property
    def printed_width_mm(self) -> float:
        """Return the width of symbol and quiet zone such that the symbol alone is 35 mm."""
        return PRINTED_MM * self.width / len(self.modules)


def make_qr(text: str) -> QrCode:
    """Return the QR code of a text, checked by reading it back; raises QrUnreadable."""
    code = encode_qr(text)
    decode_back(code)
    return code


def encode_qr(text: str) -> QrCode:
    for level in LEVELS:
        maker = qrcode.QRCode(error_correction=level, mask_pattern=MASK, border=0)
        maker.add_data(text)
        try:
            maker.make(fit=True)
        except ValueError:
            continue
        return QrCode(text, tuple(tuple(bool(module) for module in row) for row in maker.get_matrix()))
    raise QrUnreadable(text)


def draw_path(code: QrCode) -> str:
    """Return all dark modules as one SVG path in units of a module; the runs of a row are merged, so no seams show."""
    runs = []
    for y, row in enumerate(code.modules, start=QUIET):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                runs.append(f"M{x + QUIET} {y}h{end - x}v1h-{end - x}z")
            x = end + 1
    return "".join(runs)


def draw_svg(code: QrCode, *, label: str) -> str:
    """Return an image with its quiet zone, alone or inline; `label` is for screen readers. The page sets its size."""
    size = code.width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" aria-label="{escape(label)}">'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path fill="{INK}" d="{draw_path(code)}"/></svg>'
    )


def decode_back(code: QrCode) -> None:
    """Read the code as a poor print of 35 mm would show it; raises QrUnreadable."""
    image = Image.new("L", (code.width, code.width), 255)
    for y, row in enumerate(code.modules, start=QUIET):
        for x, dark in enumerate(row, start=QUIET):
            if dark:
                image.putpixel((x, y), 0)
    pixels = round(code.printed_width_mm / 25.4 * WORST_DPI)
    large = image.resize((code.width * SUPERSAMPLING,) * 2, Image.Resampling.NEAREST)
    check_print(large.resize((pixels, pixels), Image.Resampling.BOX), code.text)


def check_print(page: Image.Image, text: str, *, printed_mm: float = PRINTED_MM) -> None:
    """Check that a page, in grey at `WORST_DPI`, shows one QR code: dark, of this size, and readable out of focus.

    Raises QrUnreadable unless the code says `text`.
    """
    # Loaded here, because in the server's first process it would complain at every stop about leftovers of its own.
    import zxingcpp

    only = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    codes = zxingcpp.read_barcodes(page.filter(ImageFilter.GaussianBlur(1)), formats=only)
    if [code.text for code in codes] != [text]:
        raise QrUnreadable(text)
    start, end = codes[0].position.top_left, codes[0].position.bottom_right
    width_mm = (end.x - start.x) / WORST_DPI * 25.4
    greys = page.crop((start.x, start.y, end.x, end.y)).histogram()
    if abs(width_mm - printed_mm) > INEXACT_MM or not any(greys[: DARK + 1]):
        raise QrUnreadable(text)

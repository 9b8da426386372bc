"""The logo and the payment code of a letter as PNG files with a size, for outputs that cannot draw.

An SVG is drawn by Typst, and the code's matrix is zxing-cpp's (both from the extra
``pdf``); without those, there is no picture. A PNG goes in as it is.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from importlib.util import find_spec
from typing import NamedTuple

from letterkit.errors import Finding, InputError
from letterkit.model import Logo, PaymentCode
from letterkit.writers import codes, typesetting

_WIDEST, _HIGHEST = 60, 18  # as templates/logo.typ has it
_LEAST, _MODULE = 27, 0.42  # as templates/payment.typ has it
_PPI = 600
_SHADES = bytes.maketrans(b"\0\1", b"\xff\0")
_PNG = b"\x89PNG\r\n\x1a\n"


class Picture(NamedTuple):
    """A PNG file, how large it is to be shown, in millimetres, and what it is.

    ``label`` says that to whoever does not see it; ``caption`` stands below.
    """

    raw: bytes
    width: float
    height: float
    label: str
    caption: str = ""


@lru_cache(maxsize=8)  # of a batch, all letters have the same
def of_logo(logo: Logo, label: str) -> Picture | None:
    """``logo`` at its size in the letterhead; None where it is an SVG and Typst is not installed.

    Raises `InputError` where it cannot be drawn.
    """
    if logo.kind == "svg" and not find_spec("typst"):
        return None
    raw = _drawn(logo.raw) if logo.kind == "svg" else logo.raw
    wide, high = _sides(raw)
    width = min(_WIDEST, _HIGHEST * wide / high)
    return Picture(raw, width, width * high / wide, label)


def of_code(code: PaymentCode) -> Picture | None:
    """An EPC ``code`` with its quiet zone; None where zxing-cpp is not installed.

    A Swiss code has no place outside its slip, and is none here.
    """
    if code.kind != "epc" or not find_spec("zxingcpp"):
        return None
    rows = codes.modules(code)
    across = len(rows) + 2 * codes.QUIET
    margin = b"\xff" * codes.QUIET
    blank = [b"\xff" * across] * codes.QUIET
    drawn = [*blank, *(margin + row.translate(_SHADES) + margin for row in rows), *blank]
    # One bit a dot and eight dots to a module, so that a byte is a module's width; of its eight
    # lines, seven are "as above" (filter 2), which the fastest packing makes as small as any.
    again = (b"\2" + bytes(across)) * 7
    body = zlib.compress(b"".join(b"\0" + row + again for row in drawn), 1)
    side = (8 * across).to_bytes(4)
    head = side + side + bytes([1, 0, 0, 0, 0])
    raw = _PNG + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")
    size = max(_LEAST, across * _MODULE)
    return Picture(raw, size, size, code.label, code.caption)


def _chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)


def _sides(raw: bytes) -> tuple[int, int]:
    """Width and height of a PNG, in dots."""
    return int.from_bytes(raw[16:20]), int.from_bytes(raw[20:24])


def _drawn(raw: bytes) -> bytes:
    """An SVG as PNG on no ground, fine enough for print."""
    try:
        return typesetting.picture("logo-alone.typ", {"logo": raw.decode()}, None, _PPI)
    except typesetting.TypesettingError as error:
        if typesetting.NO_PICTURE.search(str(error)):
            raise InputError([Finding("logo_broken", path="creditor.logo", seen="svg")]) from None
        raise

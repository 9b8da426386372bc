"""A payment code as a picture: the matrix is zxing-cpp's (extra ``pdf``), the text in it is not.

ISO/IEC 18004, error correction level M, without a word on the character set (no ECI),
which the payload's own lines give and which some banks' readers take for text. An EPC
code carries the quiet zone of four modules in its picture; a Swiss one has it from the
slip around it.
"""

from __future__ import annotations

import re
from typing import Any

from letterkit.errors import Finding, InputError
from letterkit.model import PaymentCode

QUIET = 4  # modules
_SIDES = {"epc": QUIET, "qr_bill": 0}
_RUNS = re.compile(b"(\0*)(\1+)")
_SEEN = bytes.maketrans(b"\0\xff", b"\1\0")


class _Drawn(dict[tuple[bytes, bytes], str]):
    """How to pass over light modules and draw the dark ones behind them, by both."""

    def __missing__(self, run: tuple[bytes, bytes]) -> str:
        light, dark = run
        return self.setdefault(run, f"m{len(light)} 0h{len(dark)}")


_DRAWN = _Drawn()


def svg(code: PaymentCode) -> tuple[str, int]:
    """The matrix of ``code`` in black, one unit for each module, and how many these are across.

    Raises as `modules` does.
    """
    rows, side = modules(code), _SIDES[code.kind]
    across = len(rows) + 2 * side
    lines = (
        f"M{side} {y}.5{''.join(map(_DRAWN.__getitem__, _RUNS.findall(row)))}"
        for y, row in enumerate(rows, side)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{across}">'
        f'<path stroke="#000" d="{"".join(lines)}"/></svg>'
    ), across


def modules(code: PaymentCode) -> list[bytes]:
    """The matrix row by row, a dark module as 1, without its quiet zone.

    Raises `InputError` when zxing-cpp is not installed.
    """
    try:
        import zxingcpp
    except ImportError:
        raise InputError([Finding("pdf_missing")]) from None
    made = zxingcpp.create_barcode(
        code.payload.encode(code.encoding), zxingcpp.BarcodeFormat.QRCode, ec_level="M", eci="0"
    )
    shades: Any = made.to_image(scale=1, add_quiet_zones=False)  # its type hides the buffer
    return [bytes(row).translate(_SEEN) for row in memoryview(shades).tolist()]

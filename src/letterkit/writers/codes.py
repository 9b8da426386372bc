"""A payment code as a picture: the matrix is segno's (extra ``pdf``), the text in it is not.

ISO/IEC 18004: byte mode, error correction level M. An EPC code carries the quiet
zone of four modules in its picture; a Swiss one has it from the slip around it.
"""

from __future__ import annotations

from letterkit.errors import Finding, InputError
from letterkit.model import PaymentCode

QUIET = 4  # modules
_SIDES = {"epc": QUIET, "qr_bill": 0}


def svg(code: PaymentCode) -> tuple[str, int]:
    """The matrix of ``code`` in black, one unit for each module, and how many these are across.

    Raises `InputError` when segno is not installed.
    """
    try:
        import segno
    except ImportError:
        raise InputError([Finding("pdf_missing")]) from None
    matrix = segno.make(
        code.payload.encode(code.encoding), error="m", mode="byte", micro=False, boost_error=False
    )
    drawn: str = matrix.svg_inline(border=_SIDES[code.kind], light=None)
    drawn = drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return drawn, int(matrix.symbol_size(border=_SIDES[code.kind])[0])

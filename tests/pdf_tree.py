"""The structure tree of a PDF, as a screen reader walks it.

pdfplumber reads the tree; PDFium the text of each piece of it, since pdfplumber loses
what stands behind a no-break space (a marked content within another).
"""

from __future__ import annotations

import ctypes
import io
from collections import defaultdict
from typing import Any

import pdfplumber
import pypdfium2
import pypdfium2.raw as pdfium

Texts = dict[tuple[int, int], str]


def tagged(raw: bytes) -> list[tuple[str, str]]:
    """Kind of each element, in order, and the text that stands right in it."""
    texts = _texts(raw)
    found: list[tuple[str, str]] = []

    def walk(elements: list[dict[str, Any]], page: int) -> None:
        for element in elements:
            number = element.get("page_number") or page
            said = "".join(texts[number, mcid] for mcid in element.get("mcids", ()))
            found.append((element["type"], said))
            walk(element.get("children", []), number)

    with pdfplumber.open(io.BytesIO(raw)) as opened:
        walk(opened.structure_tree, 1)
    return found


def _texts(raw: bytes) -> Texts:
    """Page (from 1) and number of the marked content → its text; artifacts have none."""
    texts: Texts = defaultdict(str)
    for number, page in enumerate(pypdfium2.PdfDocument(raw), 1):
        read = page.get_textpage()
        for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            mark = pdfium.FPDFPageObj_GetMarkedContentID(thing)
            size = pdfium.FPDFTextObj_GetText(thing, read, None, 0)
            buffer = ctypes.create_string_buffer(size * 2)
            as_words = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
            pdfium.FPDFTextObj_GetText(thing, read, as_words, size)
            texts[number, mark] += buffer.raw[:size].decode("utf-16-le").rstrip("\0")
    return texts

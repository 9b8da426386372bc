"""What a Word document is made of: paragraphs, tables and framed pictures, as WordprocessingML.

Office Open XML, ISO/IEC 29500 (transitional). Lengths are twentieths of a point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from letterkit.model import Table
from letterkit.writers.layout import UNPARTED
from letterkit.writers.pictures import Picture

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"

# Twentieths of a point.
MILLIMETRE = 56.7
TOP, LEFT, RIGHT, BOTTOM = 850, 1417, 1134, 1134
WIDTH = 11906 - LEFT - RIGHT
ASIDE = 284
"""What lies between a picture and the text beside it."""
_EMU = 635  # in a twentieth of a point
_NUMBERS = {"logo": 1, "code": 2}

_MANY = 8
"""Rows from which on a table may go over two pages."""
_GAP = '<w:p><w:pPr><w:spacing w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
"""What parts a table from the text below it."""

_FLUSH = '<w:tcMar><w:right w:w="0" w:type="dxa"/></w:tcMar>'
STAYS = "<w:keepNext/>"
BOLD = "<w:rPr><w:b/><w:bCs/></w:rPr>"


def paragraph(text: str, style: str, properties: str = "", run: str = "") -> str:
    """One paragraph; a tab in ``text`` goes to the next stop."""
    text = UNPARTED.sub("\u00a0", escape(text, quote=False))
    said = "<w:tab/>".join(f'<w:t xml:space="preserve">{part}</w:t>' for part in text.split("\t"))
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr><w:r>{run}{said}</w:r></w:p>'
    )


def table(given: Table) -> Iterator[str]:
    """A table whose head is repeated on the next page; only one with many rows goes over two."""
    widths = _widths(given)
    last = ' w:lastRow="1"' if given.foot else ""
    yield (
        '<w:tbl><w:tblPr><w:tblStyle w:val="LetterTable"/>'
        f'<w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:firstRow="1"{last} w:noHBand="1" w:noVBand="1"/></w:tblPr><w:tblGrid>'
    )
    yield from (f'<w:gridCol w:w="{width}"/>' for width in widths)
    yield "</w:tblGrid>"
    yield from _row(given.head, widths, given, "<w:tblHeader/>")
    many, final = len(given.rows) > _MANY, len(given.rows) - 1
    for n, row in enumerate(given.rows):
        yield from _row(row, widths, given, keep="" if many and n < final else STAYS)
    if given.foot:
        yield from _row(given.foot, widths, given, keep="", run=BOLD)
    yield f"</w:tbl>{_GAP}"


def _row(
    cells: Sequence[str],
    widths: Sequence[int],
    table: Table,
    head: str = "",
    keep: str = STAYS,
    run: str = "",
) -> Iterator[str]:
    yield f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>"
    for n, (cell, width) in enumerate(zip(cells, widths, strict=True), 1):
        style = "Figure" if n - 1 in table.numeric else "Cell"
        flush = _FLUSH if n == len(cells) else ""
        yield f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{flush}</w:tcPr>'
        yield f"{paragraph(cell, style, keep, run)}</w:tc>"
    yield "</w:tr>"


def _widths(table: Table) -> list[int]:
    """Columns as wide as what stands in them asks for; the first takes the rest."""
    rows = [*table.rows, table.foot or [""] * len(table.head)]
    said = [max(len(row[n]) for row in rows) for n in range(len(table.head))]
    for parts in (lambda head: [head], str.split):  # a head breaks only where it must
        heads = [max(map(len, parts(head)), default=0) for head in table.head]
        first, *others = (max(pair) * 105 + 150 for pair in zip(said, heads, strict=True))
        if first + sum(others) <= WIDTH:
            break
    others = [min(width, WIDTH // 4) for width in others]
    return [WIDTH - sum(others), *others]


def spacing(room: str, line: int, usual: int) -> str:
    """Room around a paragraph, and lines closer than those of its style."""
    closer = f' w:line="{line}" w:lineRule="exact"' if line != usual else ""
    return f"<w:spacing{room}{closer}/>" if room or closer else ""


def indented(left: int, right: int = 0) -> str:
    """Room at the sides; less than none reaches into the margin."""
    return f'<w:ind w:left="{left}" w:right="{right}"/>' if left or right else ""


def framed(picture: Picture, name: str, place: str) -> Iterator[str]:
    """The picture of the part ``name`` at the right margin, in a frame with text beside it.

    In its frame it stands in a line as letters do, which screen readers and Word's own
    check of accessibility want.
    """
    wide, high = (max(1, round(side * MILLIMETRE)) for side in (picture.width, picture.height))
    frame = (
        f'<w:framePr w:w="{wide}" w:hSpace="{ASIDE}" w:wrap="around" w:hAnchor="margin"'
        f' w:x="{WIDTH - wide}" {place}/>'
    )
    known = f'id="{_NUMBERS[name]}" name="{name}"'
    size = f'cx="{wide * _EMU}" cy="{high * _EMU}"'
    yield (
        f'<w:p><w:pPr><w:pStyle w:val="Picture"/>{frame}</w:pPr><w:r><w:drawing>'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr {known} descr="{escape(picture.label)}"/>'
        f'<a:graphic xmlns:a="{DRAWING}/main"><a:graphicData uri="{DRAWING}/picture">'
        f'<pic:pic xmlns:pic="{DRAWING}/picture"><pic:nvPicPr>'
        f"<pic:cNvPr {known}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>"
        f'<a:blip r:embed="{name}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
        "</w:r></w:p>"
    )
    if picture.caption:
        yield paragraph(picture.caption, "PictureCaption", frame)

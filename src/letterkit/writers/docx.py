"""Word: the letter in styles that one can edit, with real tables, on A4.

The parts that never change stand as XML in ``templates/docx`` and are zipped
once for each language; a letter adds its text, its running head and its title to
a copy of that. No date goes in, so that the same letter has the same bytes.
Everything the letter says is escaped on its way.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import chain
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from letterkit import data
from letterkit.model import Block, Box, Envelope, Letter, Table
from letterkit.writers.layout import place, subject

READY = {
    "[Content_Types].xml": "content-types.xml",
    "_rels/.rels": "package-rels.xml",
    "word/_rels/document.xml.rels": "document-rels.xml",
    "word/styles.xml": "styles.xml",
    "word/settings.xml": "settings.xml",
    "word/numbering.xml": "numbering.xml",
    "word/footer.xml": "footer.xml",
}
"""Part of the document → its file in ``templates/docx``."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

# Twentieths of a point; line heights are those of the styles.
_MILLIMETRE = 56.7
_TOP, _LEFT, _RIGHT, _BOTTOM = 850, 1417, 1134, 1134
_WIDTH = 11906 - _LEFT - _RIGHT
_GAP_LEAST = 240
LONG, LONGER = 2100, 3000
"""Lengths (`layout.Placed`) from which on a letter is set closer, so as to stay on one sheet."""

_SETTINGS = (
    {"size": "21", "after": "120", "line": "264"},
    {"size": "20", "after": "90", "line": "252"},
    {"size": "19", "after": "70", "line": "245"},
)

_SENDER_LINE, _ADDRESS_LINE, _CLOSE = 240, 260, 200

_SECTION = (
    "<w:sectPr>"
    '<w:headerReference w:type="default" r:id="rId4"/>'
    '<w:footerReference w:type="default" r:id="rId5"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    f'<w:pgMar w:top="{_TOP}" w:right="{_RIGHT}" w:bottom="{_BOTTOM}" w:left="{_LEFT}"'
    ' w:header="425" w:footer="567" w:gutter="0"/>'
    "<w:titlePg/>"  # the first page has neither running head nor number
    "</w:sectPr>"
)

_GAP = '<w:p><w:pPr><w:spacing w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
"""What parts a table from the text below it."""

_STYLES = {
    "sample": "Notice",
    "place_date": "Date",
    "subject": "Heading1",
    "signature": "Signature",
}
"""Block → the style of its paragraphs; of most, Normal."""

_ENDING = ("closing", "signature", "enclosures")
"""Blocks that stay on one page, with the sentence before them."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(letter: Letter) -> bytes:
    """The letter as an Office Open XML document (ISO/IEC 29500, transitional)."""
    made = io.BytesIO()
    length = place(letter).length
    made.write(_ready(letter.language, (length > LONG) + (length > LONGER)))
    with ZipFile(made, "a", ZIP_DEFLATED) as package:
        for name, xml in (
            ("word/document.xml", _document(letter)),
            ("word/header.xml", _running_head(letter)),
            ("docProps/core.xml", _properties(letter)),
        ):
            package.writestr(_entry(name), _NO_XML.sub("\N{REPLACEMENT CHARACTER}", xml))
    return made.getvalue()


@functools.cache
def _ready(language: str, setting: int) -> bytes:
    """The zip of all that letters of a language in one of the `_SETTINGS` have in common."""
    values = {"language": language, **_SETTINGS[setting]}
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as package:
        for name, file in READY.items():
            xml = data.own_text("templates", f"docx/{file}")
            assert xml is not None
            for value, put in values.items():
                xml = xml.replace(f"{{{value}}}", put)
            package.writestr(_entry(name), xml)
    return made.getvalue()


def _entry(name: str) -> ZipInfo:
    """A part of the document, with the first date a zip knows, as if zipped on Unix."""
    entry = ZipInfo(name)
    entry.compress_type, entry.create_system = ZIP_DEFLATED, 3
    return entry


def _document(letter: Letter) -> str:
    window = _place(letter.envelope, len(letter.postal))
    line = max(_CLOSE, min(_SENDER_LINE, window.first // len(letter.sender)))
    body = chain(
        (_paragraph(text, "Sender", _spacing("", line, _SENDER_LINE)) for text in letter.sender),
        _address(letter, window, line * len(letter.sender)),
        *(
            _block(block, window.indent, bool(follows and follows.name in _ENDING))
            for block, follows in zip(letter.blocks, [*letter.blocks[1:], None], strict=True)
        ),
    )
    return (
        f'{_HEAD}<w:document xmlns:w="{_MAIN}" xmlns:r="{_RELATIONS}"><w:body>'
        f"{''.join(body)}{_SECTION}</w:body></w:document>"
    )


class _Place(NamedTuple):
    """Where the address stands: how far in, from where, how high a line, where the letter begins.

    ``indent`` is from the left margin, the others are from the upper one.
    """

    indent: int
    first: int
    line: int
    below: int


@functools.cache
def _place(envelope: Envelope, lines: int) -> _Place:
    """The place of an address of so many lines; closer set where they would not fit."""
    box = envelope.address or Box(25 if envelope.side == "left" else 115, 40, 80, 5 * lines)
    shown = envelope.shown or box
    height = round(box.height * _MILLIMETRE)
    line = min(_ADDRESS_LINE, max(height // lines, _CLOSE))
    first = box.y * _MILLIMETRE + (height - lines * line if envelope.bottom else 0)
    below = (shown.y + shown.height) * _MILLIMETRE
    return _Place(
        round(box.x * _MILLIMETRE) - _LEFT, round(first) - _TOP, line, round(below) - _TOP
    )


def _address(letter: Letter, place: _Place, sender: int) -> Iterator[str]:
    """The address in the window of the envelope; ``sender`` is the height of what is above it."""
    lines = letter.postal
    above = max(0, place.first - sender)
    below = max(_GAP_LEAST, place.below - sender - above - place.line * len(lines))
    for n, line in enumerate(lines):
        room = f' w:before="{above}"' if n == 0 else ""
        room += f' w:after="{below}"' if n == len(lines) - 1 else ""
        spacing = _spacing(room, place.line, _ADDRESS_LINE)
        yield _paragraph(line, "Address", spacing + _indented(place.indent))


def _spacing(room: str, line: int, usual: int) -> str:
    """Room around a paragraph, and lines closer than those of its style."""
    closer = f' w:line="{line}" w:lineRule="exact"' if line != usual else ""
    return f"<w:spacing{room}{closer}/>" if room or closer else ""


def _indented(indent: int) -> str:
    return f'<w:ind w:left="{indent}"/>' if indent else ""


def _block(block: Block, indent: int, ending: bool) -> Iterator[str]:
    """The paragraphs, lists and tables of a block; ``ending``: one that stays with it follows."""
    style = _STYLES.get(block.name, "Normal")
    stays = "<w:keepNext/>"
    more = block.lines or block.pairs or block.items
    for n, paragraph in enumerate(block.paragraphs):
        title = block.name == "calculation" and n == 0
        keep = stays if more or ending else ""
        if style == "Date":
            keep += _indented(indent)
        yield _paragraph(
            paragraph,
            "Heading2" if title else style,
            f"{keep}<w:pageBreakBefore/>" if title else keep,
        )
    kind = "Payment" if block.name == "pay" else "Reference"
    listed = [
        *((line, style) for line in block.lines),
        *((f"{label}\t{value}", kind) for label, value in block.pairs),
        *((item, "ListBullet") for item in block.items if not block.table),
    ]
    for n, (text, its) in enumerate(listed, 1):
        held = block.name in _ENDING or its == "Payment"
        yield _paragraph(text, its, stays if held and (n < len(listed) or ending) else "")
    if block.table:
        yield from _table(block.table())


def _paragraph(text: str, style: str, properties: str = "", run: str = "") -> str:
    """One paragraph; a tab in ``text`` goes to the next stop."""
    said = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{part}</w:t>' for part in escape(text, quote=False).split("\t")
    )
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr><w:r>{run}{said}</w:r></w:p>'
    )


def _table(table: Table) -> Iterator[str]:
    """A table whose head is repeated on the next page and whose rows are never parted."""
    widths = _widths(table)
    last = ' w:lastRow="1"' if table.foot else ""
    yield (
        '<w:tbl><w:tblPr><w:tblStyle w:val="LetterTable"/>'
        f'<w:tblW w:w="{_WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:firstRow="1"{last} w:noHBand="1" w:noVBand="1"/></w:tblPr><w:tblGrid>'
    )
    yield from (f'<w:gridCol w:w="{width}"/>' for width in widths)
    yield "</w:tblGrid>"
    yield from _row(table.head, widths, table, "<w:tblHeader/>")
    for row in table.rows:
        yield from _row(row, widths, table)
    if table.foot:
        yield from _row(table.foot, widths, table)
    yield f"</w:tbl>{_GAP}"


def _row(
    cells: Sequence[str], widths: Sequence[int], table: Table, head: str = ""
) -> Iterator[str]:
    foot = cells is table.foot
    keep, bold = ("", "<w:rPr><w:b/><w:bCs/></w:rPr>") if foot else ("<w:keepNext/>", "")
    yield f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>"
    for n, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        style = "Figure" if n in table.numeric else "Cell"
        yield f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        yield f"{_paragraph(cell, style, keep, bold)}</w:tc>"
    yield "</w:tr>"


def _widths(table: Table) -> list[int]:
    """Columns as wide as what stands in them asks for; the first takes the rest."""
    rows = (*table.rows, table.foot or table.head)
    room = [
        max(max(len(row[n]) for row in rows), max(map(len, table.head[n].split()), default=0))
        for n in range(len(table.head))
    ]
    others = [min(characters * 105 + 150, _WIDTH // 4) for characters in room[1:]]
    return [_WIDTH - sum(others), *others]


def _running_head(letter: Letter) -> str:
    """From the second page on: who writes, to whom, and when."""
    when = next((b.paragraphs[0] for b in letter.blocks if b.name == "place_date"), "")
    text = f"{letter.sender[0]} – {letter.recipient[0]}\t{when}"
    return f'{_HEAD}<w:hdr xmlns:w="{_MAIN}">{_paragraph(text, "Header")}</w:hdr>'


def _properties(letter: Letter) -> str:
    """Title, author and language of the document."""
    return (
        f'{_HEAD}<cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cp='
        '"http://schemas.openxmlformats.org/package/2006/metadata/core-properties">'
        f"<dc:title>{escape(subject(letter))}</dc:title><dc:creator>{escape(letter.sender[0])}"
        f"</dc:creator><dc:language>{letter.language}</dc:language></cp:coreProperties>"
    )

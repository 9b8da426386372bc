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
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from letterkit import data
from letterkit.errors import NOTE, Finding
from letterkit.model import Block, Box, Envelope, Letter, Table
from letterkit.writers import layout, pictures
from letterkit.writers.pictures import Picture

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
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"

# Twentieths of a point; line heights are those of the styles.
_MILLIMETRE = 56.7
_EMU = 635  # in a twentieth of a point
_TOP, _LEFT, _RIGHT, _BOTTOM = 850, 1417, 1134, 1134
_WIDTH = 11906 - _LEFT - _RIGHT
_GAP_LEAST = 240
_ASIDE = 284
"""What lies between a picture and the text beside it."""
LONG, LONGER, LONGEST = 2400, 2800, 3300
"""Lengths (`layout.length`) from which on a letter is set closer, so as to stay on one sheet.

Measured in LibreOffice with all letters of the examples. The longest go over two sheets.
"""

A_CODE = 150
"""Characters for which a payment code takes the room."""

_SETTINGS = (
    {"size": 21, "after": 120, "line": 264},
    {"size": 20, "after": 90, "line": 252},
    {"size": 19, "after": 70, "line": 245},
)
_MANY = 8
"""Rows from which on a table may go over two pages."""
_AFTER_ACCOUNT, _CAPTION = 160, 400

_SENDER_LINE, _ADDRESS_LINE, _CLOSE = 240, 260, 200
_LINE = 1.15  # of Arial, in its size
_SENDER_LETTER, _ADDRESS_LETTER = 95, 105
"""How wide a letter is on average: half its size."""

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

_FLUSH = '<w:tcMar><w:right w:w="0" w:type="dxa"/></w:tcMar>'
_STAYS = "<w:keepNext/>"
_BOLD = "<w:rPr><w:b/><w:bCs/></w:rPr>"

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(letter: Letter) -> bytes:
    """The letter as an Office Open XML document (ISO/IEC 29500, transitional)."""
    made = io.BytesIO()
    logo, code = _logo(letter), _code(letter)
    setting = _setting(letter, code)
    made.write(_ready(letter.language, setting, logo, code is not None))
    with ZipFile(made, "a", ZIP_DEFLATED) as package:
        if code:
            package.writestr(_entry("word/media/code.png", ZIP_STORED), code.raw)
        for name, xml in (
            ("word/document.xml", _document(letter, setting, logo, code)),
            ("word/header.xml", _running_head(letter)),
            ("docProps/core.xml", _properties(letter)),
        ):
            package.writestr(_entry(name), _NO_XML.sub("\N{REPLACEMENT CHARACTER}", xml))
    return made.getvalue()


def _setting(letter: Letter, code: Picture | None) -> int:
    """In which of the `_SETTINGS` the letter stays on one sheet, if in any."""
    window = _place(letter.envelope, letter.postal)
    below = (_TOP + max(window.below, window.first + window.high + _GAP_LEAST)) / _MILLIMETRE
    length = layout.length(layout.place(letter), below) + (A_CODE if code else 0)
    return 1 if length > LONGEST else (length > LONG) + (length > LONGER)


def left_out(letter: Letter) -> list[Finding]:
    """What `write` cannot put into the document, though the PDF has it."""
    code = letter.payment.code if letter.payment else None
    if code and code.slip:
        return [Finding("word_no_slip", NOTE)]
    if (code and not _code(letter)) or (letter.logo and not _logo(letter)):
        return [Finding("word_no_picture", NOTE)]
    return []


def _logo(letter: Letter) -> Picture | None:
    return pictures.of_logo(letter.logo, letter.sender[0]) if letter.logo else None


def _code(letter: Letter) -> Picture | None:
    code = letter.payment.code if letter.payment else None
    return pictures.of_code(code) if code else None


@functools.lru_cache(maxsize=64)
def _ready(language: str, setting: int, logo: Picture | None, code: bool) -> bytes:
    """The zip of all that letters of a language in one of the `_SETTINGS` have in common.

    ``code``: whether a payment code is to go in.
    """
    related = "".join(
        f'\n  <Relationship Id="{name}" Type="{_RELATIONS}/image" Target="media/{name}.png"/>'
        for name, there in (("logo", logo), ("code", code))
        if there
    )
    values = {"language": language, "pictures": related, **_SETTINGS[setting]}
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as package:
        for name, file in READY.items():
            xml = data.own_text("templates", f"docx/{file}")
            assert xml is not None
            for value, put in values.items():
                xml = xml.replace(f"{{{value}}}", str(put))
            package.writestr(_entry(name), xml)
        if logo:
            package.writestr(_entry("word/media/logo.png", ZIP_STORED), logo.raw)
    return made.getvalue()


def _entry(name: str, packed: int = ZIP_DEFLATED) -> ZipInfo:
    """A part of the document, with the first date a zip knows, as if zipped on Unix."""
    entry = ZipInfo(name)
    entry.compress_type, entry.create_system = packed, 3
    return entry


def _document(letter: Letter, setting: int, logo: Picture | None, code: Picture | None) -> str:
    beside = _WIDTH - (round(logo.width * _MILLIMETRE) + _ASIDE if logo else 0)
    lines = _lines(letter.sender, beside, _SENDER_LETTER)
    window = _place(letter.envelope, letter.postal)
    line = max(_CLOSE, min(_SENDER_LINE, window.first // lines))
    body = chain(
        _framed(logo, 1, 'w:vAnchor="margin" w:yAlign="top"') if logo else (),
        _sender(letter.sender, line),
        _address(letter, window, line * lines),
        _blocks(letter, window.left if letter.envelope.side == "right" else 0, setting, code),
    )
    return (
        f'{_HEAD}<w:document xmlns:w="{_MAIN}" xmlns:r="{_RELATIONS}" xmlns:wp="{_DRAWING}/'
        f'wordprocessingDrawing"><w:body>{"".join(body)}{_SECTION}</w:body></w:document>'
    )


def _lines(texts: Sequence[str], width: int, letter: int) -> int:
    """How many lines the texts take, about, where a letter is so wide."""
    return sum(max(1, -(-len(text) * letter // width)) for text in texts)


def _framed(picture: Picture, number: int, place: str) -> Iterator[str]:
    """A picture at the right margin, in a frame around which the text runs.

    In its frame it stands in a line as letters do, which screen readers and Word's own
    check of accessibility want.
    """
    name = ("", "logo", "code")[number]
    wide, high = (round(side * _MILLIMETRE) for side in (picture.width, picture.height))
    frame = (
        f'<w:framePr w:w="{wide}" w:hSpace="{_ASIDE}" w:wrap="around" w:hAnchor="margin"'
        f' w:x="{_WIDTH - wide}" {place}/>'
    )
    size = f'cx="{wide * _EMU}" cy="{high * _EMU}"'
    yield (
        f'<w:p><w:pPr><w:pStyle w:val="Picture"/>{frame}</w:pPr><w:r><w:drawing>'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr id="{number}" name="{name}" descr="{escape(picture.label)}"/>'
        f'<a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_DRAWING}/picture">'
        f'<pic:pic xmlns:pic="{_DRAWING}/picture"><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{name}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
        "</w:r></w:p>"
    )
    if picture.caption:
        yield _paragraph(picture.caption, "PictureCaption", frame)


def _sender(lines: Sequence[str], height: int) -> Iterator[str]:
    spacing = _spacing("", height, _SENDER_LINE)
    for n, text in enumerate(lines):
        yield _paragraph(text, "Sender", spacing, "" if n else _BOLD)


class _Place(NamedTuple):
    """Where the address stands: how far in, from where, how high, and where the letter begins.

    ``left`` and ``right`` are from the margins, ``first`` and ``below`` from the upper one;
    ``line`` and ``high`` are the height of a line and of all.
    """

    left: int
    right: int
    first: int
    line: int
    high: int
    below: int


@functools.lru_cache(maxsize=1000)
def _place(envelope: Envelope, address: tuple[str, ...]) -> _Place:
    """The place of an address; closer set where it would not fit."""
    box = envelope.address or Box(25 if envelope.side == "left" else 115, 40, 80, 5 * len(address))
    shown = envelope.shown or box
    width, height = round(box.width * _MILLIMETRE), round(box.height * _MILLIMETRE)
    lines = _lines(address, width, _ADDRESS_LETTER)
    line = min(_ADDRESS_LINE, max(height // lines, _CLOSE))
    first = box.y * _MILLIMETRE + (height - lines * line if envelope.bottom else 0)
    below = (shown.y + shown.height) * _MILLIMETRE
    left = round(box.x * _MILLIMETRE) - _LEFT
    right = _WIDTH - left - width
    return _Place(left, right, round(first) - _TOP, line, line * lines, round(below) - _TOP)


def _address(letter: Letter, place: _Place, sender: int) -> Iterator[str]:
    """The address in the window of the envelope; ``sender`` is the height of what is above it."""
    above = max(0, place.first - sender)
    below = max(_GAP_LEAST, place.below - sender - above - place.high)
    last = len(letter.postal) - 1
    for n, line in enumerate(letter.postal):
        room = f' w:before="{above}"' if n == 0 else ""
        room += f' w:after="{below}"' if n == last else ""
        spacing = _spacing(room, place.line, _ADDRESS_LINE)
        yield _paragraph(line, "Address", spacing + _indented(place.left, place.right))


def _spacing(room: str, line: int, usual: int) -> str:
    """Room around a paragraph, and lines closer than those of its style."""
    closer = f' w:line="{line}" w:lineRule="exact"' if line != usual else ""
    return f"<w:spacing{room}{closer}/>" if room or closer else ""


def _indented(left: int, right: int = 0) -> str:
    """Room at the sides; less than none reaches into the margin."""
    return f'<w:ind w:left="{left}" w:right="{right}"/>' if left or right else ""


def _blocks(letter: Letter, indent: int, setting: int, code: Picture | None) -> Iterator[str]:
    """The letter below the address; ``indent`` is that of the date."""
    for block, follows in zip(letter.blocks, [*letter.blocks[1:], None], strict=True):
        room = 0
        if code and block.name == "pay":
            yield from _framed(code, 2, 'w:vAnchor="text" w:y="1"')
            room = _below_code(code, block, setting)
        yield from _block(block, indent, bool(follows and follows.name in _ENDING), room)


def _below_code(code: Picture, block: Block, setting: int) -> int:
    """How much room below the account brings what follows below the code beside it."""
    look = _SETTINGS[setting]
    line = look["size"] * 10 * _LINE * look["line"] / 240
    text = line * (len(block.paragraphs) + len(block.pairs)) + look["after"]
    return round(max(_AFTER_ACCOUNT, code.height * _MILLIMETRE + _CAPTION - text))


def _block(block: Block, indent: int, ending: bool, room: int) -> Iterator[str]:
    """The paragraphs, lists and tables of a block; ``ending``: one that stays with it follows.

    ``room``: what is to be free below its pairs, if not what is usual.
    """
    style = _STYLES.get(block.name, "Normal")
    more = block.lines or block.pairs or block.items
    last = len(block.paragraphs) - 1
    for n, paragraph in enumerate(block.paragraphs):
        title = block.name == "calculation" and n == 0
        keep = _STAYS if ending or (more and n == last) else ""
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
        own = _STAYS if held and (n < len(listed) or ending) else ""
        if room and n == len(listed):
            own += f'<w:spacing w:after="{room}"/>'
        yield _paragraph(text, its, own)
    if block.table:
        yield from _table(block.table())


def _paragraph(text: str, style: str, properties: str = "", run: str = "") -> str:
    """One paragraph; a tab in ``text`` goes to the next stop."""
    text = layout.UNPARTED.sub("\u00a0", escape(text, quote=False))
    said = "<w:tab/>".join(f'<w:t xml:space="preserve">{part}</w:t>' for part in text.split("\t"))
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr><w:r>{run}{said}</w:r></w:p>'
    )


def _table(table: Table) -> Iterator[str]:
    """A table whose head is repeated on the next page; only one with many rows goes over two."""
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
    many, final = len(table.rows) > _MANY, len(table.rows) - 1
    for n, row in enumerate(table.rows):
        yield from _row(row, widths, table, keep="" if many and n < final else _STAYS)
    if table.foot:
        yield from _row(table.foot, widths, table, keep="", run=_BOLD)
    yield f"</w:tbl>{_GAP}"


def _row(
    cells: Sequence[str],
    widths: Sequence[int],
    table: Table,
    head: str = "",
    keep: str = _STAYS,
    run: str = "",
) -> Iterator[str]:
    yield f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>"
    for n, (cell, width) in enumerate(zip(cells, widths, strict=True), 1):
        style = "Figure" if n - 1 in table.numeric else "Cell"
        flush = _FLUSH if n == len(cells) else ""
        yield f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{flush}</w:tcPr>'
        yield f"{_paragraph(cell, style, keep, run)}</w:tc>"
    yield "</w:tr>"


def _widths(table: Table) -> list[int]:
    """Columns as wide as what stands in them asks for; the first takes the rest."""
    rows = (*table.rows, table.foot or table.head)
    said = [max(len(row[n]) for row in rows) for n in range(len(table.head))]
    for parts in (lambda head: [head], str.split):  # a head breaks only where it must
        heads = [max(map(len, parts(head)), default=0) for head in table.head]
        first, *others = (max(pair) * 105 + 150 for pair in zip(said, heads, strict=True))
        if first + sum(others) <= _WIDTH:
            break
    others = [min(width, _WIDTH // 4) for width in others]
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
        f"<dc:title>{escape(layout.subject(letter))}</dc:title><dc:creator>{escape(letter.sender[0])}"
        f"</dc:creator><dc:language>{letter.language}</dc:language></cp:coreProperties>"
    )

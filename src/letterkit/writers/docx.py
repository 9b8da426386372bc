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
from letterkit.model import Block, Box, Envelope, Letter
from letterkit.writers import layout, pictures, wordml
from letterkit.writers.pictures import Picture
from letterkit.writers.wordml import (
    ASIDE,
    BOLD,
    BOTTOM,
    DRAWING,
    LEFT,
    MILLIMETRE,
    RIGHT,
    STAYS,
    TOP,
    WIDTH,
)

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
# Twentieths of a point; line heights are those of the styles.
_GAP_LEAST, _AFTER_ACCOUNT, _CAPTION = 240, 160, 400
_SENDER_LINE, _ADDRESS_LINE, _CLOSE = 240, 260, 200
_LINE = 1.15  # of Arial, in its size
_SENDER_LETTER, _ADDRESS_LETTER = 95, 105
"""How wide a letter is on average: half its size."""

_SECTION = (
    "<w:sectPr>"
    '<w:headerReference w:type="default" r:id="rId4"/>'
    '<w:footerReference w:type="default" r:id="rId5"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    f'<w:pgMar w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}"'
    ' w:header="425" w:footer="567" w:gutter="0"/>'
    "<w:titlePg/>"  # the first page has neither running head nor number
    "</w:sectPr>"
)

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
    below = TOP + max(window.below, window.first + window.high + _GAP_LEAST)
    length = layout.length(layout.place(letter), below / MILLIMETRE) + (A_CODE if code else 0)
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
    beside = WIDTH - (round(logo.width * MILLIMETRE) + ASIDE if logo else 0)
    lines = _lines(letter.sender, beside, _SENDER_LETTER)
    window = _place(letter.envelope, letter.postal)
    line = max(_CLOSE, min(_SENDER_LINE, window.first // lines))
    body = chain(
        wordml.framed(logo, "logo", 'w:vAnchor="margin" w:yAlign="top"') if logo else (),
        _sender(letter.sender, line),
        _address(letter, window, line * lines),
        _blocks(letter, window.left if letter.envelope.side == "right" else 0, setting, code),
    )
    return (
        f'{_HEAD}<w:document xmlns:w="{_MAIN}" xmlns:r="{_RELATIONS}" xmlns:wp="{DRAWING}/'
        f'wordprocessingDrawing"><w:body>{"".join(body)}{_SECTION}</w:body></w:document>'
    )


def _lines(texts: Sequence[str], width: int, letter: int) -> int:
    """How many lines the texts take, about, where a letter is so wide."""
    return sum(max(1, -(-len(text) * letter // width)) for text in texts)


def _sender(lines: Sequence[str], height: int) -> Iterator[str]:
    spacing = wordml.spacing("", height, _SENDER_LINE)
    for n, text in enumerate(lines):
        yield wordml.paragraph(text, "Sender", spacing, "" if n else BOLD)


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
    width, height = round(box.width * MILLIMETRE), round(box.height * MILLIMETRE)
    lines = _lines(address, width, _ADDRESS_LETTER)
    line = min(_ADDRESS_LINE, max(height // lines, _CLOSE))
    first = box.y * MILLIMETRE + (height - lines * line if envelope.bottom else 0)
    below = (shown.y + shown.height) * MILLIMETRE
    left = round(box.x * MILLIMETRE) - LEFT
    right = WIDTH - left - width
    return _Place(left, right, round(first) - TOP, line, line * lines, round(below) - TOP)


def _address(letter: Letter, place: _Place, sender: int) -> Iterator[str]:
    """The address in the window of the envelope; ``sender`` is the height of what is above it."""
    above = max(0, place.first - sender)
    below = max(_GAP_LEAST, place.below - sender - above - place.high)
    last = len(letter.postal) - 1
    for n, line in enumerate(letter.postal):
        room = f' w:before="{above}"' if n == 0 else ""
        room += f' w:after="{below}"' if n == last else ""
        spacing = wordml.spacing(room, place.line, _ADDRESS_LINE)
        yield wordml.paragraph(line, "Address", spacing + wordml.indented(place.left, place.right))


def _blocks(letter: Letter, indent: int, setting: int, code: Picture | None) -> Iterator[str]:
    """The letter below the address; ``indent`` is that of the date."""
    for block, follows in zip(letter.blocks, [*letter.blocks[1:], None], strict=True):
        room = 0
        if code and block.name == "pay":
            yield from wordml.framed(code, "code", 'w:vAnchor="text" w:y="1"')
            room = _below_code(code, block, setting)
        yield from _block(block, indent, bool(follows and follows.name in _ENDING), room)


def _below_code(code: Picture, block: Block, setting: int) -> int:
    """How much room below the account brings what follows below the code beside it."""
    look = _SETTINGS[setting]
    line = look["size"] * 10 * _LINE * look["line"] / 240
    text = line * (len(block.paragraphs) + len(block.pairs)) + look["after"]
    return round(max(_AFTER_ACCOUNT, code.height * MILLIMETRE + _CAPTION - text))


def _block(block: Block, indent: int, ending: bool, room: int) -> Iterator[str]:
    """The paragraphs, lists and tables of a block; ``ending``: one that stays with it follows.

    ``room``: what is to be free below its pairs, if not what is usual.
    """
    style = _STYLES.get(block.name, "Normal")
    more = block.lines or block.pairs or block.items
    last = len(block.paragraphs) - 1
    for n, paragraph in enumerate(block.paragraphs):
        title = block.name == "calculation" and n == 0
        keep = STAYS if ending or (more and n == last) else ""
        if style == "Date":
            keep += wordml.indented(indent)
        yield wordml.paragraph(
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
        own = STAYS if held and (n < len(listed) or ending) else ""
        if room and n == len(listed):
            own += f'<w:spacing w:after="{room}"/>'
        yield wordml.paragraph(text, its, own)
    if block.table:
        yield from wordml.table(block.table())


def _running_head(letter: Letter) -> str:
    """From the second page on: who writes, to whom, and when."""
    when = next((b.paragraphs[0] for b in letter.blocks if b.name == "place_date"), "")
    text = f"{letter.sender[0]} – {letter.recipient[0]}\t{when}"
    return f'{_HEAD}<w:hdr xmlns:w="{_MAIN}">{wordml.paragraph(text, "Header")}</w:hdr>'


def _properties(letter: Letter) -> str:
    """Title, author and language of the document."""
    return (
        f'{_HEAD}<cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cp='
        '"http://schemas.openxmlformats.org/package/2006/metadata/core-properties">'
        f"<dc:title>{escape(layout.subject(letter))}</dc:title><dc:creator>{escape(letter.sender[0])}"
        f"</dc:creator><dc:language>{letter.language}</dc:language></cp:coreProperties>"
    )

"""The letter in Word, read back with python-docx: the same sentences, real tables, real styles."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from letterkit import Letter, render
from letterkit.envelopes import names, profile
from letterkit.letter import compose_blank
from letterkit.model import LANGUAGES
from letterkit.writers import docx as writer
from letterkit.writers.txt import text
from tests import gallery

CELLS = [c for c in gallery.cells() if "Refused" not in gallery.path(*c).read_text("utf-8")[:8]]


def opened(raw: bytes) -> Document:
    return docx.Document(io.BytesIO(raw))


def said(raw: bytes) -> list[str]:
    """Every paragraph outside tables, in its order."""
    paragraphs = opened(raw).paragraphs
    return [p.text.replace("\t", " ") for p in paragraphs if p.text]


def expected(letter: Letter) -> list[str]:
    """The lines of the text letter, but for what a table says instead."""
    outside = tuple(b._replace(items=()) if b.table else b for b in letter.blocks)
    lines = text(letter._replace(blocks=outside, recipient=letter.postal)).split("\n")
    return [line.removeprefix("- ") for line in lines if line]


@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_says_what_the_text_says(cell: tuple[str, str, str]) -> None:
    letter = gallery.letter(*cell)
    raw = writer.write(letter)
    assert said(raw) == expected(letter)
    drawn = [[[c.text for c in row.cells] for row in t.rows] for t in opened(raw).tables]
    assert drawn == [list(map(list, rows)) for rows in tables(letter)]


def tables(letter: Letter) -> Iterator[list[tuple[str, ...]]]:
    for block in letter.blocks:
        if block.table:
            table = block.table()
            yield [table.head, *table.rows, *([table.foot] if table.foot else [])]
            listed = " ".join(block.items)
            figures = {row[n] for row in (*table.rows, table.foot) if row for n in table.numeric}
            sums = {f for f in figures if re.search(r"[.,]\d\d\b", f)}
            if block.name != "items":  # the list of invoices says less than its table
                assert all(figure in listed for figure in sums if not figure.endswith("%"))


def test_same_letter_same_bytes() -> None:
    letter = gallery.letter("fr-b2b", "fr-FR", "3")
    first = writer.write(letter)
    writer._ready.cache_clear()
    assert first == writer.write(letter)
    with ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert len(set(package.namelist())) == len(package.namelist())
        assert package.testzip() is None


def test_styles_table_and_language() -> None:
    document = opened(writer.write(gallery.letter("ch-b2b", "it-CH", "3")))
    names = [p.style.name for p in document.paragraphs if p.style]
    for style in ("Sender", "Address", "Heading 1", "Reference", "Payment", "Signature"):
        assert style in names, style
    table: Table = document.tables[0]
    assert table.style is not None
    assert table.style.name == "Letter Table"
    marked = [bool(row._tr.findall(f".//{qn('w:tblHeader')}")) for row in table.rows]
    assert marked == [True] + [False] * (len(marked) - 1)
    fonts = document.styles.element.find(f".//{qn('w:lang')}")
    assert fonts is not None
    assert fonts.get(qn("w:val")) == "it-CH"
    assert document.core_properties.language == "it-CH"
    assert "10’002.38" in document.core_properties.title
    assert document.core_properties.author == "Aubert Graphisme Sàrl"


def test_first_page_bare_then_numbered() -> None:
    section = opened(writer.write(gallery.letter("fr-b2b", "fr-FR", "3"))).sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert section.different_first_page_header_footer
    assert "Lyon, le 4\u00a0décembre 2026" in section.header.paragraphs[0].text
    assert " PAGE " in section.footer._element.xml
    assert [p.text for p in section.first_page_footer.paragraphs] == [""]


def before(document: Document) -> list[Paragraph]:
    return [p for p in document.paragraphs if p.style and p.style.name in ("Sender", "Address")]


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("lines", [1, 3, 6])
@pytest.mark.parametrize("sender", [1, 8])
def test_address_where_the_window_is(name: str, lines: int, sender: int) -> None:
    """However long the letterhead; and nothing else in the window."""
    envelope = profile(name, "NL")
    letter = gallery.letter("nl-b2b", "nl-NL", "1")._replace(
        sender=("Afzender",) * sender, postal=("Ontvanger",) * lines, envelope=envelope
    )
    document = opened(writer.write(letter))
    margins = document.sections[0]
    assert margins.top_margin is not None
    assert margins.left_margin is not None
    at, top, left = margins.top_margin.mm, 0.0, 0.0
    for paragraph in before(document):
        style, own = paragraph.style, paragraph.paragraph_format
        assert style is not None
        at += (own.space_before or 0) / 36000
        if style.name == "Address" and not top:
            top, left = at, margins.left_margin.mm + (own.left_indent or 0) / 36000
        at += (own.line_spacing or style.paragraph_format.line_spacing or 0) / 36000
        end = at
        at += (own.space_after or 0) / 36000
    if envelope.address is None or envelope.shown is None:
        return
    box, shown = envelope.address, envelope.shown
    assert left == pytest.approx(box.x, abs=0.1)
    assert top >= box.y - 0.2
    assert end <= box.y + box.height + 0.2
    assert at >= shown.y + shown.height - 0.2
    expected_top = box.y + box.height - (end - top) if envelope.bottom else box.y
    assert top == pytest.approx(expected_top, abs=0.2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_letter_to_fill_in(language: str) -> None:
    letter = compose_blank(stage="3", language=language, law="CH")
    assert said(writer.write(letter)) == expected(letter)


def test_what_xml_cannot_hold_is_not_written() -> None:
    letter = compose_blank(stage="1", language="en", law="GB")
    letter = letter._replace(sender=("a\x0b<b>&amp;", *letter.sender[1:]))
    assert opened(writer.write(letter)).paragraphs[0].text == "a\ufffd<b>&amp;"


def test_package_gives_bytes() -> None:
    raw = render(None, stage=1, language="fr", law="FR", blank=True, format="docx")
    assert isinstance(raw, bytes)
    assert raw.startswith(b"PK")

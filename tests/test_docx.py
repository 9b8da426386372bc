"""The letter in Word, read back with python-docx: the same sentences, real tables, real styles."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
import zxingcpp
from docx.document import Document
from docx.oxml.ns import qn
from docx.parts.image import ImagePart
from docx.shared import Length, Twips
from docx.table import Table
from docx.text.paragraph import Paragraph
from PIL import Image

from letterkit import Letter, render
from letterkit.envelopes import names, profile
from letterkit.errors import NOTE, InputError
from letterkit.letter import compose_blank
from letterkit.model import LANGUAGES, Block, Logo, PaymentCode
from letterkit.model import Table as Drawn
from letterkit.writers import docx as writer
from letterkit.writers import pdf, pictures, wordml
from letterkit.writers.txt import text
from tests import gallery
from tests.conftest import ROOT
from tests.test_pdf import SVG, png, svg

CELLS = [c for c in gallery.cells() if "Refused" not in gallery.path(*c).read_text("utf-8")[:8]]


def opened(raw: bytes) -> Document:
    return docx.Document(io.BytesIO(raw))


def plain(text: str) -> str:
    return text.replace("\t", " ").replace("\u00a0", " ")


def styled(document: Document, *names: str) -> list[Paragraph]:
    return [p for p in document.paragraphs if p.style and p.style.name in names]


def said(raw: bytes) -> list[str]:
    """Every paragraph outside tables, in its order; not what stands under a picture."""
    document = opened(raw)
    captions = [p.text for p in styled(document, "Picture Caption")]
    return [plain(p.text) for p in document.paragraphs if p.text and p.text not in captions]


def expected(letter: Letter) -> list[str]:
    """The lines of the text letter, but for what a table says instead."""
    outside = tuple(b._replace(items=()) if b.table else b for b in letter.blocks)
    lines = text(letter._replace(blocks=outside, recipient=letter.postal)).split("\n")
    return [plain(line.removeprefix("- ")) for line in lines if line]


@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_says_what_the_text_says(cell: tuple[str, str, str]) -> None:
    letter = gallery.letter(*cell)
    raw = writer.write(letter)
    assert said(raw) == expected(letter)
    drawn = [[[plain(c.text) for c in row.cells] for row in t.rows] for t in opened(raw).tables]
    assert drawn == [[list(map(plain, row)) for row in rows] for rows in tables(letter)]


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


@pytest.mark.parametrize("cell", [("fr-b2b", "fr-FR", "3"), ("be-b2b", "nl-BE", "1")])
def test_same_letter_same_bytes(cell: tuple[str, str, str]) -> None:
    letter = gallery.letter(*cell)._replace(logo=Logo("svg", SVG))
    first = writer.write(letter)
    writer._ready.cache_clear()
    pictures.of_logo.cache_clear()
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


@pytest.mark.parametrize(("rows", "kept"), [(8, 9), (9, 2)])
def test_only_a_long_table_goes_over_two_pages(rows: int, kept: int) -> None:
    """Of a long one, the head stays with the first row, and the last row with the total."""
    row = ("2026-1", "€ 1")
    table = Drawn(("Factuur", "Bedrag"), (row,) * rows, ("Totaal", "€ 9"), (1,))
    letter = gallery.letter("nl-b2b", "nl-NL", "1")
    block = Block("items", items=("2026-1",), table=lambda: table)
    [made] = opened(writer.write(letter._replace(blocks=(block,)))).tables
    kept_rows = [row for row in made.rows if row._tr.findall(f".//{qn('w:keepNext')}")]
    assert len(kept_rows) == kept
    assert kept_rows[0]._tr is made.rows[0]._tr
    assert kept_rows[-1]._tr is made.rows[-2]._tr


@pytest.mark.parametrize(
    ("cell", "with_code", "without"),
    [
        (("nl-b2b", "nl-NL", "1"), 10.5, 10.5),
        (("be-b2b", "fr-BE", "1"), 10, 10.5),
        (("nl-b2b", "nl-NL", "2"), 9.5, 10),
        (("be-b2b", "nl-BE", "4"), 10, 9.5),  # over two sheets anyway
    ],
)
def test_as_close_as_one_sheet_wants(
    cell: tuple[str, str, str], with_code: float, without: float
) -> None:
    letter = gallery.letter(*cell)
    assert size(letter) == with_code
    assert size(letter._replace(payment=None)) == without


def size(letter: Letter) -> float:
    """Of the type in which a paragraph is set, in points."""
    defaults = opened(writer.write(letter)).styles.element.find(f".//{qn('w:rPrDefault')}")
    assert defaults is not None
    half = defaults.find(f".//{qn('w:sz')}")
    assert half is not None
    return int(half.get(qn("w:val"))) / 2


def test_first_page_bare_then_numbered() -> None:
    section = opened(writer.write(gallery.letter("fr-b2b", "fr-FR", "3"))).sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert section.different_first_page_header_footer
    assert "Lyon, le 4\u00a0décembre\u00a02026" in section.header.paragraphs[0].text
    assert " PAGE " in section.footer._element.xml
    assert [p.text for p in section.first_page_footer.paragraphs] == [""]


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
    for paragraph in styled(document, "Sender", "Address"):
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


def test_long_address_is_set_closer() -> None:
    """A line that the window's width breaks counts as two; it breaks where the window ends."""
    letter = gallery.letter("be-b2b", "fr-BE", "1")._replace(postal=("Ontvanger " * 6,) * 3)
    window = letter.envelope.address
    assert window
    [first, *_] = styled(opened(writer.write(letter)), "Address")
    own = first.paragraph_format
    assert own.line_spacing is not None
    assert Length(own.line_spacing).mm == pytest.approx(window.height / 6, abs=0.1)
    assert own.right_indent is not None
    assert 210 - wordml.RIGHT / wordml.MILLIMETRE - own.right_indent.mm == pytest.approx(
        window.x + window.width, abs=0.1
    )


@pytest.mark.parametrize("name", names())
def test_date_below_an_address_on_the_right(name: str) -> None:
    """Where the address is on the left, the date begins where the letter does."""
    letter = gallery.letter("nl-b2b", "nl-NL", "1")._replace(envelope=profile(name, "NL"))
    document = opened(writer.write(letter))
    [dated], [address, *_] = styled(document, "Date"), styled(document, "Address")
    indent = address.paragraph_format.left_indent
    right = letter.envelope.side == "right"
    assert dated.paragraph_format.left_indent == (indent if right else None)


@pytest.mark.parametrize(("first", "broken"), [("2026-1", False), ("2026-1, " * 9, True)])
def test_head_breaks_only_where_it_must(first: str, broken: bool) -> None:
    table = Drawn(("Facture", "Échéance", "Jours de retard"), ((first, "1/1/26", "3"),), (), (2,))
    letter = gallery.letter("be-b2b", "fr-BE", "1")
    block = Block("items", items=("2026-1",), table=lambda: table)
    [made] = opened(writer.write(letter._replace(blocks=(block,)))).tables
    widths = [column.width or 0 for column in made.columns]
    assert sum(widths) == Twips(wordml.WIDTH)
    assert (widths[2] < Twips(105 * len("Jours de retard"))) == broken
    assert widths[2] > Twips(105 * len("retard"))
    flush = [cell._tc.findall(f".//{qn('w:tcMar')}") != [] for cell in made.rows[1].cells]
    assert flush == [False, False, True]


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


# Pictures


def shown(raw: bytes) -> dict[str, tuple[str, bytes, float, float]]:
    """Every picture by its name: what it is said to be, its file, its width and height in mm."""
    document = opened(raw)
    found = {}
    for shape in document.inline_shapes:
        told = shape._inline.docPr
        embedded = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
        part = document.part.related_parts[embedded]
        assert isinstance(part, ImagePart)
        assert part.content_type == "image/png"
        found[told.name] = told.get("descr"), part.blob, shape.width.mm, shape.height.mm
    with ZipFile(io.BytesIO(raw)) as package:
        files = [name for name in package.namelist() if name.startswith("word/media/")]
    assert sorted(files) == sorted(f"word/media/{name}.png" for name in found)
    return found


def with_logo(kind: str, raw: bytes) -> Letter:
    return gallery.letter("gb-b2b", "en-GB", "1")._replace(logo=Logo(kind, raw))


@pytest.mark.parametrize(
    ("kind", "raw", "width", "height"),
    [
        ("png", png(60, 20), 54, 18),
        ("png", png(10, 40), 4.5, 18),
        ("png", png(400, 40), 60, 6),
        ("svg", svg('<path d="M0 0h9v9z"/>'), 18, 18),
        ("svg", svg('<path d="M0 0h9v9z"/>').replace(b"9 9", b"90 9"), 60, 6),
    ],
)
def test_logo_at_its_size(kind: str, raw: bytes, width: float, height: float) -> None:
    """18 mm high, at most 60 mm wide, its sides as they are to each other, and fine enough."""
    letter = with_logo(kind, raw)
    label, picture, *size = shown(writer.write(letter))["logo"]
    assert label == letter.sender[0] == "Harlow Design Ltd"
    assert size == pytest.approx([width, height], abs=0.1)
    if kind == "png":
        assert picture == raw
    else:
        drawn = Image.open(io.BytesIO(picture))
        assert drawn.size == pytest.approx([side / 25.4 * 600 for side in size], abs=3)
        assert {shade for _, shade in drawn.getcolors(999) or ()} >= {(0, 0, 0, 255), (0, 0, 0, 0)}


def test_logo_beside_the_sender_and_above_the_window() -> None:
    """In a frame of its own width at the right margin, so that no line of the letter moves."""
    letter = with_logo("png", png(60, 20))
    document = opened(writer.write(letter))
    [picture] = styled(document, "Picture")
    assert picture._p is document.paragraphs[0]._p
    frame = picture._p.find(f".//{qn('w:framePr')}")
    assert frame is not None
    assert {frame.get(qn(f"w:{name}")) for name in ("hAnchor", "vAnchor")} == {"margin"}
    assert int(frame.get(qn("w:w"))) + int(frame.get(qn("w:x"))) == wordml.WIDTH
    section = document.sections[0]
    assert section.top_margin is not None
    for name in names():
        shown = profile(name, "GB").shown
        assert shown is None or section.top_margin.mm + 18 < shown.y


def test_long_sender_beside_a_logo() -> None:
    """What goes over two lines there is reckoned with, so that the address stays in its window."""
    letter = with_logo("png", png(400, 100))
    long = letter._replace(sender=("Afzender " * 8, *letter.sender[1:]))
    above = [
        opened(writer.write(one._replace(logo=logo)))
        for one in (letter, long)
        for logo in (None, letter.logo)
    ]
    before = [styled(one, "Address")[0].paragraph_format.space_before for one in above]
    lines = [styled(one, "Sender")[0].paragraph_format.line_spacing for one in above]
    assert before[0] == before[1] == before[2]
    assert before[3] is not None
    assert before[2] is not None
    assert before[2].pt - before[3].pt == 12
    assert len(set(lines)) == 1


def test_a_logo_that_cannot_be_drawn() -> None:
    letter = with_logo("svg", svg('<path d="M0 0h9v9z"/>').replace(b"<svg", b'<svg width="0"'))
    for write in (writer.write, pdf.write):
        with pytest.raises(InputError) as refused:
            write(letter)
        [finding] = refused.value.findings
        assert (finding.id, finding.path, finding.seen) == ("logo_broken", "creditor.logo", "svg")


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("A &amp; é.png", ""),
        ("../outside.png", "file_outside"),
        ("a<b>.png", "file_outside"),
        ("none.png", "logo_missing"),
        ("no.png", "logo_kind"),
    ],
)
def test_logo_of_a_file(name: str, id: str, tmp_path: Path) -> None:
    """What a file is called goes nowhere; one elsewhere, and one that is no picture, is refused."""
    for file in ("A &amp; é.png", "../outside.png", "a<b>.png"):
        (tmp_path / file).write_bytes(png(60, 20))
    (tmp_path / "no.png").write_bytes(b"GIF89a")
    source = (ROOT / "examples/gb-b2b.yaml").read_text("utf-8")
    case = tmp_path / "case.yaml"
    case.write_text(source.replace("creditor:", f"creditor:\n  logo: '{name}'", 1), "utf-8")

    def made() -> bytes:
        raw = render(case, stage=1, on=date(2026, 11, 5), format="docx")
        assert isinstance(raw, bytes)
        return raw

    if id:
        with pytest.raises(InputError) as refused:
            made()
        assert [finding.id for finding in refused.value.findings] == [id]
        return
    assert shown(made())["logo"][1] == png(60, 20)
    with ZipFile(io.BytesIO(made())) as package:
        assert not any(b"A &amp" in package.read(part) for part in package.namelist())


EPC = [
    cell
    for cell in CELLS
    if (order := gallery.letter(*cell).payment) and order.code and order.code.kind == "epc"
]


def test_there_are_codes_in_every_language() -> None:
    assert len(EPC) > 40
    assert {tag[:2] for _, tag, _ in EPC} == set(LANGUAGES)


@pytest.mark.parametrize("cell", EPC, ids="-".join)
def test_code_says_what_stands_beside_it(cell: tuple[str, str, str]) -> None:
    letter = gallery.letter(*cell)
    order = letter.payment
    assert order
    assert order.code
    document = opened(writer.write(letter))
    [(label, picture, width, height)] = shown(writer.write(letter)).values()
    assert label == order.code.label
    drawn = Image.open(io.BytesIO(picture))
    assert (drawn.mode, drawn.width) == ("1", drawn.height)
    assert width == height == pytest.approx(max(27, drawn.width / 8 * 0.42), abs=0.1)
    [read] = zxingcpp.read_barcodes(drawn.convert("L"))
    assert (read.bytes, read.ec_level) == (order.code.payload.encode(order.code.encoding), "M")
    lines = read.text.split("\n")
    assert (lines[6], lines[7]) == (order.account, f"EUR{order.amount}")
    reference = lines[9] if len(lines) == 10 else lines[10]
    values = [plain(p.text.partition("\t")[2]) for p in styled(document, "Payment")]
    assert reference in values
    assert lines[6] in [value.replace(" ", "") for value in values]
    every = document.paragraphs
    at = [p.style.name if p.style else "" for p in every].index("Picture")
    assert [p.text for p in every[at : at + 2]] == ["", order.code.caption]
    kept = every[at : at + 2 + 1 + len(styled(document, "Payment"))]
    assert [p.style.name if p.style else "" for p in kept[-2:]] == ["Payment"] * 2


def test_code_as_large_as_on_the_page() -> None:
    """The largest there is, with its quiet zone of four modules, is 32 mm wide."""
    code = PaymentCode("epc", "€" * 109 + "éé")
    picture = pictures.of_code(code)
    assert picture
    drawn = Image.open(io.BytesIO(picture.raw))
    assert drawn.width == 8 * (69 + 2 * 4)
    assert picture.width == pytest.approx(77 * 0.42)
    assert drawn.getbbox() is not None
    dark = drawn.convert("L").point(lambda shade: 255 - shade).getbbox()
    assert dark == (32, 32, drawn.width - 32, drawn.width - 32)


@pytest.mark.parametrize("cell", [("ch-b2b", "fr-CH", "1"), ("gb-b2b", "en-GB", "4")])
def test_no_picture_and_no_word_of_one(cell: tuple[str, str, str]) -> None:
    """A Swiss code has no place outside its slip; and the letter speaks of none."""
    letter = gallery.letter(*cell)
    raw = writer.write(letter)
    assert shown(raw) == {}
    with ZipFile(io.BytesIO(raw)) as package:
        assert b"image" not in package.read("word/_rels/document.xml.rels")
    code = letter.payment.code if letter.payment else None
    assert code is None or code.caption not in said(raw)
    expected = ["word_no_slip"] if code else []
    assert [(f.id, f.severity) for f in writer.left_out(letter)] == [(id, NOTE) for id in expected]


def test_without_what_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """No picture, and a note of it; a logo that is a PNG goes in all the same."""
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)
    pictures.of_logo.cache_clear()
    coded = gallery.letter("be-b2b", "nl-BE", "1")
    drawn = with_logo("svg", svg('<path d="M0 0h8v9z"/>'))
    for letter in (coded, drawn):
        assert shown(writer.write(letter)) == {}
        assert [f.id for f in writer.left_out(letter)] == ["word_no_picture"]
    letter = with_logo("png", png(60, 21))
    assert list(shown(writer.write(letter))) == ["logo"]
    assert writer.left_out(letter) == []
    pictures.of_logo.cache_clear()


def test_each_letter_its_own_pictures() -> None:
    """The part that letters share is not that of a letter with another logo, or with a code."""
    coded = gallery.letter("nl-b2b", "en-GB", "4")
    bare = coded._replace(payment=None)
    for _ in range(2):
        assert list(shown(writer.write(bare))) == []
        assert list(shown(writer.write(coded))) == ["code"]
        for size in (10, 20):
            both = shown(writer.write(coded._replace(logo=Logo("png", png(size, 10)))))
            assert both["logo"][1] == png(size, 10)
            assert sorted(both) == ["code", "logo"]


def test_label_is_a_value() -> None:
    """Whatever the sender is called, it stays within its attribute."""
    odd = 'A "B" <w:p/> & C\x0b'
    letter = with_logo("png", png(60, 20))
    letter = letter._replace(sender=(odd, *letter.sender[1:]))
    label, *_ = shown(writer.write(letter))["logo"]
    assert label == odd.replace("\x0b", "\ufffd")

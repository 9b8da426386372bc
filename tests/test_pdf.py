"""The PDF letter: standards, the window of the envelope, the same words as the text."""

from __future__ import annotations

import copy
import functools
import io
import json
import os
import re
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

import page as validator
import pdfplumber
import pypdfium2
import pytest
import uharfbuzz as harfbuzz
import yaml
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from PIL import Image

from letterkit import Letter, compose, envelopes, postal, showcase
from letterkit.data import own_text, own_yaml
from letterkit.errors import InputError, LetterkitError
from letterkit.model import Block
from letterkit.render import planned
from letterkit.writers import layout, metrics, pdf, typesetting
from tests import fonts, gallery
from tests.conftest import ROOT
from tests.pdf_tree import tagged

LONG = bool(os.environ.get("LETTERKIT_LONG"))
MM = 72 / 25.4

CELLS = sorted(gallery.cells(), key=lambda cell: gallery.path(*cell).stat().st_size)
LONGEST = {(tag[:2], stage): (name, tag, stage) for name, tag, stage in CELLS}
TRIED = CELLS if LONG else [LONGEST[of] for of in LONGEST if of[1] in ("1", "3", "plan", "claim")]
"""Every golden letter; in a short run, the longest of each language and of four kinds."""

Place = tuple[float, float, float, float]


@functools.cache
def written(cell: tuple[str, str, str]) -> tuple[Letter, bytes]:
    letter = gallery.letter(*cell)
    return letter, pdf.write(letter)


EXAMPLE = yaml.load(own_text("examples", "be-b2b.yaml") or "", Loader=yaml.BaseLoader)


def sample(**changes: Any) -> Letter:
    """A first reminder of an example, with fields of the case put in by their path."""
    case = copy.deepcopy(EXAMPLE)
    for at, value in changes.items():
        *way, last = at.split("__")
        place = case
        for step in way:
            place = place[int(step)] if step.isdigit() else place[step]
        place[last] = value
    sent, on = planned(case, 1)
    return compose(sent, stage=1, on=on, language="fr-BE")


# Standards


@pytest.mark.parametrize("cell", TRIED, ids="-".join)
def test_standards(cell: tuple[str, str, str]) -> None:
    _, raw = written(cell)
    for profile in ("PDF/UA-1", "PDF/A-3a"):
        report = validator.validate_pdf_bytes(raw, profile=profile)
        assert [(f.rule_id, f.message) for f in report.failures] == []
        assert report.is_compliant


def test_a_blank_letter_is_accessible() -> None:
    from letterkit.letter import compose_blank

    letter = compose_blank(stage=3, language="nl", law="BE")
    report = validator.validate_pdf_bytes(pdf.write(letter), profile="PDF/UA-1")
    assert report.is_compliant
    read = spoken(pdf.write(letter))
    assert "☐" in read
    assert "– ☐" not in read


def test_a_stream_that_ends_in_a_carriage_return() -> None:
    head = b"%PDF-1.7\n"
    one = b"1 0 obj\n<</Length 3>>\nstream\nab\r\nendstream\nendobj\n"
    two = b"2 0 obj\n<</Type/Catalog>>\nendobj\n"
    start = len(head + one + two)
    table = f"0000000000 65535 f\r\n{len(head):010} 00000 n\r\n{len(head + one):010} 00000 n\r\n"
    tail = f"xref\n0 3\n{table}trailer\n<</Size 3>>\nstartxref\n{start}\n%%EOF".encode()
    mended = typesetting.clear_ends(head + one + two + tail)
    assert b"stream\nab\r\r\nendstream" in mended
    places = [int(place) for place in re.findall(rb"(\d{10}) \d{5} n", mended)]
    assert [mended[place:][:7] for place in places] == [b"1 0 obj", b"2 0 obj"]
    assert mended[int(mended.split(b"startxref\n")[1].split()[0]) :].startswith(b"xref\n")


def test_fonts_are_ours_and_small() -> None:
    shipped = sorted(fonts.MADE.iterdir())
    assert sum(font.stat().st_size for font in shipped) < 1_300_000
    licensed = re.findall(r"[\w-]+\.[ot]tf", (ROOT / "LICENSES/OFL-1.1.txt").read_text())
    assert sorted(licensed) == sorted(font.name for font in (*shipped, *fonts.MADE_FROM.iterdir()))
    names = {str(char["fontname"]).partition("+")[2] for char in chars(written(CELLS[0])[1])}
    assert names == {"LetterkitSans-Regular", "LetterkitSans-Semibold"}


SCRIPTS = {"Latn": (0x20, 0x370), "Grek": (0x370, 0x400), "Cyrl": (0x400, 0x530)}


def _apart(font: harfbuzz.Font, letters: list[str], script: str) -> Iterator[list[int]]:
    """How far each letter reaches before each other one, as HarfBuzz sets them."""
    for left in letters:
        buffer = harfbuzz.Buffer()
        buffer.add_str("".join(f"{left}{right}" for right in letters))
        buffer.direction, buffer.script = "ltr", script
        harfbuzz.shape(font, buffer, {"liga": False, "ccmp": False})
        yield [place.x_advance for place in buffer.glyph_positions]


@pytest.mark.parametrize("face", fonts.FACES.values())
def test_letterkit_sans_is_source_sans(face: str) -> None:
    """Each character is drawn alike, and each two are as far apart."""
    drawn: list[dict[int, Any]] = []
    apart = []
    for path in (fonts.source(face), fonts.made(face)):
        font = TTFont(path)
        glyphs, named = font.getGlyphSet(), font.getBestCmap()
        drawn.append({})
        for letter, name in named.items():
            pen = RecordingPen()
            glyphs[name].draw(pen)
            drawn[-1][letter] = (glyphs[name].width, pen.value)
        sets = harfbuzz.Font(harfbuzz.Face(path.read_bytes()))
        signs = [chr(each) for each in named if each < 0x41 or 0x2000 <= each < 0x2300]
        signs.remove("\u2044")  # of two numbers it made one fraction
        for script, (first, end) in SCRIPTS.items():
            own = [chr(each) for each in named if first <= each < end and not combining(chr(each))]
            apart.append(list(_apart(sets, own + signs, script)))
    assert drawn[0] == drawn[1]
    assert apart[:3] == apart[3:]


def test_the_fonts_and_their_widths_are_as_made(tmp_path: Path) -> None:
    assert json.loads(fonts.WIDTHS.read_text(encoding="utf-8")) == fonts.widths()
    for face in fonts.FACES.values() if LONG else ():
        fonts.make(face, tmp_path / "made.otf")
        assert (tmp_path / "made.otf").read_bytes() == fonts.made(face).read_bytes()


@pytest.mark.parametrize(
    "text", ["FACT-2026/00147-3", "WWW MMM", "€ 1.234.567,89", "l’été, à 10,5 %"]
)
def test_a_text_is_no_wider_than_it_is_said_to_be(text: str) -> None:
    """Else it would break in a row that has one line: see `ample` in page.typ."""
    size = 10.5
    letter = sample(debtor__name=text)
    with pdfplumber.open(io.BytesIO(pdf.write(letter))) as opened:
        window = opened.pages[0].crop((110 * MM, 0, 210 * MM, 80 * MM))
        [line] = [each for each in window.extract_text_lines() if bare(each["text"]) == bare(text)]
    assert 0.9 < (line["x1"] - line["x0"]) / size / metrics.width(text) <= 1


def test_the_claim_is_attached() -> None:
    letter, raw = written(("be-b2b", "fr-BE", "3"))
    attached = pypdfium2.PdfDocument(raw).get_attachment(0)
    assert attached.get_name() == "claim.json"
    claim = yaml.safe_load(bytes(attached.get_data()))
    assert letter.claim
    assert claim["principal"] == str(letter.claim.principal)
    assert claim["on"] == "2026-12-02"
    assert [item["invoice"]["number"] for item in claim["items"]] == [
        item.invoice.number for item in letter.claim.items
    ]


def test_title_language_and_date() -> None:
    letter, raw = written(("be-b2b", "fr-BE", "1"))
    with pdfplumber.open(io.BytesIO(raw)) as opened:
        assert opened.metadata["Title"] == layout.subject(letter)
        assert opened.metadata["CreationDate"].startswith("D:20261030")
    assert b"/Lang(fr-BE)" in raw


# What is read, and in which order


def chars(raw: bytes) -> Iterator[dict[str, Any]]:
    with pdfplumber.open(io.BytesIO(raw)) as opened:
        for sheet in opened.pages:
            yield from sheet.chars


def spoken(raw: bytes) -> str:
    """Everything in the structure tree, in its order."""
    return plain(" ".join(text for _, text in tagged(raw)))


@pytest.mark.parametrize("cell", [("be-b2b", "fr-BE", "1"), ("water-bottles", "en-GB", "1")])
def test_what_is_copied_into_a_bank_s_form_has_plain_spaces(cell: tuple[str, str, str]) -> None:
    letter, raw = written(cell)
    [pairs] = [block.pairs for block in letter.blocks if block.name == "pay"]
    [iban] = [value for label, value in pairs if label.startswith("IBAN")]
    read = "".join(char["text"] for char in chars(raw))
    assert " ".join(iban.split()) in read


def plain(text: str) -> str:
    """Spaces of any kind and number are one space; without hyphens, of which PDFium makes
    something else where a line ends with one."""
    return " ".join(normalize("NFKC", text).replace("-", "").replace("\x02", "").split())


def bare(text: str) -> str:
    return "".join(text.split())


def said(letter: Letter) -> Iterator[str]:
    """What a PDF of the letter should say, in its order."""
    placed = layout.place(letter)
    for block in placed.notice:
        yield from block.paragraphs
    yield from letter.sender
    yield from letter.postal
    code = letter.payment.code if letter.payment else None
    for run in (placed.heading, *placed.body, placed.ending, placed.reply, placed.enclosed):
        for block in run:
            yield from parts(block)
            if block.name == "pay" and code:
                yield code.caption


def parts(block: Block) -> Iterator[str]:
    yield from (*block.paragraphs, *block.lines)
    for pair in block.pairs:
        yield from pair
    if block.table:
        table = block.table()
        for row in (table.head, *table.rows, table.foot):
            yield from row
    else:
        for item in block.items:
            yield from ("–", item)


@pytest.mark.parametrize("cell", TRIED, ids="-".join)
def test_the_same_words_in_the_same_order(cell: tuple[str, str, str]) -> None:
    """Letter by letter what the text output says; where that has a list, perhaps a table."""
    letter, raw = written(cell)
    read, expected = spoken(raw), plain(" ".join(said(letter)))
    if with_slip(letter):  # what that says is compared in test_payment_pdf
        read = read[: len(expected)]
    assert read == expected


def with_slip(letter: Letter) -> bool:
    return bool(letter.payment and letter.payment.code and letter.payment.code.slip)


@pytest.mark.parametrize("cell", TRIED[::3], ids="-".join)
def test_the_address_is_read_before_the_subject(cell: tuple[str, str, str]) -> None:
    letter, raw = written(cell)
    tree = tagged(raw)
    kinds = [kind for kind, _ in tree]
    subject = kinds.index("H1")
    assert kinds.count("H1") == 1
    before = plain(" ".join(text for _, text in tree[:subject]))
    assert plain(" ".join(letter.postal)) in before


def test_tables_have_heads() -> None:
    tree = tagged(written(("be-b2b", "fr-BE", "3"))[1])
    assert Counter(kind for kind, _ in tree)["TH"] == 7 + 2
    assert {"Table", "THead", "TBody", "TFoot", "TR", "TD"} <= {kind for kind, _ in tree}


def test_a_crowded_table_is_legible() -> None:
    """Numbers of 17 characters beside sums of seven figures: nothing breaks or overlaps."""
    number = "FACT-2026/00147-{}"
    invoice = {"issued": "2026-09-01", "due": "2026-10-01", "currency": "CHF"}
    paid = {"amount": "1234567.89", "payments": [{"date": "2026-10-05", "amount": "123456.78"}]}
    case = copy.deepcopy(showcase.facts("ch-b2b"))
    case["invoices"] = [{**invoice, **paid, "number": number.format(n)} for n in range(6)]
    letter = compose(case, stage=1, on=date(2026, 11, 9), language="it-CH")
    with pdfplumber.open(io.BytesIO(pdf.write(letter))) as opened:
        words = [word["text"] for sheet in opened.pages for word in sheet.extract_words()]
    row = "01.09.2026 01.10.2026 CHF 1’234’567.89 CHF 123’456.78 CHF 1’111’111.11 39"
    assert all(f" {number.format(n)} {row} " in " ".join(words) for n in range(6))


# Where it stands


def inside(box: dict[str, Any], place: Place, slack: float = 0.05) -> bool:
    x, y, width, height = place
    return bool(
        box["x0"] / MM >= x - slack
        and box["x1"] / MM <= x + width + slack
        and box["top"] / MM >= y - slack
        and box["bottom"] / MM <= y + height + slack
    )


def touches(box: dict[str, Any], place: Place) -> bool:
    x, y, width, height = place
    return bool(
        box["x1"] / MM > x
        and box["x0"] / MM < x + width
        and box["bottom"] / MM > y
        and box["top"] / MM < y + height
    )


def views(name: str) -> Iterator[Place]:
    """What the window shows of the sheet, for the corners and the middle of its play."""
    row = own_yaml("templates", "envelopes.yaml")["profiles"][name]
    if "clear" in row:
        yield tuple(row["clear"].values())
        return
    window = row["window"]
    play = window["size"][0] - 210, window["size"][1] - window["sheet"]
    assert min(play) >= 0
    for across in (0, 0.5, 1):
        for down in (0, 0.5, 1):
            yield (
                window["x"] - across * play[0],
                window["y"] - down * play[1],
                window["width"],
                window["height"],
            )


def check_window(letter: Letter, raw: bytes) -> None:
    """In every position, the whole address is in the window and nothing else is."""
    with pdfplumber.open(io.BytesIO(raw)) as opened:
        sheet = opened.pages[0]
        words = sheet.extract_words()
        drawn = [*sheet.lines, *sheet.rects, *sheet.curves, *sheet.images]
    for view in views(letter.envelope.name):
        seen = [word for word in words if touches(word, view)]
        assert all(inside(word, view) for word in seen)
        text = bare("".join(word["text"] for word in seen))
        line = bare(", ".join(letter.sender[:3])) if letter.envelope.return_line else ""
        assert text == line + bare("".join(letter.postal))
        assert not [thing for thing in drawn if touches(thing, view)]


WINDOWS = [name for name in envelopes.names() if name != "none"]
LONGEST_ADDRESS = (
    "Société coopérative des maraîchers SA",
    "À l’attention de Mme Anne Vandenbosch",
    "Bâtiment C, deuxième étage, porte 12",
    "127 RUE DE LA MONTAGNE AUX HERBES W 1",
    "59000 VILLENEUVE D’ASCQ CEDEX 12 WWWW",
    "FRANCE",
)
"""Six lines of up to 38 characters: the most that La Poste allows (NF Z 10-011)."""


@pytest.mark.parametrize("name", WINDOWS)
def test_the_address_is_in_the_window(name: str) -> None:
    letter = sample(envelope=name)
    check_window(letter, pdf.write(letter))
    longest = letter._replace(postal=LONGEST_ADDRESS)
    check_window(longest, pdf.write(longest))


@pytest.mark.parametrize("cell", TRIED, ids="-".join)
def test_the_window_shows_nothing_else(cell: tuple[str, str, str]) -> None:
    check_window(*written(cell))


@pytest.mark.parametrize("name", WINDOWS)
def test_an_address_without_room_is_refused(name: str) -> None:
    letter = sample(envelope=name)
    with pytest.raises(InputError) as refused:
        pdf.write(letter._replace(postal=tuple(f"ligne {n}" for n in range(20))))
    assert [f.id for f in refused.value.findings] == ["address_no_room"]


def test_no_window_no_marks() -> None:
    letter = sample(envelope="none")
    assert letter.envelope == envelopes.profile("none", "BE")
    assert letter.envelope.side == "right"
    with pdfplumber.open(io.BytesIO(pdf.write(letter))) as opened:
        assert not [line for line in opened.pages[0].lines if line["x0"] < 15 * MM]
    long = tuple(f"ligne {n}" for n in range(12))
    assert bare("".join(long)) in bare(spoken(pdf.write(letter._replace(postal=long))))


def test_fold_marks() -> None:
    with pdfplumber.open(io.BytesIO(written(("nl-b2c", "nl-NL", "1"))[1])) as opened:
        marks = [line for line in opened.pages[0].lines if line["x0"] < 15 * MM]
    assert [round(mark["top"] / MM, 1) for mark in marks] == [99, 148.5, 198]


def test_profiles_are_whole() -> None:
    """Each profile says where it is from; each country has one; the address is in its window."""
    known = own_yaml("templates", "envelopes.yaml")
    assert set(known["countries"].values()) <= set(known["profiles"])
    for name, row in known["profiles"].items():
        assert row["trust"] in ("high", "medium", "low")
        assert row["source"]
        assert isinstance(row["checked"], date)
        for x, y, width, height in views(name):
            place = row["address"]
            assert x <= place["x"]
            assert place["x"] + place["width"] <= x + width
            assert y <= place["y"]
            assert place["y"] + place["height"] <= y + height


# Pages


PARTED = re.compile(r"[^\W\d]{3,}\n(?:19|20)\d\d\b(?![-/])|e-\nmail|article\n\d|tel\.\n[+\d]")


@pytest.mark.parametrize("cell", TRIED, ids="-".join)
def test_nothing_is_left_alone(cell: tuple[str, str, str]) -> None:
    """On one sheet if it is not very long; else the closing takes its last sentence along."""
    letter, raw = written(cell)
    placed = layout.place(letter)
    with pdfplumber.open(io.BytesIO(raw)) as opened:
        texts = [sheet.extract_text() for sheet in opened.pages]
        text_tops = [sheet.extract_text_lines()[1]["top"] for sheet in opened.pages]
    assert not [found for text in texts for found in PARTED.findall(text)]
    sheets = list(map(bare, texts))
    own = len(sheets) - len(placed.enclosed) - (with_slip(letter) and len(sheets) > 1)
    assert own == 1 or (own == 2 and placed.length > 3300)
    [closing] = [n for n, text in enumerate(sheets) if bare(placed.ending[0].paragraphs[0]) in text]
    last = bare(placed.body[-1][-1].paragraphs[-1])
    assert last[-40:] in sheets[closing]
    for block in placed.ending:
        assert all(bare(text) in sheets[closing] for text in parts(block))
    for n, text in enumerate(sheets[1:], 2):
        assert f"{n}/{len(sheets)}" in text
        assert text_tops[n - 1] > 20 * MM
    assert f"1/{len(sheets)}" not in sheets[0][:200]


@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_nothing_stands_in_the_right_margin(cell: tuple[str, str, str]) -> None:
    """But the Swiss slip, which is as wide as the sheet."""
    letter, raw = written(cell)
    slip = letter.payment and letter.payment.code and letter.payment.code.slip
    with pdfplumber.open(io.BytesIO(raw)) as opened:
        for sheet in opened.pages:
            above = (297 - 105 - 4 if slip else 297) * MM
            seen = (each for each in (*sheet.chars, *sheet.lines) if each.get("text") != " ")
            reached = [each["x1"] for each in seen if each["top"] < above]
            assert max(reached) < (210 - 20) * MM + 0.5


def test_a_table_is_not_torn() -> None:
    """The first page would have room for some of its rows."""
    letter, raw = written(("be-b2b", "fr-BE", "3"))
    with pdfplumber.open(io.BytesIO(raw)) as opened:
        sheets = [bare(sheet.extract_text()) for sheet in opened.pages]
    [table] = [block.table() for block in letter.blocks if block.name == "claim" and block.table]
    ends = [bare("".join(row)) for row in (table.rows[0], table.rows[-1])]
    assert [[end in text for end in ends] for text in sheets] == [[False] * 2, [True] * 2]


def test_long_words_stay_on_the_sheet() -> None:
    """They break where they may, and neither a copy nor the link has a mark of it."""
    link = "https://pay.menuiserie-lambert.example/facture/2026-0398/" + "a" * 90
    mail = "administration.comptabilite@menuiserie-lambert-namur.example"
    letter = sample(creditor__payment_link=link, creditor__email=mail, reference="R" * 60)
    for name in WINDOWS:
        raw = pdf.write(letter._replace(envelope=envelopes.profile(name)))
        with pdfplumber.open(io.BytesIO(raw)) as opened:
            assert max(char["x1"] for char in opened.chars) <= (210 - 20) * MM + 0.1
            assert {found["uri"] for found in opened.hyperlinks} == {link}
        assert mail.replace("-", "") in spoken(raw)


# What cannot be set


def test_same_letter_same_bytes() -> None:
    letter, raw = written(("nl-b2c", "nl-NL", "2"))
    assert pdf.write(letter) == raw
    told = "import sys; from tests import gallery; from letterkit.writers import pdf; "
    told += "sys.stdout.buffer.write(pdf.write(gallery.letter('nl-b2c', 'nl-NL', '2')))"
    other = subprocess.run([sys.executable, "-c", told], capture_output=True, cwd=ROOT, check=True)
    assert other.stdout == raw


def test_the_picture_is_the_first_page() -> None:
    """Darkness of 24 by 24 pixels each, beside that of another program's picture of the PDF."""
    letter, raw = written(max((c for c in CELLS if c[0] == "ch-b2b"), key=CELLS.index))
    made, picture = pdf.with_picture(letter, 48)
    assert made == raw
    document = pypdfium2.PdfDocument(raw)
    assert len(document) == 2, "a letter and its slip: two pages"
    other = document[0].render(scale=48 / 72).to_pil()
    with Image.open(io.BytesIO(picture)) as ours:
        assert ours.size == (397, 561)
        cells = [
            one.convert("L").resize((17, 24), Image.Resampling.BOX, (0, 0, 396, 560)).tobytes()
            for one in (ours, other)
        ]
    assert min(cells[1]) < 220 < max(cells[1])
    assert all(abs(a - b) < 25 for a, b in zip(*cells, strict=True))


def test_a_character_without_a_glyph_is_named() -> None:
    with pytest.raises(InputError) as refused:
        pdf.write(sample(debtor__name="株式会社 Pont"))
    [finding] = refused.value.findings
    assert (finding.id, finding.values["where"]) == ("glyph_missing", "株式会社 Pont")
    assert finding.seen in "株式会社"


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(InputError) as refused:
        pdf.write(sample())
    assert 'pip install ".[pdf]"' in refused.value.explain("en")


def test_not_in_a_forked_process() -> None:
    pdf.write(sample())
    child = os.fork()
    if not child:
        try:
            pdf.write(sample())
        except RuntimeError:
            os._exit(7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


HOSTILE = yaml.safe_load((ROOT / "tests/hostile.yaml").read_text(encoding="utf-8"))
LITERAL = [text for group in HOSTILE["literal"].values() for text in group]
IN_THE_FONT = {*map(chr, range(0x20, 0x250)), "ﬁ"}
PLANTED = ("reference", "creditor__name", "debtor__name", "debtor__customer", "invoices__0__number")


@pytest.mark.parametrize("value", LITERAL)
def test_a_hostile_value_is_only_text(value: str) -> None:
    """In every field that takes it, at once: taken letter by letter, or a glyph is missing."""
    taken = {}
    for field in PLANTED:
        try:
            sample(**{field: value})
        except LetterkitError:
            continue
        taken[field] = value
    assert taken
    letter = sample(**taken)
    if not set(normalize("NFC", value)) <= IN_THE_FONT:
        with pytest.raises(InputError) as refused:
            pdf.write(letter)
        assert [finding.id for finding in refused.value.findings] == ["glyph_missing"]
        return
    raw = pdf.write(letter)
    assert spoken(raw) == plain(" ".join(said(letter)))
    assert b"/JavaScript" not in raw
    assert b"/URI" not in raw


# The calibration page


@pytest.mark.parametrize("name", WINDOWS)
def test_calibration(name: str) -> None:
    from letterkit import commands

    for ui in ("en", "fr", "it", "nl"):
        raw = commands.calibration(name, ui)
        assert validator.validate_pdf_bytes(raw, profile="PDF/UA-1").is_compliant
    profile = envelopes.profile(name)
    assert profile.address
    assert ("Vouw het blad" in spoken(raw)) == bool(profile.folds)
    with pdfplumber.open(io.BytesIO(raw)) as opened:
        [sheet] = opened.pages
        grey = [rect for rect in sheet.rects if rect["fill"] and rect["width"] > 100]
    assert [round(box["x0"] / MM, 1) for box in grey] == [profile.address.x]


# Logo and address


@pytest.fixture
def with_logo(tmp_path: Path) -> Callable[[bytes], Letter]:
    """The sample, its creditor in a file beside which the logo lies."""

    def compose_with(raw: bytes, name: str = "logo.svg") -> Letter:
        (tmp_path / "logo.svg").write_bytes(raw)
        own = {**EXAMPLE["creditor"], "logo": name}
        (tmp_path / "me.yaml").write_text(yaml.safe_dump(own), "utf-8")
        case = {key: value for key, value in EXAMPLE.items() if key != "creditor"}
        return compose(
            case, stage=1, on=date(2026, 10, 30), language="fr-BE", creditor=tmp_path / "me.yaml"
        )

    return compose_with


def png(width: int, height: int, packed: bytes = b"") -> bytes:
    """A black picture, or one of these dots."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 0, 0, 0, 0])
    rows = packed or zlib.compress(bytes(1 + width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


SVG = (ROOT / "tests/cases/logo.svg").read_bytes()


@pytest.mark.parametrize("name", [*WINDOWS, "none"])
def test_a_logo_is_whole(name: str, with_logo: Callable[[bytes], Letter]) -> None:
    """As wide as there is room for, whatever the width of its column: both edges are to be seen."""
    edges = b'<path d="M0 0h1v18H0z"/><path d="M59 0h1v18h-1z"/>'
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 18">' + edges + b"</svg>"
    letter = with_logo(drawn)._replace(envelope=envelopes.profile(name))
    page = pypdfium2.PdfDocument(pdf.write(letter))[0].render(scale=4).to_pil().convert("L")
    row = [page.getpixel((x, round(24 * MM * 4))) for x in range(page.width)]
    dark = [x / 4 / MM for x, shade in enumerate(row) if isinstance(shade, int) and shade < 60]
    assert max(dark) - min(dark) == pytest.approx(60, abs=0.5)


@pytest.mark.parametrize("picture", [SVG, png(60, 20)], ids=["svg", "png"])
@pytest.mark.parametrize("name", WINDOWS)
def test_a_logo_stays_out_of_the_window(
    picture: bytes, name: str, with_logo: Callable[[bytes], Letter]
) -> None:
    letter = with_logo(picture)._replace(envelope=envelopes.profile(name))
    raw = pdf.write(letter)
    check_window(letter, raw)
    for profile in ("PDF/UA-1", "PDF/A-3a"):
        assert validator.validate_pdf_bytes(raw, profile=profile).is_compliant
    assert "Figure" in [kind for kind, _ in tagged(raw)]


def svg(inside: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}</svg>'.encode()


LOGOS = [
    (b"GIF89a", "logo_kind"),
    (png(60, 20)[:-9], "logo_broken"),
    (png(60, 20).replace(b"IDAT", b"IDAX"), "logo_broken"),
    (png(60, 20, b"not packed"), "logo_broken"),
    (png(60, 20, zlib.compress(bytes(1220))[:-9]), "logo_broken"),
    (png(60, 20, zlib.compress(bytes(50_000_000))), "logo_broken"),
    (png(4001, 1), "logo_sides"),
    (png(1, 1) + bytes(500_000), "logo_too_big"),
    (b"<svg", "logo_broken"),
    (b"<svg/>", "logo_broken"),
    (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg(""), "logo_content"),
    (svg("<title>é</title>").decode().encode("latin-1"), "logo_broken"),
    (svg("<script>1</script>"), "logo_content"),
    (svg("<text>Firm</text>"), "logo_content"),
    (svg('<image href="a.png"/>'), "logo_content"),
    (svg('<use href="http://a.example/b.svg#c"/>'), "logo_content"),
    (svg('<use xlink:href="/etc/x" xmlns:xlink="http://www.w3.org/1999/xlink"/>'), "logo_content"),
    (svg('<path onclick="x" d="M0 0h1"/>'), "logo_content"),
    (svg('<path style="fill:url( \'http://a.example/b\')" d="M0 0h1"/>'), "logo_content"),
    (svg('<style>@import "a.css";</style>'), "logo_content"),
    (svg("<foreignObject/>"), "logo_content"),
]


@pytest.mark.parametrize(("raw", "id"), LOGOS)
def test_a_logo_that_is_refused(raw: bytes, id: str, with_logo: Callable[[bytes], Letter]) -> None:
    with pytest.raises(InputError) as refused:
        with_logo(raw)
    assert [(f.id, f.path) for f in refused.value.findings] == [(id, "logo")]


def test_a_logo_with_what_an_svg_may_hold(with_logo: Callable[[bytes], Letter]) -> None:
    drawn = '<defs><linearGradient id="a"><stop/></linearGradient></defs>'
    drawn += "<style>.b{fill:url(#a)}</style>" + '<path class="b" fill="url(#a)" d="M0 0h9v9z"/>'
    assert pdf.write(with_logo(svg(drawn)))


def test_a_logo_elsewhere(with_logo: Callable[..., Letter], tmp_path: Path) -> None:
    (tmp_path.parent / "other.svg").write_bytes(SVG)
    (tmp_path / "link.svg").symlink_to(tmp_path.parent / "other.svg")
    for name, id in (
        ("../other.svg", "file_outside"),
        ("/etc/hostname", "file_outside"),
        ("link.svg", "logo_missing"),
        ("none.svg", "logo_missing"),
    ):
        with pytest.raises(InputError) as refused:
            with_logo(SVG, name)
        assert [f.id for f in refused.value.findings] == [id]
    with pytest.raises(InputError) as refused:
        sample(creditor__logo="logo.svg")
    assert [f.id for f in refused.value.findings] == ["logo_no_folder"]


@pytest.mark.parametrize(
    ("country", "typed", "posted"),
    [
        ("FR", ["12, rue de l’Église", "69003 Lyon"], ["12 RUE DE L’ÉGLISE", "69003 LYON"]),
        (
            "FR",
            ["Tour A", "BP 3", "2 rue X", "75001 Paris"],
            ["Tour A", "BP 3", "2 RUE X", "75001 PARIS"],
        ),
        ("NL", ["Laan 2", "7411CZ Deventer"], ["Laan 2", "7411 CZ  DEVENTER"]),
        ("NL", ["Postbus 3"], ["Postbus 3"]),
        ("IT", ["Via Roma 12", "20121 Milano (MI)"], ["Via Roma 12", "20121 MILANO MI"]),
        ("IT", ["Via Roma 12", "22100 Como CO"], ["Via Roma 12", "22100 COMO CO"]),
        ("GB", ["40 Dock St,", "Bristol,", "bs1 4xx"], ["40 Dock St", "BRISTOL", "BS1 4XX"]),
        ("GB", ["40 Dock St", "Bristol BS1 4XX"], ["40 Dock St", "BRISTOL", "BS1 4XX"]),
        ("IE", ["2 Main St", "Cork, T37 F8HK"], ["2 Main St", "Cork", "T37 F8HK"]),
        ("BE", ["Dendermondestraat 55 bus 12", "2018 Antwerpen"], None),
        ("CH", ["Bahnhofstrasse 1", "8001 Zürich"], None),
        ("LU", ["71, route de Longwy", "L-8080 Bertrange"], None),
    ],
)
def test_the_form_of_a_country(country: str, typed: list[str], posted: list[str] | None) -> None:
    found = [line.replace("\u00a0", " ") for line in postal.lines(tuple(typed), country)]
    assert found == (posted or typed)


def test_the_country_abroad_only() -> None:
    at_home = sample()
    assert at_home.postal == at_home.recipient
    moved = {"country": "NL", "address": ["Laan 2", "7411 CZ Deventer"], "number": "12345678"}
    abroad = sample(**{f"debtor__{key}": value for key, value in moved.items()})
    assert abroad.postal[-1] == "PAYS-BAS"
    assert abroad.recipient[-1] == "Pays-Bas"


def test_the_page_about_pdf_lists_every_envelope() -> None:
    page = (ROOT / "docs/en/reference/pdf.md").read_text(encoding="utf-8")
    known = own_yaml("templates", "envelopes.yaml")
    for name, row in known["profiles"].items():
        [line] = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        users = [country for country, used in known["countries"].items() if used == name]
        place = row["address"]
        assert set(re.findall(r"\b[A-Z]{2}\b", cells[1])) == set(users)
        assert cells[3] == "{x:g}, {y:g}, {width:g} × {height:g}".format(**place)
        assert cells[2::3] == [row["side"], row["trust"]]
        assert cells[6] == row["source"]

"""The tracker: words, sums as a spreadsheet engine works them out, files on the site."""

from __future__ import annotations

import csv
import importlib.util
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import ironcalc
import pytest
import yaml
from mkdocs.config import load_config
from mkdocs.structure.files import Files
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from letterkit.model import CONTACT_CHANNELS, LANGUAGES, STAGES
from tests.conftest import ROOT

every_language = pytest.mark.parametrize("language", LANGUAGES)

COLUMNS = [
    *("customer", "contact", "number", "issued", "due", "amount", "paid", "balance"),
    *("days_since_invoice", "days_overdue", "bucket", "stage", "stage_date", "last_contact"),
    *("channel", "promise_date", "promise_amount", "disputed", "disputed_since"),
    *("next_action", "next_action_date", "owner", "notes"),
]
WORKED_OUT = ["balance", "days_since_invoice", "days_overdue", "bucket"]
IDS, NAMES, FIRST = 3, 4, 5
"""The rows of the ids, of the names, and of the first invoice."""
TOTAL = 13
"""The row of the total on the second sheet."""
AS_OF = date(2026, 11, 20)
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", " =1", "\t=1", "＝1+1", '=A1;"x,y']


def loaded() -> Any:
    """The hook, which belongs to no package."""
    spec = importlib.util.spec_from_file_location("tracker", ROOT / "macros/tracker.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tracker = loaded()
WORDS = yaml.safe_load((ROOT / "locales/tracker.yaml").read_text(encoding="utf-8"))


def opened(content: bytes, *, values: bool = False) -> Any:
    """As written: formulas, or with ``values`` what the file keeps of their results."""
    return load_workbook(io.BytesIO(content), data_only=values)


def place(column: str) -> int:
    return COLUMNS.index(column) + 1


class Sheet:
    """A tracker in a spreadsheet engine, counted to a day."""

    def __init__(self, file: Path, content: bytes) -> None:
        file.write_bytes(content)
        self.model = ironcalc.load_from_xlsx(str(file))

    def count_to(self, day: date) -> Sheet:
        self.model.update_cell_with_number(0, 2, 2, (day - date(1899, 12, 30)).days)
        self.model.evaluate()
        return self

    def line(self, row: int, *columns: str) -> list[Any]:
        return [self.model.get_cell_value(0, row, place(column)) for column in columns]

    def total(self, row: int) -> list[Any]:
        return [self.model.get_cell_value(1, row, column) for column in range(1, 6)]


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[[bytes], Sheet]:
    return lambda content: Sheet(tmp_path / "tracker.xlsx", content)


def invoice(late: int, amount: str, paid: str = "0", **more: Any) -> dict[str, Any]:
    """An invoice at 30 days, ``late`` days overdue on `AS_OF`."""
    due = AS_OF - timedelta(late)
    sums = {"amount": Decimal(amount), "paid": Decimal(paid)}
    return {"number": f"N{late}", "issued": due - timedelta(30), "due": due, **sums, **more}


# The words


def test_every_word_is_there_in_four_languages() -> None:
    def look(node: Any) -> None:
        if isinstance(node, dict):
            if set(node) & set(LANGUAGES):
                assert sorted(node) == sorted(LANGUAGES)
                assert all(isinstance(word, str) and word for word in node.values()), node
            else:
                for inner in node.values():
                    look(inner)

    look(WORDS)


def test_the_ids_are_kept() -> None:
    """Filled-in sheets carry them: add, never rename."""
    assert list(WORDS["columns"]) == COLUMNS
    assert list(WORDS["choices"]["stage"]) == [str(stage) for stage in STAGES]
    assert set(WORDS["choices"]["channel"]) == set(CONTACT_CHANNELS)


@pytest.mark.parametrize("names", [WORDS["columns"], *WORDS["choices"].values()])
def test_a_name_leads_back_to_one_id(names: dict[str, dict[str, str]]) -> None:
    ids: dict[str, set[str]] = {}
    for id_, said in names.items():
        for name in said.values():
            ids.setdefault(name, set()).add(id_)
    assert {name: found for name, found in ids.items() if len(found) > 1} == {}


@every_language
def test_names_survive_in_formulas_and_lists(language: str) -> None:
    said = tracker.words(language)
    assert [name for name in said["columns"].values() if re.search(r"['\[\]#@]", name)] == []
    assert all(len(",".join(names.values())) <= 255 for names in said["choices"].values())
    assert not any("," in name for names in said["choices"].values() for name in names.values())
    # 1-15 with a plain hyphen is a day to a spreadsheet, and ">90" a condition
    assert [name for name in said["buckets"].values() if re.search("[-<>=*?~]", name)] == []


# The sums


@every_language
def test_the_example_line(language: str, sheet: Callable[[bytes], Sheet]) -> None:
    """Invoice of 3 October, due 3 November, 1,250.00 less 250.00, on 20 November 2026:
    28 + 20 = 48 days since the invoice, 17 overdue."""
    one = sheet(tracker.as_xlsx(language)).count_to(AS_OF)
    assert one.line(FIRST, "issued", "due") == [46298, 46329]  # days since 30 December 1899
    assert one.line(FIRST, *WORKED_OUT) == [1000, 48, 17, "16–30"]
    assert one.total(TOTAL)[1:4] == [1, 1000, 1]
    assert one.total(8)[:4] == ["16–30", 1, 1000, 1]


EDGES = {
    **{-5: "not due", 0: "not due"},
    **{1: "1–15", 15: "1–15"},
    **{16: "16–30", 30: "16–30"},
    **{31: "31–60", 60: "31–60"},
    **{61: "61–90", 90: "61–90"},
    **{91: "over 90", 400: "over 90"},
}


def test_edges_of_the_buckets(sheet: Callable[[bytes], Sheet]) -> None:
    content = tracker.as_xlsx("en", [invoice(late, "80.00") for late in EDGES])
    counted = sheet(content).count_to(AS_OF)
    found = [counted.line(row, *WORKED_OUT) for row, _ in enumerate(EDGES, FIRST)]
    assert found == [[80, late + 30, max(late, 0), bucket] for late, bucket in EDGES.items()]


ROWS = [
    invoice(0, "100.10", "0.10", customer="A"),
    invoice(1, "50.00", customer="B"),
    invoice(15, "50.00", customer="C"),
    invoice(16, "200.00", customer="D"),
    invoice(31, "30.00", customer="E"),
    invoice(61, "0.30", "0.10", customer="F"),
    invoice(91, "7.00", customer="G"),
    invoice(91, "9.00", customer="H"),
    invoice(40, "60.00", "60.00", customer="paid"),
    invoice(40, "60.00", "65.00", customer="overpaid"),
    {"number": "N", "customer": "undated", "amount": Decimal("20.00")},
]


def test_totals(sheet: Callable[[bytes], Sheet]) -> None:
    many = sheet(tracker.as_xlsx("en", ROWS)).count_to(AS_OF)
    # Paid too much: a credit, which is nothing overdue. Paid: in no bucket.
    assert many.line(FIRST + 8, *WORKED_OUT) == [0, 70, 0, ""]
    assert many.line(FIRST + 9, *WORKED_OUT) == [-5, 70, 0, "not due"]
    assert many.line(FIRST + 10, *WORKED_OUT) == [20, 0, 0, ""]
    totals = [many.total(row)[:3] for row in range(6, TOTAL + 1)]
    assert totals == [
        ["not due", 2, 95],
        ["1–15", 2, 100],
        ["16–30", 1, 200],
        ["31–60", 1, 30],
        ["61–90", 1, 0.2],
        ["over 90", 2, 16],
        ["no due date", 1, 20],
        ["Total", 10, 461.2],
    ]
    assert many.total(8)[3] == pytest.approx(200 / 461.2)
    # Line, customer, number, balance, days overdue; equal ones in the order of the list.
    assert [many.total(row) for row in range(17, 22)] == [
        [8, "D", "N16", 200, 16],
        [5, "A", "N0", 100, 0],
        [6, "B", "N1", 50, 1],
        [7, "C", "N15", 50, 15],
        [9, "E", "N31", 30, 31],
    ]
    assert [many.total(row) for row in range(25, 30)] == [
        [11, "G", "N91", 7, 91],
        [12, "H", "N91", 9, 91],
        [10, "F", "N61", 0.2, 61],
        [9, "E", "N31", 30, 31],
        [8, "D", "N16", 200, 16],
    ]


def test_typing_over_the_example_and_below_it(sheet: Callable[[bytes], Sheet]) -> None:
    one = sheet(tracker.as_xlsx("en"))
    for row, column, number in (
        (FIRST, "paid", 1250),
        (FIRST + 1, "amount", 80),
        (FIRST + 1, "issued", 46298),
        (FIRST + 1, "due", 46329),
    ):
        one.model.update_cell_with_number(0, row, place(column), number)
    one.count_to(date(2026, 12, 4))
    assert one.line(FIRST, "balance", "days_overdue", "bucket") == [0, 0, ""]
    assert one.line(FIRST + 1, *WORKED_OUT) == [80, 62, 31, "31–60"]
    assert one.total(TOTAL)[1:3] == [1, 80]
    assert [one.total(17)[0], one.total(18)] == [6, [""] * 5]


def test_the_day_is_today_until_somebody_types_another() -> None:
    book = opened(tracker.as_xlsx("en"))
    assert book["Invoices"]["B2"].value == "=TODAY()"
    assert book.defined_names["as_of"].value == "'Invoices'!$B$2"


def test_an_empty_line_shows_nothing(sheet: Callable[[bytes], Sheet]) -> None:
    """Numbers are noughts, so that sorting puts the line last; their format hides a nought."""
    content = tracker.as_xlsx("en")
    one = sheet(content).count_to(AS_OF)
    for row in (FIRST + 1, FIRST + 99):
        assert one.line(row, *WORKED_OUT) == [0, 0, 0, ""]
    cells = opened(content)["Invoices"]
    for column in WORKED_OUT[:3]:
        positive, negative, nought, _ = cells.cell(FIRST + 1, place(column)).number_format.split(
            ";"
        )
        assert positive
        assert negative
        assert nought == ""


@every_language
def test_the_values_kept_in_the_file_are_those_of_its_day(
    language: str, sheet: Callable[[bytes], Sheet]
) -> None:
    """LibreOffice and previews show them without calculating."""
    content = tracker.as_xlsx(language, [tracker.sample(language), *ROWS])
    engine = sheet(content).count_to(tracker.DAY).model
    formulas, kept = opened(content), opened(content, values=True)
    checked = 0
    for number, name in enumerate(formulas.sheetnames):
        for cell in (cell for cells in formulas[name].iter_rows() for cell in cells):
            if cell.data_type == "f" and cell.coordinate != "B2":
                found = kept[name].cell(cell.row, cell.column).value
                expected = engine.get_cell_value(number, cell.row, cell.column)
                assert (found or 0) == pytest.approx(expected or 0), cell.coordinate
                checked += 1
        assert kept[name]["B2"].value.date() == tracker.DAY
    assert checked == 4 * 100 + 3 * 8 + 2 * 25


# The workbook


@every_language
def test_a_real_table(language: str) -> None:
    book = opened(tracker.as_xlsx(language))
    said = tracker.words(language)
    cells = book.worksheets[0]
    table = cells.tables["Invoices"]
    assert table.ref == "A4:W104"
    assert table.autoFilter is not None
    assert table.tableStyleInfo is not None
    assert table.tableStyleInfo.showRowStripes
    assert table.column_names == list(said["columns"].values())
    filled = [c.name for c in table.tableColumns if c.calculatedColumnFormula]
    assert filled == [said["columns"][column] for column in WORKED_OUT]
    assert [cell.value for cell in cells[IDS]] == COLUMNS
    assert cells.row_dimensions[IDS].hidden
    assert cells.freeze_panes == "B5"
    assert cells.print_title_rows == "$4:$4"
    assert (cells.page_setup.orientation, cells.page_setup.paperSize) == ("landscape", 9)
    assert (cells.page_setup.fitToWidth or 1, cells.page_setup.fitToHeight) == (1, 0)
    assert cells.sheet_properties.pageSetUpPr is not None
    assert cells.sheet_properties.pageSetUpPr.fitToPage
    assert book.properties.title == said["texts"]["title"]
    assert book.custom_doc_props["Language"].value == language


@every_language
def test_what_may_be_typed(language: str) -> None:
    cells = opened(tracker.as_xlsx(language)).worksheets[0]
    said = tracker.words(language)
    found = {str(check.sqref): check for check in cells.data_validations.dataValidation}
    letters = {column: cells.cell(1, place(column)).column_letter for column in COLUMNS}

    def check(column: str) -> Any:
        return found.pop(f"{letters[column]}5:{letters[column]}104")

    for column, names in said["choices"].items():
        offered = check(column)
        assert (offered.type, offered.error) == ("list", said["texts"]["wrong_choice"])
        assert offered.formula1 == f'"{",".join(names.values())}"'
    for column in COLUMNS:
        if column in ("issued", "due", "disputed_since", "last_contact") or "_date" in column:
            assert (typed := check(column)).type == "date", column
            assert typed.error == said["texts"]["wrong_date"]
    for column in ("amount", "paid", "promise_amount"):
        assert (typed := check(column)).type == "decimal"
        assert (typed.operator, typed.formula1) == ("greaterThanOrEqual", "0")
        assert typed.error == said["texts"]["wrong_sum"]
    assert found.pop("B2").type == "date"
    assert found == {}


def test_an_invoice_number_stays_what_was_typed() -> None:
    cells = opened(tracker.as_xlsx("it")).worksheets[0]
    for row in (FIRST, FIRST + 1):
        assert cells.cell(row, place("number")).number_format == "@"
    assert cells.cell(FIRST, place("number")).value == "412/2026"


@every_language
def test_the_same_bytes_twice_and_no_macro(language: str) -> None:
    content = tracker.as_xlsx(language)
    assert tracker.as_xlsx(language) == content
    assert tracker.as_csv(language) == tracker.as_csv(language)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {part.date_time[:3] for part in parts.infolist()} == {(1980, 1, 1)}
        assert not any("vba" in part.filename.lower() for part in parts.infolist())
        core = parts.read("docProps/core.xml").decode()
    assert re.findall(r"\d{4}-\d\d-\d\dT[^<]*", core) == ["2026-11-20T00:00:00Z"] * 2


# What a text may hold


def test_no_text_becomes_a_formula() -> None:
    texts = ["customer", "contact", "number", "stage", "channel", "next_action", "owner", "notes"]
    rows = [dict.fromkeys(texts, text) for text in HOSTILE]
    cells = opened(tracker.as_xlsx("en", rows)).worksheets[0]
    for line, text in enumerate(HOSTILE, FIRST):
        written = [cells.cell(line, place(column)) for column in texts]
        assert [cell.data_type for cell in written] == ["s"] * len(texts)
        assert [unescape(cell.value) for cell in written] == [text] * len(texts)
    read = csv.DictReader(io.StringIO(tracker.as_csv("en", rows).decode("utf-8-sig"), ""))
    _, *lines = read
    assert [[line[column] for column in texts] for line in lines] == [
        [f"'{text}"] * len(texts) for text in HOSTILE
    ]


def test_ordinary_text_stays_as_it_is() -> None:
    for text in ("Copse Lane", "2026-0412", "L’Étoile", "a=b", "'t Hoekje", ""):
        assert tracker.inert(text) == text


# To be read again


@every_language
def test_a_reader_finds_the_columns(language: str) -> None:
    read = CalamineWorkbook.from_filelike(io.BytesIO(tracker.as_xlsx(language)))
    rows = read.get_sheet_by_index(0).to_python()
    assert rows[IDS - 1] == COLUMNS
    back = {name: id_ for id_, said in WORDS["columns"].items() for name in said.values()}
    assert [back[name] for name in rows[NAMES - 1]] == COLUMNS
    line = dict(zip(COLUMNS, rows[FIRST - 1], strict=True))
    assert line["due"] == date(2026, 11, 3)
    assert line["amount"] == 1250
    assert line["number"] == WORDS["sample"]["number"][language]
    assert line["channel"] == WORDS["choices"]["channel"]["phone"][language]
    assert [row for row in rows[FIRST:] if row[place("number") - 1]] == []


@pytest.mark.parametrize(
    ("language", "sign", "amount"),
    [
        ("en", ",", "1250.00"),
        ("fr", ";", "1250,00"),
        ("it", ";", "1250,00"),
        ("nl", ";", "1250,00"),
    ],
)
def test_csv(language: str, sign: str, amount: str) -> None:
    content = tracker.as_csv(language)
    assert content.startswith(b"\xef\xbb\xbfcustomer" + sign.encode() + b"contact")
    ids, names, line = csv.reader(io.StringIO(content.decode("utf-8-sig"), ""), delimiter=sign)
    assert ids == [column for column in COLUMNS if column not in WORKED_OUT]
    assert names == [WORDS["columns"][column][language] for column in ids]
    written = dict(zip(ids, line, strict=True))
    assert (written["due"], written["amount"], written["disputed_since"]) == (
        "2026-11-03",
        amount,
        "",
    )


# On the site


@every_language
def test_the_page_links_to_both_files(language: str) -> None:
    """The build lays them where the page's links lead; `mkdocs build --strict` agrees."""
    config = load_config(
        str(ROOT / ("mkdocs.yml" if language == "en" else f"mkdocs.{language}.yml"))
    )
    files = config.plugins.on_files(Files([]), config=config)
    laid = {file.src_uri: file.content_bytes for file in files}
    page = (ROOT / "docs" / language / "guide/tracker.md").read_text(encoding="utf-8")
    linked = re.findall(r"\]\(([\w-]+\.(?:xlsx|csv))\)", page)
    assert [f"guide/{link}" for link in linked] == list(laid)
    assert list(laid.values()) == [tracker.as_xlsx(language), tracker.as_csv(language)]

"""The tracker: the list of unpaid invoices, as XLSX and CSV, in four languages.

A hook of the site's build (``hooks`` in ``mkdocs.base.yml``): `on_files` lays a language's two
files beside ``guide/tracker.md``, so that ``mkdocs build --strict`` checks the links to them. The
words, the lists and the example line stand in ``locales/tracker.yaml``.

**To read a sheet that somebody filled in**, XLSX or CSV, in whatever language: one row holds the
ids of the columns (``customer``, ``number``, ``due``…; hidden in the workbook), the row below
it their names, and each row below that is an invoice if it has a number. Go by the name, which
moves with its column: ``locales/tracker.yaml`` leads back from a name in any language to one id.
Go by the id above it where somebody renamed a column. ``stage``, ``channel`` and ``disputed`` hold
an entry of their list. In the workbook the table is called ``Invoices`` and the day it counts
to ``as_of``. In CSV dates are ISO, sums have the language's decimal sign, and an apostrophe
before what would begin like a formula is not part of the text; CSV holds no formulas, so the
columns worked out (`FORMULAS`) are left out. Sums are in one currency, which neither file names.

An empty number in the workbook is a hidden nought, not an empty text: a text sorts above all
numbers, and "most overdue first" would begin with the empty lines. Programs that don't calculate
on opening (LibreOffice, previews) show the values kept in the file, which are those of `DAY`.

>>> inert("=1+1"), inert("+44 20 7946 0012"), inert("Copse Lane")
("'=1+1", "'+44 20 7946 0012", 'Copse Lane')
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from xlsxwriter.utility import xl_col_to_name

from letterkit.data import as_yaml

Row = Mapping[str, str | date | Decimal]
"""Column id → what stands there; an id that is absent is an empty cell."""

WORDS = Path(__file__).parents[1] / "locales" / "tracker.yaml"
DAY = date(2026, 11, 20)
"""The day of the values kept in the file, and of the file: each build gives the same bytes."""
LINES = 100
"""Lines ready for use. Excel makes another when one types below the last."""

FORMULAS = {
    "balance": '=IF({amount}="",0,ROUND({amount}-{paid},2))',
    "days_since_invoice": '=IF({issued}="",0,as_of-{issued})',
    "days_overdue": '=IF(OR({due}="",AND({amount}<>"",{balance}<=0)),0,MAX(0,as_of-{due}))',
    "bucket": '=IF(OR({due}="",{balance}=0),"",LOOKUP({days_overdue},{starts},{buckets}))',
}
"""The columns worked out, in terms of the others in their line. Day one of being overdue is the day
after the due date; what is paid is not overdue, whenever it was due."""

DATES = {"issued", "due", "stage_date", "last_contact"}
DATES |= {"promise_date", "disputed_since", "next_action_date"}
SUMS = {"amount", "paid", "promise_amount"}
WIDTHS = {"customer": 24, "contact": 36, "number": 14, "bucket": 14, "stage": 20, "channel": 16}
WIDTHS |= {"next_action": 24, "notes": 44}
SUM, COUNT = "#,##0.00_ ;[Red]-#,##0.00_ ;;@", "0_ ;-0_ ;;@"
FACES = dict.fromkeys((*SUMS, "balance"), SUM) | {"bucket": "General"}
FACES |= dict.fromkeys(("days_since_invoice", "days_overdue"), COUNT)
"""How the cells of a column show their number: nought not at all. The others are dates or text."""
IDS, NAMES = 2, 3
"""The rows of the ids and of the names, from nought: below the title and the day."""


def words(language: str) -> dict[str, Any]:
    """The tracker's words in ``language`` (``en``, ``fr``, ``it``, ``nl``).

    Raises KeyError where one is missing.
    """

    def pick(node: Any) -> Any:
        if not isinstance(node, dict):
            return node
        if "en" in node:
            return node[language]
        return {key: pick(value) for key, value in node.items()}

    chosen: dict[str, Any] = pick(as_yaml(WORDS.read_text(encoding="utf-8")))
    return chosen


def sample(language: str) -> Row:
    """The line to type over."""
    said = words(language)
    row = dict(said["sample"])
    row |= {column: Decimal(row[column]) for column in SUMS}
    return row | {column: offered[row[column]] for column, offered in said["choices"].items()}


def inert(text: str) -> str:
    """``text`` as a cell of a CSV file that no spreadsheet takes for a formula.

    An apostrophe goes before = + - @ (also full-width, also after blanks), a tab and a line end:
    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{text}" if re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", text) else text


def as_csv(language: str, rows: Iterable[Row] | None = None) -> bytes:
    """The list as CSV (default: with the example line), marked as UTF-8 for Excel's sake."""
    said = words(language)
    columns = {id_: name for id_, name in said["columns"].items() if id_ not in FORMULAS}

    def written(cell: str | date | Decimal) -> str:
        if isinstance(cell, Decimal):
            return str(cell).replace(".", said["csv"]["decimal"])
        return cell.isoformat() if isinstance(cell, date) else inert(cell)

    file = io.StringIO(newline="")
    lines = csv.writer(file, delimiter=said["csv"]["separator"])
    lines.writerow(columns)
    lines.writerow(columns.values())
    for row in [sample(language)] if rows is None else rows:
        lines.writerow(written(row.get(id_, "")) for id_ in columns)
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(language: str, rows: Iterable[Row] | None = None) -> bytes:
    """The list as a workbook (default: with the example line), its totals on a second sheet."""
    return _Workbook(language, [sample(language)] if rows is None else rows).bytes()


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Lay the tracker in this language beside the page that explains it (called by MkDocs)."""
    language = config.theme["language"]
    name = words(language)["texts"]["file"]
    for end, write in (("xlsx", as_xlsx), ("csv", as_csv)):
        files.append(File.generated(config, f"guide/{name}.{end}", content=write(language)))
    return files


def _worked_out(row: Mapping[str, Any], buckets: Mapping[int, str]) -> dict[str, Any]:
    """What `FORMULAS` give for a line on `DAY`."""
    issued, due, amount = (row.get(id_) for id_ in ("issued", "due", "amount"))
    balance = amount - row.get("paid", 0) if amount is not None else 0
    settled = amount is not None and balance <= 0
    late = max(0, (DAY - due).days) if due and not settled else 0
    bucket = buckets[max(start for start in buckets if start <= late)]
    return {
        "balance": balance,
        "days_since_invoice": (DAY - issued).days if issued else 0,
        "days_overdue": late,
        "bucket": bucket if due and balance else "",
    }


class _Workbook:
    """One workbook in the making: a sheet of invoices, a sheet of totals."""

    def __init__(self, language: str, rows: Iterable[Row]) -> None:
        said = words(language)
        self.columns: dict[str, str] = said["columns"]
        self.letters = {column: xl_col_to_name(n) for n, column in enumerate(self.columns)}
        self.buckets: dict[int, str] = said["buckets"]
        self.choices: dict[str, dict[str, str]] = said["choices"]
        self.texts: dict[str, str] = said["texts"]
        self.date: str = said["dates"]
        self.rows = [{**row, **_worked_out(row, self.buckets)} for row in rows]

        self.file = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.file, {"in_memory": True})
        made = datetime(DAY.year, DAY.month, DAY.day)
        self.book.set_properties(
            {"title": self.texts["title"], "author": "letterkit", "created": made}
        )
        self.book.set_custom_property("Language", language)
        self.list = self.book.add_worksheet(self.texts["list"])
        self.totals = self.book.add_worksheet(self.texts["totals"])
        self.book.define_name("as_of", f"='{self.texts['list']}'!$B$2")

    def bytes(self) -> bytes:
        self.write_list()
        self.write_totals()
        for sheet in (self.list, self.totals):
            sheet.set_paper(9)  # A4
            sheet.set_landscape()
            sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
            sheet.set_footer("&L&F&R&P / &N")
            sheet.fit_to_pages(1, 0)
        self.book.close()
        return self.file.getvalue()

    def look(self, **properties: Any) -> Any:
        return self.book.add_format(properties)

    def head(self, above_numbers: bool) -> Any:
        align = "right" if above_numbers else "left"
        white = {"bold": True, "font_color": "white", "bg_color": "#1F4E5F", "text_wrap": True}
        return self.look(align=align, valign="top", **white)

    def write_top(self, sheet: Any, title: str, day: str, **look: Any) -> None:
        """The title, and the day that is counted to."""
        sheet.write_string("A1", self.texts[title], self.look(bold=True, font_size=16))
        sheet.write_string("A2", self.texts["as_of"])
        look |= {"num_format": self.date, "align": "left"}
        sheet.write_formula("B2", day, self.look(**look), (DAY - date(1899, 12, 30)).days)

    # The invoices

    def write_list(self) -> None:
        sheet, first, last = self.list, NAMES + 1, NAMES + max(LINES, len(self.rows))
        self.write_top(sheet, "title", "=TODAY()", bg_color="#FFF2CC", border=1)
        sheet.data_validation("B2", self.check("due"))
        sheet.write_string("C2", self.texts["hint"])
        sheet.set_row(IDS, None, None, {"hidden": True})
        sheet.set_row(NAMES, 46)  # three lines
        looks = {column: self.column_look(column) for column in self.columns}
        described = [
            {
                "header": name,
                "header_format": self.head(FACES.get(column) in (SUM, COUNT)),
                "format": looks[column],
            }
            | ({"formula": self.formula(column)} if column in FORMULAS else {})
            for column, name in self.columns.items()
        ]
        table = {"name": "Invoices", "columns": described, "style": "Table Style Light 1"}
        sheet.add_table(NAMES, 0, last, len(described) - 1, table)
        for place, (column, look) in enumerate(looks.items()):
            sheet.set_column(place, place, WIDTHS.get(column, 13))
            sheet.write_string(IDS, place, column)
            for line, row in enumerate([*self.rows, *({},) * (LINES - len(self.rows))], first):
                self.write_cell(line, place, column, row.get(column), look)
            if check := self.check(column):
                sheet.data_validation(first, place, last, place, check)
        self.highlight(first, last)
        # Invoice numbers marked as text, without a green corner in each.
        sheet.ignore_errors({"number_stored_as_text": f"A{first + 1}:C{last + 1}"})
        sheet.freeze_panes(NAMES + 1, 1)
        sheet.repeat_rows(NAMES)

    def column_look(self, column: str) -> Any:
        """How a column's cells look; what is no number is text, or invoice 4/2026 is April."""
        face = self.date if column in DATES else FACES.get(column, "@")
        more = {"bg_color": "#EFEFEF"} if column in FORMULAS else {}
        more |= {"align": "left"} if column in DATES else {}
        return self.look(num_format=face, bottom=4, **more)

    def formula(self, column: str) -> str:
        """A column's formula as Excel keeps it in a file."""
        cells = {id_: f"Invoices[[#This Row],[{name}]]" for id_, name in self.columns.items()}
        starts = ",".join(str(start) for start in self.buckets)
        names = ",".join(f'"{name}"' for name in self.buckets.values())
        return FORMULAS[column].format(**cells, starts=f"{{{starts}}}", buckets=f"{{{names}}}")

    def write_cell(self, line: int, place: int, column: str, cell: Any, look: Any) -> None:
        if column in FORMULAS:
            kept = cell or ("" if column == "bucket" else 0)
            self.list.write_formula(line, place, self.formula(column), look, kept)
        elif isinstance(cell, date):
            self.list.write_datetime(line, place, cell, look)
        elif isinstance(cell, Decimal):
            self.list.write_number(line, place, cell, look)
        elif cell:
            self.list.write_string(line, place, cell, look)  # `write` would make formulas of =…
        else:
            self.list.write_blank(line, place, None, look)

    def check(self, column: str) -> dict[str, Any] | None:
        """What may be typed into a column, and what is said to anything else."""
        least: dict[str, Any] = {"criteria": ">="}
        if column in DATES:
            least |= {"validate": "date", "value": date(2000, 1, 1)}
            return least | {"error_message": self.texts["wrong_date"]}
        if column in SUMS:
            least |= {"validate": "decimal", "value": 0}
            return least | {"error_message": self.texts["wrong_sum"]}
        if column in self.choices:
            offered = list(self.choices[column].values())
            said = self.texts["wrong_choice"]
            return {"validate": "list", "source": offered, "error_message": said}
        return None

    def highlight(self, first: int, last: int) -> None:
        """An action that is due and a promise that was broken stand out; paid lines fade."""
        cell = {column: f"${letter}{first + 1}" for column, letter in self.letters.items()}
        is_open, places = f"{cell['balance']}>0", list(self.columns)

        def show(left: str, right: str, rule: str, **look: str) -> None:
            shown = {"type": "formula", "criteria": f"=AND({rule})", "format": self.look(**look)}
            area = (first, places.index(left), last, places.index(right))
            self.list.conditional_format(*area, shown)

        for column, reached in (("promise_date", "<as_of"), ("next_action_date", "<=as_of")):
            rule = f'{cell[column]}<>"",{cell[column]}{reached},{is_open}'
            show(column, column, rule, bg_color="#FCE4D6")
        paid = f'{cell["amount"]}<>"",NOT({is_open})'
        show(places[0], places[-1], paid, font_color="#757575")

    # The totals

    def write_totals(self) -> None:
        for place, width in enumerate((22, 28, 16, 14, 14)):
            self.totals.set_column(place, place, width)
        self.write_top(self.totals, "totals", "=as_of")
        self.write_ages(4)
        self.write_first_five(len(self.buckets) + 9, "largest", "balance")
        self.write_first_five(len(self.buckets) + 17, "oldest", "days_overdue")

    def write_heads(self, line: int, title: str, *names: str, texts: int) -> None:
        """A title, and below it the names of columns, of which the first ``texts`` hold text."""
        look = self.look(bold=True, font_size=12)
        self.totals.write_string(f"A{line}", self.texts[title], look)
        for place, name in enumerate(names):
            self.totals.write_string(line, place, name, self.head(place >= texts))

    def write_ages(self, top: int) -> None:
        """The sums by bucket, what has no due date, and the total, from line ``top`` on."""
        names = (self.columns["bucket"], self.texts["invoices"], self.columns["balance"])
        self.write_heads(top, "by_age", *names, self.texts["share"], texts=1)
        first, total = top + 2, top + 3 + len(self.buckets)
        bucket, balance = (f"Invoices[{self.columns[id_]}]" for id_ in ("bucket", "balance"))
        owing = [row for row in self.rows if row["balance"]]
        whole = sum(row["balance"] for row in owing)
        rest = f"=ROUND({{0}}{total}-SUM({{0}}{first}:{{0}}{total - 2}),2)"
        # Each line's name, its two formulas and the bucket it is about: "" is none, None is all.
        lines: list[tuple[str, str, str, str | None]] = [
            (name, f"=COUNTIF({bucket},A{line})", f"=SUMIFS({balance},{bucket},A{line})", name)
            for line, name in enumerate(self.buckets.values(), first)
        ]
        lines.append((self.texts["undated"], rest.format("B"), rest.format("C"), ""))
        lines.append((self.texts["total"], f'=COUNTIF({balance},"<>0")', f"=SUM({balance})", None))
        for line, (name, count, money, which) in enumerate(lines, first):
            kept = [row["balance"] for row in owing if which in (row["bucket"], None)]
            share = f"=IF(C${total}=0,0,C{line}/C${total})"
            bold: dict[str, Any] = {"bold": True, "top": 1} if line == total else {}
            cells = (
                (count, COUNT, len(kept)),
                (money, SUM, sum(kept)),
                (share, "0%;-0%;;@", sum(kept) / whole if whole else 0),
            )
            self.totals.write_string(f"A{line}", name, self.look(num_format="@", **bold))
            for place, (formula, face, value) in enumerate(cells, 1):
                look = self.look(num_format=face, **bold)
                self.totals.write_formula(line - 1, place, formula, look, value)

    def write_first_five(self, top: int, title: str, column: str) -> None:
        """The five lines with most in ``column``, from line ``top`` on.

        The line's own number, taken off a million times the value, keeps equal values in the
        order of the list, and leads back to the line.
        """
        shown = ("customer", "number", "balance", "days_overdue")
        names = (self.columns[id_] for id_ in shown)
        self.write_heads(top, title, self.texts["line"], *names, texts=3)
        most = f"Invoices[{self.columns[column]}]"
        ranked = [(NAMES + 2 + n, row) for n, row in enumerate(self.rows) if row[column] > 0]
        ranked.sort(key=lambda found: -found[1][column])
        for rank in range(1, 6):
            line = top + 1 + rank
            at, row = ranked[rank - 1] if rank <= len(ranked) else ("", {})
            nth = f"SUMPRODUCT(LARGE({most}*1000000-ROW({most}),{rank}))"
            found = f'=IF({rank}>COUNTIF({most},">0"),"",MOD(ROUND(-{nth},0),10000))'
            self.totals.write_formula(f"A{line}", found, self.look(align="left"), at)
            for place, id_ in enumerate(shown, 1):
                letter = self.letters[id_]
                there = f"INDEX('{self.texts['list']}'!{letter}:{letter},A{line})"
                text = "" if id_ in FACES else '&""'  # an empty cell would come over as 0
                formula = f'=IF(A{line}="","",{there}{text})'
                look = self.look(num_format=FACES.get(id_, "General"))
                self.totals.write_formula(line - 1, place, formula, look, row.get(id_, ""))

"""The letter as one page: accessible on the screen, one sheet of A4 on paper.

WCAG 2.2 A and AA as far as axe-core can tell; the sheets as Chromium prints them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Page

from letterkit import Letter, compose
from letterkit.data import own_text
from letterkit.render import planned
from letterkit.writers import html
from letterkit.writers.txt import text
from tests import gallery

CELLS = sorted(gallery.cells(), key=lambda cell: gallery.path(*cell).stat().st_size)
"""Every golden letter, short ones first."""

LONGEST = {(tag[:2], stage): (name, tag, stage) for name, tag, stage in CELLS}
"""Language and stage → the longest golden letter of it."""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIOLATIONS = """async rules => {
  const found = await axe.run({runOnly: rules, resultTypes: ["violations"]});
  return found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html}`));
}"""


@pytest.fixture(scope="module")
def narrow(browser: Browser) -> Iterator[Page]:
    """A page as narrow as WCAG has text reflow, with axe in it."""
    opened = browser.new_page(viewport={"width": 320, "height": 800})
    opened.goto("about:blank")
    opened.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    yield opened
    opened.close()


def show(page: Page, letter: Letter) -> None:
    page.set_content(html.write(letter).decode())


def sheets(page: Page, letter: Letter, paper: str = "") -> int:
    """On how many sheets the letter is printed: of its own size, or another."""
    show(page, letter)
    pdf = page.pdf(format=paper) if paper else page.pdf(prefer_css_page_size=True)
    return len(re.findall(rb"/Type /Page\b", pdf))


# On the screen


@pytest.mark.parametrize("cell", LONGEST.values(), ids="-".join)
def test_letter_is_accessible(narrow: Page, cell: tuple[str, str, str]) -> None:
    show(narrow, gallery.letter(*cell))
    assert narrow.evaluate(VIOLATIONS, RULES) == []
    assert narrow.get_attribute("html", "lang") == cell[1]
    assert narrow.evaluate("document.documentElement.scrollWidth") == 320


class Shown(HTMLParser):
    """What a narrow says, but for its tables."""

    def __init__(self, source: bytes) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0
        self.feed(source.decode())

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.hidden += tag in ("head", "table")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("head", "table")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words += data.split()


def test_every_word_of_the_letter_is_on_the_page() -> None:
    for cell in LONGEST.values():
        letter = gallery.letter(*cell)
        outside = [b._replace(items=()) if b.table else b for b in letter.blocks]
        expected = text(letter._replace(blocks=tuple(outside))).replace("\n- ", "\n").split()
        assert Counter(Shown(html.write(letter)).words) == Counter(expected), cell


# On paper


PRINTED = [
    cell
    for cell in CELLS
    if cell[2] == "3" or (cell in LONGEST.values() and cell[2] != "claim")  # that one has forms
]


@pytest.mark.parametrize("cell", PRINTED, ids="-".join)
def test_letter_is_one_sheet(narrow: Page, cell: tuple[str, str, str]) -> None:
    """And one more for a calculation of interest."""
    letter = gallery.letter(*cell)
    calculation = any(block.name == "calculation" for block in letter.blocks)
    assert sheets(narrow, letter) == 1 + calculation


@pytest.mark.parametrize(
    ("name", "tag"),
    [("fr-b2b", "fr-FR"), ("nl-b2b", "nl-NL"), ("it-b2b", "it-IT"), ("gb-b2b", "en-GB")],
)
def test_final_demand_for_six_invoices_is_one_sheet(narrow: Page, name: str, tag: str) -> None:
    """And its calculation of interest another, however large the sheet."""
    letter = six(name, tag)
    assert letter.claim is not None
    assert len(letter.claim.items) == 6
    assert letter.blocks[-1].name == "calculation"
    assert [sheets(narrow, letter), sheets(narrow, letter, "A2")] == [2, 2]


def six(name: str, tag: str) -> Letter:
    """The final demand of an example, with as many later invoices as make six."""
    source = own_text("examples", f"{name}.yaml")
    assert source is not None
    case = yaml.load(source, Loader=yaml.BaseLoader)
    first, known = case["invoices"][0], len(case["invoices"])
    for n in range(known, 6):
        due = date.fromisoformat(first["due"]) + timedelta(days=n)
        later = {"number": f"{first['number']}-{n}", "due": due.isoformat(), "amount": f"{n}80.00"}
        case["invoices"].append({key: first[key] for key in ("issued", "currency")} | later)
    sent, on = planned(case, "3")
    return compose(sent, stage="3", on=on, language=tag)

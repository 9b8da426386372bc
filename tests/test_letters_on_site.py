"""The letters as the site hands them out: what its buttons copy, its files, the chooser."""

from __future__ import annotations

import ast
import itertools
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from letterkit import showcase
from letterkit.model import LANGUAGES, LAWS, NAMED, STAGES
from letterkit.render import blank, example
from letterkit.writers.txt import text as as_text
from tests import gallery
from tests.browsing import PATHS, Site
from tests.conftest import ROOT

CHOOSER = Path("letters/index.md")
every_language = pytest.mark.parametrize("language", PATHS)
COPIES = """parts => parts.map(([slot, html]) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const found = page.querySelector(`[data-slot=${slot}]`);
  return [plainText(found), richText(found)];
})"""


class Words(HTMLParser):
    """The words of a piece of HTML outside its tables, its tables' cells, and every attribute."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.cells: list[str] = []
        self.attributes: set[str] = set()
        self.table = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.table = self.table or tag == "table"
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        self.table = self.table and tag != "table"

    def handle_data(self, data: str) -> None:
        if self.table:
            self.cells.append(data)
        else:
            self.words += data.split()


def parts(site: Site) -> dict[str, str]:
    """Every letter as the chooser fetches it."""
    return {
        file.name.removesuffix(".part.html"): file.read_text(encoding="utf-8")
        for file in sorted((site.folder / "files").glob("*.part.html"))
    }


# What is copied


@pytest.fixture(scope="module")
def copies(site: Site) -> dict[str, tuple[str, str]]:
    """Letter → what its two buttons put on the clipboard: the text, the HTML."""
    page = site.browser.new_page()
    page.goto(site.url("en", CHOOSER))
    found = parts(site)
    made = page.evaluate(COPIES, [["letter", html] for html in found.values()])
    page.close()
    return dict(zip(found, map(tuple, made), strict=True))


def test_text_of_every_letter_is_the_text_of_the_package(
    site: Site, copies: dict[str, tuple[str, str]]
) -> None:
    assert len(copies) > 1200
    for name, (copied, _) in copies.items():
        assert copied + "\n" == (site.folder / f"files/{name}.txt").read_text("utf-8"), name


def test_files_are_the_golden_letters(site: Site) -> None:
    for name, tag, stage in gallery.cells():
        golden = gallery.path(name, tag, stage).read_text(encoding="utf-8")
        if gallery.letter(name, tag[:2], stage).language == tag:
            file = site.folder / f"files/{name}-{stage}-{tag[:2]}.txt"
            assert file.read_text(encoding="utf-8") == golden


def test_html_for_word_has_the_same_words(copies: dict[str, tuple[str, str]]) -> None:
    """Outside tables all of them; a table says in cells what its list says in sentences."""
    for name, tag, stage in gallery.cells():
        letter = gallery.letter(name, tag[:2], stage)
        _, rich = copies[f"{name}-{stage}-{tag[:2]}"]
        bare = [b._replace(items=()) if b.table else b for b in letter.blocks]
        said = as_text(letter._replace(blocks=tuple(bare))).replace("\n- ", "\n").split()
        shown = Words(rich)
        assert Counter(shown.words) == Counter(said), (name, tag, stage)
        sums = [row[-1] for b in letter.blocks if b.table for row in b.table().rows]
        assert set(sums) <= set(shown.cells), (name, tag, stage)
        assert shown.attributes <= {"style", "lang", "align", "border", "cellspacing"}


@every_language
def test_clipboard_has_text_and_html(site: Site, page: Page, language: str) -> None:
    page.goto(site.url(language, CHOOSER))
    page.locator(".sheet__rich").first.click()
    expect(page.locator(".sheet__said")).not_to_be_empty()
    text, html = page.evaluate(
        """async () => {
          const [item] = await navigator.clipboard.read();
          const read = async (kind) => (await item.getType(kind)).text();
          return [await read("text/plain"), await read("text/html")];
        }"""
    )
    name = {"en": "gb-b2b", "fr": "fr-b2b", "it": "it-b2b", "nl": "nl-b2b"}[language]
    assert text + "\n" == example(name, "1", language)
    assert Counter(Words(html).words) <= Counter(text.split())
    assert "class=" not in html


@every_language
def test_mail_and_messages_are_copied(site: Site, page: Page, language: str) -> None:
    page.goto(site.url(language, Path("letters/1-reminder.md")))
    sheet = page.locator(".sheet").first
    for fold in sheet.locator("summary").all():
        fold.click()
    for piece in sheet.locator("details .piece").all():
        page.evaluate("navigator.clipboard.writeText('')")
        piece.locator(".sheet__copy").click()
        shown = piece.locator("div[data-slot]").inner_text()
        page.wait_for_function("async () => await navigator.clipboard.readText()")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert [w for w in copied.split() if w != "-"] == shown.split()


# On paper

CALL = re.compile(r"\{\{ (letter|blank)\((.*?)\) \}\}")


def test_every_sheet_has_its_pdf_and_a_picture(site: Site) -> None:
    sheets = [
        (page, sheet)
        for page in site.folder.rglob("index.html")
        for sheet in page.read_text("utf-8").split('<section class="sheet" ')[1:]
    ]
    pages = [path for language in PATHS for path in (ROOT / "docs" / language).rglob("*.md")]
    calls = sum(len(CALL.findall(path.read_text("utf-8"))) for path in pages)
    assert len(sheets) == calls + len(PATHS), "and the chooser of each language"
    for page, sheet in sheets:
        named = re.findall(r'(?:href|src)="([^"]*\.(?:pdf|png))"', sheet)
        assert [Path(name).suffix for name in named] == [".pdf", ".png", ".pdf"]
        pdf, picture, same = (page.parent / name for name in named)
        assert pdf == same == picture.with_suffix(".pdf")
        assert pdf.read_bytes().startswith(b"%PDF-")
        raw = picture.read_bytes()
        size = tuple(int.from_bytes(raw[at : at + 4]) for at in (16, 20))
        shown = re.findall(r'alt="[^"]{20,}" width="(\d+)" height="(\d+)" loading="lazy"', sheet)
        assert [tuple(round(side / 2) for side in size)] == [tuple(map(int, one)) for one in shown]


@every_language
@pytest.mark.parametrize("page", ["1-reminder", "3-final-demand", "plan"])
def test_pdfs_are_those_of_the_package(site: Site, language: str, page: str) -> None:
    source = (ROOT / "docs" / language / f"letters/{page}.md").read_text("utf-8")
    html = (site.folder / PATHS[language] / f"letters/{page}/index.html").read_text("utf-8")
    links = re.findall(r'href="([^"]*\.pdf)" data-format="pdf" download', html)
    made: dict[str, Callable[..., Any]] = {"letter": example, "blank": blank}
    calls = [(made[name], ast.literal_eval(given)) for name, given in CALL.findall(source)]
    assert len(links) == len(calls) > 2
    for link, (make, given) in list(zip(links, calls, strict=True))[:: len(calls) - 1]:
        file = site.folder / PATHS[language] / f"letters/{page}" / link
        assert file.read_bytes() == make(*given, format="pdf")


# The chooser

CHOICES: dict[str, str | bytes] = {
    "BE-consumer-1-nl": example("be-b2c", "1", "nl"),
    "IE-consumer-3-it": example("ie-consumer", "3", "it"),
    "LU-business-plan-fr": example("lu-b2b", "plan", "fr"),
    "CH-consumer-2-en-blank": blank("2", "en", "CH", "consumer"),
    "GB-consumer-claim-en": example("gb-consumer", "claim", "en"),
}
"""What stands in the address → the letter."""

ON_PAPER = {"BE-consumer-1-nl", "LU-business-plan-fr", "GB-consumer-claim-en"}
"""Those that stand in a page too: there are PDFs of them."""


def test_address_brings_its_letter(site: Site, page: Page) -> None:
    page.goto(site.url("fr", CHOOSER))
    shown = page.locator(".sheet [data-slot=letter]")
    link, on_paper = page.locator("a[data-format=txt]").first, page.locator("a[data-format=pdf]")
    for address, letter in CHOICES.items():
        assert isinstance(letter, str)
        page.evaluate("hash => { location.hash = hash }", address)
        expect(shown).to_contain_text(letter.rstrip().split("\n")[-1].removeprefix("- "))
        expect(shown).to_contain_text(letter.split("\n")[0])
        assert shown.evaluate("plainText") + "\n" == letter
        assert page.request.get(str(link.evaluate("link => link.href"))).text() == letter
        shown_too = page.request.get(link.evaluate("link => link.href.replace(/txt$/, 'pdf')")).ok
        assert shown_too == (address in ON_PAPER)
        assert [one.is_visible() for one in on_paper.all()] == [shown_too, shown_too]


def test_choosing_changes_the_address_and_the_switch_keeps_it(site: Site, page: Page) -> None:
    page.goto(site.url("en", CHOOSER))
    with page.expect_response(re.compile("ch-b2b-2-en")):
        page.locator("select[name=law]").select_option("CH")
        page.locator("select[name=stage]").select_option("2")
    assert page.url.endswith("#CH-business-2-en")
    expect(page.locator(".sheet article")).not_to_have_count(0)
    link = page.locator("header .md-select__link[hreflang=it]")
    assert link.evaluate("link => link.hash") == "#CH-business-2-en"
    with page.expect_response(re.compile("ch-b2b-2-en")):
        page.goto(str(link.evaluate("link => link.href")))
    assert page.locator("select[name=stage]").input_value() == "2"


@every_language
def test_a_letter_that_must_not_be_sent_shows_why(site: Site, page: Page, language: str) -> None:
    page.goto(site.url(language, CHOOSER) + "#FR-business-claim-fr")
    refused = page.locator(".chooser__refused")
    expect(refused).to_contain_text("Letter of Claim")
    expect(page.locator(".sheet")).to_be_hidden()
    page.locator("select[name=law]").select_option("GB")
    page.locator("select[name=kind]").select_option("consumer")
    expect(refused).to_be_hidden()
    expect(page.locator(".sheet")).to_be_visible()


@every_language
def test_every_choice_is_a_plain_link_or_a_reason(site: Site, language: str) -> None:
    html = (site.folder / PATHS[language] / "letters/index.html").read_text("utf-8")
    root = site.folder / PATHS[language] / "letters"
    links = re.findall(r'href="([^"]*files/[^"]*\.html)"', html)
    letters = len(LAWS) * len(showcase.KINDS) * (len(STAGES) + len(NAMED))
    reasons = html.count("<em>")
    assert reasons == 15, "a letter of claim goes to one of the sixteen cells"
    assert len({*links}) == (letters - reasons) * len(LANGUAGES) * 2
    assert all((root / link).resolve().is_file() for link in links)


# The annotated letter


def test_every_block_has_a_note_in_every_language() -> None:
    notes = yaml.safe_load((ROOT / "docs/parts.yaml").read_text(encoding="utf-8"))
    named = [block for blocks in notes for block in blocks.split()]
    assert len(named) == len(set(named))
    used = {b.name for cell in gallery.cells() for b in gallery.letter(*cell).blocks}
    assert used | {"sender", "recipient"} <= set(named)
    for note, language in itertools.product(notes.values(), LANGUAGES):
        assert note[language]["name"]
        assert note[language]["why"].endswith(".")


def test_every_part_of_every_letter_leads_to_its_note(site: Site) -> None:
    blocks = {
        name for html in parts(site).values() for name in re.findall(r'data-block="(\w+)"', html)
    }
    for path in PATHS.values():
        html = (site.folder / path / "letters/parts/index.html").read_text("utf-8")
        assert blocks <= set(re.findall(r'id="(\w+)"', html))


def test_why_shows_links_that_are_not_copied(site: Site, page: Page) -> None:
    page.goto(site.url("en", Path("letters/3-final-demand.md")))
    sheet = page.locator(".sheet").first
    sheet.locator(".sheet__why").click()
    links = sheet.locator("a.why")
    assert links.count() > 15
    assert sheet.locator("[data-slot=letter]").evaluate("plainText") + "\n" == example(
        "gb-b2b", "3", "en"
    )
    links.nth(5).click()
    page.wait_for_url(re.compile(r"letters/parts/#\w+$"))
    expect(page.locator(":target")).to_be_visible()

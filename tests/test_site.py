"""The site as its readers meet it: built, served on this machine, read in Chromium."""

from __future__ import annotations

import ast
import functools
import itertools
import re
import runpy
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import markdown
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from letterkit.data import own_text
from letterkit.render import blank, example
from tests.browsing import PATHS, Site, address, mkdocs
from tests.conftest import ROOT

ENGLISH = sorted(path.relative_to(ROOT / "docs/en") for path in (ROOT / "docs/en").rglob("*.md"))
SOURCES = [source for source in ENGLISH if source.parts[0] != "reference"]
"""Every page of all languages, as docs/en has it: ``index.md``, ``letters/1-reminder.md``…"""
ALONE = [source for source in ENGLISH if source not in SOURCES]
"""The pages that only English has."""

every_language = pytest.mark.parametrize("language", PATHS)
every_page = pytest.mark.parametrize("source", SOURCES, ids=str)


HOME = {"en": "gb-b2b", "fr": "fr-b2b", "it": "it-b2b", "nl": "nl-b2b"}
"""The example that the chooser opens with."""


def sheets(language: str, source: Path) -> list[str]:
    """What a page's macros call for, in their order, straight from the package."""
    made: dict[str, Callable[..., Any]] = {
        "letter": example,
        "blank": blank,
        "case": lambda name: own_text("examples", f"{name}.yaml"),
        "chooser": lambda: example(HOME[language], "1", language),
    }
    text = (ROOT / "docs" / language / source).read_text(encoding="utf-8")
    calls = re.findall(rf"\{{\{{ ({'|'.join(made)})\((.*?)\) \}}\}}", text)
    return [
        made[name](*ast.literal_eval(f"({arguments},)" if arguments else "()")).rstrip("\n")
        for name, arguments in calls
    ]


every_page_with_letters = pytest.mark.parametrize(
    "source",
    [s for s in SOURCES if sheets("en", s)],
    ids=str,
)


# What every page says of itself, and what it asks of the network


@pytest.mark.parametrize(
    ("language", "source"),
    [*itertools.product(PATHS, SOURCES), *(("en", source) for source in ALONE)],
    ids=str,
)
def test_page_is_whole(site: Site, page: Page, language: str, source: Path) -> None:
    """Language, title, description and the other languages; nothing fetched elsewhere,
    nothing missing, no complaint on the console."""
    requests: list[str] = []
    failures: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda said: failures.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("response", lambda got: failures.append(got.url) if got.status >= 400 else None)
    page.goto(site.url(language, source), wait_until="networkidle")

    assert page.get_attribute("html", "lang") == language
    assert len(page.title()) > len("letterkit")
    assert len(page.get_attribute("meta[name=description]", "content") or "") > 60
    links = page.eval_on_selector_all(
        "link[hreflang]", "links => links.map(link => [link.hreflang, link.href])"
    )
    others = {other: site.url(other, source) for other in PATHS if source in SOURCES}
    assert dict(links) == ({**others, "x-default": others["en"]} if others else {})
    assert all((site.folder / PATHS[other] / address(source)).is_dir() for other in others)
    assert failures == []
    assert [url for url in requests if not url.startswith(site.root)] == []


def test_titles_and_descriptions_are_each_used_once_in_a_language(site: Site) -> None:
    heads = r'<html lang=".."|<title>.*?</title>|<meta name="description".*?>'
    said = []
    for page in site.folder.rglob("index.html"):
        language, *lines = re.findall(heads, page.read_text("utf-8"))
        said += [(language, line) for line in lines]
    assert len(said) == 2 * (len(PATHS) * len(SOURCES) + len(ALONE))
    assert sorted(set(said)) == sorted(said)


# The letters


def words(text: str) -> list[str]:
    """The words of a letter, without the marks of its lists."""
    return [word for word in text.split() if word != "-"]


OPEN_ITS_TAB = """sheet => {
  const block = sheet.closest(".tabbed-block");
  if (!block) return;
  const number = [...block.parentNode.children].indexOf(block);
  block.closest(".tabbed-set").querySelectorAll(":scope > input")[number].click();
}"""


@every_language
@every_page_with_letters
def test_copy_button_gives_the_text_itself(
    site: Site, page: Page, language: str, source: Path
) -> None:
    page.goto(site.url(language, source))
    shown = page.locator(".sheet")
    expected = sheets(language, source)
    assert shown.count() == len(expected) > 0
    for number, text in enumerate(expected):
        shown.nth(number).evaluate(OPEN_ITS_TAB)
        page.evaluate("navigator.clipboard.writeText('')")
        shown.nth(number).locator(".sheet__copy").first.click()
        expect(shown.nth(number).locator(".sheet__said")).not_to_be_empty()
        assert page.evaluate("navigator.clipboard.readText()") == text


@every_language
def test_letter_is_on_the_first_screen_of_a_phone(site: Site, page: Page, language: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(site.url(language, Path("index.md")))
    button = page.locator(".sheet__copy").first.bounding_box()
    letter = page.locator(".sheet article").first.bounding_box()
    assert button is not None
    assert letter is not None
    assert button["y"] + button["height"] < 740
    assert letter["y"] < 740 / 2, "half of the screen is the letter"
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@every_language
def test_letter_reads_without_a_script(site: Site, language: str) -> None:
    source = Path("letters/1-reminder.md")
    context = site.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url(language, source))
    text = page.locator(".sheet article").first
    expect(text).to_be_visible()
    assert words(text.inner_text()) == words(sheets(language, source)[0])
    expect(page.locator(".sheet__copy").first).to_be_hidden()
    assert page.locator("a[data-format=txt]").first.get_attribute("href")
    context.close()


def test_print_button_prints_the_letter_alone(site: Site, page: Page) -> None:
    page.add_init_script("window.print = () => {}")
    page.goto(site.url("en", Path("index.md")))
    page.locator(".sheet__print").first.click()
    page.emulate_media(media="print")
    shown = page.locator("body > *:visible")
    assert shown.count() == 1
    assert words(shown.inner_text()) == words(sheets("en", Path("index.md"))[0])
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".md-container")).to_be_visible()
    expect(page.locator(".sheet-print")).to_have_count(0)


class Text(HTMLParser):
    """The text within ``pre``, as a browser would read it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inside, self.text = False, ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.inside = self.inside or tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "pre"

    def handle_data(self, data: str) -> None:
        self.text += data if self.inside else ""


@functools.cache
def macros(name: str) -> dict[str, Any]:
    """A module of the macros, which belong to no package."""
    return runpy.run_path(str(ROOT / f"macros/{name}.py"))


@functools.cache
def reader() -> markdown.Markdown:
    """Markdown with the extensions of the site; mkdocs adds two of its own."""
    listed = yaml.safe_load((ROOT / "mkdocs.base.yml").read_text("utf-8"))["markdown_extensions"]
    options = [one if isinstance(one, dict) else {one: {}} for one in listed]
    extensions: dict[str, Any] = {"fenced_code": {}, "tables": {}}
    extensions |= {name: one[name] for one in options for name in one}
    return markdown.Markdown(extensions=[*extensions], extension_configs=extensions)


WORDS = dict.fromkeys(("copy_case", "copied", "select"), "…")
MARKS = "*_`[](){}<>&\\#!|~:^=+-.\"'/$@\n\t\N{NO-BREAK SPACE}’€éß1a "


@settings(deadline=None)
@given(st.text(st.sampled_from(MARKS)))
def test_letter_means_nothing_to_markdown(text: str) -> None:
    line = macros("sheets")["case_sheet"](text, WORDS)
    html = reader().reset().convert(f"# Title\n\n/// tab | One\n{line}\n///\n")
    assert Text(html).text == text.rstrip("\n")


# From page to page


@every_page
def test_switch_keeps_the_page(site: Site, page: Page, source: Path) -> None:
    page.goto(site.url("en", source))
    for language in ("fr", "nl", "it", "en"):
        page.locator("header .md-select").hover()
        page.locator(f"header .md-select__link[hreflang={language}]").click()
        page.wait_for_url(site.url(language, source))
        assert page.get_attribute("html", "lang") == language


@pytest.mark.parametrize("source", ALONE, ids=str)
def test_switch_leads_home_from_a_page_of_one_language(
    site: Site, page: Page, source: Path
) -> None:
    page.goto(site.url("en", source))
    links = page.eval_on_selector_all(
        "header .md-select__link", "links => links.map(link => [link.hreflang, link.href])"
    )
    homes = {other: site.url(other, Path("index.md")) for other in PATHS}
    assert dict(links) == {**homes, "en": site.url("en", source)}


SEARCHES = yaml.safe_load((ROOT / "tests/search.yaml").read_text(encoding="utf-8"))


@every_language
def test_search_finds_the_page_in_its_language(site: Site, page: Page, language: str) -> None:
    assert len(SEARCHES[language]) == 10
    own = {site.url(language, source) for source in (ENGLISH if language == "en" else SOURCES)}
    page.goto(site.url(language, Path("index.md")))
    field = page.locator("input[name=query]")
    results = page.locator(".md-search-result__link")
    field.click()
    for words, wanted in SEARCHES[language].items():
        for typed in ("", words):
            field.fill(typed)
            field.dispatch_event("keyup")
            expect(results).not_to_have_count(0) if typed else expect(results).to_have_count(0)
        links = results.evaluate_all("all => all.map(one => one.href.split(/[?#]/)[0])")
        found = list(dict.fromkeys(links))
        assert set(found) <= own, words
        assert site.url(language, Path(f"{wanted}.md")) in found[:5], words


def test_serve_shows_every_language(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command, where = mkdocs("serve", "--dev-addr", f"127.0.0.1:{port}")
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, **where)
    try:
        for language, path in PATHS.items():
            html = wait_for(f"http://127.0.0.1:{port}/{path}letters/1-reminder/")
            assert f'<html lang="{language}"' in html
            assert f"http://127.0.0.1:{port}/{path}letters/1-reminder/" in html
    finally:
        server.terminate()
        server.wait()


def wait_for(url: str, seconds: float = 60) -> str:
    """A page of a server that may still be starting."""
    last = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url) as answer:
                text: str = answer.read().decode()
                return text
        except urllib.error.URLError:
            if time.monotonic() > last:
                raise
            time.sleep(0.2)


# A strict build must fail


def plant(path: str, old: str, new: str) -> Callable[[Path], None]:
    """A fault: ``old`` becomes ``new`` in a file; all of it when ``old`` is empty."""

    def change(root: Path) -> None:
        file = root / path
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        assert old in text
        file.write_text(text.replace(old, new, 1) if old else new, encoding="utf-8")

    return change


FAULTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "missing page": (lambda root: (root / "docs/nl/letters/4-handover.md").unlink(), "4-handover"),
    "missing English page": (lambda root: (root / "docs/en/letters/1-reminder.md").unlink(), "nav"),
    "orphan page": (plant("docs/it/letters/5-more.md", "", "# Altro\n"), "5-more.md"),
    "broken link": (
        plant("docs/fr/index.md", "letters/1-reminder.md", "letters/1-rappel.md"),
        "1-rappel.md",
    ),
    "broken anchor": (
        plant("docs/en/index.md", "letters/1-reminder.md", "letters/1-reminder.md#nowhere"),
        "#nowhere",
    ),
    "unknown macro": (plant("docs/it/index.md", "{{ letter(", "{{ lettera("), "lettera"),
    "unknown example": (plant("docs/nl/index.md", '{{ letter("', '{{ letter("no-'), "no-"),
}


@pytest.mark.parametrize("fault", [None, *FAULTS])
def test_strict_build_fails_on(fault: str | None, tmp_path: Path) -> None:
    for folder in ("docs", "examples", "jurisdictions", "locales", "macros", "src", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for config in ROOT.glob("mkdocs*.yml"):
        shutil.copy(config, tmp_path)
    change, said = FAULTS[fault] if fault else (lambda root: None, "Documentation built")
    change(tmp_path)
    command, where = mkdocs("build", "--strict", cwd=tmp_path)
    done = subprocess.run(command, capture_output=True, text=True, **where)
    assert said in done.stderr
    assert (done.returncode == 0) == (fault is None), done.stderr

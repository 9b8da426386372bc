"""The site as its readers meet it: built, served on this machine, read in Chromium."""

from __future__ import annotations

import ast
import functools
import gzip
import html
import itertools
import os
import re
import runpy
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import markdown
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from mkdocs.utils.yaml import yaml_load
from playwright.sync_api import Page, expect

from letterkit.data import own_text
from letterkit.render import blank, example
from tests.browsing import PATHS, PUBLIC, Site, address, mkdocs
from tests.conftest import ROOT

ENGLISH = sorted(path.relative_to(ROOT / "docs/en") for path in (ROOT / "docs/en").rglob("*.md"))
SOURCES = [source for source in ENGLISH if source.parts[0] != "reference"]
"""Every page of all languages, as docs/en has it: ``index.md``, ``letters/1-reminder.md``…"""
ALONE = [source for source in ENGLISH if source not in SOURCES]
"""The pages that only English has."""

every_language = pytest.mark.parametrize("language", PATHS)


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


# What every page says of itself, and what it asks of the network

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VIOLATIONS = """async rules => {
  const found = await axe.run({runOnly: rules, resultTypes: ["violations"]});
  return found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html}`));
}"""
NEW_LOOKS = """seen => {
  const looks = new Set(seen), below = new Map();
  const backdrop = at => {
    if (!at) return "";
    if (!below.has(at)) {
      const {backgroundColor, backgroundImage, opacity} = getComputedStyle(at);
      const own = [at.localName, at.className, backgroundColor, backgroundImage, opacity];
      below.set(at, `${backdrop(at.parentElement)} > ${own}`);
    }
    return below.get(at);
  };
  for (const one of document.body.querySelectorAll("*")) {
    const says = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!(says || one.matches("input, select, textarea")) || !one.checkVisibility()) continue;
    const {color, fontSize, fontWeight, textShadow} = getComputedStyle(one);
    const look = `${backdrop(one)} ${[color, fontSize, fontWeight, textShadow]}`;
    if (!looks.has(look)) one.dataset.look = "new";
    looks.add(look);
  }
  axe.configure({rules: [{id: "color-contrast", selector: "[data-look]"}]});
  return [...looks].slice(seen.length);
}"""
"""Leaves to axe's rule on contrast, which is two thirds of its work, the texts whose look was on
no page before: same elements and classes around it, same colours, size and weight."""
LETTERS = """() => [...document.querySelectorAll(".sheet")].map(
  sheet => plainText(sheet.querySelector(".piece > div[data-slot]")))"""
ASSETS = 'performance.getEntriesByType("resource").map(one => one.name)'
LONG = bool(os.environ.get("LETTERKIT_LONG"))
"""Light and dark, and the contrast of every single text: ``./check --all``."""
HEAVIEST = 250_000
"""Bytes of a page and all it asks for, compressed, on a first visit."""


@pytest.fixture(scope="module", params=["light", "dark"] if LONG else ["light"])
def reader_page(site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """One page, for all visits of one after the other."""
    context = site.browser.new_context(color_scheme=request.param)
    context.add_init_script(AXE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def looks(reader_page: Page) -> list[str]:
    """Every look of a text whose contrast was measured."""
    return []


@functools.cache
def compressed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 6))


@pytest.mark.parametrize(
    ("language", "source"),
    [*itertools.product(PATHS, SOURCES), *(("en", source) for source in ALONE)],
    ids=str,
)
def test_page_is_whole(
    site: Site, reader_page: Page, looks: list[str], language: str, source: Path
) -> None:
    """Language, title, description and the other languages; accessible, light, its letters those
    of the package; nothing fetched elsewhere, nothing missing, no complaint on the console."""
    page, failures = reader_page, list[str]()
    watched: dict[str, Callable[[Any], None]] = {
        "console": lambda said: failures.append(said.text) if said.type == "error" else None,
        "pageerror": lambda error: failures.append(str(error)),
        "response": lambda got: failures.append(got.url) if got.status >= 400 else None,
    }
    for event, note in watched.items():
        page.on(event, note)  # type: ignore[call-overload]  # each event has its own signature
    page.goto(site.url(language, source))
    if not LONG:
        looks += page.evaluate(NEW_LOOKS, looks)
    assert page.evaluate(VIOLATIONS, RULES) == []
    for event, note in watched.items():
        page.remove_listener(event, note)

    assert page.get_attribute("html", "lang") == language
    assert len(page.title()) > len("letterkit")
    assert len(page.get_attribute("meta[name=description]", "content") or "") > 60
    links = page.eval_on_selector_all(
        "link[hreflang]", "links => links.map(link => [link.hreflang, link.href])"
    )
    others = {other: site.public(other, source) for other in PATHS if source in SOURCES}
    assert dict(links) == ({**others, "x-default": others["en"]} if others else {})
    assert all((site.folder / PATHS[other] / address(source)).is_dir() for other in others)
    assert page.evaluate(LETTERS) == sheets(language, source)
    assert failures == []

    urls = {page.url, *page.evaluate(ASSETS)}
    assert [url for url in urls if not url.startswith(site.root)] == []
    asked = [site.folder / url.removeprefix(site.root).split("?")[0] for url in urls]
    weight = sum(compressed(at / "index.html" if at.is_dir() else at) for at in asked)
    assert weight <= HEAVIEST


def test_every_link_leads_somewhere(site: Site) -> None:
    """Each address within the site, and each anchor, from every page."""
    places = re.compile(r'<[^>]* (href|src|id)="([^"]*)"')
    pages = [*site.folder.rglob("index.html"), *site.folder.rglob("404.html")]
    found = {page: places.findall(page.read_text("utf-8")) for page in pages}
    ids = {page: {value for name, value in all_ if name == "id"} for page, all_ in found.items()}
    wrong = []
    for page, all_ in found.items():
        for name, value in set(all_):
            link = urllib.parse.urlsplit(html.unescape(re.sub(f"^{PUBLIC}", "/", value)))
            if name == "id" or link.scheme or not value:
                continue
            start = site.folder if link.path.startswith("/") else page.parent
            target = (start / link.path.lstrip("/")).resolve() if link.path else page
            target = target / "index.html" if target.is_dir() else target
            anchor = urllib.parse.unquote(link.fragment)
            lost = not target.is_file() or (anchor and target in ids and anchor not in ids[target])
            lost = lost or link.netloc != ""  # "//fr/" is a host
            if lost and anchor not in ("__search", "__tabbed"):
                wrong.append((page.relative_to(site.folder).as_posix(), value))
    assert wrong == []


def test_the_site_map_lists_every_page_in_every_language(site: Site) -> None:
    listed = re.findall("<loc>(.*?)</loc>", (site.folder / "sitemap.xml").read_text("utf-8"))
    every = [site.public(language, source) for language in PATHS for source in SOURCES]
    assert sorted(listed) == sorted([*every, *(site.public("en", source) for source in ALONE)])


@every_language
def test_a_wrong_address_is_answered_in_the_readers_language(
    site: Site, reader_page: Page, language: str
) -> None:
    page = reader_page
    page.goto(f"{site.root}{PATHS[language]}404.html")
    assert page.evaluate(VIOLATIONS, RULES) == []
    assert page.get_attribute("html", "lang") == language
    links = page.eval_on_selector_all("article ul a", "links => links.map(link => link.href)")
    homes = {site.url(other, Path("index.md")) for other in PATHS}
    assert set(links) == homes | {site.url(language, Path("letters/index.md"))}


def test_every_page_says_when_it_was_checked_and_whom_to_tell(site: Site) -> None:
    for language, source in itertools.product(PATHS, SOURCES):
        text = (site.folder / PATHS[language] / address(source) / "index.html").read_text("utf-8")
        aside = text.split('<aside class="checked"')[1].split("</aside>")[0]
        assert re.search(r"\b2026\b", aside)
        assert 'href="mailto:' in aside


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
@pytest.mark.parametrize("source", [Path("index.md"), Path("letters/3-final-demand.md")], ids=str)
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
def test_one_tap_leads_from_the_title_to_the_letter(site: Site, page: Page, language: str) -> None:
    """Wherever much is said of a letter first: not under the header, its button in sight."""
    told = [source for source in SOURCES if source.parts[0] == "letters"]
    for source in told:
        text = (site.folder / PATHS[language] / address(source) / "index.html").read_text("utf-8")
        assert text.count('href="#letter"') == ('class="tabbed-set' in text), source
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(site.url(language, Path("letters/3-final-demand.md")))
    way = page.locator(".to-letter a")
    expect(way).to_be_in_viewport(ratio=1)
    way.click()
    expect(page.locator(".sheet__copy").first).to_be_in_viewport(ratio=1)
    tabs, header = (page.locator(one).bounding_box() for one in (".tabbed-labels", ".md-header"))
    assert tabs is not None
    assert header is not None
    assert header["y"] + header["height"] <= tabs["y"] < 740 / 2


def test_without_a_script_the_chooser_leads_to_every_letter(site: Site) -> None:
    context = site.browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    page.goto(site.url("nl", Path("letters/index.md")))
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.locator("noscript a").click()
    page.locator("#all > summary").click()
    page.locator("#BE-consumer > summary").click()
    page.locator("#BE-consumer [data-stage='3'] a[lang=fr]").first.click()
    expect(page.locator("body")).to_contain_text("Mise en demeure")
    context.close()


@every_language
@pytest.mark.parametrize("source", ["index.md", "letters/1-reminder.md", "letters/index.md"])
def test_letter_reads_without_a_script(site: Site, language: str, source: str) -> None:
    context = site.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url(language, Path(source)))
    text = page.locator(".sheet article").first
    expect(text).to_be_visible()
    selected = text.evaluate(
        "one => { getSelection().selectAllChildren(one); return getSelection().toString(); }"
    )
    assert words(selected) == words(sheets(language, Path(source))[0])
    expect(page.locator(".sheet__copy").first).to_be_hidden()
    assert page.locator("a[data-format=txt]").first.get_attribute("href")
    context.close()


def test_print_button_prints_the_letter_alone(site: Site, page: Page) -> None:
    page.add_init_script("window.print = () => { window.printed = true }")
    page.goto(site.url("en", Path("index.md")))
    page.locator(".sheet__print").first.click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    shown = page.locator("body > *:visible")
    assert shown.count() == 1
    assert words(shown.inner_text()) == words(sheets("en", Path("index.md"))[0])
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".md-container")).to_be_visible()
    expect(page.locator(".sheet-print")).to_have_count(0)


def test_page_prints_the_tab_one_reads(site: Site, page: Page) -> None:
    page.goto(site.url("en", Path("letters/3-final-demand.md")))
    blank = page.locator(".tabbed-labels label").nth(2)
    blank.click()
    page.emulate_media(media="print")
    assert page.locator(".tabbed-labels label:visible").all_inner_texts() == [blank.inner_text()]
    expect(page.locator(".sheet article:visible")).to_have_count(1)
    assert len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True))) <= 5


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
    listed = yaml_load((ROOT / "mkdocs.base.yml").read_text("utf-8"))["markdown_extensions"]
    options = [one if isinstance(one, dict) else {one: {}} for one in listed]
    extensions: dict[str, Any] = {"fenced_code": {}, "tables": {}}
    extensions |= {name: one[name] for one in options for name in one}
    return markdown.Markdown(extensions=[*extensions], extension_configs=extensions)


WORDS = dict.fromkeys(("copy_case", "copied", "select"), "…")
MARKS = "*_`[](){}<>&\\#!|~:^=+-.\"'/$@\n\t\N{NO-BREAK SPACE}’€éß1a "


@given(st.text(st.sampled_from(MARKS)))
def test_letter_means_nothing_to_markdown(text: str) -> None:
    line = macros("sheets")["case_sheet"](text, WORDS)
    html = reader().reset().convert(f"# Title\n\n/// tab | One\n{line}\n///\n")
    assert Text(html).text == text.rstrip("\n")


# From page to page


SWITCH = re.compile(r'<a href="([^"]*)" hreflang="(..)" lang=".." class="md-select__link"')


def test_switch_keeps_the_page(site: Site, page: Page) -> None:
    for source in SOURCES:
        folder = site.folder / PATHS["fr"] / address(source)
        links = SWITCH.findall((folder / "index.html").read_text("utf-8"))
        there = {other: (folder / link).resolve() for link, other in links}
        assert there == {o: (site.folder / PATHS[o] / address(source)).resolve() for o in PATHS}
    page.goto(site.url("fr", source))
    for language in ("it", "nl", "en", "fr"):
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
        heights = results.evaluate_all("all => all.map(one => one.offsetHeight)")
        assert max(heights) < 300, "a table that runs on would fill the screen"


def test_serve_shows_every_language(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command, where = mkdocs("serve", "--dev-addr", f"127.0.0.1:{port}", PDF="false")
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


def wait_for(url: str, seconds: float = 600) -> str:
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


FAULTS: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "missing page": (
        "nl",
        lambda root: (root / "docs/nl/letters/4-handover.md").unlink(),
        "4-handover",
    ),
    "missing English page": (
        "en",
        lambda root: (root / "docs/en/letters/1-reminder.md").unlink(),
        "nav",
    ),
    "orphan page": ("it", plant("docs/it/letters/5-more.md", "", "# Altro\n"), "5-more.md"),
    "broken link": (
        "fr",
        plant("docs/fr/index.md", "letters/1-reminder.md", "letters/1-rappel.md"),
        "1-rappel.md",
    ),
    "broken anchor": (
        "nl",
        plant("docs/nl/index.md", "letters/1-reminder.md", "letters/1-reminder.md#nowhere"),
        "#nowhere",
    ),
    "unknown macro": ("it", plant("docs/it/index.md", "{{ letter(", "{{ lettera("), "lettera"),
    "unknown example": ("en", plant("docs/nl/index.md", '{{ letter("', '{{ letter("no-'), "no-"),
}
"""Fault → the build that must stop at it (English builds all four), the fault, what is said."""


@pytest.mark.parametrize("fault", [None, *FAULTS])
def test_strict_build_fails_on(fault: str | None, tmp_path: Path) -> None:
    for folder in ("docs", "examples", "jurisdictions", "locales", "macros", "src", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for config in ROOT.glob("mkdocs*.yml"):
        shutil.copy(config, tmp_path)
    language, change, said = (
        FAULTS[fault] if fault else ("nl", lambda root: None, "Documentation built")
    )
    change(tmp_path)
    config = tmp_path / ("mkdocs.yml" if language == "en" else f"mkdocs.{language}.yml")
    command, where = mkdocs(
        "build", "--strict", "--config-file", config.name, cwd=tmp_path, PDF="false"
    )
    done = subprocess.run(command, capture_output=True, text=True, **where)
    assert said in done.stderr
    assert (done.returncode == 0) == (fault is None), done.stderr

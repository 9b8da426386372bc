"""The site without a mouse and without eyes: real keys, and what a screen reader is told."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from letterkit.render import example
from tests.browsing import PATHS, Site

HOME, LETTER, CHOOSER = (
    Path("index.md"),
    Path("letters/3-final-demand.md"),
    Path("letters/index.md"),
)
WIDE = ViewportSize(width=1280, height=800)
NARROW = ViewportSize(width=360, height=740)
FIRST = {"en": "gb-b2b", "fr": "fr-b2b", "it": "it-b2b", "nl": "nl-b2b"}
every_language = pytest.mark.parametrize("language", PATHS)


@pytest.fixture(autouse=True)
def nothing_goes_wrong(site: Site, page: Page) -> Iterator[None]:
    """Whatever is pressed: no complaint on the console, no request to another host."""
    failures: list[str] = []
    page.on("console", lambda said: failures.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on(
        "request", lambda r: None if r.url.startswith(site.root) else failures.append(str(r.url))
    )
    yield
    assert failures == []


# By keyboard

REACHED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const set = at.closest(".tabbed-set");
  const mark = at.matches(".md-option") ? at.nextElementSibling
    : at.matches(".tabbed-set > input") ? set.querySelectorAll(":scope > .tabbed-labels > label")[
        [...set.children].indexOf(at)] : at;
  const {outlineStyle, outlineWidth} = getComputedStyle(mark);
  const [box] = mark.getClientRects();
  const inside = box && box.width > 4 && box.height > 4 && box.right > 0 && box.bottom > 0
    && box.left < innerWidth && box.top < innerHeight;
  return {
    what: `${at.localName} ${at.ariaLabel ?? at.textContent.trim().slice(0, 40) ?? ""}`,
    place: [...document.querySelectorAll("*")].indexOf(at),
    inside: inside === true && mark.checkVisibility(
      {opacityProperty: true, visibilityProperty: true}),
    marked: outlineStyle !== "none" && parseFloat(outlineWidth) > 0,
  };
}"""
REACHABLE = """() => [...document.querySelectorAll(
    "a[href], button, input, select, summary, label[tabindex]")]
  .filter(one => one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true}))
  .filter(one => !one.closest("[hidden], [aria-hidden=true]") && one.getClientRects().length)
  .filter(one => one.type !== "radio" || one.checked)
  .map(one => [[...document.querySelectorAll("*")].indexOf(one), one.outerHTML.slice(0, 90)])"""


def steps(page: Page) -> Iterator[dict[str, Any]]:
    """Where each Tab leads, from the top of the page to its end."""
    for _ in range(250):
        page.keyboard.press("Tab")
        at = page.evaluate(REACHED)
        for _ in range(200):
            if at is None or at["inside"]:
                break
            page.wait_for_timeout(50)  # the search opens a moment after it has the focus
            at = page.evaluate(REACHED)
        if at is None:
            return
        yield at
    raise AssertionError("Tab never comes to the end of the page")


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the element has the focus."""
    for _ in range(250):
        page.keyboard.press("Tab")
        if page.evaluate("sought => document.activeElement.matches(sought)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


WALKS = [
    *itertools.product(("en",), (HOME, LETTER, CHOOSER), (WIDE, NARROW)),
    ("en", Path("law/fr.md"), WIDE),
    ("en", Path("reference/case.md"), WIDE),
    *itertools.product(("fr", "it", "nl"), (LETTER,), (NARROW,)),
]


@pytest.mark.parametrize(("language", "source", "size"), WALKS)
def test_tab_goes_through_the_page(
    site: Site, page: Page, language: str, source: Path, size: ViewportSize
) -> None:
    """To all that can be used, in the order of the page, each time seen, and out of it again."""
    page.set_viewport_size(size)
    page.goto(site.url(language, source))
    page.add_style_tag(content="* { transition: none !important }")
    reachable = dict(page.evaluate(REACHABLE))
    visited = list(steps(page))
    places = [at["place"] for at in visited]
    assert places == sorted(set(places))
    assert [text for place, text in reachable.items() if place not in places] == []
    assert [at["what"] for at in visited if not at["inside"]] == []
    assert [at["what"] for at in visited if not at["marked"]] == []


@every_language
def test_keys_lead_from_home_to_a_copied_letter(site: Site, page: Page, language: str) -> None:
    page.goto(site.url(language, HOME))
    tab_to(page, ".sheet__copy")
    page.keyboard.press("Enter")
    expect(page.locator(".sheet__said").first).not_to_be_empty()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied + "\n" == example(FIRST[language], "1", language)
    assert page.evaluate("document.activeElement.matches('.sheet__copy')")


def test_first_key_skips_to_the_text(site: Site, page: Page) -> None:
    page.goto(site.url("en", LETTER))
    page.keyboard.press("Tab")
    expect(page.locator(".md-skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith(f"#{page.locator('h1').get_attribute('id')}")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('.md-content'))")


def test_keys_choose_a_letter(site: Site, page: Page) -> None:
    page.goto(site.url("en", CHOOSER))
    page.evaluate("location.hash = 'BE-business-1-en'")
    shown, said = page.locator(".sheet [data-slot=letter]"), page.locator(".chooser__shown")
    expect(said).not_to_be_empty()
    for name in ("law", "kind", "stage", "language", "view"):
        select = page.locator(f"select[name={name}]")
        before = select.input_value()
        tab_to(page, f"select[name={name}]")
        with page.expect_response(re.compile(r"\.part\.html")):
            page.keyboard.press("ArrowDown")
        assert select.input_value() != before
        expect(select).to_be_focused()
    law, kind, _, language, view = page.url.split("#")[1].split("-")
    assert (law, kind, view) == ("FR", "consumer", "blank")
    expect(shown.locator("article")).to_have_attribute("lang", re.compile(f"^{language}"))
    expect(said).to_have_text(shown.locator("article").get_attribute("aria-label") or "-")


def test_keys_change_tabs_and_download(site: Site, page: Page) -> None:
    page.goto(site.url("en", LETTER))
    blocks = page.locator(".tabbed-block")
    tab_to(page, ".tabbed-set > input")
    page.keyboard.press("ArrowRight")
    expect(blocks.nth(1)).to_be_visible()
    expect(blocks.nth(0)).to_be_hidden()
    tab_to(page, "a[data-format=txt]")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".txt")


def test_keys_change_the_language(site: Site, page: Page) -> None:
    page.goto(site.url("en", LETTER))
    tab_to(page, "header .md-select > button")
    tab_to(page, "a[hreflang=nl]")
    page.keyboard.press("Enter")
    page.wait_for_url(site.url("nl", LETTER))


def test_keys_change_light_and_dark(site: Site, page: Page) -> None:
    page.goto(site.url("en", HOME))
    tab_to(page, ".md-option")
    for scheme, said in (("default", "light"), ("slate", "dark"), ("default", "device")):
        page.keyboard.press("ArrowRight")
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", scheme)
        assert said in page.evaluate("document.activeElement.ariaLabel")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_keys_search(site: Site, page: Page, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    page.goto(site.url("en", HOME))
    field, found = page.locator(".md-search__input"), page.locator(".md-search-result__link")
    if size == NARROW:
        tab_to(page, "button[for=__search]")
        page.keyboard.press("Enter")
    else:
        tab_to(page, ".md-search__input")
    expect(field).to_be_focused()
    page.keyboard.type("instalments")
    expect(found.first).to_have_attribute("href", re.compile("instalments$"))
    page.keyboard.press("ArrowDown")
    expect(found.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#__search")).not_to_be_checked()
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("instalments|plan"))


def test_keys_open_the_menu_of_a_phone(site: Site, page: Page) -> None:
    page.set_viewport_size(NARROW)
    page.goto(site.url("en", HOME))
    menu, drawer = page.locator("button[for=__drawer]"), page.locator("#__drawer")
    tab_to(page, "button[for=__drawer]")
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    assert page.evaluate("Boolean(document.activeElement.closest('.md-nav--primary'))")
    tab_to(page, "button.md-nav__link[for=__nav_3]")
    page.keyboard.press("Enter")
    tab_to(page, "button.md-nav__title[for=__nav_3]")
    page.keyboard.press("Enter")
    expect(page.locator("#__nav_3")).not_to_be_checked()
    page.keyboard.press("Escape")
    expect(drawer).not_to_be_checked()
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "button.md-nav__link[for=__nav_3]")
    page.keyboard.press("Enter")
    tab_to(page, "a[href='letters/3-final-demand/']")
    page.keyboard.press("Enter")
    page.wait_for_url(site.url("en", LETTER))


# With a screen reader

LEVELS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
  .filter(one => one.checkVisibility()).map(one => Number(one.localName[1]))"""


def tree(page: Page) -> list[tuple[str, str]]:
    """What a screen reader is told of the page: role and name, in order."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        (str(node["role"]["value"]), str(node.get("name", {}).get("value", "")).strip())
        for node in nodes
        if not node["ignored"]
    ]


@every_language
@pytest.mark.parametrize("source", [HOME, LETTER, CHOOSER], ids=str)
def test_page_makes_sense_when_heard(site: Site, page: Page, language: str, source: Path) -> None:
    """Landmarks, headings in steps, a name for all that can be used, and none said twice."""
    page.goto(site.url(language, source))
    heard = tree(page)
    roles = [role for role, _ in heard]
    assert [roles.count(one) for one in ("banner", "main", "contentinfo")] == [1, 1, 1]
    levels = page.evaluate(LEVELS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    spoken = {"button", "combobox", "dialog", "heading", "image", "link", "radio", "textbox"}
    assert [one for one in heard if one[0] in spoken and not one[1]] == []
    assert [one for one in heard if "\N{PILCROW SIGN}" in one[1]] == []
    tabs = {name for role, name in heard if role == "radio"}
    assert [one for one in heard if one[0] == "link" and one[1] in tabs] == []
    assert {"article", "status"} <= set(roles)
    assert all(name for role, name in heard[roles.index("article") + 1 :] if role == "article")
    bare = "tables => tables.filter(one => !one.querySelector('th')).map(one => one.outerHTML)"
    assert page.eval_on_selector_all("main table", bare) == []


@every_language
def test_what_happens_is_said_aloud(site: Site, page: Page, language: str) -> None:
    """In a place that was there, empty, before: or else it is not read."""
    page.goto(site.url(language, CHOOSER))
    said = page.locator("p[role=status]")
    assert [role for role, _ in tree(page)].count("status") == said.count() == 3
    assert said.all_inner_texts() == ["", "", ""]
    page.locator(".sheet__copy").first.click()
    expect(page.locator(".sheet__said")).not_to_be_empty()
    page.locator("select[name=stage]").select_option("3")
    shown = page.locator(".sheet [data-slot=letter] article")
    expect(page.locator(".chooser__shown")).not_to_be_empty()
    assert page.locator(".chooser__shown").inner_text() == shown.get_attribute("aria-label")

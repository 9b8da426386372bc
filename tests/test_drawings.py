"""The drawings of the guide: true to their pages, and legible as a browser shows them."""

from __future__ import annotations

import itertools
import json
import re
import runpy
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
import yaml
from playwright.sync_api import Page

from letterkit.errors import InputError
from letterkit.model import LANGUAGES
from tests.browsing import PATHS, Site
from tests.conftest import ROOT
from tests.test_words import LINT, misspelt

drawings = SimpleNamespace(**runpy.run_path(str(ROOT / "macros/drawings.py")))
WORDS: dict[str, Any] = yaml.safe_load((ROOT / "docs/drawings.yaml").read_text("utf-8"))
PAGES = {
    "timetable": Path("guide/timetable.md"),
    "ladder": Path("guide/tone.md"),
    "gain": Path("guide/lawyer.md"),
}

every_language = pytest.mark.parametrize("language", LANGUAGES)
every_drawing = pytest.mark.parametrize("name", PAGES)


def text_of(name: str, language: str) -> str:
    """The Markdown of the page a drawing stands on."""
    return (ROOT / "docs" / language / PAGES[name]).read_text(encoding="utf-8")


def rows(name: str, language: str) -> list[list[str]]:
    """The cells of every table on that page, in small letters."""
    lines = re.findall(r"^\|(.*)\|$", text_of(name, language).casefold(), re.MULTILINE)
    return [[cell.strip(" *") for cell in line.split("|")] for line in lines]


def layouts(name: str, language: str) -> list[Element]:
    return fromstring(drawings.drawing(name, language)).findall("svg")


# The words


def leaves(entry: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Every entry of the words file that is a word in some languages."""
    if all(isinstance(value, str) for value in entry.values()):
        yield entry
    else:
        for value in entry.values():
            yield from leaves(value)


def test_every_word_is_in_every_language() -> None:
    assert all([*entry] == ["en", "fr", "it", "nl"] for entry in leaves(WORDS))


@every_language
def test_words_are_spelt_and_linted_like_the_guide(language: str) -> None:
    said = " \n".join(re.sub(r"\{\w+\}", " X ", entry[language]) for entry in leaves(WORDS))
    listed = (ROOT / f"tests/words.guide.{language}.txt").read_text(encoding="utf-8").splitlines()
    assert misspelt(said, language) - {line.split("#")[0].strip() for line in listed} == set()
    hits = [re.findall(p, said, re.IGNORECASE) for p in LINT["patterns"][language]]
    found = {hit.lower() for hit in itertools.chain(*hits) if isinstance(hit, str)}
    assert found <= {*LINT["any_page"][language]}


@pytest.mark.parametrize(
    ("name", "language", "error"), [("stairs", "en", KeyError), ("ladder", "de", InputError)]
)
def test_nothing_is_drawn_without_its_words(
    name: str, language: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        drawings.drawing(name, language)


# As the page says


@every_language
@every_drawing
def test_page_has_its_drawing_before_the_table(name: str, language: str) -> None:
    call = f'\n{{{{ drawing("{name}") }}}}\n'
    _, after = text_of(name, language).split(call)
    assert "\n|---" in after.split("\n## ")[0]


def calendar(language: str) -> list[list[str]]:
    """The table of the timetable, a row for each step."""
    table = rows("timetable", language)[2:]
    return table[: len(drawings.STEPS)]


def numbers(cell: str) -> set[int]:
    return {int(number) for number in re.findall(r"\d+", cell)}


@every_language
def test_days_are_those_of_the_table(language: str) -> None:
    for step, (since_invoice, overdue, _) in zip(drawings.STEPS, calendar(language), strict=True):
        days = {step.first, step.last}
        counted = step.first > drawings.DUE or step.name == "in_order"
        assert numbers(since_invoice) == days
        assert numbers(overdue) == ({abs(d - drawings.DUE) for d in days} if counted else set())


@every_language
def test_letters_are_those_of_the_table(language: str) -> None:
    names = WORDS["timetable"]["steps"]
    for step, (*_, what) in zip(drawings.STEPS, calendar(language), strict=True):
        assert ("**" in what) == bool(step.letter)
        assert not step.letter or names[step.name][language].casefold() in what


@every_language
def test_ladder_says_what_the_table_says(language: str) -> None:
    steps = WORDS["ladder"]["steps"].values()
    table = [" ".join(cells[:3]) for cells in rows("ladder", language)][2:6]
    for step, row in zip(steps, table, strict=True):
        assert all(step[part][language].casefold() in row for part in ("letter", "verb", "voice"))


def test_expected_gain_is_worked_out() -> None:
    """By hand: 60% of 50 is 30, less 60, less 40; 60% of 10,000 is 6,000, less 900, less 300."""
    gains = {name: bill.parts["gain"] for name, bill in drawings.BILLS.items()}
    assert gains == {"small": Decimal(-70), "large": Decimal(4800)}


@every_language
def test_gain_has_the_figures_of_the_table(language: str) -> None:
    def figures(text: str) -> str:
        return re.sub(r"\D", "", text)

    table = {cells[0]: [figures(cell) for cell in cells[1:]] for cells in rows("gain", language)}
    for part, label in WORDS["gain"]["rows"].items():
        amounts = [str(abs(int(bill.parts[part]))) for bill in drawings.BILLS.values()]
        assert table[label[language].split(":")[0].strip().casefold()] == amounts


# To scale


def placed(svg: Element, kind: str, start: str, length: str) -> list[tuple[float, float]]:
    shapes = [shape for shape in svg.iter("rect") if shape.get("class") == f"drawing__{kind}"]
    return [(float(shape.get(start, "")), float(shape.get(length, ""))) for shape in shapes]


def test_days_are_drawn_to_scale() -> None:
    for svg, way in zip(layouts("timetable", "en"), (("y", "height"), ("x", "width")), strict=True):
        letters = placed(svg, "letter", *way)
        day = letters[0][1] / 3  # from day 32 to day 35
        first = letters[0][0] - 32 * day
        drawn = [((start - first) / day, length / day) for start, length in letters]
        expected = [(32, 3), (45, 5), (60, 10), (75, 10)]
        assert [n for pair in drawn for n in pair] == pytest.approx(
            [n for p in expected for n in p]
        )


def test_bars_are_shares_of_their_bill() -> None:
    """In both bills: income 60%; costs 120% and 9%, time 80% and 3%; gain −140% and 48%."""
    for svg in layouts("gain", "en"):
        kinds = ("plus", "minus", "gain")
        lengths = {
            kind: [length for _, length in placed(svg, kind, "x", "width")] for kind in kinds
        }
        whole = lengths["plus"][0] / 0.6
        assert lengths["plus"] == pytest.approx([0.6 * whole, 0.6 * whole], rel=1e-3)
        assert lengths["minus"] == pytest.approx(
            [w * whole for w in (1.2, 0.8, 0.09, 0.03)], rel=1e-3
        )
        assert lengths["gain"] == pytest.approx([1.4 * whole, 0.48 * whole], rel=1e-3)


# In the browser

WIDTHS = {360: "narrow", 600: "narrow", 768: "wide", 1280: "wide"}

SEEN = """() => [...document.querySelectorAll(".drawing svg")]
  .filter(svg => svg.getClientRects().length)
  .map(svg => {
    const box = one => {
      const { x, y, width, height } = one.getBBox();
      return [x, y, x + width, y + height];
    };
    const within = one => one.parentNode.querySelector(
      one.matches(".drawing__number") ? ":scope > .drawing__letter"
        : ":scope > .drawing__step, :scope > .drawing__advice");
    const { width, height } = svg.viewBox.baseVal;
    const scale = svg.getBoundingClientRect().width / width;
    return {
      layout: svg.getAttribute("class"),
      sheet: [0, 0, width, height],
      texts: [...svg.querySelectorAll("text")].map(text => ({
        said: text.textContent,
        box: box(text),
        within: within(text) && box(within(text)),
        size: parseFloat(getComputedStyle(text).fontSize) * scale,
      })),
      shapes: [...svg.querySelectorAll("line, circle, rect")]
        .filter(one => !one.matches(".drawing__letter, .drawing__step, .drawing__advice")).map(box),
    };
  })"""

Box = list[float]


def inside(box: Box, outer: Box) -> bool:
    """Within half a unit, which is what a browser rounds."""
    return all(outer[i] - 0.5 <= box[i] and box[i + 2] <= outer[i + 2] + 0.5 for i in (0, 1))


def meet(one: Box, other: Box) -> bool:
    return all(one[i] < other[i + 2] and other[i] < one[i + 2] for i in (0, 1))


@every_language
@every_drawing
def test_every_text_is_legible(site: Site, page: Page, name: str, language: str) -> None:
    """At each width one layout shows, its text at 13 CSS pixels or more, whole, and clear of
    everything else; also in type that runs 4% wider than this machine's."""
    page.goto(site.url(language, PAGES[name]))
    page.add_style_tag(content="* { transition: none !important }")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        for spacing in ("normal", "0.02em"):
            page.add_style_tag(content=f".drawing text {{ letter-spacing: {spacing} }}")
            [seen] = page.evaluate(SEEN)
            assert seen["layout"] == f"drawing__{WIDTHS[width]}"
            texts = seen["texts"]
            small = [t["said"] for t in texts if t["size"] < 13]
            cut = [t["said"] for t in texts if not inside(t["box"], seen["sheet"])]
            out = [t["said"] for t in texts if t["within"] and not inside(t["box"], t["within"])]
            pairs = itertools.combinations(texts, 2)
            over = [(a["said"], b["said"]) for a, b in pairs if meet(a["box"], b["box"])]
            struck = [t["said"] for t in texts if any(meet(t["box"], s) for s in seen["shapes"])]
            assert (small, cut, out, over, struck) == ([], [], [], [], []), (width, spacing)


COLOURS = """() => {
  const svg = [...document.querySelectorAll(".drawing svg")].find(s => s.getClientRects().length);
  const style = one => getComputedStyle(one);
  const paper = style(document.body).backgroundColor;
  const texts = [...svg.querySelectorAll("text")].map(text => {
    const number = text.matches(".drawing__number");
    const under = text.parentNode.querySelector(number ? ".drawing__letter" : ".drawing__step");
    const shade = under ? [[style(under).fill, style(under).fillOpacity]] : [];
    return [4.5, style(text).fill, [[paper, 1], ...shade]];
  });
  const filled = ".drawing__letter, .drawing__contact, .drawing__plus, .drawing__gain";
  const drawn = ".drawing__axis, .drawing__minus, .drawing__moment, .drawing__due, .drawing__zero";
  return [
    ...texts,
    ...[...svg.querySelectorAll(filled)].map(one => [3, style(one).fill, [[paper, 1]]]),
    ...[...svg.querySelectorAll(drawn)].map(one => [3, style(one).stroke, [[paper, 1]]]),
  ];
}"""

Colour = tuple[float, ...]


def mixed(colour: str, opacity: float, under: Colour) -> Colour:
    """``rgb(…)`` or ``rgba(…)`` as it looks on ``under``."""
    *channels, alpha = [*map(float, re.findall(r"[\d.]+", colour)), 1.0][:4]
    share = alpha * opacity
    return tuple(share * c + (1 - share) * u for c, u in zip(channels, under, strict=True))


def luminance(colour: Colour) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [c / 255 for c in colour]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colour: str, layers: list[tuple[str, float]]) -> float:
    under: Colour = (255.0, 255.0, 255.0)
    for layer, opacity in layers:
        under = mixed(layer, float(opacity), under)
    dark, light = sorted(luminance(each) for each in (mixed(colour, 1, under), under))
    return (light + 0.05) / (dark + 0.05)


@every_drawing
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(site: Site, name: str, scheme: Any) -> None:
    """Text 4.5 to 1, what a drawing is made of 3 to 1, light and dark (WCAG 1.4.3, 1.4.11)."""
    context = site.browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(site.url("nl", PAGES[name]))
    shown = page.get_attribute("body", "data-md-color-scheme")
    assert shown == {"light": "default", "dark": "slate"}[scheme]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found = page.evaluate(COLOURS)
        assert len(found) > 10
        pale = [one for one in found if contrast(one[1], one[2]) < one[0]]
        assert pale == []
    context.close()


@every_language
@every_drawing
def test_screen_reader_hears_one_picture(site: Site, page: Page, name: str, language: str) -> None:
    """Of the two layouts one is read, by its title and description, each with an id of its own."""
    page.goto(site.url(language, PAGES[name]))
    speech = drawings.Speech(name, language)
    said = " ".join(speech(part, **speech.bills) for part in ("title", "desc"))
    pictures = page.locator(".drawing").get_by_role("img")
    assert pictures.count() == 1
    assert page.get_by_role("img", name=said, exact=True).count() == 1
    ids = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert sorted(set(ids)) == sorted(ids)


@every_language
def test_search_finds_the_page_not_the_drawing(site: Site, language: str) -> None:
    index = site.folder / PATHS[language] / "search/search_index.json"
    found = json.dumps(json.loads(index.read_text("utf-8")), ensure_ascii=False)
    assert not any(WORDS[name]["desc"][language] in found for name in WORDS)

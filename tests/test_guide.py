"""The pages of the site: the same in four languages, spelt right, linted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from letterkit import locale
from letterkit.model import LANGUAGES
from tests.conftest import ROOT
from tests.test_words import HOME, LINT, misspelt_in

DOCS = ROOT / "docs"
HEADING = re.compile(r"^(#+) ", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
DRAWN = re.compile(r"\{\{ *((?:drawing|overview|chooser)\(.*?\)) *\}\}")
CODE = re.compile(r"^ *(```|~~~).*?^ *\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
Planted = Callable[[dict[str, dict[str, str]]], None]
MACRO = re.compile(r"\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)


def pages(language: str) -> dict[str, str]:
    """Page → its text."""
    folder = DOCS / language
    found = sorted(folder.rglob("*.md"))
    return {str(p.relative_to(folder)): p.read_text(encoding="utf-8") for p in found}


def shared() -> list[str]:
    """The pages that every language has; the reference is English only."""
    return [name for name in pages("en") if not name.startswith("reference/")]


def sections(text: str) -> list[str]:
    """A page part by part, from heading to heading; code left out."""
    return re.split(r"^(?=#+ )", CODE.sub("", text), flags=re.MULTILINE)


def shape(text: str) -> list[dict[str, object]]:
    """What must be the same in every language, for each section in turn.

    That is the level of its heading; the pages it leads to, each once, in whatever order the
    sentences bring them; the drawings and the tables of the law in it. Left out: the anchor in a
    page, which is a heading in words; the tracker's files, named in the language; letters and
    examples, each language showing its own countries; and links to other sites, since a source
    stands in the language of those who read it.
    """
    found: list[dict[str, object]] = []
    for section in sections(text):
        heading = HEADING.match(section)
        found.append(
            {
                "heading": heading[1] if heading else "",
                "links": sorted({link for link in LINK.findall(section) if link.endswith(".md")}),
                "drawn": DRAWN.findall(section),
            }
        )
    return found


def unlike(texts: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Where the languages differ (language → page → text): pages missing, sections unlike."""
    every = sorted(set().union(*texts.values()))
    faults = [
        f"{lang}/{name} missing" for name in every for lang in texts if name not in texts[lang]
    ]
    for name in every:
        shapes = {lang: shape(texts[lang][name]) for lang in texts if name in texts[lang]}
        if len({len(parts) for parts in shapes.values()}) > 1:
            faults.append(
                f"{name}: { ({lang: len(parts) for lang, parts in shapes.items()}) } parts"
            )
            continue
        for number, parts in enumerate(zip(*shapes.values(), strict=True)):
            for what in ("heading", "links", "drawn"):
                said = {lang: part[what] for lang, part in zip(shapes, parts, strict=True)}
                if any(one != parts[0][what] for one in said.values()):
                    faults.append(f"{name}, part {number}: {what} {said}")
    return faults


def every_page() -> dict[str, dict[str, str]]:
    """Language → page → text; the reference is English only."""
    return {
        language: {n: t for n, t in pages(language).items() if not n.startswith("reference/")}
        for language in LANGUAGES
    }


def test_the_languages_have_the_same_pages_headings_links_and_drawings() -> None:
    assert unlike(every_page()) == []


def missing_page(texts: dict[str, dict[str, str]]) -> None:
    del texts["it"]["guide/tone.md"]


def page_too_many(texts: dict[str, dict[str, str]]) -> None:
    texts["nl"]["guide/new.md"] = "# Nieuw\n"


def planted(language: str, name: str, old: str, new: str) -> Planted:
    """A change that must be noticed: ``old`` becomes ``new`` on one page."""

    def change(texts: dict[str, dict[str, str]]) -> None:
        assert old in texts[language][name]
        texts[language][name] = texts[language][name].replace(old, new, 1)

    change.__name__ = f"{language}-{name}-{old.strip()[:20]}"
    return change


FAULTS = (
    missing_page,
    page_too_many,
    planted("fr", "guide/tone.md", "](limits.md)", "](privacy.md)"),  # another page
    planted("nl", "guide/tone.md", "](limits.md)", ""),  # a link fewer
    planted("en", "guide/tone.md", "# Getting", "[one more](../law/index.md)\n\n# Getting"),
    planted("it", "guide/tone.md", "## Un esempio", "### Un esempio"),  # another level
    planted("fr", "guide/tone.md", "## Un exemple", "**Un exemple**"),  # a heading fewer
    planted("nl", "guide/timetable.md", '{{ drawing("timetable") }}', ""),
    planted("en", "guide/interest.md", 'overview("costs"', 'overview("wait"'),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_difference_is_noticed(fault: Planted) -> None:
    texts = every_page()
    fault(texts)
    assert unlike(texts)


def test_a_link_in_another_part_of_the_page_is_noticed() -> None:
    texts = every_page()
    page = texts["en"]["guide/limits.md"]
    link = "[Getting the tone right](tone.md)"
    assert link in page
    texts["en"]["guide/limits.md"] = f"{page.replace(link, 'tone')}\n### More\n{link}\n"
    for other in ("fr", "it", "nl"):
        texts[other]["guide/limits.md"] += "\n### More\n"
    assert unlike(texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_what_it_is(language: str) -> None:
    for name, text in pages(language).items():
        front = yaml.safe_load(text.split("---\n")[1])
        assert [key for key in front if key != "render_macros"] == ["title", "description"], name
        assert len(front["description"]) <= 170, name


STAGES = ("1-reminder", "2-second-reminder", "3-final-demand", "4-handover")
THEMES = [name for name in shared() if name.startswith("guide/")]
GUIDE = [*THEMES, *(f"letters/{stage}.md" for stage in STAGES)]
"""With the home page, which opens with the first letter itself, the pages of the guide."""

BOX = re.compile(r'!!! abstract ".+"\n\n((?:    .+\n)+)')
SAID = {  # what each part is called in each language, where it is called the same on every page
    "box": {"en": "In short", "fr": "En bref", "it": "In breve", "nl": "In het kort"},
    "example": {
        "en": "An example",
        "fr": "Un exemple",
        "it": "Un esempio",
        "nl": "Een voorbeeld",
    },
    "countries": {
        "en": "Country by country",
        "fr": "D’un pays à l’autre",
        "it": "Paese per paese",
        "nl": "Per land",
    },
    "checked": {
        "en": "Last legal check: ",
        "fr": "Dernière vérification juridique\u00a0: ",
        "it": "Ultima verifica giuridica: ",
        "nl": "Laatste juridische controle: ",
    },
}


def lacks(name: str, text: str, language: str) -> list[str]:
    """What a page of the guide does not have of what each must have, in its place."""
    said = {what: words[language] for what, words in SAID.items()}
    _, top, *parts = re.split(r"^(?=##? )", CODE.sub("`", text), flags=re.MULTILINE)
    last, found = parts[-1], []
    box = BOX.search(top)
    if not box or said["box"] not in box[0] or not 3 <= box[1].count("    - ") <= 5:
        found.append("what to do, in a box at the top")
    if name in THEMES:
        # Title and box, the reasons, how to do it, an example, the letter, the countries.
        _why, _how, example, letter = parts[:-1] if len(parts) == 5 else [""] * 4
        if not example.startswith(f"## {said['example']}"):
            found.append("the reasons, how to do it, and an example")
        if "](../letters/" not in letter:
            found.append("the matching letter")
    elif "{{ letter(" not in parts[1]:
        found.append("the letter, as an example")
    if not last.startswith(f"## {said['countries']}\n"):
        found.append("what changes per country")
    checked = re.search(rf"^\*{said['checked']}(.+?)\. .+\*\n\Z", last, re.MULTILINE)
    spoken = locale.get(HOME[language])
    if not checked or checked[1].replace("\u00a0", " ") not in {
        spoken.date(day).replace("\u00a0", " ") for day in READ
    }:
        found.append("the day of the last check")
    return found


FIRST = date(2026, 11, 21)
"""When the law behind the pages was first read: no page was checked before."""
READ = [FIRST + timedelta(days) for days in range((date.today() - FIRST).days + 1)] or [FIRST]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_guide_has_all_its_parts(language: str) -> None:
    texts = pages(language)
    assert len(GUIDE) == 20
    found = {name: lacks(name, texts[name], language) for name in GUIDE}
    assert {name: parts for name, parts in found.items() if parts} == {}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("guide/tone.md", '!!! abstract "In short"', '!!! note "In short"'),
        ("guide/tone.md", "## An example", "## Words"),
        ("guide/tone.md", "](../letters/", "](../law/"),
        ("guide/tone.md", "## Country by country", "## Elsewhere"),
        ("guide/tone.md", "check: 21 November 2026", "check: soon"),
        ("guide/tone.md", "check: 21 November 2026", "check: 21 November 1926"),
        ("letters/1-reminder.md", "    - ", "    "),
        ("letters/1-reminder.md", "{{ letter(", "{{ other("),
        ("letters/1-reminder.md", "*Last legal check", "*Last check"),
    ],
)
def test_a_part_that_is_gone_is_noticed(name: str, old: str, new: str) -> None:
    text = pages("en")[name]
    assert old in text
    assert len(lacks(name, text.replace(old, new), "en")) == 1


def prose(text: str) -> str:
    """The words of a page, without code, macros, link targets and front matter."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = MACRO.sub(" ", CODE.sub(" ", text))
    text = re.sub(r"\]\([^)]*\)|https?://\S+|\S+@\S+", " ", text)
    text = re.sub(r"^(///.*|!!! \w+)|\w+\.example\b", " ", text, flags=re.MULTILINE)
    return re.sub(r"[‘’']+(?=\W|$)|(?<=\W)[‘’']|-{2,}|[|*_#>]", " ", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_spelling(language: str) -> None:
    listed = (Path(__file__).parent / f"words.guide.{language}.txt").read_text(encoding="utf-8")
    ours = {line.split("#")[0].strip() for line in listed.splitlines()}
    texts = {name: prose(text) for name, text in pages(language).items()}
    found = misspelt_in(texts, language)
    assert {word: names for word, names in found.items() if word not in ours} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_lint(language: str) -> None:
    """The editor's patterns; a page that shows a fault on purpose is in `guide`."""
    hits = []
    for name, text in pages(language).items():
        said = " ".join(prose(text).split())
        for pattern in LINT["patterns"][language]:
            for match in re.finditer(pattern, said, re.IGNORECASE):
                where = f"{language}/{name}: {match[0]!r}"
                anywhere = LINT["any_page"][language]
                if where not in LINT["guide"] and match[0].lower() not in anywhere:
                    hits.append(where)
    assert hits == []


TORN = re.compile(r"(?<=\S) [;:!?»%€]|« ")
"""Where a French line could end before its punctuation."""


def test_french_punctuation_never_begins_a_line() -> None:
    assert TORN.search("Et ensuite\u00a0: « oui »")
    found = {name: TORN.findall(prose(text)) for name, text in pages("fr").items()}
    assert {name: marks for name, marks in found.items() if marks} == {}

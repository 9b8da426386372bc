"""The pages of the site: the same in four languages, spelt right, linted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from letterkit.model import LANGUAGES
from tests.conftest import ROOT
from tests.test_words import LINT, misspelt

DOCS = ROOT / "docs"
HEADING = re.compile(r"^(#+) ", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
CODE = re.compile(r"^ *(```|~~~).*?^ *\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
MACRO = re.compile(r"\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)


def pages(language: str) -> dict[str, str]:
    """Page → its text."""
    folder = DOCS / language
    found = sorted(folder.rglob("*.md"))
    return {str(p.relative_to(folder)): p.read_text(encoding="utf-8") for p in found}


def shared() -> list[str]:
    """The pages that every language has; the reference is English only."""
    return [name for name in pages("en") if not name.startswith("reference/")]


def shape(text: str) -> dict[str, object]:
    """What must be the same in every language: levels of headings, pages linked to."""
    return {
        "headings": HEADING.findall(CODE.sub("", text)),
        "links": sorted({link for link in LINK.findall(text) if link.endswith(".md")}),
    }


@pytest.mark.parametrize("language", [lang for lang in LANGUAGES if lang != "en"])
def test_the_languages_have_the_same_pages(language: str) -> None:
    assert list(pages(language)) == shared()


@pytest.mark.parametrize("name", shared())
def test_the_same_headings(name: str) -> None:
    found = {language: shape(pages(language)[name])["headings"] for language in LANGUAGES}
    assert found == dict.fromkeys(LANGUAGES, found["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_what_it_is(language: str) -> None:
    for name, text in pages(language).items():
        front = yaml.safe_load(text.split("---\n")[1])
        assert [key for key in front if key != "render_macros"] == ["title", "description"], name
        assert len(front["description"]) <= 170, name


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
    found = {name: misspelt(prose(text), language) - ours for name, text in pages(language).items()}
    assert {name: sorted(words) for name, words in found.items() if words} == {}


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

"""The sentences on the screen: the same messages in four languages."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from letterkit import data
from letterkit.errors import Finding
from letterkit.model import LANGUAGES
from tests.conftest import ROOT

ENGLISH = data.messages("en")
OTHERS = [language for language in LANGUAGES if language != "en"]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_ids(language: str) -> None:
    assert sorted(data.messages(language)) == sorted(ENGLISH)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("id", ENGLISH)
def test_the_same_places(language: str, id: str) -> None:
    for part, text in ENGLISH[id].items():
        assert places(data.messages(language)[id][part]) == places(text), part


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id", ENGLISH)
def test_a_message_says_itself(language: str, id: str) -> None:
    names = {name for text in ENGLISH[id].values() for name in places(text)}
    given = {"path", "seen", "file", "line", "article"}
    finding = Finding(id, path="a.b", seen="x", values=dict.fromkeys(names - given, "v"))
    assert finding.explain(language).startswith("a.b: ")


def test_every_id_is_used_somewhere() -> None:
    sources = [
        *(ROOT / "src").rglob("*.py"),
        *(ROOT / "jurisdictions").glob("*.yaml"),
    ]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    words = set(re.findall(r"\w+", code))
    built = re.compile(
        r"number_[A-Z]{2}|(payments|credits|disputed)_too_much|want_\w+|(none|severity|next|schema)_\w+"
    )
    unused = [id for id in ENGLISH if id not in words and not built.fullmatch(id)]
    assert unused == []

"""Every requirement of the source documents has a place, and the place exists in four languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from letterkit.model import LANGUAGES
from tests.conftest import ROOT

BLOCK = re.compile(r"\{%-?\s*block\s+(\w+)")
MAP: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "requirements.yaml").read_text(encoding="utf-8")
)


def missing(row: Mapping[str, Any], root: Path) -> list[str]:
    """The targets of ``row`` that are not there, in any language, under ``root``."""
    found = []
    for language in LANGUAGES:
        for page in row.get("pages", ()):
            if not (root / "docs" / language / f"{page}.md").is_file():
                found.append(f"docs/{language}/{page}.md")
        for letter in row.get("letters", ()):
            template, block = letter.split("/")
            path = root / "templates" / language / f"{template}.txt"
            if not path.is_file() or block not in BLOCK.findall(path.read_text(encoding="utf-8")):
                found.append(f"templates/{language}/{letter}")
    return found + [
        f"tests/{test}.py"
        for test in row.get("tests", ())
        if not (root / "tests" / f"{test}.py").is_file()
    ]


def test_all_requirements_are_there() -> None:
    assert list(MAP) == [f"R{n:02}" for n in range(1, 83)] + [f"C{n}" for n in range(1, 12)]


@pytest.mark.parametrize("name", MAP)
def test_its_targets_exist(name: str) -> None:
    row = MAP[name]
    assert row.keys() & {"pages", "letters", "tests"}
    assert missing(row, ROOT) == []


def test_a_missing_target_is_noticed() -> None:
    row = {"pages": ["guide/none"], "letters": ["1-reminder/none", "none/facts"], "tests": ["none"]}
    assert len(missing(row, ROOT)) == 4 + 4 + 4 + 1

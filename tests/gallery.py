"""Every example in its own languages at every stage: what is golden, and what is judged.

The letters beside the four stages stand in ``named.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from letterkit import Letter, compose
from letterkit.data import own_text
from letterkit.errors import LetterkitError
from letterkit.render import planned, write

GOLDEN = Path(__file__).parent / "golden"

LANGUAGES = {
    "be-b2b": ("fr-BE", "nl-BE"),
    "be-b2c": ("fr-BE", "nl-BE"),
    "ch-b2b": ("fr-CH", "it-CH"),
    "fr-b2b": ("fr-FR",),
    "fr-b2c": ("fr-FR",),
    "gb-b2b": ("en-GB",),
    "gb-sole-trader": ("en-GB",),
    "ie-b2b": ("en-IE",),
    "it-b2b": ("it-IT",),
    "lu-b2b": ("fr-LU",),
    "nl-b2b": ("en-GB", "nl-NL"),
    "nl-b2c": ("nl-NL",),
    "water-bottles": ("en-GB", "fr-BE", "it-IT", "nl-BE"),
}
"""Example → the locales it is shown in."""


NAMED = yaml.load(
    (Path(__file__).parent / "named.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)
ROWS = {(row.get("show", row["of"]), row["letter"]): row for row in NAMED["letters"]}
"""Name and letter → a row of ``named.yaml``; scalars as they were typed."""


def cells() -> Iterator[tuple[str, str, str]]:
    """Example, locale and stage of every golden letter."""
    for name, tags in LANGUAGES.items():
        for tag in tags:
            for stage in "1234":
                yield name, tag, stage
    for (name, stage), row in ROWS.items():
        for tag in row["languages"]:
            yield name, tag, stage


def path(name: str, tag: str, stage: str) -> Path:
    """Where the golden letter stands."""
    return GOLDEN / name / f"{tag}-{stage}.txt"


def letter(name: str, tag: str, stage: str, templates: Path | None = None) -> Letter:
    """The letter itself; raises when it is refused."""
    row = ROWS.get((name, stage))
    if row is None:
        case, on = planned(_source(name).encode(), stage)
    else:
        case, on = _case(row), date.fromisoformat(row["on"])
    return compose(case, stage=stage, on=on, language=tag, templates=templates)


def rendered(name: str, tag: str, stage: str) -> str:
    """The letter as text; for one that is refused, the ids of the reasons."""
    try:
        text = write(letter(name, tag, stage), "txt")
    except LetterkitError as error:
        reasons = ", ".join(finding.id for finding in error.findings)
        return f"{type(error).__name__}: {reasons}\n"
    assert isinstance(text, str)
    return text


def _source(name: str) -> str:
    source = own_text("examples", f"{name}.yaml")
    assert source is not None
    return source


def _case(row: dict[str, Any]) -> dict[str, Any]:
    """The case of a row of ``named.yaml``: an example with each fact laid at its path."""
    base = NAMED["consumers"].get(row["of"])
    case: dict[str, Any]
    case = _case(base) if base else yaml.load(_source(row["of"]), Loader=yaml.BaseLoader)
    for at, value in row.get("put", {}).items():
        place: Any = case
        *way, last = at.split(".")
        for step in way:
            place = place[int(step)] if step.isdigit() else place[step]
        place[last] = value
    return case

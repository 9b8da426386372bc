"""Every example in its own languages at every stage: what is golden, and what is judged.

The letters beside the four stages stand in ``examples/shown/letters.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from letterkit import Letter, compose, showcase
from letterkit.errors import LetterkitError
from letterkit.render import write

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


def cells() -> Iterator[tuple[str, str, str]]:
    """Example, locale and stage of every golden letter."""
    for name, tags in LANGUAGES.items():
        for tag in tags:
            for stage in "1234":
                yield name, tag, stage
    for (name, stage), row in showcase.rows().items():
        for tag in row["languages"]:
            yield name, tag, stage


def path(name: str, tag: str, stage: str) -> Path:
    """Where the golden letter stands."""
    return GOLDEN / name / f"{tag}-{stage}.txt"


def letter(name: str, tag: str, stage: str, templates: Path | None = None) -> Letter:
    """The letter itself; raises when it is refused."""
    case, on = showcase.situation(name, stage)
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

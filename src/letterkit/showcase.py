"""The letters that are shown: the example cases, and what ``examples/shown/letters.yaml`` adds.

A name is an example's (``be-b2b``) or that of a variant of one (``gb-consumer``).
For each law and kind of debtor one name stands; each can be shown at all four
stages and as every letter beside them, on a day that is fixed here.

>>> cell("IE", "consumer")
'ie-consumer'
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import yaml

from letterkit import case as case_reader
from letterkit import data, schedule
from letterkit import law as rules
from letterkit.errors import Finding, InputError
from letterkit.model import NAMED, Case, Payment

KINDS = ("business", "consumer")
"""The kinds of debtor that have their own letters; public bodies are businesses in law."""

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # scalars stay as they were typed


def names() -> tuple[str, ...]:
    """Every example and every variant, sorted."""
    return tuple(sorted((*data.example_names(), *_shown()["variants"])))


def cell(law: str, kind: str) -> str:
    """The name that stands for one law and one kind of debtor."""
    ends = {"business": ("b2b",), "consumer": ("b2c", "consumer")}[kind]
    return next(n for n in names() if n in [f"{law.lower()}-{end}" for end in ends])


@functools.cache
def rows() -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """Name and letter → how a letter beside the four stages is shown: of, letter, on, languages,
    put; scalars as they were typed."""
    return {(row.get("show", row["of"]), row["letter"]): row for row in _shown()["letters"]}


@functools.cache
def situation(name: str, stage: str) -> tuple[Case, date]:
    """The case behind a letter that is shown, and the letter's date.

    A letter of the four stages is dated by the case or by its schedule, with
    the earlier ones sent. Raises `InputError` for a name that there is not.
    """
    row = rows().get((name, stage))
    if row:
        return _read(_laid(facts(row["of"]), row.get("put", {}))), date.fromisoformat(row["on"])
    if stage not in NAMED:
        return planned(_read(facts(name)), int(stage))
    usual = _shown()["usual"][stage]
    case = _read(_laid(facts(name), usual.get("put", {})))
    if "settled" in usual:
        paid = date.fromisoformat(usual["settled"])
        case = case._replace(
            invoices=tuple(
                i._replace(
                    payments=(Payment(paid, i.amount - sum(c.amount for c in i.credits)),),
                    disputed=None,
                )
                for i in case.invoices
            )
        )
    if "before" in usual:
        first = min(invoice.due for invoice in case.invoices)
        return case, first - timedelta(days=int(usual["before"]))
    return case, date.fromisoformat(usual["on"])


def planned(case: Case, stage: int, law: str | None = None) -> tuple[Case, date]:
    """``case`` with the letters before ``stage`` (1 to 4) sent on their dates, and its date."""
    return schedule.planned(case, stage, rules.settle(case, law or ""))


@functools.cache
def _shown() -> Mapping[str, Any]:
    text = data.own_text("examples", "shown/letters.yaml")
    assert text is not None
    found: Mapping[str, Any] = yaml.load(text, Loader=_Loader)
    return found


def _read(facts: Mapping[str, Any]) -> Case:
    return case_reader.read(facts)


def facts(name: str) -> dict[str, Any]:
    """The example or variant as it would stand in a file."""
    variant = _shown()["variants"].get(name)
    if variant:
        return _laid(facts(variant["of"]), variant["put"])
    text = data.own_text("examples", f"{name}.yaml")
    if text is None:
        values = {"choices": ", ".join(names())}
        raise InputError([Finding("example_unknown", seen=name, values=values)])
    found: dict[str, Any] = yaml.load(text, Loader=_Loader)
    return found


def _laid(facts: dict[str, Any], put: Mapping[str, Any]) -> dict[str, Any]:
    """``facts`` with each value of ``put`` laid at its path (``invoices.0.due``)."""
    facts = copy.deepcopy(facts)
    for path, value in put.items():
        place: Any = facts
        *way, last = path.split(".")
        for step in way:
            place = place[int(step)] if step.isdigit() else place[step]
        place[last] = value
    return facts

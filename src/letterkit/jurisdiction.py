"""What the tables in ``jurisdictions/xx.yaml`` say of a case.

One table for each of the eight laws, all of one shape; a lawyer edits them
without Python. A row names what it speaks of (``debtor``, ``stage``,
``region``, ``next_step``); what it does not name may be any.

>>> next_steps("CH")
('lawyer', 'agency', 'court', 'debt_enforcement')
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from letterkit import data
from letterkit.model import LAWS, Case


@functools.cache
def table(country: str) -> Mapping[str, Any]:
    """The table of one of the eight laws."""
    found: Mapping[str, Any] = data.own_yaml("jurisdictions", f"{country.lower()}.yaml")
    return found


@functools.cache
def next_steps(law: str) -> tuple[str, ...]:
    """The kinds of next step that exist under ``law`` before any judgment."""
    return tuple(step["kind"] for step in table(law)["next_steps"])


def channels(country: str) -> tuple[str, ...]:
    """The ways a letter may travel to a debtor in ``country``."""
    return tuple(table(country)["channels"])


def is_person(case: Case) -> bool:
    """Whether the debtor is a natural person: a consumer, an individual, a sole trader."""
    debtor = case.debtor
    return debtor.kind == "consumer" or debtor.form in ("individual", "sole_trader")


def rows(law: str, name: str, case: Case, stage: str = "") -> Iterator[Mapping[str, Any]]:
    """The rows of list ``name`` in the table of ``law`` that speak of this case and stage."""
    listed = table(law)[name]
    if not listed:
        return
    debtor, step = case.debtor, case.next_step
    facts = {
        "debtor": (debtor.kind, "person") if is_person(case) else (debtor.kind,),
        "region": (debtor.region,),
        "next_step": (step.kind,) if step else (),
        "stage": (stage,),
    }
    for row in listed:
        if all(str(row[key]) in said for key, said in facts.items() if key in row):
            yield row


def cell(law: str, case: Case) -> Mapping[str, Mapping[str, Any]]:
    """What may be asked of this debtor: the rows of ``debtors`` for his kind."""
    return cell_of(law, case.debtor.kind)


@functools.cache
def cell_of(law: str, kind: str) -> Mapping[str, Mapping[str, Any]]:
    """The rows of ``debtors`` for a kind of debtor; a public body without its own is a business."""
    debtors = table(law)["debtors"]
    found: Mapping[str, Mapping[str, Any]] = debtors.get(kind) or debtors["business"]
    return found


@functools.cache
def term(law: str, kind: str, stage: str) -> Mapping[str, Any]:
    """The legal term that the letter of ``stage`` must give; empty where any will do.

    It stands in ``wait`` of the debtor's kind; that of a letter of claim, in ``before_court``.
    """
    given = [cell_of(law, kind)["wait"], *table(law)["before_court"]]
    return next((r for r in given if stage in (str(r.get("stage")), r.get("letter"))), {})


def article(law: str, name: str, on: date) -> Mapping[str, str]:
    """How ``name`` of ``articles`` is cited on ``on``: language → label, in all four languages.

    Empty where no label was in force on that day yet.
    """
    return next((label for since, label in _labels(law, name) if since <= on), {})


@functools.cache
def _labels(law: str, name: str) -> tuple[tuple[date, Mapping[str, str]], ...]:
    """The labels of ``name`` in ``articles``, newest first, each with the day it began."""
    listed = sorted(table(law)["articles"][name], key=lambda row: row["since"], reverse=True)
    beside = ("since", "source")
    return tuple((r["since"], {k: v for k, v in r.items() if k not in beside}) for r in listed)


def debt_help(country: str, language: str) -> str:
    """Who advises a person in debt in ``country`` free of charge; empty where none was read."""
    return str(table(country)["debt_help"].get(language, "")) if country in LAWS else ""


def source(law: str, row: Mapping[str, Any]) -> str:
    """The title of the source that ``row`` names."""
    return str(table(law)["sources"][row["source"]]["title"]) if "source" in row else ""

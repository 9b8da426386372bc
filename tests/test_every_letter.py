"""Every letter there can be: written, or refused for a reason that is named here.

All four stages in the four languages under the eight laws, to a business and to
a consumer, on their usual days and on a day of 2027 for which no rate is known.
Nothing else may happen: no other error, no empty letter, no value left unsaid.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import pytest

from letterkit import case as case_reader
from letterkit import compose, render, showcase
from letterkit.data import own_text
from letterkit.errors import InputError, Refused
from letterkit.model import LANGUAGES, LAWS, NAMED, STAGES, Case
from letterkit.render import planned, write
from tests import gallery
from tests.test_law import load, merged

pytestmark = pytest.mark.usefixtures("in_2026")

USUAL = {
    1: date(2026, 11, 5),
    2: date(2026, 11, 19),
    3: date(2026, 12, 3),
    4: date(2026, 12, 28),
}
UNKNOWN = date(2027, 1, 15)
"""No rate is known for this day but the Swiss one, and those fixed when interest began."""

REASONS: Mapping[str, frozenset[tuple[str, str, int]]] = {
    "rate_unknown": frozenset(
        (law, kind, 3)
        for law, kind in (
            ("BE", "business"),
            ("FR", "business"),
            ("IT", "business"),
            ("LU", "business"),
            ("NL", "business"),
            ("NL", "consumer"),
        )
    ),
}
"""What a letter of this matrix may be refused for, and which ones: law, kind of debtor, stage.

``rate_unknown`` only in 2027. Consumers in France and Italy owe interest from the
final demand on and in Luxembourg only if the invoice said so: their letters of
stage 3 count no day of 2027.
"""

LEFTOVER = re.compile(r"\{\{|\}\}|\{%|\bNone\b|\bnan\b|  |[ \u00a0][,.]|\(\)|,,|\u202f")


class Cell(NamedTuple):
    """One letter of the matrix."""

    law: str
    kind: str
    stage: int
    language: str


CELLS = [
    Cell(law, kind, stage, language)
    for law in LAWS
    for kind in ("business", "consumer")
    for stage in STAGES
    for language in LANGUAGES
]
FINAL_DEMANDS = [cell for cell in CELLS if cell.stage == 3]
CURRENCY = {"CH": "CHF", "GB": "GBP"}


def named(cell: Cell) -> str:
    return "-".join(map(str, cell))


def situation(law: str, kind: str, **terms: str) -> Case:
    """The case of base.yaml at home in one country."""
    base: dict[str, Any] = load("base.yaml")
    invoice = {**base["invoices"][0], "currency": CURRENCY.get(law, "EUR")}
    found = merged(
        base,
        {
            "law": law,
            "creditor": {"country": law},
            "debtor": {"country": law, "kind": kind},
            "invoices": [invoice],
            "terms": terms,
            "next_step": {"since": "2026-12-28"},
        },
    )
    if kind == "consumer":
        del found["debtor"]["form"]
    if law == "BE":  # what the free first reminder must hold
        found["creditor"]["number"] = "BE0999123457"
        invoice["description"] = "B-1881"
    if law == "GB":
        found["debtor"]["region"] = "england_wales"
    return case_reader.read(found)


def written(case: Case, cell: Cell, on: date) -> str:
    """Nothing if the letter is written and whole, else the ids it is refused for."""
    try:
        text = render(case, stage=cell.stage, on=on, language=cell.language)
    except (Refused, InputError) as error:
        return ", ".join(sorted(f.id for f in error.findings if f.severity != "note"))
    assert isinstance(text, str)
    assert len(text) > 400
    assert LEFTOVER.findall(text) == []
    return ""


@pytest.mark.parametrize("cell", CELLS, ids=named)
def test_every_letter_is_written(cell: Cell) -> None:
    assert written(situation(cell.law, cell.kind), cell, USUAL[cell.stage]) == ""


@pytest.mark.parametrize("cell", CELLS, ids=named)
def test_every_letter_on_a_day_without_a_rate(cell: Cell) -> None:
    refused = written(situation(cell.law, cell.kind), cell, UNKNOWN)
    reasons = [id_ for id_, cells in REASONS.items() if cell[:3] in cells]
    assert refused == ", ".join(reasons)


@pytest.mark.parametrize("cell", FINAL_DEMANDS, ids=named)
def test_interest_that_ends_where_knowledge_does(cell: Cell) -> None:
    case = situation(cell.law, cell.kind, interest_until="2026-12-31")
    assert written(case, cell, UNKNOWN) == ""


# --- The examples.


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("kind", showcase.KINDS)
def test_every_letter_that_the_chooser_shows(law: str, kind: str) -> None:
    """Whole and in one language, or refused for the one reason there is."""
    name, refused = showcase.cell(law, kind), set()
    for stage, language in itertools.product((*map(str, STAGES), *NAMED), LANGUAGES):
        case, on = showcase.situation(name, stage)
        try:
            letter = compose(case, stage=stage, on=on, language=language)
        except Refused as error:
            refused |= {(stage, finding.id) for finding in error.findings}
            continue
        assert (letter.law, letter.kind) == (law, kind)
        assert "text_language" not in [finding.id for finding in letter.warnings], language
        text = write(letter, "txt")
        assert isinstance(text, str)
        assert LEFTOVER.findall(text) == [], (stage, language)
    why = "claim_to_a_company" if law == "GB" else "claim_unknown_here"
    assert refused == (set() if name == "gb-consumer" else {("claim", why)})


def _examples() -> Iterator[tuple[str, str, int]]:
    for name, tags in gallery.LANGUAGES.items():
        for tag in tags:
            yield from ((name, tag, stage) for stage in STAGES)


@pytest.mark.parametrize(("name", "tag", "stage"), list(_examples()))
def test_every_example_on_a_day_without_a_rate(name: str, tag: str, stage: int) -> None:
    """A letter of 2027: as it stands, the final demand with interest until the year's end.

    Without a plan, whose first day would be over.
    """
    source = own_text("examples", f"{name}.yaml")
    assert source is not None
    case, _ = planned(source.encode(), stage)
    case = case._replace(plan=None)
    if stage == 3:
        until = case.terms._replace(interest_until=date(2026, 12, 31))
        case = case._replace(terms=until)
    letter = compose(case, stage=stage, on=UNKNOWN, language=tag)
    assert letter.blocks

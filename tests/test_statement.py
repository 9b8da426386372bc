"""A claim shown line by line: the lines add up, and every figure can be worked out again."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from letterkit import case as case_reader
from letterkit import claims, commands, data, law, statement
from letterkit.errors import Refused
from letterkit.model import LANGUAGES, Case
from letterkit.rates import Rate
from letterkit.statement import Statement
from tests.test_claims import FIGURES, Figure
from tests.test_jurisdictions import REASONS
from tests.test_law import situation

pytestmark = pytest.mark.usefixtures("in_2026")

ON = date(2026, 12, 3)


def shown(figure: Figure) -> Statement:
    case = case_reader.read(figure.case)
    on = date.fromisoformat(figure.row["date"])
    known, _ = law.as_of(case, "", on)
    return Statement(known, law.settle(case), figure.claim())


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f"{f.table}: {f.name}")
def test_the_lines_add_up(figure: Figure) -> None:
    found = shown(figure)
    assert sum((line.amount for line in statement.lines(found)), Decimal(0)) == found.claim.total


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f"{f.table}: {f.name}")
def test_the_json_is_enough_to_work_it_out_by_hand(figure: Figure) -> None:
    found = json.loads(statement.as_json(shown(figure)))
    year = int(found["day_count"].rpartition("/")[2])
    total = Decimal(0)
    for line in found["lines"]:
        amount = Decimal(line["amount"])
        if line["kind"] == "interest":
            exact = Decimal(line["base"]) * Decimal(line["rate"]) * line["days"] / (100 * year)
            assert exact.quantize(Decimal("0.01"), ROUND_HALF_UP) == amount
            assert line["rate_source"]
        if line["kind"] == "payment":
            assert sum(map(Decimal, line["set_off"].values())) == -amount
        total += amount
    sums = {name: Decimal(value) for name, value in found["total"].items()}
    assert total == sums.pop("total") == sum(sums.values())


def case(**change: Any) -> Case:
    return situation(
        {"law": "NL", "creditor": {"country": "NL"}, "debtor": {"country": "NL"}, **change}
    )


PAID = [
    {
        "number": "=1+1",
        "issued": "2026-10-03",
        "due": "2026-11-03",
        "amount": "2500.00",
        "currency": "EUR",
        "payments": [{"date": "2026-12-10", "amount": "1000.00"}],
        "credits": [{"number": "N1", "date": "2026-11-20", "amount": "100.00"}],
        "disputed": {"amount": "50.00"},
    },
    {
        "number": "B",
        "issued": "2026-10-04",
        "due": "2026-11-04",
        "amount": "80.00",
        "disputed": "full",
        "currency": "EUR",
    },
    {
        "number": "C",
        "issued": "2026-11-20",
        "due": "2026-12-30",
        "amount": "80.00",
        "currency": "EUR",
    },
]


def test_what_a_payment_was_set_off_against() -> None:
    """2,350 demanded on 3 December: costs 352.50; then the interest, then the principal."""
    found = json.loads(
        commands.claim(case(invoices=PAID), date(2026, 12, 15), format="json", ui="en")
    )
    set_off = [line["set_off"] for line in found["lines"] if line["kind"] == "payment"]
    costs, rest = sorted(set_off, key=len)
    assert costs == {"costs": "352.50"}
    assert Decimal(rest["interest"]) + Decimal(rest["principal"]) == Decimal("647.50")
    assert (found["disputed"], found["not_due"]) == (["B"], ["C"])


def test_csv_cannot_become_a_formula() -> None:
    rows = list(
        csv.reader(io.StringIO(commands.claim(case(invoices=PAID), ON, format="csv", ui="en")))
    )
    assert tuple(rows[0]) == statement.COLUMNS
    assert {row[1] for row in rows[1:]} == {"'=1+1", ""}
    amounts = [Decimal(row[8]) for row in rows[1:]]
    assert sum(amounts[:-1]) == amounts[-1]
    assert rows[-1][0] == "total"


@pytest.mark.parametrize("ui", LANGUAGES)
@pytest.mark.parametrize("format", commands.FORMATS)
def test_every_form_in_every_language(ui: str, format: str) -> None:
    text = commands.claim(case(invoices=PAID), ON, format=format, ui=ui)
    assert text.endswith("\n")
    assert not re.search(r"\bNone\b|\{\w", text)


def test_the_table_gives_reasons_and_bases() -> None:
    text = commands.claim(situation(), ON, ui="en").replace("\xa0", " ")
    lines = text.splitlines()
    assert lines[0] == "What Martin SARL owes on 3 December 2026, under the law of FR"
    # 250.00 at 12.40 % for 30 days: 2.5479…; a further day 0.0849…
    assert "Interest            €2.55" in lines
    assert "Fixed compensation  €40.00" in lines
    assert "Total               €292.55" in lines
    assert "Collection costs    none: only what was really spent, on proof." in lines
    assert any("L. 441-10" in line for line in lines)
    assert "Each further day adds €0.08." in lines


def test_the_claim_at_the_next_deadline() -> None:
    """The next letter is the fourth, which sets no deadline; before it, the third one's."""
    assert (
        json.loads(commands.claim(situation(), date(2026, 12, 19), format="json", ui="en"))[
            "at_deadline"
        ]
        is None
    )
    until = situation({"contacts": [{"date": "2026-11-05", "channel": "post", "stage": "1"}]})
    ahead = json.loads(commands.claim(until, date(2026, 11, 19), format="json", ui="en"))[
        "at_deadline"
    ]
    assert (ahead["stage"], ahead["on"]) == (2, "2026-12-01")
    # 250.00 at 12.40 % for 28 days: 2.378…
    assert ahead["total"]["interest"] == "2.38"


def test_a_deadline_after_the_last_rate_is_not_guessed() -> None:
    ahead = json.loads(
        commands.claim(situation(), date(2026, 12, 30), format="json", ui="en", law="GB")
    )
    assert ahead["total"]
    late = situation({"contacts": [{"date": "2026-12-28", "channel": "post", "stage": "1"}]})
    found = json.loads(commands.claim(late, date(2026, 12, 30), format="json", ui="en"))[
        "at_deadline"
    ]
    assert (found["rate_unknown_from"], found["total"]) == ("2027-01-01", None)
    assert "cannot be said" in commands.claim(late, date(2026, 12, 30), ui="en")


def test_a_day_without_a_rate_is_refused() -> None:
    with pytest.raises(Refused) as raised:
        commands.claim(situation(), date(2027, 1, 15), ui="en")
    assert [f.id for f in raised.value.findings] == ["rate_unknown"]
    own = claims.OwnRates(
        "FR",
        "commercial",
        (Rate(date(2027, 1, 1), Decimal("12.65"), "JO"),),
        date(2027, 6, 30),
    )
    assert " JO" in commands.claim(situation(), date(2027, 1, 15), ui="en", own=own)


def test_every_reason_has_its_sentence() -> None:
    told = {id for id in data.messages("en") if id.startswith("none_")}
    of_a_claim = REASONS - {"free", "free_form", "later_letter", "no_notice_needed"}
    assert told == {
        f"none_{reason}" for reason in of_a_claim | {"waived", "not_yet", "agreed_instead"}
    }

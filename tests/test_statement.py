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
from letterkit import claims, commands, data, jurisdiction, law, rates, statement
from letterkit.errors import Refused
from letterkit.model import LANGUAGES, Case
from letterkit.rates import Rate
from letterkit.statement import Statement
from tests.test_claims import FIGURES, Figure, of
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


PAID: list[dict[str, Any]] = [
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
    assert "Collection costs    none: only what was really spent, with proof." in lines
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


# --- A whole statement, worked out by hand.

WHOLE = [
    {
        "number": "A",
        "issued": "2026-10-03",
        "due": "2026-11-03",
        "amount": "365.00",
        "currency": "EUR",
        "payments": [{"date": "2026-11-13", "amount": "100.00"}],
    },
    {**PAID[1], "number": "=B"},
    PAID[2],
]
SENT = [
    {"date": "2026-11-05", "channel": "post", "stage": "1"},
    {"date": "2026-11-19", "channel": "post", "stage": "2"},
]
INTEREST = "article L. 441-10 of the French Commercial Code"
FIXED = "articles L. 441-10 and D. 441-5 of the French Commercial Code"


def whole(format: str) -> str:
    """365.00 at 12.40 %: ten days to the payment are 1.24, so that 98.76 lower the principal;
    then 266.24 for twenty days are 1.81 (1.809), and 0.09 (0.0904) for each further one."""
    return commands.claim(
        situation({"invoices": WHOLE, "contacts": SENT}), ON, format=format, ui="en"
    )


def sources() -> tuple[str, str, str]:
    """Of the rate, of the fixed sum, and of what the law says of interest and costs."""
    (rate,) = [
        row for row in rates.series("FR", "commercial").rates if row.since == date(2026, 7, 1)
    ]
    listed = jurisdiction.table("FR")["sources"]
    cell = jurisdiction.cell_of("FR", "business")
    fixed, costs = (listed[cell[name]["source"]]["title"] for name in ("compensation", "costs"))
    return rate.source, fixed, costs


def test_a_whole_sheet() -> None:
    rate, fixed, _ = sources()
    assert list(csv.reader(io.StringIO(whole("csv"), newline=""))) == [
        [
            *("kind", "invoice", "date", "first", "last", "days", "base", "rate"),
            *("amount", "currency", "article", "source"),
        ],
        ["invoice", "A", "2026-10-03", *[""] * 5, "365.00", "EUR", "", ""],
        ["payment", "A", "2026-11-13", *[""] * 5, "-100.00", "EUR", "", ""],
        [
            *("interest", "A", "", "2026-11-04", "2026-11-13", "10", "365.00", "12.40"),
            *("1.24", "EUR", INTEREST, rate),
        ],
        [
            *("interest", "A", "", "2026-11-14", "2026-12-03", "20", "266.24", "12.40"),
            *("1.81", "EUR", INTEREST, rate),
        ],
        ["compensation", "A", *[""] * 6, "40.00", "EUR", FIXED, fixed],
        ["total", *[""] * 7, "308.05", "EUR", "", ""],
    ]


def test_a_whole_claim_for_a_program() -> None:
    rate, fixed, costs = sources()
    found = json.loads(whole("json"))
    bases = {
        "interest": {"article": INTEREST, "source": costs},
        "compensation": {"article": FIXED, "source": fixed},
        "costs": {"article": INTEREST, "source": costs},
    }
    for basis in (*found["bases"].values(), *found["lines"]):
        if "article" in basis:
            assert basis["article"].keys() == set(LANGUAGES)
            basis["article"] = basis["article"]["en"]
    days = {"kind": "interest", "invoice": "A", "rate": "12.40", "rate_source": rate}
    principal = {"principal": "266.24", "compensation": "40.00", "costs": "0.00"}
    assert found == {
        "on": "2026-12-03",
        "law": "FR",
        "creditor": "Dubreuil SARL",
        "debtor": "Martin SARL",
        "kind": "business",
        "currency": "EUR",
        "total": {**principal, "interest": "1.81", "total": "308.05"},
        "coming": "0.00",
        "set_off_from_settled": "0.00",
        "rate": "12.40",
        "per_day": "0.09",
        "day_count": "act/365",
        "rounding": "half up to the cent, once for each line",
        "bases": bases,
        "why_nothing": {"costs": "on_proof"},
        "lines": [
            {"kind": "invoice", "invoice": "A", "date": "2026-10-03", "amount": "365.00"},
            {
                "kind": "payment",
                "invoice": "A",
                "date": "2026-11-13",
                "set_off": {"interest": "1.24", "principal": "98.76"},
                "amount": "-100.00",
            },
            days
            | {"first": "2026-11-04", "last": "2026-11-13", "days": 10, "base": "365.00"}
            | {**bases["interest"], "amount": "1.24"},
            days
            | {"first": "2026-11-14", "last": "2026-12-03", "days": 20, "base": "266.24"}
            | {**bases["interest"], "amount": "1.81"},
            {"kind": "compensation", "invoice": "A", **bases["compensation"], "amount": "40.00"},
        ],
        "invoices": [
            {
                "number": "A",
                "issued": "2026-10-03",
                "due": "2026-11-03",
                "days_overdue": 30,
                "amount": "365.00",
                "paid": "100.00",
                "credited": "0.00",
                "disputed": "0.00",
                "balance": "265.00",
                "interest_from": "2026-11-04",
                "principal": "266.24",
                "interest": "1.81",
                "compensation": "40.00",
            }
        ],
        "disputed": ["=B"],
        "not_due": ["C"],
        # Fifteen days more: 266.24 for 35 days are 3.17 (3.1657).
        "at_deadline": {
            "stage": 3,
            "on": "2026-12-18",
            "rate_unknown_from": None,
            "total": {**principal, "interest": "3.17", "total": "309.41"},
        },
    }


def test_a_whole_table() -> None:
    rate, fixed, costs = sources()
    expected = f"""\
What Martin SARL owes on 3 December 2026, under the law of FR

Invoice  Due date     Amount  Paid or deducted  Balance  Days overdue  Principal left
A        3 Nov 2026  €365.00           €100.00  €265.00            30         €266.24
€100.00 paid on 13 November 2026 towards A: €1.24 set off against interest, \
€98.76 against the principal.
Left out, because disputed: =B.
Left out, because not due yet: C.

Invoice  Interest on  From         To           Days    Rate  Interest  Source
A            €365.00  4 Nov 2026   13 Nov 2026    10  12.40%     €1.24  {rate}
A            €266.24  14 Nov 2026  3 Dec 2026     20  12.40%     €1.81  {rate}

Principal           €266.24
Interest            €1.81
Fixed compensation  €40.00
Collection costs    none: only what was really spent, with proof.
Total               €308.05

                    Legal basis                                                    Source
Interest            {INTEREST}                {costs}
Fixed compensation  {FIXED}  {fixed}
Collection costs    {INTEREST}                {costs}

Interest runs from the first day to the last, both counted (act/365); each line is rounded half up \
to the cent.
Each further day adds €0.09.
On 18 December 2026, the deadline of letter 3, it will be €309.41.
"""
    assert whole("table").replace("\xa0", " ") == expected


def test_what_lowers_an_invoice_stands_in_lines_of_its_own() -> None:
    """Of 2,500.00, 100.00 were credited and 50.00 are disputed; 2,350.00 bear interest and costs.

    Dutch costs: 15 % of 2,350.00. Interest at 10.40 %: 2,350.00 for 30 days are 20.09 (20.0876).
    """
    found = json.loads(commands.claim(case(invoices=PAID), ON, format="json", ui="en"))
    lines = [(x["kind"], x.get("invoice"), x.get("date"), x["amount"]) for x in found["lines"]]
    assert lines == [
        ("invoice", "=1+1", "2026-10-03", "2500.00"),
        ("credit", "=1+1", "2026-11-20", "-100.00"),
        ("disputed", "=1+1", None, "-50.00"),
        *[line for line in lines if line[0] == "interest"],
        ("costs", None, None, "352.50"),
    ]
    (item,) = found["invoices"]
    assert (item["credited"], item["disputed"], item["balance"]) == ("100.00", "50.00", "2350.00")


FEE = {"fee": "12.00", "clause": "article 8"}


@pytest.mark.parametrize(
    ("asked", "on", "expected"),
    [
        (  # One day of 365.00 at 10.50 %: 0.11 (0.105).
            of("BE", terms=FEE, invoices=WHOLE[:1]),
            date(2026, 11, 4),
            [("interest", "A", "0.11"), ("compensation", "A", "40.00"), ("fee", None, "12.00")],
        ),
        # A sum agreed for the whole claim belongs to no invoice: 250.00 at 12.40 % for 30 days.
        (
            of("FR", terms={"compensation": {"amount": "25"}}),
            ON,
            [("interest", "2026-0412", "2.55"), ("compensation", None, "25.00")],
        ),
        # No fee from a Dutch consumer, only the costs once his term has run out: 15 % of 250.00
        # is below the least, 40.00. In default since the first deadline, 17 November:
        # 4 % for 39 days are 1.07 (1.0685).
        (
            of("NL", "consumer", terms=FEE),
            date(2026, 12, 26),
            [("interest", "2026-0412", "1.07"), ("costs", None, "40.00")],
        ),
    ],
)
def test_what_each_sum_is_called(
    asked: Case, on: date, expected: list[tuple[str, str | None, str]]
) -> None:
    found = json.loads(commands.claim(asked, on, format="json", ui="en"))
    lines = [(x["kind"], x.get("invoice"), x["amount"]) for x in found["lines"]]
    assert [line for line in lines if line[0] != "invoice"] == expected


def said(asked: Case, on: date) -> list[str]:
    return commands.claim(asked, on, ui="en").replace("\xa0", " ").splitlines()


def test_costs_to_come_and_costs_paid_are_said() -> None:
    """15 % of 365.00 are 54.75: to come while a consumer's term runs, and first to be paid of what
    a business paid after the final demand."""
    consumer = of("NL", "consumer", invoices=[{**WHOLE[0], "payments": []}])
    assert "€54.75 will be added if the statutory period runs out unpaid." in said(consumer, ON)
    came = {**WHOLE[0], "payments": [{"date": "2026-12-10", "amount": "100.00"}]}
    business = of("NL", invoices=[came])
    on = date(2026, 12, 15)
    assert "Of the payments, €54.75 went to collection costs first." in said(business, on)
    claim = law.claim(business, on)
    lines = list(statement.lines(Statement(business, "NL", claim)))
    (_, costs) = sorted(
        (line.invoice, str(line.amount), set(line.split))
        for line in lines
        if line.kind == "payment"
    )
    (asked,) = [line for line in lines if line.kind == "costs"]
    assert (str(asked.amount), asked.basis) == ("54.75", claim.bases["costs"])
    assert costs == ("A", "-54.75", {"costs"})


def test_what_is_waived_needs_no_basis() -> None:
    lines = said(situation({"terms": {"interest": "none"}}), ON)
    assert any(line.startswith(f"Fixed compensation  {FIXED}") for line in lines)
    assert not any(INTEREST in line and line.startswith("Interest") for line in lines)


def test_invoices_left_out_are_named_together_and_names_kept_as_they_are() -> None:
    later = {**PAID[2], "number": "D"}
    asked = situation({"invoices": [*WHOLE, later], "debtor": {"name": "Café Éole SARL"}})
    assert "Left out, because not due yet: C, D." in said(asked, ON)
    found = commands.claim(asked, ON, format="json", ui="en")
    assert '"debtor": "Café Éole SARL"' in found


@pytest.mark.parametrize("first", "=+-@\t\r\n")
def test_no_cell_begins_with_what_a_sheet_reads_as_a_formula(first: str) -> None:
    assert statement._inert(f"{first}1") == f"'{first}1"
    assert statement._inert(f"1{first}") == f"1{first}"


def test_columns_keep_to_their_side() -> None:
    rows = [("a", "bb", "c"), ("aaa", "b", "")]
    assert list(statement.aligned(rows, numeric=[1])) == ["a    bb  c", "aaa   b"]
    assert list(statement.aligned(rows)) == ["a    bb  c", "aaa  b"]

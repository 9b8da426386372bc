"""What is owed on a day, by hand: the figures of ``tests/law/figures-*.yaml``, edges, first days.

A row of a table of figures is a situation, a day, and every amount to the cent,
with the way it was worked out (``how``) or where it was read (``source``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from letterkit import case as case_reader
from letterkit import claims, jurisdiction, law, schedule, stops
from letterkit.claims import Asked, OwnRates, Shown
from letterkit.model import LAWS, ZERO, Case, Claim
from letterkit.rates import Rate
from tests.past import known_until
from tests.test_law import TABLES, load, merged, situation

AMOUNTS = ("principal", "interest", "compensation", "costs", "coming")


class Figure(NamedTuple):
    """One row of a table of figures."""

    table: str
    name: str
    case: Mapping[str, Any]
    row: Mapping[str, Any]

    def claim(self) -> Claim:
        case = case_reader.read(self.case)
        on = date.fromisoformat(self.row["date"])
        known = date.fromisoformat(self.row.get("known_until", date.max.isoformat()))
        with known_until(known) if known < date.max else nullcontext():
            return law.claim(case, on, rates=own_rates(self.row.get("own_rates", ()), case))


def own_rates(given: Any, case: Case) -> tuple[OwnRates, ...]:
    """Rates of the user's own: ``[{series, until, rates: [{since, rate}]}]``."""
    return tuple(
        OwnRates(
            law.settle(case),
            own["series"],
            tuple(
                Rate(date.fromisoformat(r["since"]), Decimal(r["rate"]), "own")
                for r in own["rates"]
            ),
            date.fromisoformat(own["until"]),
        )
        for own in given
    )


def _figures() -> Iterator[Figure]:
    base = load("base.yaml")
    for path in sorted(TABLES.glob("figures-*.yaml")):
        table = load(path.name)
        here = merged(base, table.get("with", {}))
        for row in table["cases"]:
            yield Figure(path.stem, row["name"], merged(here, row.get("with", {})), row)


FIGURES = list(_figures())


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f"{f.table}: {f.name}")
def test_figures(figure: Figure) -> None:
    found, expected = figure.claim(), figure.row["expect"]
    assert {name: str(getattr(found, name)) for name in expected} == dict(expected)
    if "segments" in figure.row:
        segments = [s for item in found.items for s in item.segments]
        assert [
            [str(s.first), str(s.last), str(s.days), str(s.rate), str(s.amount)] for s in segments
        ] == figure.row["segments"]


def test_every_law_has_its_figures() -> None:
    assert {f"figures-{code.lower()}" for code in LAWS} == {figure.table for figure in FIGURES}


def test_there_are_enough_figures() -> None:
    assert len(FIGURES) >= 80
    names = [(figure.table, figure.name) for figure in FIGURES]
    assert len(set(names)) == len(names)


KEYS = {"name", "with", "date", "known_until", "expect", "segments", "own_rates", "how", "source"}


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f"{f.table}: {f.name}")
def test_every_figure_says_where_it_is_from(figure: Figure) -> None:
    row = figure.row
    assert row.keys() <= KEYS
    assert row.get("how") or row.get("source")
    assert {"principal", "interest", "compensation", "costs"} <= row["expect"].keys()
    assert row["expect"].keys() <= set(AMOUNTS)


# --- Scales at their edges.


@pytest.mark.parametrize(
    ("code", "kind", "row", "amount", "expected"),
    [
        # Act of 1998, s. 5A: less than 1,000; 1,000 or more but less than 10,000; 10,000 or more.
        ("GB", "business", "compensation", "0.01", "40.00"),
        ("GB", "business", "compensation", "999.99", "40.00"),
        ("GB", "business", "compensation", "1000.00", "70.00"),
        ("GB", "business", "compensation", "9999.99", "70.00"),
        ("GB", "business", "compensation", "10000.00", "100.00"),
        # S.I. 580/2012, schedule: not exceeding 1,000; not exceeding 10,000; exceeding it.
        ("IE", "business", "compensation", "1000.00", "40.00"),
        ("IE", "business", "compensation", "1000.01", "70.00"),
        ("IE", "business", "compensation", "10000.00", "70.00"),
        ("IE", "business", "compensation", "10000.01", "100.00"),
        ("BE", "business", "compensation", "1000000.00", "40.00"),
        # CEL XIX.4: 20; 30 and 10 % of what lies between 150 and 500; 65 and 5 % above; 2,000.
        ("BE", "consumer", "agreed_compensation", "150.00", "20.00"),
        ("BE", "consumer", "agreed_compensation", "150.01", "30.00"),
        ("BE", "consumer", "agreed_compensation", "150.05", "30.01"),
        ("BE", "consumer", "agreed_compensation", "250.00", "40.00"),
        ("BE", "consumer", "agreed_compensation", "500.00", "65.00"),
        ("BE", "consumer", "agreed_compensation", "500.01", "65.00"),
        ("BE", "consumer", "agreed_compensation", "500.10", "65.01"),
        ("BE", "consumer", "agreed_compensation", "39199.80", "1999.99"),
        ("BE", "consumer", "agreed_compensation", "39200.00", "2000.00"),
        ("BE", "consumer", "agreed_compensation", "50000.00", "2000.00"),
        # Besluit vergoeding voor buitengerechtelijke incassokosten, art. 2: 40 to 6,775.
        ("NL", "consumer", "costs", "0.01", "40.00"),
        ("NL", "consumer", "costs", "266.66", "40.00"),
        ("NL", "consumer", "costs", "266.70", "40.01"),
        ("NL", "consumer", "costs", "2500.00", "375.00"),
        ("NL", "consumer", "costs", "2500.10", "375.01"),
        ("NL", "consumer", "costs", "5000.00", "625.00"),
        ("NL", "consumer", "costs", "5000.20", "625.01"),
        ("NL", "consumer", "costs", "10000.00", "875.00"),
        ("NL", "consumer", "costs", "10001.00", "875.01"),
        ("NL", "consumer", "costs", "200000.00", "2775.00"),
        ("NL", "consumer", "costs", "200002.00", "2775.01"),
        ("NL", "business", "costs", "999998.00", "6774.99"),
        ("NL", "business", "costs", "1000000.00", "6775.00"),
        ("NL", "business", "costs", "1000002.00", "6775.00"),
    ],
)
def test_scale(code: str, kind: str, row: str, amount: str, expected: str) -> None:
    rule = jurisdiction.cell_of(code, kind)[row]
    assert str(claims.scale(rule, Decimal(amount))) == expected


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_nothing_of_nothing(amount: str) -> None:
    rule = jurisdiction.cell_of("NL", "business")["costs"]
    assert claims.scale(rule, Decimal(amount)) == ZERO


# --- The end of a legal term, and other dates.

WORKING_DAYS = {"days": 14, "counted": "third_working_day"}
DELIVERY = {"days": 14, "counted": "delivery"}
LETTER_DATE = {"days": 30, "counted": "letter_date"}


@pytest.mark.parametrize(
    ("wait", "code", "sent", "channel", "last"),
    [
        # The example of a commentary on CEL XIX.2: posted on a Monday, costs from Thursday 5 Oct.
        (WORKING_DAYS, "BE", date(2023, 9, 18), "post", date(2023, 10, 4)),
        (WORKING_DAYS, "BE", date(2023, 9, 18), "registered", date(2023, 10, 4)),
        (WORKING_DAYS, "BE", date(2023, 9, 18), "email", date(2023, 10, 2)),
        # Friday: Monday 21, Tuesday 22, Wednesday 23 is day 1.
        (WORKING_DAYS, "BE", date(2026, 9, 18), "post", date(2026, 10, 6)),
        # Saturday 21 Nov by e-mail: day 14 is Saturday 5 Dec, so Monday.
        (WORKING_DAYS, "BE", date(2026, 11, 21), "email", date(2026, 12, 7)),
        # Friday 11 Dec by e-mail: day 14 is Christmas, a Friday; so Monday.
        (WORKING_DAYS, "BE", date(2026, 12, 11), "email", date(2026, 12, 28)),
        # Monday 9 Nov: Tuesday, Thursday (the 11th is a holiday), Friday 13 is day 1.
        (WORKING_DAYS, "BE", date(2026, 11, 9), "post", date(2026, 11, 26)),
        # Friday 20 Nov: Saturday, then Tuesday 24 (no Sunday, no Monday); 14 days more.
        (DELIVERY, "NL", date(2026, 11, 20), "post", date(2026, 12, 8)),
        # Saturday 21 Nov: Tuesday, Wednesday 25.
        (DELIVERY, "NL", date(2026, 11, 21), "post", date(2026, 12, 9)),
        # Monday 16 Nov: Tuesday, Wednesday 18.
        (DELIVERY, "NL", date(2026, 11, 16), "post", date(2026, 12, 2)),
        # Thursday 19 Nov: Friday, Saturday 21; 14 days more are Saturday 5 Dec, so Monday.
        (DELIVERY, "NL", date(2026, 11, 19), "post", date(2026, 12, 7)),
        # Thursday 24 Dec: neither Christmas day, nor Sunday, nor Monday; Tuesday, Wednesday 30.
        (DELIVERY, "NL", date(2026, 12, 24), "post", date(2027, 1, 13)),
        (DELIVERY, "NL", date(2026, 11, 16), "email", date(2026, 11, 30)),
        # Thirty days from the letter's date (debt protocol 3.4).
        (
            {"days": 30, "counted": "letter_date"},
            "GB",
            date(2026, 11, 2),
            "post",
            date(2026, 12, 2),
        ),
    ],
)
def test_term_end(wait: Mapping[str, Any], code: str, sent: date, channel: str, last: date) -> None:
    assert schedule.term_end(wait, sent, channel, code) == last


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 15), 3, date(2026, 4, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 2, 28), 12, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
        (date(2026, 12, 31), 60, date(2031, 12, 31)),
    ],
)
def test_months_after(day: date, months: int, expected: date) -> None:
    assert schedule.months_after(day, months) == expected


def of(code: str, kind: str = "business", **change: Any) -> Case:
    """The case of base.yaml with both parties in one country."""
    parties: dict[str, Any] = {
        "law": code,
        "creditor": {"country": code},
        "debtor": {"country": code, "kind": kind},
    }
    if kind == "consumer":
        parties["debtor"]["form"] = "null"
        if code == "GB":
            parties["debtor"]["region"] = "england_wales"
    return situation(merged(parties, change))


def test_the_earliest_deadline_that_a_legal_term_leaves() -> None:
    """Posted on Friday 20 Nov: the term ends on 8 Dec, two days more for the proof of delivery."""
    dutch = of("NL", "consumer")
    assert schedule.legal_deadline(dutch, "3", date(2026, 11, 20), "NL") == date(2026, 12, 10)
    assert schedule.deadline(dutch, "3", date(2026, 11, 20), "NL") == date(2026, 12, 10)
    assert schedule.legal_deadline(dutch, "2", date(2026, 11, 20), "NL") is None
    assert schedule.legal_deadline(of("NL"), "3", date(2026, 11, 20), "NL") is None
    belgian = of("BE", "consumer")
    assert schedule.legal_deadline(belgian, "1", date(2026, 9, 18), "BE") == date(2026, 10, 6)


# --- From which day interest runs.

RATE = {"interest": {"rate": "5", "per": "year"}, "clause": "article 8"}
LU_INVOICE = {"number": "A", "issued": "2026-07-10", "due": "2026-07-25", "currency": "EUR"}
UNDELIVERED = {**LU_INVOICE, "amount": "250.00"}
LU = {**UNDELIVERED, "delivered": "2026-06-30"}
TOLD = {"interest_on_invoice": "true"}


@pytest.mark.parametrize(
    ("code", "kind", "change", "first"),
    [
        ("FR", "business", {}, date(2026, 11, 4)),
        ("GB", "business", {}, date(2026, 11, 4)),
        # CO 102: an agreed day; else the day after the term of our first letter.
        ("CH", "business", {"contract": {"due_agreed": "true"}}, date(2026, 11, 4)),
        ("CH", "business", {}, date(2026, 11, 18)),
        (
            "CH",
            "business",
            {"contacts": [{"date": "2026-11-05", "channel": "email", "stage": "1"}]},
            date(2026, 11, 18),
        ),
        ("CH", "business", {"contacts": []}, None),
        # A letter sent before the due date puts nobody in default.
        (
            "CH",
            "business",
            {"contacts": [{"date": "2026-11-03", "channel": "post", "stage": "1"}]},
            None,
        ),
        # BW 6:82 and 6:83: an agreed day; else the term of our first letter, 17 November.
        ("NL", "consumer", {"contract": {"due_agreed": "true"}}, date(2026, 11, 4)),
        ("NL", "consumer", {}, date(2026, 11, 18)),
        ("NL", "consumer", {"contacts": []}, None),
        # After the final demand of 3 December (registered: two days) has arrived.
        ("FR", "consumer", {}, date(2026, 12, 6)),
        ("IT", "consumer", {}, date(2026, 12, 6)),
        (
            "IT",
            "consumer",
            {"contacts": [{"date": "2026-12-03", "channel": "pec", "stage": "3"}]},
            date(2026, 12, 4),
        ),
        ("FR", "consumer", {"contacts": []}, None),
        # Luxembourg: three months after delivery, if invoiced within a month and told.
        ("LU", "consumer", {"invoices": [LU], "contract": TOLD}, date(2026, 10, 1)),
        (
            "LU",
            "consumer",
            {"invoices": [{**LU, "issued": "2026-07-30", "due": "2026-08-30"}], "contract": TOLD},
            date(2026, 10, 1),
        ),
        (
            "LU",
            "consumer",
            {"invoices": [{**LU, "issued": "2026-07-31", "due": "2026-08-30"}], "contract": TOLD},
            None,
        ),
        ("LU", "consumer", {"invoices": [LU]}, None),
        ("LU", "consumer", {"invoices": [UNDELIVERED], "contract": TOLD}, None),
        (
            "LU",
            "consumer",
            {"invoices": [{**LU, "due": "2026-11-03"}], "contract": TOLD},
            date(2026, 11, 4),
        ),
        # CEL XIX.2: the reminder of Thursday 5 Nov, day 1 is Tuesday 10, day 14 Monday 23;
        # a small creditor's interest then runs from the day after sending (par. 4).
        ("BE", "consumer", {"terms": RATE}, date(2026, 11, 24)),
        ("BE", "consumer", {"terms": RATE, "creditor": {"sme": "true"}}, date(2026, 11, 6)),
        ("BE", "consumer", {"terms": RATE, "contacts": []}, None),
        ("BE", "consumer", {}, None),
    ],
)
def test_first_day(code: str, kind: str, change: Mapping[str, Any], first: date | None) -> None:
    found = law.claim(of(code, kind, **change), date(2026, 12, 21))
    assert [item.interest_from for item in found.items] == [first]
    assert (found.interest > 0) == bool(first)


@pytest.mark.parametrize("sme", ["true", "false"])
def test_nothing_before_the_free_period_is_over(sme: str) -> None:
    """On 23 November the term still runs, for every creditor; on the 24th interest is owed."""
    case = of("BE", "consumer", terms=RATE, creditor={"sme": sme})
    last, after = (law.claim(case, date(2026, 11, day)) for day in (23, 24))
    assert (last.interest, last.compensation) == (ZERO, ZERO)
    assert last.why["interest"] == last.why["compensation"] == "not_yet"
    assert last.coming == Decimal("40.00")  # 30 and 10 % of 100
    days = 19 if sme == "true" else 1  # from 6 November, or the 24th alone
    assert after.interest == (Decimal("250.00") * 5 * days / 36500).quantize(Decimal("0.01"))
    assert (after.compensation, after.coming) == (Decimal("40.00"), ZERO)


# --- Why there is nothing.


@pytest.mark.parametrize(
    ("code", "kind", "terms", "why"),
    [
        ("FR", "business", {"interest": "none", "compensation": "none"}, ("waived", "waived")),
        ("BE", "consumer", {}, ("only_if_agreed", "only_if_agreed")),
        ("GB", "consumer", {}, ("court_only", "no_statute")),
        ("NL", "business", {"compensation": "none"}, (None, "waived")),
        ("GB", "business", {"interest": {"rate": "8", "per": "year"}}, (None, "agreed_instead")),
    ],
)
def test_why_nothing(
    code: str, kind: str, terms: Mapping[str, Any], why: tuple[str | None, str]
) -> None:
    found = law.claim(of(code, kind, terms=terms), date(2026, 12, 21))
    assert (found.why.get("interest"), found.why.get("compensation")) == why
    assert found.compensation == ZERO
    assert (found.interest == ZERO) == (why[0] is not None)


@pytest.mark.parametrize("code", LAWS)
def test_a_consumer_owes_no_business_rate_and_hardly_anywhere_a_fee(code: str) -> None:
    """Whatever the case says; only in Switzerland may a reminder fee be agreed with anybody."""
    fee = of(code, "consumer", terms={"fee": "15.00", "clause": "article 8"})
    free = of(code, "consumer", terms={"clause": "article 8"})
    for day in (date(2026, 11, 21), date(2026, 12, 21)):
        more = law.claim(fee, day).total - law.claim(free, day).total
        assert more == Decimal("15.00" if code == "CH" else "0.00")
    interest = jurisdiction.cell_of(code, "consumer")["interest"]
    assert interest.get("series") in (None, "legal")


# --- VAT on Dutch costs.


@pytest.mark.parametrize(
    ("step", "vat", "rate", "costs"),
    [
        ("agency", "not_deductible", "21.00", "181.50"),
        ("lawyer", "not_deductible", "21.00", "181.50"),
        ("agency", "deductible", "0.00", "150.00"),
        ("agency", "null", "0.00", "150.00"),
        ("court", "not_deductible", "0.00", "150.00"),
    ],
)
def test_vat_on_costs(step: str, vat: str, rate: str, costs: str) -> None:
    invoice = {"number": "A", "issued": "2026-10-03", "due": "2026-11-03", "currency": "EUR"}
    case = of(
        "NL",
        next_step={"kind": step},
        creditor={"vat": vat},
        invoices=[{**invoice, "amount": "1000.00"}],
    )
    assert str(law.vat_on_costs(case, "NL")) == rate
    assert str(law.claim(case, date(2026, 12, 21)).costs) == costs


def test_no_vat_on_costs_elsewhere() -> None:
    for code in set(LAWS) - {"NL"}:
        case = of(code, next_step={"kind": "agency"}, creditor={"vat": "not_deductible"})
        assert law.vat_on_costs(case, code) == ZERO


def test_dutch_costs_come_first_whichever_invoice_was_paid_first() -> None:
    """The final demand is of 3 December; 150 on B on the 10th pays costs, 150 on A principal.

    Costs on 1,000: 150.00. So A is down to 350 and B still 500.
    """
    invoice = {"issued": "2026-10-03", "due": "2026-11-03", "currency": "EUR", "amount": "500.00"}
    case = of(
        "NL",
        terms={"interest": "none"},
        invoices=[
            {**invoice, "number": "A", "payments": [{"date": "2026-12-14", "amount": "150.00"}]},
            {**invoice, "number": "B", "payments": [{"date": "2026-12-10", "amount": "150.00"}]},
        ],
    )
    found = law.claim(case, date(2026, 12, 21))
    assert found.costs == ZERO
    assert [str(item.principal) for item in found.items] == ["350.00", "500.00"]


@pytest.mark.parametrize("kind", ["business", "consumer"])
def test_dutch_costs_are_those_of_the_invoices_demanded(kind: str) -> None:
    """A was in the final demand of 3 December, B fell due a week later: costs of A, 150.00.

    A consumer's fourteen days end on the 21st; B was in no letter that gave them.
    """
    invoice = {"issued": "2026-10-03", "due": "2026-11-03", "currency": "EUR"}
    late = {**invoice, "number": "B", "due": "2026-12-10", "amount": "1000.00"}
    case = of("NL", kind, invoices=[{**invoice, "number": "A", "amount": "1000.00"}, late])
    assert law.claim(case, date(2026, 12, 22)).costs == Decimal("150.00")


@pytest.mark.parametrize(
    ("day", "costs", "left"),
    [
        ("2026-12-03", "135.00", "900.00"),  # the day of the demand: costs on 900, none paid
        ("2026-12-04", "50.00", "1000.00"),  # the day after: costs on 1,000, 100 of them paid
    ],
)
def test_a_payment_on_either_side_of_the_dutch_demand(day: str, costs: str, left: str) -> None:
    invoice = {"number": "A", "issued": "2026-10-03", "due": "2026-11-03", "currency": "EUR"}
    paid_ = [{"date": day, "amount": "100.00"}]
    invoices = [{**invoice, "amount": "1000.00", "payments": paid_}]
    found = law.claim(of("NL", terms={"interest": "none"}, invoices=invoices), date(2026, 12, 21))
    assert (str(found.costs), str(found.principal)) == (costs, left)


def test_dutch_costs_set_off_are_not_lost_where_interest_is_not_claimed() -> None:
    """1,000, costs 150.00, 100 paid on them: 1,050 is still owed whatever the letter shows."""
    invoice = {"number": "A", "issued": "2026-10-03", "due": "2026-11-03", "currency": "EUR"}
    paid = [{"date": "2026-12-10", "amount": "100.00"}]
    case = of("NL", invoices=[{**invoice, "amount": "1000.00", "payments": paid}])
    found = law.claim(case, date(2026, 12, 21))
    assert law.demanded(found, Shown("silent", "claimed")) == Decimal("1050.00")
    assert law.demanded(found, Shown("silent", "silent")) == Decimal("900.00")


# --- What a letter says of it, and asks for.


@pytest.mark.parametrize(
    ("code", "kind", "expected"),
    [
        ("BE", "business", ["silent/silent", "announced/announced", "claimed/claimed"]),
        ("FR", "consumer", ["silent/silent", "silent/silent", "claimed/claimed"]),
        ("BE", "consumer", ["announced/announced", "silent/silent", "claimed/claimed"]),
        ("NL", "consumer", ["silent/silent", "silent/silent", "claimed/announced"]),
        ("NL", "business", ["silent/silent", "announced/announced", "claimed/claimed"]),
    ],
)
def test_states(code: str, kind: str, expected: list[str]) -> None:
    case = of(code, kind)
    said = ["/".join(law.states(case, stage, code)) for stage in "1234"]
    assert said == [*expected, "silent/silent"]
    assert law.states(case, "courtesy", code) == Shown()


@pytest.mark.parametrize(
    ("kind", "interest", "compensation"),
    [("business", "3.86", "40.00"), ("consumer", "0.00", "0.00")],
)
def test_a_letter_of_claim_asks_what_the_final_demand_does(
    kind: str, interest: str, compensation: str
) -> None:
    """250 at 11.75 %, 48 days of 365 from 4 November: 3.86; a consumer owes nothing by statute."""
    case = of("GB", kind)
    assert law.states(case, "claim", "GB") == law.states(case, "3", "GB")
    draft = law.draft(case, "claim", date(2026, 12, 21), law="GB")
    assert (str(draft.claim.interest), str(draft.claim.compensation)) == (interest, compensation)


def test_a_first_letter_claims_nothing_that_its_term_does_not_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A table may hold the fixed sum only: the first letter is then silent about interest."""
    wait = {"stage": 1, "holds": ["compensation"]}
    monkeypatch.setattr(law, "cell", lambda code, case: {"wait": wait})
    assert law.states(of("BE", "consumer"), "1", "BE") == Shown("silent", "announced")


def test_the_case_may_say_less() -> None:
    show = {"show": {"interest": "announced", "compensation": "silent"}}
    case = of("BE", terms=show)
    assert law.states(case, "3", "BE") == Shown("announced", "silent")
    assert law.states(case, "1", "BE") == Shown()
    more = of("BE", terms={"show": {"interest": "claimed", "compensation": "claimed"}})
    assert law.states(more, "2", "BE") == Shown("announced", "announced")
    assert law.states(of("BE", "consumer", terms=show), "2", "BE") == Shown("announced", "silent")
    held = of("NL", "consumer", terms=show)
    assert law.states(held, "3", "NL") == Shown("claimed", "announced")


INVOICE = {
    "number": "A",
    "issued": "2026-10-03",
    "due": "2026-11-03",
    "amount": "365.00",
    "currency": "EUR",
}
PAID = {**INVOICE, "payments": [{"date": "2026-11-13", "amount": "100.00"}]}


@pytest.mark.parametrize(
    ("invoice", "shown", "expected"),
    [  # 365 at 10.50 % is 0.105 a day; thirty days to 3 December are 3.15
        (INVOICE, Shown(), "365.00"),
        (INVOICE, Shown("announced", "announced"), "365.00"),
        (INVOICE, Shown("claimed", "silent"), "368.15"),
        (INVOICE, Shown("silent", "claimed"), "405.00"),
        (INVOICE, Shown("claimed", "claimed"), "408.15"),
        # Ten days 1.05, paid first: 266.05 is left, twenty days of which are 1.53 (1.5307).
        (PAID, Shown(), "265.00"),
        (PAID, Shown("claimed", "claimed"), "307.58"),
    ],
)
def test_demanded(invoice: Mapping[str, Any], shown: Shown, expected: str) -> None:
    found = law.claim(of("BE", invoices=[invoice]), date(2026, 12, 3))
    assert str(law.demanded(found, shown)) == expected


def handed_over(*invoices: Mapping[str, Any]) -> str:
    """What the last letter, of 21 December, names after a final demand of the 3rd."""
    case = of("BE", invoices=list(invoices))
    return str(law.draft(case, "4", date(2026, 12, 21), law="BE").demanded)


def paid(on: str, amount: str = "100.00", **more: Any) -> dict[str, Any]:
    return {**INVOICE, "payments": [{"date": on, "amount": amount}], **more}


def test_handed_over_is_the_final_demand_less_what_came_in() -> None:
    assert handed_over(INVOICE) == "408.15"
    assert handed_over(paid("2026-12-04")) == "308.15"
    assert handed_over(paid("2026-12-21")) == "308.15"
    # On the day of the final demand: known to it, 3.15 to interest first, the same sum.
    assert handed_over(paid("2026-12-03")) == "308.15"
    note = {"number": "N", "date": "2026-12-10", "amount": "65.00"}
    assert handed_over({**INVOICE, "credits": [note]}) == "343.15"
    # Credited on the day of the final demand: it asked for 300.00, 3.15 and 40.00.
    assert handed_over({**INVOICE, "credits": [note | {"date": "2026-12-03"}]}) == "343.15"


def test_money_for_another_invoice_does_not_lower_what_was_handed_over() -> None:
    """B fell due after the final demand, and was paid: A is owed as it was."""
    later = paid("2026-12-15", number="B", issued="2026-11-10", due="2026-12-10")
    assert handed_over(INVOICE, later) == "408.15"


def test_what_fell_due_after_the_final_demand_is_not_in_the_handover() -> None:
    """B was not demanded: A's 365.00 are handed over, or nothing once A is paid."""
    b = {**INVOICE, "number": "B", "issued": "2026-11-10", "due": "2026-12-10"}
    for a, left in ((INVOICE, "365.00"), (paid("2026-12-10", "500.00"), "0.00")):
        case = of("BE", invoices=[a, b])
        draft = law.draft(case, "4", date(2026, 12, 21), law="BE")
        assert str(draft.claim.principal) == left
        assert [i.invoice.number for i in draft.claim.items] == ["A"] * (left != "0.00")


@pytest.mark.parametrize(
    ("kind", "amount", "day", "rest"),
    [
        # Asked on 3 December: 350.00, 30 days at 10.40 % (2.14 and 0.85) and costs of 52.50, in all
        # 405.49. A pays its share, the interest since (3.21) and the costs: B's 100.00 are left.
        ("business", "305.71", "2026-12-18", "100.00"),
        ("business", "300.00", "2026-12-18", "105.49"),
        # Asked on 3 December: 350.00, 16 days at 4 % (0.44 and 0.18), no costs yet. A's 250.44 are
        # paid, and the costs with them once they are due, so that none fall due on B.
        ("consumer", "303.46", "2026-12-22", "100.18"),
        ("consumer", "250.96", "2026-12-22", "140.18"),  # no costs: those of B
    ],
)
def test_what_was_paid_with_the_costs_is_not_handed_over_twice(
    kind: str, amount: str, day: str, rest: str
) -> None:
    """Two Dutch invoices; one is paid after the final demand, the other is handed over."""
    a = {**INVOICE, "amount": "250.00", "payments": [{"date": day, "amount": amount}]}
    b = {**INVOICE, "number": "B", "amount": "100.00"}
    case = of("NL", kind, invoices=[a, b])
    draft = law.draft(case, "4", date(2026, 12, 23), law="NL")
    assert (str(draft.demanded), str(draft.about.balance)) == (rest, "100.00")


def test_costs_fallen_due_are_whole_whatever_was_paid_toward_them() -> None:
    """15 % of 365.00; 20.00 came once the Dutch consumer's term had run out."""
    case = of("NL", "consumer", invoices=[paid("2026-12-22", "20.00")])
    assert str(law.draft(case, "4", date(2026, 12, 23), law="NL").fallen_due) == "54.75"


def test_what_was_disputed_since_is_not_handed_over() -> None:
    """The letter says that B is not included; so it must not be in the sum."""
    disputed = {**INVOICE, "number": "B", "disputed": {"since": "2026-12-10"}}
    assert handed_over(INVOICE, disputed) == "408.15"


def test_what_is_asked_adds_up() -> None:
    """Balance, interest, fixed sums, costs and fee are the total, by law and payment."""
    fee = {"fee": "12.00", "clause": "article 8"}
    for code in LAWS:
        for invoice in (INVOICE, PAID, paid("2026-12-10")):
            case = of(code, invoices=[invoice], terms=fee)
            found = law.claim(case, date(2026, 12, 21))
            shown = Shown("claimed", "claimed")
            asked = Asked(found, shown, case.terms, law.demanded(found, shown))
            assert found.total == asked.total
            parts = found.balance + asked.interest + asked.compensation + asked.costs + asked.fee
            assert parts == asked.total
            assert min(asked.costs, asked.fee, asked.compensation) >= ZERO


# --- What a letter shows of payments.


def lines(draft: stops.Draft) -> list[tuple[str, str, list[str], list[str]]]:
    """Of each invoice: paid, balance, and the last days of interest asked for and settled."""
    return [
        (
            str(item.paid),
            str(item.balance),
            [s.last.isoformat() for s in item.segments],
            [s.last.isoformat() for s in item.settled],
        )
        for item in draft.about.items
    ]


@pytest.mark.parametrize(
    ("amount", "shown", "demanded"),
    [
        # 365.00 x 12.40 % x 10/365 = 1.24, so 98.76 to the principal; 266.24 for 20 days: 1.81.
        ("100.00", [("98.76", "266.24", ["2026-12-03"], ["2026-11-13"])], "308.05"),
        ("1.24", [("0.00", "365.00", ["2026-12-03"], ["2026-11-13"])], "407.48"),
        # Less than the interest of the day: the invoice stays as it was, and both lines are asked.
        ("1.00", [("1.00", "364.00", ["2026-11-13", "2026-12-03"], [])], "407.72"),
    ],
)
def test_a_final_demand_shows_payments_as_the_law_sets_them_off(
    amount: str, shown: list[Any], demanded: str
) -> None:
    paid_in = {**INVOICE, "payments": [{"date": "2026-11-13", "amount": amount}]}
    draft = law.draft(of("FR", invoices=[paid_in]), "3", date(2026, 12, 3), law="FR")
    assert (lines(draft), str(draft.demanded)) == (shown, demanded)


def test_a_handover_shows_the_balances_of_the_final_demand_less_what_came_in() -> None:
    """What came on the day of the final demand is in it already."""
    came = {
        "payments": [{"date": d, "amount": a} for d, a in PAYMENTS],
        "credits": [{"number": n, "date": d, "amount": a} for n, d, a in CREDITS],
    }
    draft = law.draft(of("FR", invoices=[{**INVOICE, **came}]), "4", date(2026, 12, 21), law="FR")
    # On 3 December: 10.00 credited; 98.76, and 18.19 after 1.81 of interest on 266.24 - see above.
    (item,) = draft.about.items
    assert (str(item.paid), str(item.credited), item.imputed) == ("166.95", "15.00", ())
    assert str(item.balance) == "183.05"


PAYMENTS = [("2026-11-13", "100.00"), ("2026-12-03", "20.00"), ("2026-12-10", "50.00")]
CREDITS = [("N1", "2026-12-03", "10.00"), ("N2", "2026-12-11", "5.00")]


@pytest.mark.parametrize(
    ("terms", "by_statute"),
    [
        ({}, {"interest", "compensation", "costs"}),
        ({"interest": {"rate": "10", "per": "year"}}, {"compensation", "costs"}),
        ({"compensation": {"amount": "25"}}, {"interest", "costs"}),
    ],
)
def test_what_was_agreed_rests_on_the_contract(terms: dict[str, Any], by_statute: set[str]) -> None:
    found = law.claim(of("FR", terms=terms), date(2026, 12, 3))
    assert found.bases.keys() == by_statute

"""Interest worked out twice, over seeded cases; and what holds of it always.

What is compared with `second_calculation`, to the cent, for every invoice of
2,000 seeded cases (200,000 with ``LETTERKIT_LONG=1``): the principal and the
interest left, every segment (first and last day, days counted, base, rate,
amount), the first day without a known rate; and for the claim as a whole the
collection costs left. The cases run over the eight laws, every kind of debtor,
statutory and agreed rates, one or two invoices from 2013 on with up to four
payments and credit notes each, contested parts, rates of the user's own, and
letters up to April 2027, for which no rate is known.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

import pytest

from letterkit import claims, interest
from letterkit.claims import OwnRates
from letterkit.interest import Change, Rules
from letterkit.model import (
    LAWS,
    AgreedRate,
    Case,
    Claim,
    Contact,
    Contract,
    Credit,
    Creditor,
    Debtor,
    Dispute,
    Invoice,
    NextStep,
    OpenItem,
    Payment,
    Segment,
    Terms,
    Text,
)
from letterkit.rates import Rate, Series
from tests import second_calculation as second
from tests.second_calculation import Event, Plan, Row

DAY = timedelta(days=1)


def amount(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def cents(sum_: Decimal) -> int:
    assert sum_ == sum_.quantize(Decimal("0.01"))
    return int(sum_ * 100)


# --- A debt on its own, against the second calculation.

LONG = bool(os.environ.get("LETTERKIT_LONG"))
SEEDS = range(20)
EACH = 10_000 if LONG else 100
RANDOM_DAYS = (date(2013, 1, 1), date(2026, 12, 20))


class Debt(NamedTuple):
    """One debt with rates of its own."""

    cents: int
    first: date | None
    last: date
    events: tuple[Event, ...]
    plan: Plan


def any_day(rng: Random, first: date, last: date) -> date:
    return date.fromordinal(rng.randint(first.toordinal(), last.toordinal()))


def any_debt(rng: Random) -> Debt:
    """A debt that no law need know: any rates, any rules, payments beyond what is owed."""
    due = any_day(rng, *RANDOM_DAYS)
    last = due + timedelta(days=rng.choice([rng.randint(0, 60), rng.randint(0, 1500)]))
    owed = rng.choice([rng.randint(1, 10_000), rng.randint(1, 50_000_000)])
    near = (due - timedelta(days=20), last + timedelta(days=5))
    events = tuple(
        Event(any_day(rng, *near), rng.randint(1, owed), rng.random() < 0.3)
        for _ in range(rng.choice([0, 0, 1, 2, 3, 4]))
    )
    begin = due - timedelta(days=rng.choice([-40, 0, 400]))
    rows = [Row(begin, rng.randint(0, 150_000))]
    while rng.random() < 0.7:
        since = rows[-1].since + timedelta(days=rng.randint(1, 300))
        rows.append(Row(since, rng.choice([rows[-1].rate, rng.randint(0, 150_000)])))
    known = rows[-1].since + timedelta(days=rng.randint(0, 400))
    return Debt(
        cents=owed,
        first=rng.choice([None, due + DAY, due + DAY, any_day(rng, due, last + DAY)]),
        last=last,
        events=events,
        plan=Plan(
            rows=tuple(rows),
            known_until=rng.choice([None, known]),
            thirty=rng.random() < 0.3,
            yearly=rng.random() < 0.4,
            interest_first=rng.random() < 0.6,
        ),
    )


def own_rules(plan: Plan) -> Rules:
    """The plan in letterkit's words; a plan's ``fixed`` is what a claim does, not `run`."""
    given = tuple(Rate(row.since, Decimal(row.rate).scaleb(-4)) for row in plan.rows)
    found = Series("XX", "any", given, plan.known_until)
    return Rules(
        rate_on=found.on,
        cuts=found.cuts,
        days="30/360" if plan.thirty else "act/365",
        yearly=plan.yearly,
        interest_first=plan.interest_first,
    )


def own_account(debt: Debt, last: date | None = None, more: int = 0) -> interest.Account:
    changes = [Change(e.day, amount(e.cents), e.credit) for e in debt.events]
    rules = own_rules(debt.plan)
    return interest.run(amount(debt.cents + more), debt.first, last or debt.last, changes, rules)


def in_cents(segments: Sequence[Segment]) -> tuple[second.Stretch, ...]:
    return tuple(
        second.Stretch(
            s.first, s.last, s.days, cents(s.base), int(s.rate * second.UNITS), cents(s.amount)
        )
        for s in segments
    )


def outcome(found: interest.Account | OpenItem) -> second.Outcome:
    return second.Outcome(
        cents(found.principal), cents(found.interest), in_cents(found.segments), found.unknown
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_any_debt_a_second_time(seed: int) -> None:
    rng = Random(seed)
    for _ in range(EACH):
        debt = any_debt(rng)
        assert outcome(own_account(debt)) == second.walk(*debt), debt


def test_the_second_calculation_by_hand() -> None:
    """365 at 10 %, 100 paid on the third day; a full year of 1,000, added to the base."""
    ten = Plan((Row(date(2020, 1, 1), 100_000),))
    new_year = date(2026, 1, 1)
    paid = [Event(date(2026, 1, 3), 10_000)]
    found = second.walk(36_500, new_year, date(2026, 1, 5), paid, ten)
    assert (found.principal, found.interest, found.accrued) == (26_530, 15, 45)
    yearly = second.walk(100_000, new_year, date(2027, 12, 31), [], ten._replace(yearly=True))
    assert [s.cents for s in yearly.stretches] == [10_000, 11_000]
    months = second.walk(100_000, new_year, date(2026, 12, 31), [], ten._replace(thirty=True))
    assert [(s.days, s.cents) for s in months.stretches] == [(360, 10_000)]
    short = second.walk(
        36_500, new_year, date(2026, 1, 31), [], ten._replace(known_until=date(2026, 1, 10))
    )
    assert (short.accrued, short.unknown) == (100, date(2026, 1, 11))


@pytest.mark.parametrize("seed", SEEDS)
def test_interest_never_falls(seed: int) -> None:
    """A day more, or a cent or an euro more: never less interest."""
    rng = Random(1000 + seed)
    for _ in range(EACH):
        debt = any_debt(rng)
        now = outcome(own_account(debt))
        later = outcome(own_account(debt, last=debt.last + timedelta(days=rng.randint(1, 100))))
        assert later.accrued >= now.accrued, debt
        assert outcome(own_account(debt, more=rng.choice([1, 100]))).accrued >= now.accrued, debt


# --- Whole claims, against the second calculation.

CREDITOR = Creditor("Dubreuil SARL", ("12 rue de la Paix", "69002 Lyon"), "FR")
CELLS = [(law, kind) for law in LAWS for kind in second.kinds(law)]


class Given(NamedTuple):
    """A case under a law, on a day, with rates of the user's own."""

    law: str
    kind: str
    case: Case
    on: date
    own: tuple[OwnRates, ...]


def any_invoice(rng: Random, number: str, due: date, on: date) -> Invoice:
    issued = due - timedelta(days=rng.choice([0, 14, 30, 60]))
    owed = rng.randint(1, rng.choice([20_000, 500_000, 120_000_000]))
    left, payments, credits = owed, [], []
    for n in range(rng.choice([0, 0, 1, 2, 3, 4])):
        part = left if rng.random() < 0.03 else rng.randint(1, max(1, left * 2 // 3))
        part = min(part, left)
        if not part:
            break
        left -= part
        day = any_day(rng, issued, on)
        if rng.random() < 0.3:
            credits.append(Credit(f"{number}-{n}", day, amount(part)))
        else:
            payments.append(Payment(day, amount(part)))
    disputed = None
    if rng.random() < 0.1:
        disputed = Dispute(rng.choice([None, amount(rng.randint(1, max(1, left)))]))
    return Invoice(
        number,
        issued,
        due,
        amount(owed),
        "EUR",
        delivered=rng.choice([None, issued, issued - timedelta(days=rng.randint(0, 40))]),
        payments=tuple(payments),
        credits=tuple(credits),
        disputed=disputed,
        goods=rng.choice(["", "", "agri_food"]),
    )


def any_given(rng: Random) -> Given:
    law, kind = rng.choice(CELLS)
    due = any_day(rng, *RANDOM_DAYS)
    span = rng.choice([rng.randint(1, 90), rng.randint(1, 500), rng.randint(1, 3000)])
    on = min(due + timedelta(days=span), date(2027, 4, 30))
    invoices = [any_invoice(rng, "A", due, on)]
    if rng.random() < 0.3:
        invoices.append(any_invoice(rng, "B", any_day(rng, due, on), on))
    sent = [
        Contact(due + timedelta(days=days), rng.choice(["post", "email"]), stage=stage)
        for stage, days in ((1, 2), (2, 16), (3, 30))
        if rng.random() < 0.7 and due + timedelta(days=days) <= on
    ]
    agreed = AgreedRate(amount(rng.randint(1, 1500)), rng.choice(["year", "year", "month"]))
    kinds: list[str | AgreedRate] = ["statutory", "statutory", "statutory", "none", agreed]
    terms = Terms(
        interest=rng.choice(kinds),
        compensation=rng.choice(["statutory", "statutory", "none"]),
        clause=rng.choice([None, Text("art. 8")]),
        interest_until=rng.choice([None, None, None, any_day(rng, due, on)]),
        imputation=rng.choice(["legal", "legal", "principal"]),
        days=rng.choice(["", "", "30/360"]),
        runs=rng.choice(["", "", "split"]),
    )
    own: tuple[OwnRates, ...] = ()
    if rng.random() < 0.2 and "series" in second.rules(law, kind)["interest"]:
        mine = Rate(date(2027, 1, 1), amount(rng.randint(100, 1500)), "own")
        name = second.rules(law, kind)["interest"]["series"]
        own = (OwnRates(law, name, (mine,), date(2027, 3, 31)),)
    case = Case(
        CREDITOR._replace(sme=rng.random() < 0.5, vat=rng.choice(["", "not_deductible"])),
        Debtor("Martin", ("8 rue de l’Église", "35000 Rennes"), "FR", kind=kind),
        tuple(invoices),
        law=law,
        contacts=tuple(sent),
        contract=Contract(interest_on_invoice=True, due_agreed=rng.random() < 0.5),
        terms=terms,
        next_step=rng.choice([None, NextStep("agency"), NextStep("court")]),
    )
    return Given(law, kind, case, on, own)


def planned(given: Given, invoice: Invoice) -> Plan:
    """How the tables, read as text, and the terms say to count."""
    rules, terms = second.rules(given.law, given.kind), given.case.terms
    rule = rules["interest"]
    options = rule.get("options", [])
    thirty = (terms.days if terms.days in options else rule["days"]) == "30/360"
    order = rules["imputation"].get("order", [])
    base = Plan(
        rows=(),
        thirty=thirty,
        yearly=rule["compounding"] == "yearly",
        interest_first=terms.imputation == "legal" and "interest" in order,
    )
    if isinstance(terms.interest, AgreedRate):
        times = 12 if terms.interest.per == "month" else 1
        rate = Row(date(1, 1, 1), int(terms.interest.rate * 10_000) * times)
        return base._replace(rows=(rate,), yearly=False)
    if "series" not in rule:
        return base
    rows, known = second.rows(given.law, rule["series"])
    for own in given.own:
        rows = (*rows, *(Row(r.since, int(r.percent * 10_000)) for r in own.rates))
        known = known and max(known, own.until)
    extra = second.units(rule.get("surcharge", {}).get(invoice.goods, "0"))
    runs = terms.runs if terms.runs in options else rule["runs"]
    return base._replace(
        rows=tuple(Row(row.since, row.rate + extra) for row in sorted(rows)),
        known_until=known,
        fixed=runs == "fixed",
    )


def events(invoice: Invoice) -> Iterator[Event]:
    yield from (Event(p.date, cents(p.amount)) for p in invoice.payments)
    yield from (Event(c.date, cents(c.amount), True) for c in invoice.credits)


def open_on(invoice: Invoice, day: date) -> int:
    """What is open and not contested on the evening of ``day``."""
    left = cents(invoice.amount) - sum(e.cents for e in events(invoice) if e.day <= day)
    if invoice.disputed:
        left -= (
            left if invoice.disputed.amount is None else min(cents(invoice.disputed.amount), left)
        )
    return left


def costs_paid(given: Given, found: Claim) -> tuple[int, int, dict[str, list[Event]]]:
    """The costs, what payments took of them, and what the payments leave for each invoice.

    Dutch law: the costs of the invoices that the final demand asked for; a payment
    after the day from which they are owed pays them first (BW 6:44), whichever
    invoice it came for; the earliest payment first, on one day that for the older invoice.
    """
    came = {i.invoice.number: sorted(events(i.invoice)) for i in found.items}
    rules, terms = second.rules(given.law, given.kind), given.case.terms
    if "scale" not in rules["costs"] or terms.compensation != "statutory":
        return 0, 0, came
    owed_from = claims.costs_demanded(given.case, given.law)
    legal = terms.imputation == "legal" and owed_from is not None
    day = owed_from if legal and owed_from else given.on
    sent = [c.date for c in given.case.contacts if c.stage == 3]
    asked = [i.invoice for i in found.items if not legal or i.invoice.due < min(sent)]
    costs = second.collection_costs(sum(open_on(invoice, day) for invoice in asked))
    vat = given.case.next_step and given.case.next_step.kind == "agency"
    if vat and given.case.creditor.vat == "not_deductible":
        costs = (costs * 121 + 50) // 100
    rest = costs
    queue = sorted(((e, n) for n, list_ in came.items() for e in list_), key=lambda x: x[0].day)
    for event, number in queue:
        if legal and event.day > day and not event.credit:
            taken = min(rest, event.cents)
            rest -= taken
            came[number].remove(event)
            if taken < event.cents:
                came[number].append(event._replace(cents=event.cents - taken))
    return costs, costs - rest, came


def compare(given: Given) -> None:
    found = claims.claim(given.case, given.law, given.on, given.own)
    costs, taken, came = costs_paid(given, found)
    last = min(given.on, given.case.terms.interest_until or given.on)
    for item in found.items:
        invoice = item.invoice
        owed = cents(invoice.amount - item.disputed)
        again = second.walk(
            owed, item.interest_from, last, came[invoice.number], planned(given, invoice)
        )
        assert outcome(item) == again
        assert open_on(invoice, given.on) == cents(item.balance)
    if "coming" not in found.why and found.why.get("costs") != "not_yet":
        assert cents(found.costs) == costs - taken
    accrued = sum(s.amount for item in found.items for s in item.segments)
    assert found.balance + accrued + amount(taken) == found.principal + found.interest
    if not taken:
        for item in found.items:
            grown = sum(s.amount for s in item.segments)
            assert item.balance + grown == item.principal + item.interest


@pytest.mark.parametrize("seed", SEEDS)
def test_any_claim_a_second_time(seed: int) -> None:
    rng = Random(2000 + seed)
    for _ in range(EACH):
        given = any_given(rng)
        try:
            compare(given)
        except AssertionError as error:
            raise AssertionError(f"{given.law} {given.kind} {given.on}\n{given.case}") from error


def reached(given: Given) -> Iterator[str | tuple[str, str]]:
    """What a case puts to the test."""
    found = claims.claim(given.case, given.law, given.on, given.own)
    yield (given.law, given.kind)
    yield found.days
    for item in found.items:
        facts = {
            "segments": item.segments,
            "unknown": item.unknown,
            "imputed": any(part.interest for part in item.imputed),
            "credited": item.credited and item.segments,
            "compounded": any(s.base > item.invoice.amount for s in item.segments),
            "own": any(s.source == "own" for s in item.segments),
            "stopped": item.segments and given.case.terms.interest_until,
        }
        yield from (name for name, true in facts.items() if true)
    if found.items and costs_paid(given, found)[1]:
        yield "costs first"


def test_the_cases_reach_everything() -> None:
    """Among the first are all cells and every way to count."""
    rng, seen = Random(2000), set[str | tuple[str, str]]()
    for _ in range(2000):
        seen.update(reached(any_given(rng)))
    ways = {"segments", "unknown", "imputed", "credited", "compounded", "own", "stopped"}
    assert seen == {*CELLS, *ways, "costs first", "act/365", "30/360"}

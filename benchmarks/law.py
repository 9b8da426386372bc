"""Claims per second: the law alone, beside bare arithmetic on the same debts in the same run.

``python benchmarks/law.py``: final demands for six invoices each, up to two years late, under
every law, no two alike;

- bare: amount × rate × days / 365 for each half-year, rounded, in `Decimal`, the days and rates
  looked up beforehand. No law, no payments; it stands for the least that interest costs;
- claim: `claims.claim`, with payments set off, fixed sums, costs and the basis of each;
- check: `law.check`, the claim and everything that may speak against the letter.

The bare sums are compared with the claim's where the law has nothing to add (France, no payment).
The ways take turns; the median of the rounds counts.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from letterkit import claims, law, rates, read_case
from letterkit.data import own_text
from letterkit.model import LAWS, ZERO, Case, Invoice, Payment, cents

ROUNDS, CASES, INVOICES = 7, 200, 6
ON = date(2026, 12, 3)

Debt = tuple[Decimal, list[tuple[Decimal, int]]]


def cases(code: str, count: int, *, paid: bool = True) -> list[Case]:
    """``count`` different cases of six invoices, every other one paid in part if ``paid``."""
    source = own_text("examples", "be-b2b.yaml")
    assert source is not None
    base, dice = read_case(source.encode()), random.Random(code)
    base = base._replace(law=code, contacts=(), debtor=base.debtor._replace(kind="business"))
    found = []
    for _ in range(count):
        invoices = []
        for n in range(INVOICES):
            due = ON - timedelta(dice.randrange(30, 730))
            amount = Decimal(dice.randrange(10_000, 1_000_000)) / 100
            when = due + timedelta(dice.randrange(1, 29))
            part = (Payment(when, cents(amount / 4)),) if paid and n % 2 else ()
            issued = due - timedelta(30)
            invoices.append(Invoice(f"I-{n}", issued, due, amount, "EUR", payments=part))
        found.append(base._replace(invoices=tuple(invoices)))
    return found


def debts(case: Case) -> list[Debt]:
    """The same debts as amounts, each with its rates and days by half-year."""
    series = rates.series("FR", "commercial")
    found = []
    for invoice in case.invoices:
        first, after = invoice.due + timedelta(1), ON + timedelta(1)
        days = [first, *(cut for cut in series.cuts if first < cut < after), after]
        stretches = []
        for start, end in pairwise(days):
            rate = series.on(start)
            assert rate
            stretches.append((rate.percent, (end - start).days))
        found.append((invoice.amount, stretches))
    return found


def bare(batch: list[list[Debt]]) -> list[Decimal]:
    """The interest of each case by arithmetic alone."""
    return [
        sum(
            (cents(amount * rate * days / 36500) for amount, parts in owed for rate, days in parts),
            ZERO,
        )
        for owed in batch
    ]


def seconds(work: Callable[[], object]) -> float:
    """How long one run of ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print microseconds for a case, by law, beside the bare arithmetic."""
    plain = cases("FR", CASES, paid=False)
    known = [debts(case) for case in plain]
    assert bare(known) == [claims.claim(case, "FR", ON).interest for case in plain]

    def claim(code: str, batch: list[Case]) -> Callable[[], object]:
        return lambda: [claims.claim(case, code, ON) for case in batch]

    def check(code: str, batch: list[Case]) -> Callable[[], object]:
        return lambda: [law.check(case, "3", ON, law=code) for case in batch]

    ways: dict[str, Callable[[], object]] = {"bare": lambda: bare(known)}
    for code in LAWS:
        batch = cases(code, CASES)
        ways[f"{code} claim"], ways[f"{code} check"] = claim(code, batch), check(code, batch)
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, work in ways.items():
            taken[way].append(seconds(work))
    base = statistics.median(taken["bare"])
    print(f"{'six invoices':<12}{'µs a case':>11}{'a second':>11}{'bare':>8}")
    for way, times in taken.items():
        each = statistics.median(times)
        print(f"{way:<12}{each / CASES * 1e6:>11.0f}{CASES / each:>11.0f}{each / base:>7.1f}x")


if __name__ == "__main__":
    main()

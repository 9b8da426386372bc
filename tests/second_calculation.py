"""Interest worked out a second time, another way: day by day, in whole numbers.

It imports nothing of letterkit's. Sums are cents and rates ten-thousandths of a
percent; a day adds base times rate times its weight to a numerator; nothing is
divided before the evening on which a stretch ends, and then once, half up. The
rates and the rules are read from ``jurisdictions/*.yaml`` as text.

Given, and not worked out again here: the first day of interest, and the day from
which collection costs are owed (each way to begin has its own test, by hand).

A stretch ends on the evening of a payment or credit note, of the last day of a
row of the table (also where the next row repeats the rate), of a full year where
interest compounds, and of the last day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

TABLES = Path(__file__).parent.parent / "jurisdictions"
UNITS = 10_000  # in one percent


class Row(NamedTuple):
    """A rate in ten-thousandths of a percent, from a day on."""

    since: date
    rate: int


class Event(NamedTuple):
    """Money (or a credit note) that came in on a day."""

    day: date
    cents: int
    credit: bool = False


class Plan(NamedTuple):
    """How to count; ``known_until`` None: for ever."""

    rows: Sequence[Row]
    known_until: date | None = None
    fixed: bool = False
    thirty: bool = False
    yearly: bool = False
    interest_first: bool = True


class Stretch(NamedTuple):
    """Days with one base and one row."""

    first: date
    last: date
    days: int
    base: int
    rate: int
    cents: int


class Outcome(NamedTuple):
    """What is left, and how it came about."""

    principal: int
    interest: int
    stretches: tuple[Stretch, ...]
    unknown: date | None

    @property
    def accrued(self) -> int:
        """All the interest there ever was, paid or not."""
        return sum(stretch.cents for stretch in self.stretches)


def walk(
    amount: int, first: date | None, last: date, events: Iterable[Event], plan: Plan
) -> Outcome:
    """One debt of ``amount``, interest from ``first`` through ``last``, every event set off."""
    came: dict[int, list[Event]] = {}
    for event in events:
        came.setdefault(event.day.toordinal(), []).append(event)
    begin = first.toordinal() if first else last.toordinal() + 1
    end = last.toordinal()
    rows = [(row.since.toordinal(), row.rate) for row in plan.rows]
    known = plan.known_until.toordinal() if plan.known_until else None
    year_ends = set(_year_ends(first, end)) if first and plan.yearly else set()
    year = 360 if plan.thirty else 365
    principal, young, old = amount, 0, 0  # old: interest of full years, which bears interest
    done: list[Stretch] = []
    unknown = None
    at, opened, numerator, weight = -1, 0, 0, 0  # of the stretch: row, first day, sum, days
    for day in range(min([begin, *came]), max([end, *came]) + 1):
        counting = begin <= day <= end and unknown is None
        if counting and (day == begin or not plan.fixed):
            while at + 1 < len(rows) and rows[at + 1][0] <= day:
                at += 1
            if at < 0 or (known and day > known):
                unknown, counting = date.fromordinal(day), False
        if counting:
            if not opened:
                opened = day
            parts = _weight(date.fromordinal(day)) if plan.thirty else 1
            weight += parts
            numerator += (principal + old) * rows[at][1] * parts
            last_of_row = not plan.fixed and (
                day == known or (at + 1 < len(rows) and rows[at + 1][0] == day + 1)
            )
            if last_of_row or day == end or day in came or day in year_ends:
                if principal + old > 0:
                    cents = _half_up(numerator, 100 * UNITS * year)
                    dates = date.fromordinal(opened), date.fromordinal(day)
                    done.append(Stretch(*dates, weight, principal + old, rows[at][1], cents))
                    young += cents
                opened = numerator = weight = 0
        for event in came.get(day, ()):
            left = event.cents
            if plan.interest_first and not event.credit:
                left, young = max(left - young, 0), max(young - left, 0)
                left, old = max(left - old, 0), max(old - left, 0)
            principal -= left
        if day in year_ends and unknown is None:
            young, old = 0, old + young
    return Outcome(principal, young + old, tuple(done), unknown)


def _year_ends(first: date, end: int) -> Iterator[int]:
    """The evenings of full years; one that began on 29 February has its next on a 28th."""
    for year in range(first.year + 1, date.fromordinal(end).year + 1):
        try:
            again = first.replace(year=year)
        except ValueError:
            again = date(year, 2, 28)
        yield again.toordinal() - 1


def _weight(day: date) -> int:
    """What a day counts if months have thirty: a 31st nothing, 1 March what February lacks too."""
    if day.day == 31:
        return 0
    if (day.month, day.day) == (3, 1):
        return 31 - date.fromordinal(day.toordinal() - 1).day
    return 1


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def collection_costs(cents: int) -> int:
    """The Dutch scale (Besluit vergoeding voor buitengerechtelijke incassokosten, art. 2), net.

    15 % of the first 2,500, 10 % of the next 2,500, 5 % of the next 5,000, 1 % of
    the next 190,000, 0.5 % of the rest; at least 40, at most 6,775.
    """
    if cents <= 0:
        return 0
    share, left = 0, cents
    for width, permille in ((250_000, 150), (250_000, 100), (500_000, 50), (19_000_000, 10)):
        share += min(left, width) * permille
        left = max(left - width, 0)
    return min(max(_half_up(share + left * 5, 1000), 4_000), 677_500)


# --- The tables, as text.


@cache
def _file(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.load(
        (TABLES / name).read_text(encoding="utf-8"), Loader=yaml.CBaseLoader
    )
    return found


def kinds(law: str) -> Sequence[str]:
    """The kinds of debtor that a law has rows for."""
    return tuple(_file(f"{law.lower()}.yaml")["debtors"])


def rules(law: str, kind: str) -> Mapping[str, Any]:
    """The rows of ``debtors`` for a kind of debtor: every scalar as it was typed."""
    found: Mapping[str, Any] = _file(f"{law.lower()}.yaml")["debtors"][kind]
    return found


@cache
def rows(law: str, series: str) -> tuple[tuple[Row, ...], date | None]:
    """The rates of a series, and the last day they are known for."""
    found = _file(f"{law.lower()}.rates.yaml")["series"][series]
    until = found.get("known_until")
    given = [Row(date.fromisoformat(row["since"]), units(row["rate"])) for row in found["rows"]]
    return tuple(sorted(given)), date.fromisoformat(until) if until else None


def units(rate: str) -> int:
    """A rate as typed (``10.5``) in ten-thousandths of a percent."""
    whole, _, part = rate.partition(".")
    return int(whole) * UNITS + int(part.ljust(4, "0"))

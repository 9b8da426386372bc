"""How interest grows on one debt: days, rates, payments. No law in here, and no case.

Interest runs from its first day through the last one, both counted. A payment
counts on the day it arrives: the old base still bears interest on that day,
the new one from the next. Every stretch with one base and one published rate is a
`Segment`, rounded once, half up; sums are sums of rounded segments, so that
they can be checked by hand.
"""

from __future__ import annotations

import calendar
import functools
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from letterkit.model import ZERO, Imputed, Segment, cents
from letterkit.rates import Rate

_DAY = timedelta(days=1)


class Change(NamedTuple):
    """What lowers a debt on a day: a payment, or a credit note (which is never interest)."""

    date: date
    amount: Decimal
    credit: bool = False


class Rules(NamedTuple):
    """How interest is counted.

    ``rate_on`` gives the rate of a day, ``cuts`` the days on which it changes, in order;
    ``days`` is ``act/365`` or ``30/360``; ``yearly`` adds each full year's
    unpaid interest to the base (Dutch BW 6:119(2)); ``interest_first`` sets
    payments off against interest before principal.
    """

    rate_on: Callable[[date], Rate | None]
    cuts: tuple[date, ...] = ()
    days: str = "act/365"
    yearly: bool = False
    interest_first: bool = True


class Account(NamedTuple):
    """One debt on a day: what is left of it, and how the interest came about.

    ``principal`` and ``interest`` are unpaid; ``base`` bears interest from here
    on; ``unknown`` is the first day without a known rate: nothing after it is
    counted.
    """

    principal: Decimal
    interest: Decimal
    base: Decimal
    segments: tuple[Segment, ...]
    imputed: tuple[Imputed, ...]
    unknown: date | None = None


@functools.cache
def year_of(days: str) -> int:
    """How many days the year of a day count has: 365 or 360."""
    return int(days.rpartition("/")[2])


def count(first: date, last: date, days: str) -> int:
    """Days from ``first`` through ``last``, both counted.

    In ``30/360`` every month has thirty days (the European form: a 31st counts
    as a 30th).

    >>> count(date(2026, 1, 1), date(2026, 12, 31), "act/365")
    365
    >>> count(date(2026, 1, 31), date(2026, 2, 28), "30/360")
    28
    """
    if days == "act/365":
        return (last - first).days + 1
    before = first - _DAY
    return _thirties(last) - _thirties(before)


def _thirties(day: date) -> int:
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def run(
    amount: Decimal, first: date | None, last: date, changes: Iterable[Change], rules: Rules
) -> Account:
    """The account of a debt of ``amount`` after all its ``changes``.

    Interest runs from ``first`` through ``last``; ``first`` None means that it
    does not run.
    """
    principal, interest, added = amount, ZERO, ZERO  # added: unpaid interest that bears interest
    segments: list[Segment] = []
    imputed: list[Imputed] = []
    waiting = sorted(changes, key=lambda c: c.date)

    def settle(until: date) -> None:
        nonlocal principal, interest, added
        while waiting and waiting[0].date <= until:
            change = waiting.pop(0)
            left = change.amount
            if not change.credit and rules.interest_first:
                fresh = min(left, interest)
                old = min(left - fresh, added)
                interest, added, left = interest - fresh, added - old, left - fresh - old
            principal -= left
            if not change.credit:
                imputed.append(Imputed(change.date, change.amount, change.amount - left, left))

    if first is None or first > last:
        settle(date.max)
        return Account(principal, ZERO, principal, (), tuple(imputed))
    settle(first - _DAY)
    after, until = bisect_right(rules.cuts, first), bisect_right(rules.cuts, last)
    cuts = {cut - _DAY for cut in rules.cuts[after:until]}
    ends = {c.date for c in waiting} | cuts | {last}
    years = set(_years(first, last)) if rules.yearly else set()
    start, year = first, year_of(rules.days)
    for end in sorted(e for e in ends | years if first <= e <= last):
        rate = rules.rate_on(start)
        if rate is None:
            unknown = start
            settle(date.max)
            return Account(
                principal,
                interest + added,
                principal + added,
                tuple(segments),
                tuple(imputed),
                unknown,
            )
        base = principal + added
        if base > 0:
            days = count(start, end, rules.days)
            due = cents(base * rate.percent * days / (100 * year))
            segments.append(Segment(start, end, days, base, rate.percent, due, rate.source))
            interest += due
        if end in years:
            interest, added = ZERO, added + interest
        settle(end)
        start = end + _DAY
    settle(date.max)
    return Account(principal, interest + added, principal + added, tuple(segments), tuple(imputed))


def _years(first: date, last: date) -> Iterator[date]:
    """The last day of each full year that begins with ``first``."""
    for year in range(first.year + 1, last.year + 1):
        day = min(first.day, calendar.monthrange(year, first.month)[1])
        yield date(year, first.month, day) - _DAY

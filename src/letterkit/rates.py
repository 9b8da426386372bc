"""Rates of interest as dated data: which rate ran on a day, and until when that is known.

The series stand in ``jurisdictions/xx.rates.yaml``, each rate with the day it
began and its source. Nothing is extrapolated: a day before the first rate or
after the last one known has no rate, and whoever asks is told so.

>>> from datetime import date
>>> series("CH", "legal").on(date(2026, 11, 21)).percent
Decimal('5.00')
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from letterkit import data
from letterkit.model import CENT

_DAY = timedelta(days=1)


class Rate(NamedTuple):
    """Percent a year, from ``since`` on; ``source`` says where it was read.

    ``exact`` is the rate before the rounding that a statute prescribes, where it differs.
    """

    since: date
    percent: Decimal
    source: str = ""
    exact: Decimal | None = None


class Series(NamedTuple):
    """The rates of one kind in one country, oldest first.

    ``known_until`` is the last day for which the newest one is known to hold;
    None for a rate fixed by statute, which holds until the statute changes.
    ``gap`` is a stretch before that of which nothing is known: from the first
    day to the last.
    """

    law: str
    name: str
    rates: tuple[Rate, ...]
    known_until: date | None
    published_at: str = ""
    gap: tuple[date, date] | None = None

    def on(self, day: date) -> Rate | None:
        """The rate that ran on ``day``; None where none is known."""
        if self.known_until and day > self.known_until:
            return None
        if self.gap and self.gap[0] <= day <= self.gap[1]:
            return None
        for rate in reversed(self.rates):
            if rate.since <= day:
                return rate
        return None

    def last_known(self, day: date) -> date | None:
        """The last day before ``day``, itself without a rate, that has one; None if none has."""
        if self.gap and day <= self.gap[1]:
            return self.gap[0] - _DAY if day >= self.gap[0] else None
        return self.known_until if self.known_until and day > self.known_until else None

    @property
    def cuts(self) -> tuple[date, ...]:
        """The days on which another rate begins, or none is known any more, in order."""
        ends = [self.gap[0]] if self.gap else []
        if self.known_until:
            ends.append(self.known_until + _DAY)
        return tuple(sorted([*(rate.since for rate in self.rates), *ends]))

    def raised(self, by: Decimal) -> Series:
        """The same with ``by`` percent added to every rate."""
        if not by:
            return self
        return self._replace(rates=tuple(r._replace(percent=r.percent + by) for r in self.rates))

    def with_rates(self, more: Sequence[Rate], until: date) -> Series:
        """The same with somebody's own rates put in, known until ``until``; a gap stays unknown."""
        given = {rate.since: rate for rate in (*self.rates, *more)}
        ordered = tuple(given[since] for since in sorted(given))
        if self.known_until is None:
            return self._replace(rates=ordered)
        new = [rate.since for rate in more if rate.since > self.known_until]
        first, gap = min(new, default=self.known_until), self.gap
        if first > self.known_until + _DAY:
            gap = (self.known_until + _DAY, first - _DAY)
        return self._replace(rates=ordered, known_until=max(self.known_until, until), gap=gap)


def percent(value: Any) -> Decimal:
    """A rate or sum of a YAML file as the digits written there, with at least two decimals."""
    return _exactly(str(value))


@functools.lru_cache(maxsize=1000)  # the tables say the same few in every letter
def _exactly(digits: str) -> Decimal:
    exact = Decimal(digits)
    return exact.quantize(CENT) if exact == exact.quantize(CENT) else exact


def table(law: str) -> Mapping[str, Any]:
    """The file of one country's rates."""
    found: Mapping[str, Any] = data.own_yaml("jurisdictions", f"{law.lower()}.rates.yaml")
    return found


@functools.cache
def series(law: str, name: str) -> Series:
    """The series ``name`` (commercial, legal) of one of the eight laws."""
    found, sources = table(law)["series"][name], table(law)["sources"]
    rates = tuple(
        Rate(
            row["since"],
            percent(row["rate"]),
            sources[row["source"]]["title"],
            percent(row["exact"]) if "exact" in row else None,
        )
        for row in found["rows"]
    )
    return Series(law, name, rates, found.get("known_until"), found["published_at"])

"""A file of the user's own rates (``--rates``), for days that our tables do not know yet.

Strict YAML like a case; every rate needs its source, which stands beside the
amounts worked out with it. A rate of one's own fills a gap: it neither changes
a rate that is known nor leaves days between.

>>> (own,) = read(b'''
... law: BE
... series: commercial
... until: 2027-06-30
... source: Moniteur belge, 14 January 2027
... rates: [{since: 2027-01-01, rate: 10.50}]
... ''')
>>> own.rates[0].percent
Decimal('10.50')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import cast

from letterkit import document, rates
from letterkit.claims import OwnRates, known_rates
from letterkit.fields import Fields, report_strays
from letterkit.model import LAWS
from letterkit.rates import Rate
from letterkit.tree import Findings
from letterkit.values import choice, day, line, percent

One = document.Source | OwnRates
Given = One | Sequence[One]
"""A file, YAML as bytes, a mapping, rates already read, or several of these."""

_DAY = timedelta(days=1)


def read(given: Given) -> tuple[OwnRates, ...]:
    """The rates in ``given``, each file continuing what is known with those before it.

    Raises `InputError` with everything that is wrong in the first file that is.
    """
    if given == ():
        return ()
    one = isinstance(given, str | Path | bytes | Mapping | OwnRates)
    sources = cast("Sequence[One]", [given] if one else given)
    found: list[OwnRates] = []
    for source in sources:
        found.append(source if isinstance(source, OwnRates) else _file(source, found))
    return tuple(found)


def _file(source: document.Source, earlier: Sequence[OwnRates]) -> OwnRates:
    findings = Findings()
    tree = document.load(source, "", findings, empty="rates_form")
    if not isinstance(tree.value, dict):
        findings.stop(tree.finding("rates_form"))
    walked: list[Fields] = []
    own = _own(Fields(tree, findings, walked), earlier)
    report_strays(walked, findings)
    if findings:
        findings.stop()
    return own


def _own(f: Fields, earlier: Sequence[OwnRates]) -> OwnRates:
    law = f.need("law", choice(LAWS, "law_unknown"))
    names = [name for code in ([law] if law else LAWS) for name in rates.table(code)["series"]]
    own = OwnRates(
        law=law,
        series=f.need("series", choice(sorted(set(names)))),
        until=f.need("until", day),
        rates=f.parts("rates", _rate),
    )
    source = f.need("source", line(200))
    if not f.listed("rates") and not f.failed("rates"):
        f.missing("rates")
    if f.good("law", "series", "until", "rates") and own.rates:
        _check(f, own, earlier)
    return own._replace(rates=tuple(rate._replace(source=source) for rate in own.rates))


def _rate(f: Fields) -> Rate:
    return Rate(since=f.need("since", day), percent=rates.percent(f.need("rate", percent) or 0))


def _check(f: Fields, own: OwnRates, earlier: Sequence[OwnRates]) -> None:
    """What a rate must agree with: the others of its file, and those known already."""
    known = known_rates(own.law, own.series, earlier)
    days: set[date] = set()
    for rate, node in zip(own.rates, f.listed("rates"), strict=True):
        there = known.on(rate.since)
        if rate.since in days:
            f.complain(node.child("since") or node, "rate_twice")
        elif there and there.percent != rate.percent:
            values = {"known": f"{there.percent:f}", "source": there.source}
            f.complain(node.child("rate") or node, "rate_differs", **values)
        days.add(rate.since)
    if own.until < max(days):
        f.find("rates_until", "until", since=max(days).isoformat())
    last = known.known_until
    if last and own.until > last and last + _DAY not in days:
        values = {"from": (last + _DAY).isoformat(), "last": last.isoformat()}
        f.find("rates_gap", "until", **values)

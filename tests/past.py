"""The tables of rates as they stood on an earlier day, for tests of a day whose rate is not known.

A rate that is added later makes no such test red: what came after is not seen.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from letterkit import data, rates

END_OF_2026 = date(2026, 12, 31)


@functools.cache
def _table(law: str, until: date) -> Mapping[str, Any]:
    """One country's rates as far as they were known ``until`` a day."""
    found = data.own_yaml("jurisdictions", f"{law.lower()}.rates.yaml")
    series = {}
    for name, rows in found["series"].items():
        kept = [row for row in rows["rows"] if row["since"] <= until]
        last = rows.get("known_until")
        series[name] = {**rows, "rows": kept, "known_until": last and min(last, until)}
    return {**found, "series": series}


@contextmanager
def known_until(until: date = END_OF_2026) -> Iterator[None]:
    """Nobody knows a rate that began after ``until``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rates, "table", lambda law: _table(law, until))
        rates.series.cache_clear()
        yield
    rates.series.cache_clear()

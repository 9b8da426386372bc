"""How fast amounts and dates are written, beside plain Babel for the same values.

Run ``python benchmarks/formatting.py``: one process, the candidates take turns,
the median of the rounds counts. Babel is called twice, as its manual shows it
(the locale's name) and as fast as it goes without tricks (a ready `Locale`).
A letter is what a final demand prints: 15 amounts, 11 dates, a percentage. The
texts are not the same to the last sign: the reasons are in ``locales/*.yaml``.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from babel import Locale as Babel
from babel.dates import format_date
from babel.numbers import format_currency, format_percent

from letterkit import locale

TAGS = ("fr-FR", "nl-BE", "it-IT", "en-GB")
ROUNDS = 7
LETTERS = 200


def seconds(work: Callable[[], object]) -> float:
    """How long one run of ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(tag: str) -> None:
    """Print microseconds for an amount, a date and a letter in the locale ``tag``."""
    dice = random.Random(tag)
    sums = [Decimal(dice.randrange(100, 10_000_000)) / 100 for _ in range(15 * LETTERS)]
    days = [date(2026, 1, 1) + timedelta(dice.randrange(1000)) for _ in range(11 * LETTERS)]
    rates = [Decimal(dice.randrange(2000)) / 100 for _ in range(LETTERS)]
    ours = locale.get(tag)
    name = tag.replace("-", "_")
    ready = Babel.parse(name)

    def babel(spoken: str | Babel) -> tuple[Callable[[], object], ...]:
        return (
            lambda: [format_currency(a, "EUR", locale=spoken) for a in sums],
            lambda: [format_date(d, "long", locale=spoken) for d in days],
            lambda: [format_percent(r / 100, "#,##0.## %", locale=spoken) for r in rates],
        )

    candidates = {
        "letterkit": (
            lambda: [ours.money(a, "EUR") for a in sums],
            lambda: [ours.date(d) for d in days],
            lambda: [ours.percent(r) for r in rates],
        ),
        "babel, name": babel(name),
        "babel, Locale": babel(ready),
    }
    taken: dict[str, list[list[float]]] = {who: [] for who in candidates}
    for _ in range(ROUNDS):
        for who, works in candidates.items():
            taken[who].append([seconds(work) for work in works])
    base = 0.0
    for who, rounds in taken.items():
        money, day, percent = (
            statistics.median(times) * 1e6 for times in zip(*rounds, strict=True)
        )
        letter = (money + day + percent) / LETTERS
        base = base or letter
        print(
            f"{tag}  {who:<14}{money / len(sums):>8.2f}{day / len(days):>8.2f}"
            f"{letter:>10.1f}{letter / base:>8.1f}x"
        )


def main() -> None:
    """Measure a locale of each language."""
    print(f"{'µs each':<21}{'amount':>8}{'date':>8}{'letter':>10}")
    for tag in TAGS:
        measure(tag)


if __name__ == "__main__":
    main()

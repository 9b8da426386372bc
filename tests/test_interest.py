"""Interest on one debt, and the rates that ran: by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from letterkit import interest
from letterkit.interest import Change, Rules
from letterkit.model import Segment
from letterkit.rates import Rate, Series, percent, series

DAY = timedelta(days=1)
ONE = Decimal("1000.00")


def always(rate: str) -> Rules:
    """One rate for ever."""
    return Rules(lambda day: Rate(date.min, Decimal(rate)))


def table(*rows: tuple[date, str], until: date | None = None) -> Rules:
    """Rates that change."""
    found = Series("XX", "legal", tuple(Rate(d, Decimal(r)) for d, r in rows), until)
    return Rules(found.on, found.cuts)


def brief(segments: Sequence[Segment]) -> list[tuple[str, str, int, str]]:
    return [(str(s.first), str(s.last), s.days, str(s.amount)) for s in segments]


def test_both_days_count() -> None:
    """1,000 at 10 % for 365 days is 100.00; for one day 0.27 (0.2739…)."""
    year = interest.run(ONE, date(2026, 1, 1), date(2026, 12, 31), (), always("10"))
    assert (year.interest, len(year.segments)) == (Decimal("100.00"), 1)
    day = interest.run(ONE, date(2026, 1, 1), date(2026, 1, 1), (), always("10"))
    assert brief(day.segments) == [("2026-01-01", "2026-01-01", 1, "0.27")]


def test_a_leap_day_is_a_day_and_the_year_still_has_365() -> None:
    """1,000 x 10 % x 366 / 365 = 100.27."""
    found = interest.run(ONE, date(2024, 1, 1), date(2024, 12, 31), (), always("10"))
    assert found.interest == Decimal("100.27")


def test_half_a_cent_is_rounded_up_once_per_segment() -> None:
    """36.50 at 5 %: 0.005 a day. One segment of two days: 0.01; two of one day: 0.01 each."""
    debt, first = Decimal("36.50"), date(2026, 3, 1)
    one = interest.run(debt, first, first + DAY, (), always("5"))
    assert [s.amount for s in one.segments] == [Decimal("0.01")]
    cut = always("5")._replace(cuts=(first + DAY,))
    two = interest.run(debt, first, first + DAY, (), cut)
    assert [s.amount for s in two.segments] == [Decimal("0.01"), Decimal("0.01")]
    assert two.interest == Decimal("0.02")


def test_a_rate_holds_from_its_day() -> None:
    """1,000: 30 June at 8 % = 0.22; 1 July at 12 % = 0.33."""
    rules = table((date(2023, 1, 1), "8"), (date(2023, 7, 1), "12"))
    found = interest.run(ONE, date(2023, 6, 30), date(2023, 7, 1), (), rules)
    assert brief(found.segments) == [
        ("2023-06-30", "2023-06-30", 1, "0.22"),
        ("2023-07-01", "2023-07-01", 1, "0.33"),
    ]


def test_a_payment_counts_from_the_day_after() -> None:
    """365 at 10 %: 0.10 a day. 100 paid on the third day: three days on 365.00.

    It pays the 0.30 first: 265.30 is left to bear interest, 0.07 (0.0726…) a day.
    """
    paid = [Change(date(2026, 1, 3), Decimal("100.00"))]
    found = interest.run(Decimal("365.00"), date(2026, 1, 1), date(2026, 1, 5), paid, always("10"))
    assert brief(found.segments) == [
        ("2026-01-01", "2026-01-03", 3, "0.30"),
        ("2026-01-04", "2026-01-05", 2, "0.15"),
    ]
    assert (found.principal, found.interest) == (Decimal("265.30"), Decimal("0.15"))
    (imputed,) = found.imputed
    assert (imputed.interest, imputed.principal) == (Decimal("0.30"), Decimal("99.70"))


def test_a_payment_that_lowers_the_principal_at_once() -> None:
    paid = [Change(date(2026, 1, 3), Decimal("100.00"))]
    rules = always("10")._replace(interest_first=False)
    found = interest.run(Decimal("365.00"), date(2026, 1, 1), date(2026, 1, 5), paid, rules)
    assert (found.principal, found.interest) == (Decimal("265.00"), Decimal("0.45"))


def test_a_credit_note_is_never_interest() -> None:
    note = [Change(date(2026, 1, 3), Decimal("100.00"), credit=True)]
    found = interest.run(Decimal("365.00"), date(2026, 1, 1), date(2026, 1, 5), note, always("10"))
    assert (found.principal, found.interest) == (Decimal("265.00"), Decimal("0.45"))
    assert found.imputed == ()


def test_before_interest_runs_a_payment_is_principal() -> None:
    paid = [Change(date(2025, 12, 31), Decimal("100.00"))]
    found = interest.run(Decimal("465.00"), date(2026, 1, 1), date(2026, 1, 10), paid, always("10"))
    assert (found.principal, found.interest) == (Decimal("365.00"), Decimal("1.00"))


def test_no_interest_before_its_day_nor_without_one() -> None:
    paid = [Change(date(2026, 1, 2), Decimal("1.00"))]
    for first in (None, date(2026, 1, 11)):
        found = interest.run(ONE, first, date(2026, 1, 10), paid, always("10"))
        assert (found.principal, found.interest) == (Decimal("999.00"), Decimal("0.00"))
        assert (found.segments, found.unknown) == ((), None)


def test_what_comes_after_the_last_day_of_interest_still_counts() -> None:
    """Interest stops on 10 January; 100 paid on the 12th pays the 1.00 first."""
    paid = [Change(date(2026, 1, 12), Decimal("100.00"))]
    for first, left in ((date(2026, 1, 1), "266.00"), (date(2026, 1, 11), "265.00"), (None, "265")):
        found = interest.run(Decimal("365.00"), first, date(2026, 1, 10), paid, always("10"))
        assert (found.principal, found.interest) == (Decimal(left), Decimal("0.00"))


def test_a_day_without_a_rate_is_not_charged() -> None:
    """365 at 10 %: ten known days are 1.00; the eleventh is told; a payment then still counts."""
    rules = table((date(2026, 1, 1), "10"), until=date(2026, 1, 10))
    paid = [Change(date(2026, 1, 15), Decimal("50.00"))]
    found = interest.run(Decimal("365.00"), date(2026, 1, 1), date(2026, 2, 1), paid, rules)
    assert brief(found.segments) == [("2026-01-01", "2026-01-10", 10, "1.00")]
    assert found.unknown == date(2026, 1, 11)
    assert (found.principal, found.interest) == (Decimal("316.00"), Decimal("0.00"))
    before = interest.run(Decimal("365.00"), date(2025, 12, 31), date(2026, 1, 5), (), rules)
    assert (before.unknown, before.segments) == (date(2025, 12, 31), ())


def test_a_full_years_interest_bears_interest() -> None:
    """1,000 at 10 % from 1 March 2025: 100.00 a year, then 1,100.00 bears 110.00 (BW 6:119(2))."""
    rules = always("10")._replace(yearly=True)
    found = interest.run(ONE, date(2025, 3, 1), date(2027, 2, 28), (), rules)
    assert [(s.base, s.amount) for s in found.segments] == [
        (Decimal("1000.00"), Decimal("100.00")),
        (Decimal("1100.00"), Decimal("110.00")),
    ]
    assert (found.principal, found.interest) == (ONE, Decimal("210.00"))
    simple = interest.run(ONE, date(2025, 3, 1), date(2027, 2, 28), (), always("10"))
    assert simple.interest == Decimal("200.00")


def test_only_unpaid_interest_is_added_to_the_base() -> None:
    """100.00 of interest on the last evening of the year; 60 paid that day leaves 40 to add."""
    rules = always("10")._replace(yearly=True)
    paid = [Change(date(2026, 2, 28), Decimal("60.00"))]
    found = interest.run(ONE, date(2025, 3, 1), date(2026, 3, 1), paid, rules)
    assert found.segments[-1].base == Decimal("1040.00")
    assert found.principal == ONE


def test_a_year_from_a_leap_day() -> None:
    """From 29 February the year is full on the evening of 27 February, in a leap year the 28th."""
    rules = always("10")._replace(yearly=True)
    found = interest.run(ONE, date(2024, 2, 29), date(2028, 3, 1), (), rules)
    assert [str(s.last) for s in found.segments] == [
        "2025-02-27",
        "2026-02-27",
        "2027-02-27",
        "2028-02-28",
        "2028-03-01",
    ]


@pytest.mark.parametrize(
    ("first", "last", "actual", "thirty"),
    [
        (date(2026, 1, 1), date(2026, 1, 31), 31, 30),
        (date(2026, 1, 1), date(2026, 1, 30), 30, 30),
        (date(2026, 1, 31), date(2026, 1, 31), 1, 0),
        (date(2026, 1, 30), date(2026, 1, 31), 2, 1),
        (date(2026, 2, 1), date(2026, 2, 28), 28, 28),
        (date(2026, 2, 1), date(2026, 3, 1), 29, 31),
        (date(2024, 2, 1), date(2024, 2, 29), 29, 29),
        (date(2024, 2, 1), date(2024, 3, 1), 30, 31),
        (date(2026, 3, 1), date(2026, 3, 1), 1, 3),
        (date(2024, 3, 1), date(2024, 3, 1), 1, 2),
        (date(2026, 2, 28), date(2026, 3, 31), 32, 33),
        (date(2026, 8, 31), date(2026, 10, 31), 62, 60),
        (date(2026, 1, 1), date(2026, 12, 31), 365, 360),
        (date(2024, 1, 1), date(2024, 12, 31), 366, 360),
        (date(2023, 12, 31), date(2024, 1, 1), 2, 1),
    ],
)
def test_count(first: date, last: date, actual: int, thirty: int) -> None:
    assert interest.count(first, last, "act/365") == actual
    assert interest.count(first, last, "30/360") == thirty


def test_counts_of_neighbouring_segments_add_up() -> None:
    first, last = date(2023, 12, 25), date(2024, 3, 5)
    for days in ("act/365", "30/360"):
        whole = interest.count(first, last, days)
        cut = first
        while cut < last:
            parts = interest.count(first, cut, days) + interest.count(cut + DAY, last, days)
            assert parts == whole
            cut += DAY


def test_thirty_day_months() -> None:
    """1,000 at 5 % over February, in thirds: 28 days of 360 = 3.89 (actual: 28 of 365 = 3.84)."""
    first, last = date(2026, 2, 1), date(2026, 2, 28)
    rules = always("5")
    assert interest.run(ONE, first, last, (), rules).interest == Decimal("3.84")
    thirty = rules._replace(days="30/360")
    assert interest.run(ONE, first, last, (), thirty).interest == Decimal("3.89")


# --- Rates.

HALF_YEARS = Series(
    "XX",
    "commercial",
    (
        Rate(date(2026, 1, 1), Decimal("10.15")),
        Rate(date(2026, 7, 1), Decimal("10.40"), "notice"),
    ),
    date(2026, 12, 31),
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), "10.15"),
        (date(2026, 6, 30), "10.15"),
        (date(2026, 7, 1), "10.40"),
        (date(2026, 12, 31), "10.40"),
        (date(2027, 1, 1), None),
    ],
)
def test_a_rate_on_each_side_of_its_edges(day: date, expected: str | None) -> None:
    rate = HALF_YEARS.on(day)
    assert (rate and str(rate.percent)) == expected


def test_a_rate_of_the_statute_has_no_end() -> None:
    rate = HALF_YEARS._replace(known_until=None).on(date(2040, 1, 1))
    assert rate == HALF_YEARS.rates[-1]


def own(until: date, *rates: tuple[date, str]) -> Series:
    """The half-years with somebody's own rates."""
    given = [Rate(since, Decimal(rate), "own") for since, rate in rates]
    return HALF_YEARS.with_rates(given, until)


def ran(rates: Series, *days: date) -> list[str]:
    """The rates of some days; a dash where none is known."""
    return [str(rate.percent) if rate else "-" for rate in map(rates.on, days)]


def test_own_rates_go_on_where_knowledge_ended() -> None:
    more = own(date(2027, 6, 30), (date(2027, 1, 1), "10.65"))
    days = (date(2026, 12, 31), date(2027, 1, 1), date(2027, 6, 30), date(2027, 7, 1))
    assert ran(more, *days) == ["10.40", "10.65", "10.65", "-"]
    assert ran(HALF_YEARS, *days) == ["10.40", "-", "-", "-"]


@pytest.mark.parametrize("besides", [[], [(date(2026, 7, 1), "10.40")]])
def test_own_rates_leave_no_gap_that_is_guessed(besides: list[tuple[date, str]]) -> None:
    """Known until December, own rate from July: what ran in between nobody has said."""
    more = own(date(2027, 12, 31), *besides, (date(2027, 7, 1), "10.90"))
    days = (date(2026, 12, 31), date(2027, 1, 1), date(2027, 6, 30), date(2027, 7, 1))
    assert ran(more, *days) == ["10.40", "-", "-", "10.90"]
    assert {date(2027, 1, 1), date(2027, 7, 1), date(2028, 1, 1)} <= set(more.cuts)


def test_an_own_rate_takes_the_place_of_one_with_the_same_day() -> None:
    more = own(date(2026, 12, 31), (date(2026, 7, 1), "10.45"))
    days = (date(2026, 6, 30), date(2026, 8, 1), date(2027, 1, 1))
    assert ran(more, *days) == ["10.15", "10.45", "-"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(10.5, "10.50"), (12, "12.00"), ("0.6", "0.60"), (2.625, "2.625"), (0.0125, "0.0125")],
)
def test_percent_keeps_what_was_typed(typed: object, kept: str) -> None:
    assert str(percent(typed)) == kept


@pytest.mark.parametrize(
    ("law", "name", "day", "expected"),
    [  # notes on the law: the figures of 2026, and the two edges of the Luxembourg consumer rate
        ("BE", "commercial", date(2026, 11, 21), "10.50"),
        ("FR", "commercial", date(2026, 6, 30), "12.15"),
        ("FR", "commercial", date(2026, 7, 1), "12.40"),
        ("FR", "legal", date(2026, 6, 30), "2.62"),
        ("FR", "legal", date(2026, 7, 1), "2.75"),
        ("IE", "commercial", date(2026, 6, 30), "10.15"),
        ("IE", "commercial", date(2026, 7, 1), "10.40"),
        ("IT", "commercial", date(2026, 7, 1), "10.40"),
        ("IT", "commercial", date(2022, 7, 1), "8.00"),
        ("IT", "legal", date(2026, 1, 1), "1.60"),
        ("LU", "commercial", date(2026, 7, 1), "10.40"),
        ("LU", "legal", date(2023, 12, 31), "2.25"),
        ("LU", "legal", date(2024, 1, 1), "4.50"),
        ("LU", "legal", date(2024, 12, 31), "4.50"),
        ("LU", "legal", date(2025, 1, 1), "4.25"),
        ("LU", "legal", date(2026, 1, 1), "3.75"),
        ("NL", "commercial", date(2026, 7, 1), "10.40"),
        ("NL", "legal", date(2026, 11, 21), "4.00"),
        ("GB", "commercial", date(2026, 6, 30), "11.75"),
        ("CH", "legal", date(2026, 11, 21), "5.00"),
    ],
)
def test_known_rates(law: str, name: str, day: date, expected: str) -> None:
    rate = series(law, name).on(day)
    assert rate is not None
    assert str(rate.percent) == expected


PUBLISHED = [
    ("BE", "commercial"),
    ("FR", "commercial"),
    ("FR", "legal"),
    ("GB", "commercial"),
    ("IE", "commercial"),
    ("IT", "commercial"),
    ("IT", "legal"),
    ("LU", "commercial"),
    ("LU", "legal"),
    ("NL", "commercial"),
    ("NL", "legal"),
]


@pytest.mark.parametrize(("law", "name"), PUBLISHED)
def test_nothing_is_known_of_2027(law: str, name: str) -> None:
    assert series(law, name).on(date(2026, 12, 31)) is not None
    assert series(law, name).on(date(2027, 1, 1)) is None


def test_the_swiss_rate_stands_in_the_statute() -> None:
    rate = series("CH", "legal").on(date(2027, 1, 15))
    assert rate is not None
    assert rate.percent == Decimal("5.00")


def test_what_bears_interest_from_here_on() -> None:
    """Compounding: 1,000 at 10 % for a year, then 1,100."""
    rules = always("10")._replace(yearly=True)
    found = interest.run(ONE, date(2025, 1, 1), date(2026, 1, 1), (), rules)
    assert (found.principal, found.base) == (ONE, Decimal("1100.00"))
    unknown = table((date(2025, 1, 1), "10"), until=date(2026, 1, 1))._replace(yearly=True)
    stopped = interest.run(ONE, date(2025, 1, 1), date(2026, 2, 1), (), unknown)
    assert (stopped.unknown, stopped.base) == (date(2026, 1, 2), Decimal("1100.00"))


def test_a_payment_set_off_keeps_its_day() -> None:
    paid = Change(date(2026, 1, 10), Decimal("100.00"))
    found = interest.run(ONE, date(2026, 1, 1), date(2026, 1, 31), (paid,), always("10"))
    (split,) = found.imputed
    # ten days at 0.2739…: 2.74
    assert split == (date(2026, 1, 10), Decimal("100.00"), Decimal("2.74"), Decimal("97.26"))


KNOWN = Series(
    "XX",
    "legal",
    (Rate(date(2026, 1, 1), Decimal("4")), Rate(date(2026, 7, 1), Decimal("5"))),
    date(2026, 12, 31),
    gap=(date(2026, 4, 1), date(2026, 6, 30)),
)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 3, 31), None),
        (date(2026, 4, 1), date(2026, 3, 31)),
        (date(2026, 6, 30), date(2026, 3, 31)),
        (date(2026, 7, 1), None),
        (date(2026, 12, 31), None),
        (date(2027, 1, 1), date(2026, 12, 31)),
    ],
)
def test_the_last_day_known_before_one_that_is_not(day: date, last: date | None) -> None:
    assert KNOWN.last_known(day) == last
    assert (KNOWN.on(day) is None) == (last is not None)


@pytest.mark.parametrize(
    ("since", "gap"),
    [
        (date(2027, 1, 1), KNOWN.gap),  # goes on where the others end
        (date(2027, 1, 2), (date(2027, 1, 1), date(2027, 1, 1))),
        (date(2026, 12, 31), KNOWN.gap),  # another rate for the last day
    ],
)
def test_rates_of_ones_own_leave_no_gap_unsaid(since: date, gap: tuple[date, date]) -> None:
    found = KNOWN.with_rates([Rate(since, Decimal("6"))], date(2027, 6, 30))
    assert (found.known_until, found.gap) == (date(2027, 6, 30), gap)
    rate = found.on(date(2027, 6, 30))
    assert rate
    assert rate.percent == Decimal("6")

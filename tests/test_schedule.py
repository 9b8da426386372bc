"""Calendars, deadlines, and which letter is due when.

Holidays are checked against the ``holidays`` package over ten years; every
difference is named with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import holidays as package
import pytest
from dateutil.easter import easter as computed_easter

from letterkit import parts, schedule
from letterkit.errors import InputError
from letterkit.jurisdiction import table
from letterkit.model import (
    CHANNELS,
    LAWS,
    NEXT_STEPS,
    STAGES,
    Case,
    Contact,
    Credit,
    Creditor,
    Debtor,
    Dispute,
    Invoice,
    Payment,
    Plan,
    Promise,
)

YEARS = range(2020, 2030)
DUE = date(2026, 11, 3)


def invoice(number: str = "2026-0412", due: date = DUE, **more: Any) -> Invoice:
    return Invoice(number, date(2026, 10, 3), due, Decimal("250.00"), "EUR", **more)


def case(*contacts: Contact, country: str = "FR", **more: Any) -> Case:
    creditor = Creditor("Dubreuil SARL", ("12 rue de la Paix", "69002 Lyon"), "FR")
    debtor = Debtor("Martin SARL", ("8 rue de l’Église", "35000 Rennes"), country)
    more.setdefault("invoices", (invoice(),))
    return Case(creditor, debtor, contacts=contacts, **more)


L1 = Contact(date(2026, 11, 5), "post", stage=1, deadline=date(2026, 11, 17))
L2 = Contact(date(2026, 11, 19), "post", stage=2, deadline=date(2026, 12, 1))
L3 = Contact(date(2026, 12, 3), "post", stage=3, deadline=date(2026, 12, 18))
L4 = Contact(date(2026, 12, 21), "post", stage=4)


def promised(made: date, by: date, amount: str | None = None) -> Contact:
    sum_ = None if amount is None else Decimal(amount)
    return Contact(made, "phone", result="promised", promise=Promise(by, sum_))


# --- Holidays.


@pytest.mark.parametrize(
    "sunday",
    [
        date(1818, 3, 22),  # the earliest there is
        date(1943, 4, 25),  # the latest there is
        date(1954, 4, 18),  # the two exceptions of the computus
        date(1981, 4, 19),
        date(2000, 4, 23),
        date(2008, 3, 23),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
        date(2049, 4, 18),
        date(2285, 3, 22),
    ],
)
def test_easter(sunday: date) -> None:
    assert schedule.easter(sunday.year) == sunday


def test_easter_by_another_computation() -> None:
    years = range(1600, 2400)
    assert [schedule.easter(year) for year in years] == [computed_easter(year) for year in years]


# What the package has and we have not, and the other way round; on which days of the week. A
# holiday on a Saturday or Sunday makes no difference to a deadline.
WEEKEND, ANY_DAY = {5, 6}, set(range(7))
THEIRS_ONLY: dict[tuple[str, str], tuple[set[int], str]] = {
    ("BE", "Easter Sunday"): ({6}, "a Sunday; not one of the ten days of the decree"),
    ("BE", "Pentecost"): ({6}, "a Sunday; not one of the ten days of the decree"),
    ("IT", "Easter Sunday"): ({6}, "a Sunday; the law names the Monday"),
    ("IT", "National Unity Day"): ({6}, "the first Sunday of November since 1977"),
    ("NL", "Easter Sunday"): ({6}, "a Sunday; art. 3 names the Monday"),
    ("NL", "Pentecost"): ({6}, "a Sunday; art. 3 names the Monday"),
    ("GB", "New Year's Day"): (WEEKEND, "the substitute day takes its place"),
    ("GB", "Christmas Day"): (WEEKEND, "the substitute day takes its place"),
    ("GB", "Boxing Day"): (WEEKEND, "the substitute day takes its place"),
}
OURS_ONLY: dict[tuple[str, str], tuple[set[int], str]] = {
    ("NL", "Bevrijdingsdag"): (
        ANY_DAY,
        "every 5 May is one by the Algemene termijnenwet; the package has every fifth, as most "
        "employers do",
    ),
}


@cache
def differences() -> tuple[set[tuple[str, str, int]], set[tuple[str, str, int]]]:
    """(country, name, day of the week) of what only they and only we have."""
    theirs_only, ours_only = set(), set()
    for country in LAWS:
        part = "ENG" if country == "GB" else None
        for year in YEARS:
            theirs = package.country_holidays(country, part, years=year, language="en_US")
            ours = schedule.holidays(table(country), year)
            theirs_only |= {
                (country, name, day.weekday()) for day, name in theirs.items() if day not in ours
            }
            ours_only |= {
                (country, name, day.weekday()) for day, name in ours.items() if day not in theirs
            }
    return theirs_only, ours_only


@pytest.mark.parametrize(("index", "reasons"), [(0, THEIRS_ONLY), (1, OURS_ONLY)])
def test_every_difference_from_the_package_has_its_reason(
    index: int, reasons: dict[tuple[str, str], tuple[set[int], str]]
) -> None:
    found = differences()[index]
    assert {(country, name) for country, name, _ in found} == reasons.keys()
    for country, name, weekday in found:
        assert weekday in reasons[country, name][0]


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        ("LU", date(2018, 5, 9), ""),
        ("LU", date(2019, 5, 9), "Journée de l’Europe"),
        ("IT", date(2024, 10, 4), ""),
        ("IT", date(2027, 10, 4), "San Francesco d’Assisi"),
        ("IT", date(2000, 6, 2), ""),
        ("IT", date(2003, 6, 2), "festa della Repubblica"),
        ("IE", date(2022, 2, 7), ""),
        ("IE", date(2023, 2, 6), "Saint Brigid's Day"),
        ("IE", date(2030, 2, 1), "Saint Brigid's Day"),  # a Friday: that day itself
        ("IE", date(2030, 2, 4), ""),
        ("IE", date(2022, 3, 18), "Day of Remembrance and Recognition"),
        ("IE", date(2023, 1, 2), ""),  # no substitute day by law
        ("NL", date(2025, 4, 26), "Koningsdag"),  # the 27th is a Sunday
        ("NL", date(2026, 4, 27), "Koningsdag"),
        ("NL", date(2026, 4, 3), "Goede Vrijdag"),
        ("NL", date(2026, 5, 5), "Bevrijdingsdag"),
        ("BE", date(2026, 4, 3), ""),
        ("CH", date(2026, 5, 1), ""),  # not in all cantons
        ("GB", date(2020, 5, 4), ""),
        ("GB", date(2020, 5, 8), "early May bank holiday (VE Day)"),
        ("GB", date(2022, 5, 30), ""),
        ("GB", date(2022, 6, 2), "spring bank holiday"),
        ("GB", date(2022, 12, 27), "Christmas Day"),  # the 25th is a Sunday, the 26th taken
        ("GB", date(2027, 12, 28), "Boxing Day"),  # 25th and 26th at the weekend
        ("GB", date(2026, 12, 28), "Boxing Day"),
        ("FR", date(2026, 12, 28), ""),
    ],
)
def test_holidays_on_either_side_of_a_change(country: str, day: date, name: str) -> None:
    assert schedule.holiday(day, country) == name


def test_a_holiday_held_once_hides_none_after_it() -> None:
    once = {"name": "x", "once": date(2026, 6, 1)}
    held = {"holidays": [once, {"name": "y", "day": "06-02"}]}
    assert list(schedule.holidays(held, 2026)) == [date(2026, 6, 1), date(2026, 6, 2)]
    assert list(schedule.holidays(held, 2027)) == [date(2027, 6, 2)]


def test_a_holiday_from_a_day_to_a_day() -> None:
    """Both days are within."""
    day = {"name": "x", "day": "05-09", "since": date(2026, 5, 9), "until": date(2027, 5, 9)}
    held = {"holidays": [day]}
    found = {year: len(schedule.holidays(held, year)) for year in range(2025, 2029)}
    assert found == {2025: 0, 2026: 1, 2027: 1, 2028: 0}


def test_an_end_date_ends_a_holiday() -> None:
    held = {"holidays": [{"name": "x", "day": "05-09", "until": date(2026, 12, 31)}]}
    assert list(schedule.holidays(held, 2026)) == [date(2026, 5, 9)]
    assert schedule.holidays(held, 2027) == {}


def test_a_misspelt_rule_is_not_passed_over() -> None:
    held = {"holidays": [{"name": "x", "day": "05-09", "substitute": {"saturday": "next_day"}}]}
    with pytest.raises(ValueError, match="next_day"):
        schedule.holidays(held, 2026)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 24), date(2026, 12, 24)),
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2026, 12, 26), date(2026, 12, 28)),
    ],
)
def test_next_working_day(day: date, expected: date) -> None:
    assert schedule.next_working_day(day, "FR") == expected
    assert schedule.is_working_day(day, "FR") == (day == expected)


# --- The tables: one shape for eight countries.

WEEKDAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
KEYS = {
    "name",
    "currency",
    "next_steps",
    "channels",
    "not_covered",
    "debtors",
    "debt_help",
    "articles",
    "region_needed",
    "before_court",
    "holidays",
    "sources",
}
ROWS: dict[str, tuple[set[str], set[str]]] = {
    "next_steps": ({"kind", "source"}, set()),
    "not_covered": ({"reason", "source"}, {"debtor", "stage", "region"}),
    "region_needed": ({"source"}, {"debtor", "stage", "next_step"}),
    "before_court": ({"letter", "source", "days", "counted", "article"}, {"debtor", "region"}),
    "holidays": (
        {"name", "source"},
        {"day", "easter", "weekday", "once", "since", "until", "not_in", "substitute"},
    ),
}
VALUES: dict[str, set[Any]] = {
    "kind": set(NEXT_STEPS),
    "next_step": set(NEXT_STEPS),
    "stage": {*STAGES, "claim"},
    "debtor": {"business", "consumer", "person", "public"},
    "region": {"england_wales", "scotland", "northern_ireland"},
}


def rows(country: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in ROWS:
        for row in table(country)[name]:
            yield name, row


@pytest.mark.parametrize("country", LAWS)
def test_tables_have_one_shape(country: str) -> None:
    found = table(country)
    assert found.keys() == KEYS
    assert found["currency"] == {"CH": "CHF", "GB": "GBP"}.get(country, "EUR")
    assert set(found["channels"]) <= set(CHANNELS)
    for name, row in rows(country):
        needed, may = ROWS[name]
        assert needed <= row.keys() <= needed | may, row
        for key, known in VALUES.items():
            assert row.get(key) in known | {None}, row
    assert "lawyer" in [step["kind"] for step in found["next_steps"]]


@pytest.mark.parametrize("country", LAWS)
def test_every_holiday_is_well_formed(country: str) -> None:
    for entry in table(country)["holidays"]:
        kinds = {"day": str, "easter": int, "weekday": str, "once": date}
        (kind,) = kinds.keys() & entry.keys()
        assert isinstance(entry[kind], kinds[kind]), entry
        assert isinstance(entry["name"], str)
        assert set(entry.get("substitute", {})) <= WEEKDAYS
        for change in ("since", "until"):
            assert isinstance(entry.get(change, date.max), date)
    for year in YEARS:
        assert schedule.holidays(table(country), year)


@pytest.mark.parametrize("country", LAWS)
def test_every_fact_has_a_source_that_somebody_read(country: str) -> None:
    sources = table(country)["sources"]
    assert {row["source"] for _, row in rows(country)} <= sources.keys()
    for source in sources.values():
        assert source.keys() == {"title", "address", "read", "seen"}
        assert source["address"].startswith(("https://", "http://"))
        assert isinstance(source["read"], date)
        assert source["title"]
        assert source["seen"]


# --- Deadlines.


@pytest.mark.parametrize(
    ("stage", "on", "expected"),
    [
        ("1", date(2026, 11, 5), date(2026, 11, 17)),
        ("2", date(2026, 11, 19), date(2026, 12, 1)),
        ("3", date(2026, 12, 3), date(2026, 12, 18)),
        ("3", date(2026, 12, 10), date(2026, 12, 28)),  # Christmas, then a weekend
        ("1", date(2026, 11, 10), date(2026, 11, 23)),  # a Sunday
        ("4", date(2026, 12, 21), None),
    ],
)
def test_deadline_by_the_policy(stage: str, on: date, expected: date | None) -> None:
    assert schedule.deadline(case(), stage, on, "FR") == expected


def test_deadline_of_the_case_stands_as_it_is() -> None:
    given = {"": date(2026, 12, 20), "2": date(2026, 12, 25)}
    held = case(deadline=given)
    assert schedule.deadline(held, "2", date(2026, 11, 19), "FR") == date(2026, 12, 25)
    assert schedule.deadline(held, "3", date(2026, 12, 3), "FR") == date(2026, 12, 20)
    assert schedule.deadline(held, "4", date(2026, 12, 21), "FR") is None


@pytest.mark.parametrize(
    ("country", "law", "expected"),
    [
        ("BE", "FR", date(2026, 7, 22)),  # 21 July in Belgium
        ("FR", "BE", date(2026, 7, 21)),
        ("DE", "BE", date(2026, 7, 22)),  # no calendar of Germany here: the law's
        ("DE", "FR", date(2026, 7, 21)),
    ],
)
def test_deadline_by_the_calendar_of_the_debtor(country: str, law: str, expected: date) -> None:
    held = case(country=country)._replace(
        debtor=case(country=country).debtor._replace(kind="business")
    )
    assert schedule.deadline(held, "1", date(2026, 7, 9), law) == expected


# --- Which letter is due when.


def test_the_four_letters_of_the_example() -> None:
    held = case()
    expected = [
        (1, date(2026, 11, 5), date(2026, 11, 17)),
        (2, date(2026, 11, 19), date(2026, 12, 1)),
        (3, date(2026, 12, 3), date(2026, 12, 18)),
        (4, date(2026, 12, 21), None),
    ]
    for stage, on, until in expected:
        assert schedule.next_stage(held, "FR") == (stage, on)
        assert schedule.deadline(held, str(stage), on, "FR") == until
        sent = Contact(on, "post", stage=stage, deadline=until)
        held = held._replace(contacts=(*held.contacts, sent))


@pytest.mark.parametrize(
    ("stage", "contacts", "expected"),
    [
        # the policy's days after the due date, on a working day
        (1, (), date(2026, 11, 5)),
        (2, (), date(2026, 11, 19)),
        # not before the last letter's deadline and two days for the post
        (2, (L1._replace(deadline=date(2026, 11, 18)),), date(2026, 11, 20)),
        (2, (L1._replace(deadline=date(2026, 11, 19)),), date(2026, 11, 23)),
        # a deadline that was not recorded is the policy's: 10 November + 12 is a Sunday
        (2, (L1._replace(date=date(2026, 11, 10), deadline=None),), date(2026, 11, 25)),
        # a letter of the same stage does not count
        (1, (L1,), date(2026, 11, 5)),
        # not before the day after a promise
        (2, (L1, promised(date(2026, 11, 12), date(2026, 11, 19))), date(2026, 11, 20)),
        (2, (L1, promised(date(2026, 11, 12), date(2026, 11, 18))), date(2026, 11, 19)),
        (2, (L1, promised(date(2026, 11, 12), date(2026, 11, 20))), date(2026, 11, 23)),
    ],
)
def test_stage_date(stage: int, contacts: tuple[Contact, ...], expected: date) -> None:
    assert schedule.stage_date(case(*contacts), stage, "FR") == expected


@pytest.mark.parametrize(
    ("oldest", "expected"),
    [
        ({}, date(2026, 11, 5)),
        ({"payments": (Payment(date(2026, 11, 4), Decimal("250.00")),)}, date(2026, 11, 12)),
        ({"payments": (Payment(date(2026, 11, 4), Decimal("249.99")),)}, date(2026, 11, 5)),
        ({"credits": (Credit("C", date(2026, 11, 4), Decimal("250.00")),)}, date(2026, 11, 12)),
        ({"disputed": Dispute()}, date(2026, 11, 12)),
        ({"disputed": Dispute(Decimal("100.00"))}, date(2026, 11, 5)),
    ],
)
def test_the_oldest_invoice_still_asked_for_counts(oldest: dict[str, Any], expected: date) -> None:
    second = invoice("2026-0413", date(2026, 11, 10))
    held = case(invoices=(second, invoice(**oldest)))
    assert schedule.stage_date(held, 1, "FR") == expected


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        ((date(2026, 11, 13), "100.00"), date(2026, 11, 19)),  # kept early: nothing to wait for
        ((date(2026, 11, 13), "99.99"), date(2026, 12, 1)),
        ((date(2026, 11, 11), "100.00"), date(2026, 12, 1)),  # paid before it was promised
    ],
)
def test_a_promise_that_was_kept_holds_nothing(paid: tuple[date, str], expected: date) -> None:
    payment = Payment(paid[0], Decimal(paid[1]))
    call = promised(date(2026, 11, 12), date(2026, 11, 30), "100.00")
    held = case(L1, call, invoices=(invoice(payments=(payment,)),))
    assert schedule.stage_date(held, 2, "FR") == expected


@pytest.mark.parametrize(
    ("contacts", "stage"),
    [
        ((), 1),
        ((Contact(date(2026, 11, 12), "phone"),), 1),
        ((L1,), 2),
        ((L2,), 3),
        ((L1, L3), 4),
        ((L3, L2._replace(date=date(2026, 12, 10))), 3),  # the second reminder went out again
    ],
)
def test_next_stage_follows_the_last_letter(contacts: tuple[Contact, ...], stage: int) -> None:
    assert schedule.next_stage(case(*contacts), "FR").stage == stage


def test_no_letter_follows_the_fourth() -> None:
    with pytest.raises(InputError) as raised:
        schedule.next_stage(case(L1, L2, L3, L4), "FR")
    (found,) = raised.value.findings
    assert (found.id, found.path) == ("no_further_letter", "contacts[3]")
    assert "2026-12-21" in found.explain("en")


def test_planned_fills_in_the_letters_before() -> None:
    sent, on = schedule.planned(case(), 4, "FR")
    assert on == date(2026, 12, 21)
    assert sent.contacts == (L1, L2, L3)


def test_planned_takes_recorded_letters_as_they_are() -> None:
    late = L1._replace(date=date(2026, 11, 9), deadline=date(2026, 11, 24))
    sent, on = schedule.planned(case(late), 3, "FR")
    assert [c.date for c in sent.contacts] == [date(2026, 11, 9), date(2026, 11, 26)]
    assert on == date(2026, 12, 10)
    assert schedule.planned(case(late), 1, "FR") == (case(late), date(2026, 11, 9))


def test_planned_letters_wait_only_for_promises_made_by_then() -> None:
    call = promised(date(2026, 11, 12), date(2026, 11, 24))
    sent, on = schedule.planned(case(call), 2, "FR")
    assert [c.date for c in schedule.letters(sent)] == [date(2026, 11, 5)]
    assert on == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (Plan(3, date(2026, 12, 10)), [date(2026, 12, 10), date(2027, 1, 10), date(2027, 2, 10)]),
        (Plan(3, date(2026, 12, 31)), [date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28)]),
        (Plan(2, date(2026, 12, 31), "week"), [date(2026, 12, 31), date(2027, 1, 7)]),
    ],
)
def test_instalment_dates(plan: Plan, expected: list[date]) -> None:
    assert [schedule.instalment_date(plan, n) for n in range(plan.instalments)] == expected


# --- The letters beside the four stages.


@pytest.mark.parametrize(
    ("stage", "on", "expected"),
    [
        ("courtesy", date(2026, 10, 27), None),
        ("call", date(2026, 11, 4), date(2026, 11, 12)),  # the 11th is a holiday in France
        ("dispute", date(2026, 11, 12), date(2026, 11, 26)),
        ("plan", date(2026, 11, 25), date(2026, 12, 7)),  # the 5th is a Saturday
        ("thanks", date(2026, 11, 24), None),
    ],
)
def test_the_day_to_answer(stage: str, on: date, expected: date | None) -> None:
    assert expected == schedule.deadline(case(), stage, on, "FR")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 12, 21), date(2027, 1, 20)),  # 30 days from the letter's date
        (date(2026, 12, 24), date(2027, 1, 25)),  # the 23rd is a Saturday
    ],
)
@pytest.mark.parametrize("kind", ["business", "consumer"])
def test_the_time_of_a_letter_of_claim(kind: str, on: date, expected: date) -> None:
    known = case()
    known = known._replace(debtor=known.debtor._replace(kind=kind, country="GB"))
    assert expected == schedule.deadline(known, "claim", on, "GB")


CLAIM = Contact(date(2026, 12, 21), "post", named="claim")  # thirty days: Wednesday 20 January


@pytest.mark.parametrize(
    ("claims", "stage", "expected"),
    [
        ((), 4, date(2026, 12, 21)),  # 48 days after 3 November; a Monday
        ((CLAIM,), 4, date(2027, 1, 22)),  # and two days for the post
        ((CLAIM._replace(deadline=date(2027, 1, 29)),), 4, date(2027, 2, 1)),  # the 31st: Sunday
        ((CLAIM._replace(deadline=date(2026, 12, 31)),), 4, date(2027, 1, 22)),  # 30 days
        ((CLAIM, CLAIM._replace(date=date(2026, 12, 23))), 4, date(2027, 1, 25)),  # 22 + 2, Sunday
        ((CLAIM._replace(by="them"),), 4, date(2026, 12, 21)),
        ((CLAIM,), 3, date(2026, 12, 3)),
    ],
)
def test_the_handover_waits_for_the_answer_to_a_letter_of_claim(
    claims: tuple[Contact, ...], stage: int, expected: date
) -> None:
    known = case(L3, *claims) if stage == 4 else case(*claims)
    known = known._replace(debtor=known.debtor._replace(form="sole_trader", country="GB"))
    assert expected == schedule.stage_date(known, stage, "GB")


def test_no_contested_invoice_is_asked_for_before_it_is_due() -> None:
    owed = case().invoices[0]._replace(due=date(2026, 12, 18), disputed=Dispute(Decimal("50.00")))
    known = case()._replace(invoices=(owed,))
    assert date(2026, 12, 18) == schedule.deadline(known, "dispute", date(2026, 11, 12), "FR")


def test_the_last_call() -> None:
    calls = (
        Contact(date(2026, 11, 12), "phone", result="other"),
        Contact(date(2026, 11, 12), "phone", by="them", result="promised"),
        Contact(date(2026, 11, 6), "phone", result="message"),
        Contact(date(2026, 11, 19), "post", stage=2),
    )
    assert calls[1] == schedule.last_call(case()._replace(contacts=calls))
    assert schedule.last_call(case()._replace(contacts=())) is None


def test_later_instalments_fall_on_working_days() -> None:
    """15 May 2027 is a Saturday, and Monday the 17th Whit Monday in France."""
    dated = parts.instalments(Plan(3, date(2027, 4, 15)), Decimal("100.00"), "FR")
    assert dated == (
        (date(2027, 4, 15), Decimal("33.33")),
        (date(2027, 5, 18), Decimal("33.33")),
        (date(2027, 6, 15), Decimal("33.34")),
    )

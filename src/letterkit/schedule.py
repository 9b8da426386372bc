"""Date arithmetic: working days, deadlines, and which letter is due when.

The calendars are the debtor's country's, or the law's when he lives elsewhere;
they stand in ``jurisdictions/xx.yaml``. The intervals are the sender's own
(`model.Policy`). Saturdays and Sundays are never working days here: that is a
rule of this house and not of a statute (most transfers are not booked then).

>>> from datetime import date
>>> next_working_day(date(2026, 12, 25), "FR")
datetime.date(2026, 12, 28)
"""

from __future__ import annotations

import calendar
import datetime
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from letterkit.errors import Finding, InputError
from letterkit.jurisdiction import table, term
from letterkit.model import LAWS, STAGES, Case, Contact, Invoice, Plan

_DAY = timedelta(days=1)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SATURDAY = 5
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_MONTHS = tuple(name.lower() for name in calendar.month_name)


REPLY_DAYS = {"call": 7, "dispute": 14, "plan": 10, "claim": 14}
"""Calendar days to answer a letter that has no deadline of the policy: a rule of this house.

A legal term (`legal_deadline`) may be longer: that of a letter of claim is.
"""


class Due(NamedTuple):
    """The letter that comes next, and the first day it may go out."""

    stage: int
    date: datetime.date


class Wait(NamedTuple):
    """What keeps a letter back until the day ``until``.

    ``id`` is policy (so many ``days`` after the oldest open invoice fell ``due``), deadline (that
    of the last ``letter``, ``due``, and so many ``days`` for the post) or promise (of ``due``).
    """

    until: datetime.date
    id: str
    due: datetime.date
    days: int = 0
    letter: str = ""


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876).

    >>> easter(2027)
    datetime.date(2027, 3, 28)
    """
    golden = year % 19
    century, of_century = divmod(year, 100)
    leaps, century_rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    leap, year_rest = divmod(of_century, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leap - epact - year_rest) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def holidays(country: Mapping[str, Any], year: int) -> dict[date, str]:
    """The public holidays of a ``country``'s table in ``year``, each with its name.

    A holiday that gives way to a substitute day is not in the list itself.
    """
    found: dict[date, str] = {}
    moving: list[tuple[date, str, Mapping[str, str]]] = []
    for entry in country["holidays"]:
        day = _falls(entry, year)
        if day is None:
            continue
        substitute = entry.get("substitute", {})
        if _WEEKDAYS[day.weekday()] in substitute:
            moving.append((day, entry["name"], substitute))
        else:
            found[day] = entry["name"]
    for day, name, substitute in moving:
        found[_substitute(day, substitute[_WEEKDAYS[day.weekday()]], found)] = name
    return found


def _falls(entry: Mapping[str, Any], year: int) -> date | None:
    """The day of one holiday in ``year``, before any substitute; None if it is not held."""
    if "once" in entry:
        once: date = entry["once"]
        return once if once.year == year else None
    if "easter" in entry:
        day = easter(year) + timedelta(days=entry["easter"])
    elif "weekday" in entry:
        which, weekday, _, month = entry["weekday"].split()
        weeks = calendar.monthcalendar(year, _MONTHS.index(month))
        column = _WEEKDAYS.index(weekday)
        days = [week[column] for week in weeks if week[column]]
        day = date(year, _MONTHS.index(month), days[_ORDINALS[which]])
    else:
        day = date.fromisoformat(f"{year:04d}-{entry['day']}")
    if year in entry.get("not_in", ()) or day < entry.get("since", date.min):
        return None
    return day if day <= entry.get("until", date.max) else None


def _substitute(day: date, rule: str, taken: Iterable[date]) -> date:
    if rule == "day_before":
        return day - _DAY
    if rule == "next_monday":
        return day + timedelta(days=7 - day.weekday())
    if rule == "next_free_weekday":
        while day.weekday() >= _SATURDAY or day in taken:
            day += _DAY
        return day
    raise ValueError(f"unknown rule for a substitute day: {rule}")


@functools.cache
def _calendar(country: str, year: int) -> Mapping[date, str]:
    return holidays(table(country), year)


def holiday(day: date, country: str) -> str:
    """The name of the public holiday in ``country`` on ``day``, or nothing."""
    return _calendar(country, day.year).get(day, "")


def is_weekend(day: date) -> bool:
    """Whether ``day`` is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


@functools.lru_cache(maxsize=500)  # a batch asks for the same days again
def is_working_day(day: date, country: str) -> bool:
    """Monday to Friday, and no public holiday in ``country`` (one of the eight laws)."""
    return not is_weekend(day) and not holiday(day, country)


def next_working_day(day: date, country: str) -> date:
    """``day`` itself, or the first working day after it."""
    while not is_working_day(day, country):
        day += _DAY
    return day


def calendar_of(case: Case, law: str) -> str:
    """Whose working days count: the debtor's country, or ``law`` if it is none of the eight."""
    return case.debtor.country if case.debtor.country in LAWS else law


def deadline(case: Case, stage: str, on: date, law: str) -> date | None:
    """The day by which the letter of ``stage``, dated ``on``, asks for payment or for an answer.

    The case's own date as it is (`law.check` judges it), else `answer_days`
    after ``on``, moved on to a working day; no part of a contested invoice is
    asked for before it is due. None for a letter that sets no deadline: stage
    4, the courtesy note, the thanks.
    """
    days = answer_days(case, stage)
    if days is None:
        return None
    given = case.deadline.get(stage) or case.deadline.get("")
    if given:
        return given
    earliest = [on + timedelta(days=days), legal_deadline(case, stage, on, law) or on]
    if stage == "dispute":
        earliest += [i.due for i in case.invoices if i.disputed]
    return next_working_day(max(earliest), calendar_of(case, law))


def answer_days(case: Case, stage: str) -> int | None:
    """Calendar days that the letter of ``stage`` leaves; None if it sets no deadline."""
    if stage in ("1", "2", "3"):
        return case.policy.deadline_days[int(stage) - 1]
    return REPLY_DAYS.get(stage)


def last_call(case: Case) -> Contact | None:
    """The last telephone contact of the case, ours or theirs."""
    calls = [c for c in case.contacts if c.channel == "phone"]
    return max(reversed(calls), key=lambda c: c.date, default=None)


def legal_deadline(case: Case, stage: str, on: date, law: str) -> date | None:
    """The earliest day that the letter of ``stage``, dated ``on``, may name; None if any will do.

    Where the term runs from delivery, the days for the post stand in for its proof.
    """
    wait = term(law, case.debtor.kind, stage)
    if not wait:
        return None
    spare = case.policy.post_days if wait["counted"] == "delivery" else 0
    return term_end(wait, on, case.channel(stage), law) + timedelta(days=spare)


def term_end(wait: Mapping[str, Any], sent: date, channel: str, law: str) -> date:
    """The last day of a legal term (``wait`` of a law's table) for a letter sent on ``sent``.

    ``counted: third_working_day``: by post the third working day after sending
    is day 1, by e-mail the next day; a term that would end on a Saturday,
    Sunday or public holiday ends on the next working day (Belgium, CEL XIX.2,
    C. civ. 1.7). ``delivery``: the day after delivery is day 1; the post delivers
    on the second day after sending, Sundays, Mondays and public holidays not
    counted (Netherlands, ECLI:NL:HR:2016:2704); the term ends on a working day as
    well (Algemene termijnenwet, art. 1). ``letter_date``: the day after the
    letter's date is day 1 (England, debt protocol 3.4).
    """
    at_once = channel in ("email", "pec")
    counted = wait["counted"]
    if counted == "third_working_day":
        first = sent + _DAY
        if not at_once:
            first = _nth(sent, 3, lambda day: is_working_day(day, law))
        return next_working_day(first + timedelta(days=wait["days"] - 1), law)
    delivered = sent
    if counted == "delivery" and not at_once:
        delivered = _nth(sent, 2, lambda day: day.weekday() not in (0, 6) and not holiday(day, law))
    end = delivered + timedelta(days=wait["days"])
    return next_working_day(end, law) if counted == "delivery" else end


def _nth(day: date, n: int, counts: Callable[[date], bool]) -> date:
    """The ``n``-th day after ``day`` that counts."""
    while n:
        day += _DAY
        n -= counts(day)
    return day


def months_after(day: date, months: int) -> date:
    """The same day of the month ``months`` later; the last day of a month that is too short.

    >>> months_after(date(2026, 11, 30), 3)
    datetime.date(2027, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    if day.day > 28:  # what every month has
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    return date(year, month, day.day)


def letters(case: Case, stage: int | None = None) -> list[Contact]:
    """Our letters in the case, oldest first: all of them, or those of ``stage``."""
    ours = [c for c in case.contacts if c.stage and c.by == "us" and stage in (None, c.stage)]
    return sorted(ours, key=lambda c: (c.date, c.stage))


def letter_of_claim(case: Case) -> Contact | None:
    """The last Letter of Claim that we sent."""
    sent = [c for c in case.contacts if c.named == "claim" and c.by == "us"]
    return max(sent, key=lambda c: c.date, default=None)


def deadline_of(sent: Contact, case: Case, law: str) -> date | None:
    """The deadline that a letter already sent had set: as recorded, else by the policy.

    For a Letter of Claim never earlier than the law allows.
    """
    set_ = sent.deadline or deadline(case._replace(deadline={}), sent.letter, sent.date, law)
    least = legal_deadline(case, sent.letter, sent.date, law) if sent.named else None
    return max(set_, least) if set_ and least else set_


def open_promises(case: Case) -> Iterator[tuple[Contact, date]]:
    """The contacts with a promise that is not kept yet, each with the day promised.

    A promised sum is kept once that much was paid from the day of the promise
    on; a promise of everything is kept when nothing is left, which other rules see.
    """
    for contact in case.contacts:
        promise = contact.promise
        if promise is None:
            continue
        payments = (p for invoice in case.invoices for p in invoice.payments)
        since = sum(p.amount for p in payments if p.date >= contact.date)
        if promise.amount is None or since < promise.amount:
            yield contact, promise.date


def waits(case: Case, stage: int, law: str) -> list[Wait]:
    """What the letter of ``stage`` waits for, the longest wait last.

    The policy's days after the oldest open invoice fell due; the last letter's
    deadline and the days its answer may spend in the post (stage 4 waits for that
    of a Letter of Claim as well); the day after a promise that is still running.
    """
    policy, oldest = case.policy, _oldest(case.invoices).due
    days = policy.days(stage)
    found = [Wait(oldest + timedelta(days=days), "policy", oldest, days)]
    earlier = [sent for sent in letters(case) if sent.stage and sent.stage < stage]
    if earlier:
        last = earlier[-1]
        answered = deadline_of(last, case, law) or last.date
        until = answered + timedelta(days=policy.post_days)
        found.append(Wait(until, "deadline", answered, policy.post_days, str(last.stage)))
    claim = letter_of_claim(case) if stage == STAGES[-1] else None
    if claim:
        answered = deadline_of(claim, case, law) or claim.date
        until = answered + timedelta(days=policy.post_days)
        found.append(Wait(until, "deadline", answered, policy.post_days, "claim"))
    found += [Wait(promised + _DAY, "promise", promised) for _, promised in open_promises(case)]
    return sorted(found, key=lambda wait: wait.until)


def stage_date(case: Case, stage: int, law: str) -> date:
    """The first day on which the letter of ``stage`` may go out.

    The first working day when it has no more to wait for (see `waits`).
    """
    return next_working_day(waits(case, stage, law)[-1].until, calendar_of(case, law))


def _oldest(invoices: tuple[Invoice, ...]) -> Invoice:
    """The invoice that fell due first among those with something undisputed left, else of all."""

    def asked(invoice: Invoice) -> bool:
        if invoice.disputed and invoice.disputed.amount is None:
            return False
        settled = sum(p.amount for p in invoice.payments) + sum(c.amount for c in invoice.credits)
        contested = (invoice.disputed and invoice.disputed.amount) or 0
        return invoice.amount > settled + contested

    return min([i for i in invoices if asked(i)] or invoices, key=lambda i: i.due)


def next_stage(case: Case, law: str) -> Due:
    """The stage after the last letter sent, and its date; none is ever skipped.

    Raises `InputError` when the last letter was that of stage 4.
    """
    sent = letters(case)
    stage = (sent[-1].stage or 0) + 1 if sent else STAGES[0]
    if stage > STAGES[-1]:
        at = f"contacts[{case.contacts.index(sent[-1])}]"
        values = {"date": sent[-1].date.isoformat()}
        raise InputError([Finding("no_further_letter", path=at, file=case.source, values=values)])
    return Due(stage, stage_date(case, stage, law))


def planned(case: Case, stage: int, law: str) -> tuple[Case, date]:
    """The case with the letters before ``stage`` sent on their dates, and the date of ``stage``.

    A letter is dated by its contact in the case, else by the schedule, earlier
    ones being taken as sent on theirs.
    """
    for earlier in range(STAGES[0], stage):
        if not letters(case, earlier):
            on = _planned_date(case, earlier, law)
            set_ = deadline(case, str(earlier), on, law)
            sent = Contact(on, case.channel(str(earlier)), stage=earlier, deadline=set_)
            case = case._replace(contacts=(*case.contacts, sent))
    recorded = letters(case, stage)
    return case, recorded[-1].date if recorded else _planned_date(case, stage, law)


def _planned_date(case: Case, stage: int, law: str) -> date:
    """As `stage_date`, but a promise made only after that day does not hold the letter back."""
    on = date.min
    while True:
        known = tuple(c for c in case.contacts if c.promise is None or c.date <= on)
        due = stage_date(case._replace(contacts=known), stage, law)
        if due == on:
            return on
        on = due


def instalment_date(plan: Plan, n: int) -> date:
    """The day of instalment ``n``, counted from 0; the last day of a month that is too short.

    >>> from letterkit.model import Plan
    >>> instalment_date(Plan(3, date(2027, 1, 31)), 1)
    datetime.date(2027, 2, 28)
    """
    if plan.every == "week":
        return plan.first + timedelta(weeks=n)
    return months_after(plan.first, n)

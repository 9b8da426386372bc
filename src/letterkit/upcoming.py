"""Which letter of a case comes next, when and why: what ``letterkit next`` prints.

Facts after the day one looks from are left out, so that a case can be played again.
"""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from letterkit import case as case_reader
from letterkit import data, locale, schedule
from letterkit import law as rules
from letterkit.errors import NOTE, Finding, InputError
from letterkit.model import STAGES, Case, Contact
from letterkit.schedule import Wait
from letterkit.statement import aligned, said

ENDS = ("debtor_insolvent", "nothing_left", "nothing_undisputed")
"""Ids of the stops after which no further letter is planned."""


AFTER_ALL = STAGES[-1] + 1


class Step(NamedTuple):
    """One of the four letters: when it went out, or when it should.

    ``date`` is None for a letter that was skipped, or that is not planned any more.
    """

    stage: int
    date: datetime.date | None
    deadline: datetime.date | None = None
    sent: bool = False


class Outlook(NamedTuple):
    """A case as seen from a day.

    ``due`` is the next letter (None after the fourth), ``wait`` what it waits or waited for,
    ``stops`` what speaks against it on its day, ``balance`` what is due.
    """

    case: Case
    law: str
    balance: Decimal
    steps: tuple[Step, ...]
    due: schedule.Due | None = None
    wait: Wait | None = None
    stops: tuple[Finding, ...] = ()

    @property
    def over(self) -> bool:
        """Whether no further letter is planned."""
        return self.due is None or any(stop.id in ENDS for stop in self.stops)


def outlook(case: Case, on: date, *, law: str = "") -> Outlook:
    """What comes next in ``case``, seen from the day ``on``.

    Raises `InputError` when the case does not say which law governs.
    """
    governing = rules.settle(case, law)
    known, _ = rules.as_of(case, "", on)
    balance = rules.claim(case, on, law=governing).balance
    try:
        due = schedule.next_stage(known, governing)
    except InputError:  # the fourth has gone out
        return Outlook(case, governing, balance, tuple(_steps(known, governing, on, AFTER_ALL)))
    wait = schedule.waits(known, due.stage, governing)[-1]
    draft = rules.draft(
        known, str(due.stage), _first_day(known, due, on, governing), law=governing, chosen=False
    )
    stops = tuple(stop for stop in rules.objections(draft) if stop.severity != NOTE)
    over = any(stop.id in ENDS for stop in stops)
    steps = tuple(_steps(known, governing, on, AFTER_ALL if over else due.stage))
    return Outlook(case, governing, balance, steps, due, wait, stops)


def _first_day(case: Case, due: schedule.Due, on: date, law: str) -> date:
    """The day of a letter that is due: today where its day is past, and a working day."""
    return schedule.next_working_day(max(due.date, on), schedule.calendar_of(case, law))


def _steps(case: Case, law: str, on: date, following: int) -> Iterator[Step]:
    """The four letters, those from ``following`` on planned one after the other."""
    for stage in STAGES:
        recorded = schedule.letters(case, stage)
        if recorded:
            last = recorded[-1]
            yield Step(stage, last.date, schedule.deadline_of(last, case, law), sent=True)
        elif stage < following:
            yield Step(stage, None)
        else:
            due = schedule.Due(stage, schedule.stage_date(case, stage, law))
            day = _first_day(case, due, on, law)
            until = schedule.deadline(case, str(stage), day, law)
            yield Step(stage, day, until)
            sent = Contact(day, case.channel(str(stage)), stage=stage, deadline=until)
            case = case._replace(contacts=(*case.contacts, sent))


def read(
    sources: Sequence[str | Path],
    on: date,
    *,
    law: str = "",
    creditor: str | Path | Mapping[str, Any] | None = None,
) -> tuple[list[Outlook], InputError | None]:
    """The outlook of each case, the most urgent first; and what is wrong with the others."""
    found: list[Outlook] = []
    wrong: list[Finding] = []
    for source in sources:
        try:
            found.append(outlook(case_reader.read(source, creditor=creditor), on, law=law))
        except InputError as error:
            wrong += error.findings
    found.sort(key=lambda o: (o.over, o.due.date if o.due else date.max, o.case.source))
    return found, InputError(wrong) if wrong else None


def as_text(found: Sequence[Outlook], on: date, ui: str) -> str:
    """One case in full; several as a table, and below it what speaks against their letters."""
    if not found:
        return ""
    page = _Page(on, ui)
    lines = page.one(found[0]) if len(found) == 1 else page.many(found)
    return "\n".join(lines) + "\n"


def stage_name(stage: int, ui: str) -> str:
    """A letter's number and name, in the language of the screen: ``2 second reminder``."""
    name: str = data.own_yaml("locales", "tracker.yaml")["choices"]["stage"][str(stage)][ui]
    return name


def why(outlook: Outlook, ui: str) -> str:
    """Why the next letter is due on its day, as a sentence."""
    due, wait = outlook.due, outlook.wait
    if due is None or wait is None:
        return said("next_none", ui)
    reason = said(
        f"next_{wait.id}",
        ui,
        date=wait.due.isoformat(),
        days=locale.get(locale.HOME[ui]).days(wait.days),
        stage=str(wait.letter),
    )
    moved = said("next_moved", ui) if due.date > wait.until else ""
    return f"{reason} {moved}".strip()


class _Page:
    """What comes next, in the language of the screen."""

    def __init__(self, on: date, ui: str) -> None:
        self.on, self.ui, self.spoken = on, ui, locale.get(locale.HOME[ui])

    def one(self, found: Outlook) -> Iterator[str]:
        case = found.case
        yield said(
            "next_of",
            self.ui,
            debtor=case.debtor.name,
            amount=self.spoken.money(found.balance, case.currency),
            date=self.on.isoformat(),
        )
        yield ""
        heads = ("letter", "date", "deadline")
        yield from aligned([self.heads(*heads), *map(self.row, found.steps)])
        yield ""
        due = found.due
        if due is None:
            yield said("next_none", self.ui)
        elif not found.over:
            day, now = due.date.isoformat(), due.date <= self.on
            id_ = "next_due" if now else "next_coming"
            yield f"{said(id_, self.ui, stage=str(due.stage), date=day)} {why(found, self.ui)}"
            if now and not found.stops:
                yield f"  render-letter {shlex.quote(case.source)} --stage {due.stage}"
        yield from self.stops(found)

    def heads(self, *names: str) -> list[str]:
        return [said(f"next_head_{name}", self.ui) for name in names]

    def row(self, step: Step) -> tuple[str, ...]:
        name = stage_name(step.stage, self.ui)
        deadline = step.deadline.isoformat() if step.deadline else ""
        day = _iso(step.date)
        return name, said("next_sent", self.ui, date=day) if step.sent else day, deadline

    def many(self, found: Sequence[Outlook]) -> Iterator[str]:
        heads = ("date", "letter", "customer", "open", "case")
        head = [*self.heads(*heads), *map(str, STAGES), *self.heads("why")]
        yield from aligned([head, *map(self.line, found)], numeric=(3,))
        yield ""
        yield said("next_brackets", self.ui)
        for one in found:
            yield from self.stops(one)

    def line(self, found: Outlook) -> tuple[str, ...]:
        case, due = found.case, None if found.over else found.due
        days = [(_iso(step.date), step.sent) for step in found.steps]
        return (
            _iso(due.date if due else None),
            stage_name(due.stage, self.ui) if due else "–",
            case.debtor.name,
            self.spoken.money(found.balance, case.currency),
            case.source,
            *(f"({day})" if sent else day for day, sent in days),
            said("next_stopped", self.ui) if found.stops else why(found, self.ui),
        )

    def stops(self, found: Outlook) -> Iterator[str]:
        for stop in found.stops:
            yield ""
            yield stop.explain(self.ui)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else "–"

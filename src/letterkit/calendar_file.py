"""The dates of the letters as calendar entries: an iCalendar file (RFC 5545).

One entry for each letter, on its day, free time. Its UID is made of the case and the letter, so
that a file imported again moves the entries that are there; letters that are not to be sent any
more are cancelled. The same cases seen from the same day give the same file.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from letterkit import locale
from letterkit.model import Case
from letterkit.statement import said
from letterkit.upcoming import Outlook, Step, stage_name, why

NAMESPACE = uuid.UUID("6f0c9c58-3c6a-5d0e-9b52-8f4f0f6f1e21")
"""Of our UIDs: any fixed one would do."""

_LINE = 75  # octets, without the line end (RFC 5545, 3.1)
_FIRST = date(2000, 1, 1)


def write(found: Sequence[Outlook], on: date, ui: str) -> bytes:
    """The letters of these cases as a calendar, seen from the day ``on``."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//letterkit//letterkit//EN"]
    lines += ["CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for one in found:
        for step in one.steps:
            lines += _event(one, step, on, ui)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def uid(case: Case, stage: int) -> str:
    """What identifies the letter of ``stage`` in a calendar, wherever the file lies."""
    parts = (case.creditor.name, case.debtor.name, case.invoices[0].number, str(stage))
    return str(uuid.uuid5(NAMESPACE, "\n".join(parts)))


def _event(one: Outlook, step: Step, on: date, ui: str) -> Iterator[str]:
    letter, case = stage_name(step.stage, ui), one.case
    day = step.date or on
    id_ = "next_event_sent" if step.sent else "next_event"
    yield "BEGIN:VEVENT"
    yield f"UID:{uid(case, step.stage)}"
    yield f"DTSTAMP:{on:%Y%m%d}T000000Z"
    yield f"SEQUENCE:{(on - _FIRST).days}"  # of two files, the one seen from the later day holds
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(said(id_, ui, letter=letter, debtor=case.debtor.name))}"
    yield f"DESCRIPTION:{_escaped(chr(10).join(_about(one, step, ui)))}"
    yield f"STATUS:{'CONFIRMED' if step.date else 'CANCELLED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _about(one: Outlook, step: Step, ui: str) -> Iterator[str]:
    amount = locale.get(locale.HOME[ui]).money(one.balance, one.case.currency)
    yield said("next_event_about", ui, amount=amount, case=one.case.source)
    if one.due and step.stage == one.due.stage:
        yield why(one, ui)
        yield from (stop.explain(ui) for stop in one.stops)


def _escaped(text: str) -> str:
    """``text`` as a TEXT value (RFC 5545, 3.3.11)."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """A content line of at most 75 octets, going on in the next after a space; no sign is cut."""
    rows: list[bytes] = [b""]
    for sign in line:
        raw = sign.encode()
        if len(rows[-1]) + len(raw) > _LINE:
            rows.append(b" ")
        rows[-1] += raw
    return b"\r\n".join(rows) + b"\r\n"

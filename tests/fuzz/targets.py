"""The targets: each takes any bytes and fails only where letterkit has a fault."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from letterkit import case as case_reader
from letterkit import record
from letterkit.data import example_names, own_text
from letterkit.errors import InputError
from letterkit.model import LANGUAGES, Contact, cents
from letterkit.payment import FieldError
from letterkit.tree import MAX_FINDINGS, Node
from letterkit.values import MAX_AMOUNT, YEARS, amount, day
from tests.bad_inputs import TABLE, source

CORPUS = Path(__file__).parent / "corpus"
SENT = Contact(date(2099, 12, 31), "post", 1, date(2099, 12, 31))


def reader(raw: bytes) -> None:
    """A case file of any bytes; one that can be read takes a note, too."""
    try:
        case = case_reader.read(raw)
    except InputError as error:
        _can_be_told(error)
        return
    noted = record.with_contact(raw.decode("utf-8-sig"), SENT)
    again = case_reader.read(noted.encode())
    assert again == case._replace(contacts=(*case.contacts, SENT))


def _can_be_told(error: InputError) -> None:
    assert 0 < len(error.findings) <= MAX_FINDINGS + 1
    for language in LANGUAGES:
        assert error.explain(language).strip()


def amounts(raw: bytes) -> None:
    """Money in cents, not negative, of the digits that were written; or a `FieldError`."""
    text = raw.decode(errors="replace")
    try:
        found = amount(Node(text))
    except FieldError:
        return
    assert found == cents(found)
    assert Decimal(0) <= found <= MAX_AMOUNT
    written, read = ("".join(filter(str.isdigit, t)).rstrip("0") for t in (text, str(found)))
    assert written == read
    assert amount(Node(str(found))) == found


def days(raw: bytes) -> None:
    """A day of the calendar written as it was, or a `FieldError`."""
    text = raw.decode(errors="replace")
    try:
        found = day(Node(text))
    except FieldError:
        return
    assert found.year in YEARS
    assert found.isoformat() == " ".join(text.split())


TARGETS: dict[str, Callable[[bytes], None]] = {"reader": reader, "amounts": amounts, "days": days}


def kept(target: str) -> Iterator[bytes]:
    """Inputs that fuzzing found: ``corpus/reader.txt``, one a line in base64."""
    for line in (CORPUS / f"{target}.txt").read_text(encoding="ascii").splitlines():
        if not line.startswith("#"):
            yield base64.b64decode(line)


def seeds(target: str) -> Iterator[bytes]:
    """Where a target begins: what the other tests hold already."""
    if target == "amounts":
        yield from (b"250.00", b"1.250,00", b"1 250", b"1'250.50", b"1.250", b"-5", b"1e3")
    elif target == "days":
        yield from (b"2026-11-03", b"3/11/2026", b"03.11.2026", b"20261103", b"2026-02-30")
    else:
        for name in example_names():
            yield (own_text("examples", f"{name}.yaml") or "").encode()
        for entry in TABLE["bad"]:
            yield source(entry)

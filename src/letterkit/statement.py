"""A claim worked out line by line: for people, for a program (JSON), for a sheet (CSV).

The lines add up to the total: invoices less credit notes, contested parts and
payments, then each stretch of interest, the fixed sums and the costs.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from letterkit import data, jurisdiction, locale
from letterkit.locale import Locale
from letterkit.model import NOTHING, ZERO, Basis, Case, Claim, OpenItem, Segment

ROUNDING = "half up to the cent, once for each line"
CELLS = ("interest", "compensation", "costs")


class Ahead(NamedTuple):
    """What the claim will be on the deadline of the next letter, if nothing is paid."""

    stage: int
    deadline: date
    claim: Claim


class Statement(NamedTuple):
    """A claim of ``case`` under ``law``, to be shown."""

    case: Case
    law: str
    claim: Claim
    ahead: Ahead | None = None


class Line(NamedTuple):
    """One amount of the total, with what it was worked out from.

    ``kind``: invoice, credit, disputed, payment, interest, compensation, fee or
    costs. ``split`` says how a payment was set off.
    """

    kind: str
    amount: Decimal
    invoice: str = ""
    date: date | None = None
    segment: Segment | None = None
    basis: Basis = Basis()
    split: Mapping[str, Decimal] = NOTHING


def lines(shown: Statement) -> Iterator[Line]:
    """Every line of the claim; their amounts add up to its total."""
    claim, bases = shown.claim, shown.claim.bases
    for item in claim.items:
        yield from _principal(item)
        number, basis = item.invoice.number, bases.get("interest", Basis())
        for segment in item.segments:
            yield Line("interest", segment.amount, number, None, segment, basis)
    basis = bases.get("compensation", Basis())
    by_invoice = sum((item.compensation for item in claim.items), ZERO)
    if claim.compensation and claim.compensation == by_invoice:
        for item in claim.items:
            if item.compensation:
                yield Line("compensation", item.compensation, item.invoice.number, basis=basis)
    elif claim.compensation:
        yield Line("compensation", claim.compensation, basis=basis)
    fee = _fee(shown)
    if fee:
        yield Line("fee", fee)
    costs = claim.costs - fee + sum((_to_costs(item) for item in claim.items), ZERO)
    if costs:
        yield Line("costs", costs, basis=bases.get("costs", Basis()))


def _principal(item: OpenItem) -> Iterator[Line]:
    """An invoice, and what lowers it."""
    invoice = item.invoice
    yield Line("invoice", invoice.amount, invoice.number, invoice.issued)
    for note in invoice.credits:
        yield Line("credit", -note.amount, invoice.number, note.date)
    if item.disputed:
        yield Line("disputed", -item.disputed, invoice.number)
    for split in item.imputed:
        parts = {"interest": split.interest, "principal": split.principal}
        yield Line("payment", -split.amount, invoice.number, split.date, split=parts)
    costs = _to_costs(item)
    if costs:
        yield Line("payment", -costs, invoice.number, split={"costs": costs})


def _to_costs(item: OpenItem) -> Decimal:
    """How much of the payments on an invoice went to collection costs first (Dutch BW 6:44)."""
    return item.paid - sum((split.amount for split in item.imputed), ZERO)


def _fee(shown: Statement) -> Decimal:
    """The agreed fee in the claim's costs."""
    owed = "none" not in jurisdiction.cell(shown.law, shown.case)["fee"]
    return shown.case.terms.fee or ZERO if owed and shown.claim.costs else ZERO


# --- For a program.


def as_json(shown: Statement) -> str:
    """The claim with everything needed to work it out again by hand; amounts are strings."""
    case, claim, ahead = shown.case, shown.claim, shown.ahead
    found = {
        "on": claim.on,
        "law": shown.law,
        "creditor": case.creditor.name,
        "debtor": case.debtor.name,
        "kind": case.debtor.kind,
        "currency": claim.currency,
        "total": _totals(claim),
        "coming": claim.coming,
        "set_off_from_settled": claim.beyond,
        "rate": claim.rate,
        "per_day": claim.per_day,
        "day_count": claim.days,
        "rounding": ROUNDING,
        "bases": {name: _basis(basis) for name, basis in claim.bases.items()},
        "why_nothing": dict(claim.why),
        "lines": [_line(line) for line in lines(shown)],
        "invoices": [_item(item) for item in claim.items],
        "disputed": [item.invoice.number for item in claim.disputed],
        "not_due": [invoice.number for invoice in claim.not_due],
        "at_deadline": ahead
        and {
            "stage": ahead.stage,
            "on": ahead.deadline,
            "rate_unknown_from": ahead.claim.unknown,
            "total": None if ahead.claim.unknown else _totals(ahead.claim),
        },
    }
    return json.dumps(found, ensure_ascii=False, indent=2, default=str) + "\n"


def _totals(claim: Claim) -> dict[str, Decimal]:
    return {
        "principal": claim.principal,
        "interest": claim.interest,
        "compensation": claim.compensation,
        "costs": claim.costs,
        "total": claim.total,
    }


def _basis(basis: Basis) -> dict[str, Any]:
    return {"article": dict(basis.article), "source": basis.source}


def _line(line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": line.kind}
    if line.invoice:
        found["invoice"] = line.invoice
    if line.date:
        found["date"] = line.date
    if line.segment:
        first, last, days, base, rate, _, source = line.segment
        found |= {"first": first, "last": last, "days": days, "base": base, "rate": rate}
        found["rate_source"] = source
    if line.basis.article or line.basis.source:
        found |= _basis(line.basis)
    if line.split:
        found["set_off"] = dict(line.split)
    return {**found, "amount": line.amount}


def _item(item: OpenItem) -> dict[str, Any]:
    invoice = item.invoice
    return {
        "number": invoice.number,
        "issued": invoice.issued,
        "due": invoice.due,
        "days_overdue": item.days_overdue,
        "amount": invoice.amount,
        "paid": item.paid,
        "credited": item.credited,
        "disputed": item.disputed,
        "balance": item.balance,
        "interest_from": item.interest_from,
        "principal": item.principal,
        "interest": item.interest,
        "compensation": item.compensation,
    }


# --- For a sheet.

COLUMNS = (
    "kind",
    "invoice",
    "date",
    "first",
    "last",
    "days",
    "base",
    "rate",
    "amount",
    "currency",
    "article",
    "source",
)


def as_csv(shown: Statement, language: str) -> str:
    """One row for each line of the claim, and the total; no cell can become a formula."""
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(COLUMNS)
    currency = shown.claim.currency
    for line in lines(shown):
        stretch: Sequence[Any] = line.segment[:5] if line.segment else [""] * 5
        source = line.segment.source if line.segment else line.basis.source
        article = line.basis.article.get(language, "")
        sheet.writerow(
            [
                line.kind,
                _inert(line.invoice),
                line.date or "",
                *stretch,
                line.amount,
                currency,
                _inert(article),
                _inert(source),
            ]
        )
    sheet.writerow(["total", *[""] * 7, shown.claim.total, currency, "", ""])
    return written.getvalue()


def _inert(text: str) -> str:
    """Text that a spreadsheet takes as text, whatever it begins with."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


# --- For people.


def as_table(shown: Statement, ui: str) -> str:
    """The claim as aligned text in the language ``ui``."""
    case = shown.case
    spoken = locale.get(locale.settle(ui, case.debtor.country, case.creditor.country))
    return "\n".join(_Page(shown, spoken, ui).lines()) + "\n"


def said(id_: str, language: str, **values: str) -> str:
    """A sentence of the screen."""
    return data.messages(language)[id_]["what"].format_map(values)


class _Page:
    """The claim in one language."""

    def __init__(self, shown: Statement, spoken: Locale, ui: str) -> None:
        self.shown, self.claim, self.spoken, self.ui = shown, shown.claim, spoken, ui

    def money(self, amount: Decimal) -> str:
        return self.spoken.money(amount, self.claim.currency)

    def say(self, id_: str, **values: str) -> str:
        return said(id_, self.ui, **values)

    def lines(self) -> Iterator[str]:
        claim, on = self.claim, self.spoken.date(self.claim.on)
        debtor = self.shown.case.debtor.name
        yield self.say("claim_of", debtor=debtor, date=on, law=self.shown.law)
        yield ""
        yield from self.principal()
        yield from self.interest()
        yield from self.totals()
        yield from self.bases()
        yield self.say("claim_counting", days=claim.days)
        yield from self.further()

    def principal(self) -> Iterator[str]:
        words, claim = self.spoken.words, self.claim
        heads = ("invoice", "due", "amount", "paid", "balance", "days")
        rows = [
            (
                item.invoice.number,
                self.spoken.date_short(item.invoice.due),
                self.money(item.invoice.amount),
                self.money(item.paid + item.credited),
                self.money(item.balance),
                str(item.days_overdue),
                self.money(item.principal),
            )
            for item in claim.items
        ]
        head = [*(words[f"head_{name}"] for name in heads), self.say("claim_left")]
        yield from aligned([head, *rows], numeric=range(2, 7))
        for item in claim.items:
            for split in item.imputed:
                yield self.say(
                    "claim_paid",
                    amount=self.money(split.amount),
                    date=self.spoken.date(split.date),
                    invoice=item.invoice.number,
                    interest=self.money(split.interest),
                    principal=self.money(split.principal),
                )
        costs = sum((_to_costs(item) for item in claim.items), ZERO)
        if costs:
            yield self.say("claim_paid_costs", amount=self.money(costs))
        left_out = {
            "claim_disputed": [item.invoice.number for item in claim.disputed],
            "claim_not_due": [invoice.number for invoice in claim.not_due],
        }
        for id_, numbers in left_out.items():
            if numbers:
                yield self.say(id_, numbers=", ".join(numbers))
        yield ""

    def interest(self) -> Iterator[str]:
        words = self.spoken.words
        heads = ("invoice", "base", "since", "until", "days_counted", "rate", "interest")
        rows = [
            (
                item.invoice.number,
                self.money(segment.base),
                self.spoken.date_short(segment.first),
                self.spoken.date_short(segment.last),
                str(segment.days),
                self.spoken.rate(segment.rate),
                self.money(segment.amount),
                segment.source,
            )
            for item in self.claim.items
            for segment in item.segments
        ]
        if rows:
            head = [*(words[f"head_{name}"] for name in heads), self.say("claim_source")]
            yield from aligned([head, *rows], numeric=(1, 4, 5, 6))
            yield ""

    def totals(self) -> Iterator[str]:
        claim = self.claim
        rows = [(self.say("claim_principal"), self.money(claim.principal))]
        for name in CELLS:
            amount = getattr(claim, name)
            why = claim.why.get(name, "")
            shown = self.money(amount) if amount or not why else self.say(f"none_{why}")
            rows.append((self.say(f"claim_{name}"), shown))
        rows.append((self.say("claim_total"), self.money(claim.total)))
        yield from aligned(rows)
        yield ""

    def bases(self) -> Iterator[str]:
        rows = [
            (self.say(f"claim_{name}"), basis.article.get(self.ui, ""), basis.source)
            for name, basis in self.claim.bases.items()
            if self.claim.why.get(name) != "waived"
        ]
        if rows:
            head = ("", self.say("claim_basis"), self.say("claim_source"))
            yield from aligned([head, *rows])
            yield ""

    def further(self) -> Iterator[str]:
        claim, ahead = self.claim, self.shown.ahead
        if claim.coming:
            yield self.say("claim_coming", amount=self.money(claim.coming))
        if claim.per_day:
            yield self.say("claim_per_day", amount=self.money(claim.per_day))
        if ahead:
            at = {"date": self.spoken.date(ahead.deadline), "stage": str(ahead.stage)}
            unknown = ahead.claim.unknown
            if unknown:
                yield self.say("claim_at_unknown", **at, **{"from": self.spoken.date(unknown)})
            else:
                yield self.say("claim_at_deadline", **at, amount=self.money(ahead.claim.total))


def aligned(rows: Sequence[Sequence[str]], numeric: Sequence[int] = ()) -> Iterator[str]:
    """Rows as columns, two spaces apart; ``numeric`` columns keep to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            text.rjust(width) if n in numeric else text.ljust(width)
            for n, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()

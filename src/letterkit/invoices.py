"""What is owed: the section ``invoices`` of the case file, and what its figures must agree on."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from letterkit import payment
from letterkit.fields import Fields
from letterkit.model import CURRENCIES, DEMANDING, Credit, Dispute, Invoice, Payment
from letterkit.parties import SHORT
from letterkit.tree import Node
from letterkit.values import checked, choice, day, positive, then, words


def invoices(f: Fields, home: str) -> tuple[Invoice, ...]:
    """Every invoice of the case; ``home`` is the creditor's country."""
    stages = [node.child("stage") for node in f.listed("contacts")]
    demanded = any(stage and str(stage.value) in DEMANDING for stage in stages)
    found = f.parts("invoices", partial(_invoice, home=home, demanded=demanded))
    nodes = f.listed("invoices")
    if not nodes and not f.failed("invoices"):
        f.missing("invoices")
    _check_numbers(f, [node.child("number") for node in nodes])
    _check_currency(f, [node.child("currency") for node in nodes])
    return found


def _check_numbers(f: Fields, numbers: list[Node | None]) -> None:
    first: dict[str, str] = {}
    for node in numbers:
        if node and isinstance(node.value, str | int):
            path = first.setdefault(str(node.value).strip().casefold(), node.path)
            if path != node.path:
                f.complain(node, "invoice_twice", first=path)


def _check_currency(f: Fields, currencies: list[Node | None]) -> None:
    known = [node for node in currencies if node and node.value in CURRENCIES]
    for node in known[1:]:
        if node.value != known[0].value:
            f.complain(node, "currency_mixed", first=known[0].value)


def _invoice(f: Fields, home: str, demanded: bool) -> Invoice:
    found = Invoice(
        number=f.need("number", SHORT),
        issued=f.need("issued", day),
        due=f.need("due", day),
        amount=f.need("amount", positive),
        currency=f.need("currency", choice(CURRENCIES, "currency_unknown")),
        received=f.maybe("received", day),
        order=f.text("order", SHORT),
        delivered=f.maybe("delivered", day),
        description=f.maybe("description", words),
        reference=f.text("reference", checked(lambda text: payment.check_reference(text, home))),
        payments=f.parts("payments", _payment),
        credits=f.parts("credits", _credit),
        disputed=f.maybe("disputed", f.either(_FULLY, _dispute)),
        goods=f.text("goods", choice(("agri_food",))),
    )
    for key in ("due", "received"):
        if f.good("issued", key) and getattr(found, key) < found.issued:
            f.find("before_issued", key, issued=found.issued.isoformat())
    if f.good("amount"):
        _check_sums(f, found, demanded)
    return found


def _check_sums(f: Fields, invoice: Invoice, demanded: bool) -> None:
    """An invoice cannot be paid, credited and contested for more than its amount.

    Once a letter ``demanded`` interest or other sums besides, more may be paid: `law.check`
    knows how much.
    """
    total = Decimal(0)
    contested = invoice.disputed.amount if invoice.disputed else None
    for key, amounts in (
        ("payments", [paid.amount for paid in invoice.payments]),
        ("credits", [note.amount for note in invoice.credits]),
        ("disputed", [contested] if contested else []),
    ):
        total += sum(amounts)
        if key == "payments" and demanded:
            total = min(total, invoice.amount)
        if total > invoice.amount:
            f.find(f"{key}_too_much", key, total=str(total), amount=str(invoice.amount))
            break


def _payment(f: Fields) -> Payment:
    return Payment(date=f.need("date", day), amount=f.need("amount", positive))


def _credit(f: Fields) -> Credit:
    return Credit(
        number=f.need("number", SHORT),
        date=f.need("date", day),
        amount=f.need("amount", positive),
    )


def _dispute(f: Fields) -> Dispute:
    return Dispute(
        amount=f.maybe("amount", positive),
        since=f.maybe("since", day),
        answer=f.maybe("answer", words),
    )


_FULLY = then(choice(("full",), "want_dispute"), lambda full: Dispute())

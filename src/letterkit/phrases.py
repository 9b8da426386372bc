"""The phrases of ``lines.txt`` that stand inside letters, and what each may say.

A phrase is one line: an open invoice, a payment received, an earlier contact,
an instalment. `LINES` names its values and flags; the template grammar knows no
others there.
"""

from __future__ import annotations

from letterkit import wording
from letterkit.locale import Locale
from letterkit.model import CONTACT_CHANNELS, ZERO, Contact, OpenItem

LINES = {
    "invoice_line": (
        "invoice issued due amount balance days_overdue order delivered description paid credited"
        " disputed",
        "reduced several set_off",
    ),
    "total_line": ("total", ""),
    "payment": ("amount date", ""),
    "credit": ("number date amount", ""),
    "contact": (
        "date title person promise_date promise_amount",
        "post registered registered_post email pec sms phone visit stage1 stage2 stage3 claim"
        " by_them promised no_answer message",
    ),
    "instalment_line": ("number date amount", ""),
    "claim_principal": ("", "several reduced"),
    "claim_interest": ("invoice base from_day to_day days rate", "several agreed"),
    "claim_interest_rate": ("from_day to_day rate", "agreed"),
    "claim_compensation": ("each count article", "several agreed"),
    "claim_costs": ("article vat", ""),
    "claim_fee": ("", ""),
    "claim_imputed": ("paid date invoice interest principal base days rate", "several"),
    "claim_total": ("", ""),
}
"""Line → the values it may print and the flags it may ask, parted by spaces."""

NAMES = wording.Names(
    *(frozenset(" ".join(kind).split()) for kind in zip(*LINES.values(), strict=True))
)

Said = dict[str, str | bool]


def invoice(item: OpenItem, several: bool, spoken: Locale) -> Said:
    """What ``invoice_line`` may say of one open invoice."""
    invoice, currency = item.invoice, item.invoice.currency
    money, day = spoken.money, spoken.date
    amount, reduced = money(invoice.amount, currency), item.balance != invoice.amount
    return {
        "invoice": invoice.number,
        "issued": day(invoice.issued),
        "due": day(invoice.due),
        "amount": amount,
        "balance": money(item.balance, currency) if reduced else amount,
        "days_overdue": spoken.days(item.days_overdue) if item.days_overdue > 0 else "",
        "order": invoice.order,
        "delivered": day(invoice.delivered) if invoice.delivered else "",
        "description": (
            invoice.description.in_language(spoken.language) if invoice.description else ""
        ),
        "paid": money(item.paid, currency) if item.paid else "",
        "credited": money(item.credited, currency) if item.credited else "",
        "disputed": money(item.disputed, currency) if item.disputed else "",
        "reduced": reduced and bool(item.balance),
        "several": several,
        "set_off": set_off(item),
    }


def set_off(item: OpenItem) -> bool:
    """Whether a part of the payments went to interest or costs instead of the invoice."""
    received = item.invoice.payments
    return item.paid != (sum([p.amount for p in received], ZERO) if received else ZERO)


def contact(earlier: Contact, title: str, currency: str, spoken: Locale) -> Said:
    """What ``contact`` may say of an earlier contact; ``title`` names its letter, if it was one."""
    promise = earlier.promise
    sum_promised = promise.amount if promise else None
    return {
        "date": spoken.date(earlier.date),
        "title": title,
        "person": earlier.person,
        "by_them": earlier.by == "them",
        "promised": promise is not None,
        "no_answer": earlier.result == "no_answer",
        "message": earlier.result == "message",
        "promise_date": spoken.date(promise.date) if promise else "",
        "promise_amount": spoken.money(sum_promised, currency) if sum_promised else "",
        **{name.replace("+", "_"): name == earlier.channel for name in CONTACT_CHANNELS},
        **{f"stage{stage}": earlier.stage == stage for stage in (1, 2, 3)},
        "claim": earlier.named == "claim",
    }

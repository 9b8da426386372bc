"""Which law governs, what is owed on a day, and whether a letter may be sent.

`claim` says what may be asked for, `check` what speaks against a letter (the
rules stand in `stops`). What differs from country to country stands in
``jurisdictions/xx.yaml``, the sentences in ``locales/messages.xx.yaml``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from letterkit import schedule
from letterkit.errors import NOTE, Finding, InputError
from letterkit.jurisdiction import is_person, next_steps, rows, table
from letterkit.model import LAWS, Case, Claim, Credit, Invoice, OpenItem, Payment
from letterkit.stops import NEEDS_INPUT, RULES, Draft

__all__ = [
    "NEEDS_INPUT",
    "as_of",
    "asked",
    "check",
    "claim",
    "is_person",
    "known",
    "letter_of_claim",
    "next_steps",
    "settle",
]


def known(law: str) -> str:
    """``law`` itself, one of the eight country codes; raises `InputError` for any other."""
    if law not in LAWS:
        values = {"choices": ", ".join(LAWS)}
        raise InputError([Finding("law_unknown", path="law", seen=law, values=values)])
    return law


def settle(case: Case, law: str = "") -> str:
    """The law that governs: ``law``, else the case's own, else the country of both parties.

    Raises `InputError` when none of these says it: a choice of law is never guessed.
    """
    chosen = law or case.law
    if chosen:
        return known(chosen)
    creditor, debtor = case.creditor.country, case.debtor.country
    if creditor == debtor and creditor in LAWS:
        return creditor
    values = {"creditor": creditor, "debtor": debtor, "choices": ", ".join(LAWS)}
    raise InputError([Finding("law_missing", path="law", file=case.source, values=values)])


def letter_of_claim(case: Case, law: str) -> bool:
    """Whether a letter of claim must come before court: see ``before_court`` of the law's table."""
    return any(row["letter"] == "letter_of_claim" for row in rows(law, "before_court", case))


def knows_letter_of_claim(law: str) -> bool:
    """Whether ``law`` asks for a letter of claim before a court claim against a consumer."""
    return any(row["letter"] == "letter_of_claim" for row in table(law)["before_court"])


def as_of(case: Case, stage: str, on: date) -> tuple[Case, list[Finding]]:
    """The case as the letter of ``stage``, dated ``on``, may know it; with notes on the rest.

    Left out are facts dated after the letter (invoices, payments, credits,
    disputes, contacts) and our letters of the same or a later stage. When every
    invoice is later they all stay: `check` then stops the letter.
    """
    later: list[str] = []
    invoices = []
    for n, invoice in enumerate(case.invoices):
        at = f"invoices[{n}]"
        if invoice.issued > on:
            later.append(f"{at} ({invoice.issued})")
            continue
        invoices.append(_invoice_as_of(invoice, on, at, later))
    if not invoices:
        invoices, later = list(case.invoices), []
    paid_until = case.paid_until
    if paid_until and paid_until > on:
        later.append("paid_until")
        paid_until = None
    contacts, repeated = [], []
    for n, contact in enumerate(case.contacts):
        if contact.date > on:
            later.append(f"contacts[{n}] ({contact.date})")
        elif contact.stage and stage.isdigit() and contact.stage >= int(stage):
            repeated.append(f"contacts[{n}] ({contact.date})")
        else:
            contacts.append(contact)
    notes = []
    if later:
        values = {"facts": ", ".join(later), "date": on.isoformat()}
        notes.append(Finding("later_facts_left_out", NOTE, file=case.source, values=values))
    if repeated:
        values = {"facts": ", ".join(repeated), "stage": stage}
        notes.append(Finding("later_letters_left_out", NOTE, file=case.source, values=values))
    known = case._replace(invoices=tuple(invoices), contacts=tuple(contacts), paid_until=paid_until)
    return known, notes


def _invoice_as_of(invoice: Invoice, on: date, at: str, later: list[str]) -> Invoice:
    """The invoice without what came after ``on``; the paths left out are added to ``later``."""
    dispute = invoice.disputed
    if dispute and dispute.since and dispute.since > on:
        later.append(f"{at}.disputed ({dispute.since})")
        dispute = None
    dated: dict[str, Sequence[Payment | Credit]]
    dated = {"payments": invoice.payments, "credits": invoice.credits}
    for name, facts in dated.items():
        later += [f"{at}.{name}[{n}] ({x.date})" for n, x in enumerate(facts) if x.date > on]
    return invoice._replace(
        payments=tuple(p for p in invoice.payments if p.date <= on),
        credits=tuple(c for c in invoice.credits if c.date <= on),
        disputed=dispute,
    )


def claim(case: Case, on: date) -> Claim:
    """What may be asked for on ``on``: for now the principal only.

    An invoice counts from the day after its due date. Payments, credit notes
    and the contested part are taken off; wholly contested invoices and those
    not due yet stand apart; settled ones are nowhere. Oldest due date first.
    """
    known, _ = as_of(case, "", on)
    return _claim(known, on)


def _claim(known: Case, on: date) -> Claim:
    items, disputed, not_due = [], [], []
    for invoice in sorted(known.invoices, key=lambda i: i.due):
        item = _open_item(invoice, on)
        if item.balance + item.disputed <= 0:
            continue
        if invoice.due >= on:
            not_due.append(invoice)
        elif item.balance > 0:
            items.append(item)
        else:
            disputed.append(item)
    nothing = Decimal("0.00")
    return Claim(
        on=on,
        currency=known.currency,
        items=tuple(items),
        disputed=tuple(disputed),
        not_due=tuple(not_due),
        principal=sum((item.balance for item in items), nothing),
        interest=nothing,
        compensation=nothing,
        costs=nothing,
    )


def _open_item(invoice: Invoice, on: date) -> OpenItem:
    nothing = Decimal("0.00")
    paid = sum((p.amount for p in invoice.payments), nothing)
    credited = sum((c.amount for c in invoice.credits), nothing)
    left = invoice.amount - paid - credited
    contested = nothing
    if invoice.disputed:
        whole = invoice.disputed.amount is None
        contested = left if whole else min(invoice.disputed.amount or nothing, left)
    return OpenItem(
        invoice=invoice,
        paid=paid,
        credited=credited,
        disputed=contested,
        balance=left - contested,
        days_overdue=(on - invoice.due).days,
    )


def draft(
    case: Case,
    stage: str,
    on: date,
    *,
    law: str,
    deadline: date | None = None,
    chosen: bool = True,
) -> Draft:
    """The letter of ``stage``, dated ``on``, under ``law``, as somebody means to send it.

    ``case`` is the whole case: what came after the letter is left out here (see
    `as_of`). ``deadline`` is the day the letter will name, by default the
    schedule's. ``chosen`` says that somebody named the stage; else the letter
    may not be dated before the last contact.
    """
    known, notes = as_of(case, stage, on)
    owed = _claim(known, on)
    return Draft(
        whole=case,
        case=known,
        stage=stage,
        on=on,
        law=law,
        deadline=deadline or schedule.deadline(known, stage, on, law),
        chosen=chosen,
        claim=owed,
        about=_about(known, stage, owed),
        notes=tuple(notes),
    )


SPEAKS_OF: dict[str, Callable[[OpenItem], bool]] = {
    "courtesy": lambda item: item.days_overdue <= 0 and item.balance > 0,
    "call": lambda item: item.balance + item.disputed > 0,
    "dispute": lambda item: item.disputed > 0,
    "thanks": lambda item: item.balance + item.disputed <= 0,
}
"""Which invoices a letter is about, where that is not what is due and undisputed."""


def _about(known: Case, stage: str, claim: Claim) -> Claim:
    """``claim`` with the invoices that the letter of ``stage`` is about as its items.

    A letter of `SPEAKS_OF` knows principal only.
    """
    speaks_of = SPEAKS_OF.get(stage)
    if speaks_of is None:
        return claim
    invoices = sorted(known.invoices, key=lambda i: i.due)
    items = tuple(i for i in (_open_item(i, claim.on) for i in invoices) if speaks_of(i))
    nothing = Decimal("0.00")
    return claim._replace(
        items=items,
        principal=sum((item.balance for item in items), nothing),
        interest=nothing,
        compensation=nothing,
        costs=nothing,
    )


def asked(draft: Draft) -> Decimal:
    """What the letter asks for: what its invoices come to; after a call, what was promised."""
    total = draft.about.total
    if draft.stage != "call":
        return total
    call = schedule.last_call(draft.case)
    promise = call.promise if call else None
    return min(promise.amount or total, total) if promise else Decimal("0.00")


def objections(draft: Draft) -> list[Finding]:
    """Everything that speaks against sending ``draft``."""
    found = [f for rule, stages in RULES.items() if draft.stage in stages for f in rule(draft)]
    return [f._replace(file=draft.whole.source) for f in found]


def check(
    case: Case,
    stage: str,
    on: date,
    *,
    law: str,
    deadline: date | None = None,
    chosen: bool = True,
) -> list[Finding]:
    """Everything that speaks against a letter: the `objections` to its `draft`."""
    return objections(draft(case, stage, on, law=law, deadline=deadline, chosen=chosen))

"""What a template may say: every value and flag, each with its explanation.

`VALUES` are finished strings, empty where the case is silent; `FLAGS` are true
or false. `LINES` are the values and flags of the phrases in ``lines.txt``. The
template grammar knows no other names. `gather` makes them from a case on a
day, in one language; `blank` makes those of the letter to fill in by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from letterkit import jurisdiction, schedule
from letterkit.locale import Locale
from letterkit.model import (
    CHANNELS,
    CONTACT_CHANNELS,
    Case,
    Claim,
    Contact,
    OpenItem,
    PaymentOrder,
    Person,
    Text,
)

VALUES = {
    "account": "the account to pay into: IBAN in groups of four, or sort code and number",
    "agent": "who is to take the case over, or has it (name)",
    "agent_address": "the agent's address on one line",
    "agent_email": "the agent's e-mail address",
    "agent_iban": "the agent's account, when payments go there",
    "agent_phone": "the agent's telephone number",
    "agent_reference": "the agent's file number",
    "agent_register": "the agent's entry in the register of collection agencies",
    "amount": "face value of the invoice; of all listed invoices together if several",
    "calls": "days on which we telephoned, as a list",
    "calls_of": "the same with 'of' before each day",
    "clause": "the clause of the sender's terms on late payment, in the sender's words",
    "closing": "the closing formula of the letter",
    "contact_name": "whom to ask for",
    "courtesy": "day of the last written note of ours that was not one of the four letters",
    "credit_terms_text": "the sender's own words on future orders",
    "credited": "sum of the credit notes",
    "credits": "the credit notes as a phrase",
    "creditor": "name of the sender",
    "customer": "the customer number",
    "date": "the letter's date",
    "deadline": "the day by which to pay (included)",
    "debtor": "name of the recipient",
    "delivered": "day of delivery",
    "demanded": "the sum this letter asks for",
    "description": "what was delivered, in the sender's words",
    "disputed": "numbers of the invoices left out because they are contested",
    "disputed_amount": "contested part of the listed invoices, not asked for",
    "due": "due date; the earliest if several invoices",
    "days_overdue": "days since the due date, with the word; of the oldest invoice",
    "email": "the sender's e-mail address for questions",
    "final_demand": "date of the stage-3 letter",
    "first_instalment": "day of the first instalment",
    "first_letter": "date of the first letter",
    "hours": "when the telephone is answered, in the sender's words",
    "instalments": "number of instalments offered",
    "invoice": "the invoice number; up to three numbers as a list",
    "invoice_count": "how many invoices are listed",
    "issued": "date of the invoice; empty if several",
    "last_letter": "date of the last letter",
    "letters": "dates of our earlier letters, as a list",
    "letters_of": "the same with 'of' before each date",
    "letter_count": "how many earlier letters of the four there were",
    "not_due": "numbers of the invoices that are not due yet",
    "order": "the customer's order number",
    "paid": "sum of the payments received",
    "paid_until": "payments are taken into account up to this day",
    "payee": "name of the account holder",
    "payment_link": "address of a payment page",
    "payment_reference": "what to quote with the payment",
    "payments": "the payments received, as a phrase",
    "phone": "the sender's telephone number for questions",
    "privacy": "address of the sender's privacy notice",
    "promise_amount": "what was promised; empty if no sum was named",
    "promise_date": "the day promised and past",
    "promise_made": "day on which the promise was made",
    "promise_person": "who promised",
    "reference": "our file number",
    "referred_on": "day on which the agent was instructed",
    "salutation": "the salutation of the letter",
    "suspension_clause": "the clause that allows the suspension, in the sender's words",
    "suspension_date": "day from which deliveries or services stop",
    "title": "name of this letter",
    "total": "what remains to be paid on the listed invoices",
}

FLAGS = {
    "agency": "the next step is a collection agency",
    "agent_collects": "payments go to the agent",
    "and_post": "the letter also goes by ordinary post",
    "bailiff": "the next step is a bailiff",
    "blank": "this is the blank letter",
    "business": "the debtor is a business or a public body",
    "by_email": "the letter goes by e-mail",
    "by_pec": "the letter goes by certified e-mail (PEC)",
    "called": "we telephoned",
    "company": "the reader is not a natural person",
    "consumer": "the debtor is a consumer, or of unknown kind",
    "contact_list": "a list of earlier contacts is attached to the block `previous`",
    "court": "the next step is the court",
    "credited_some": "there is a credit note on a listed invoice",
    "disputed_several": "more than one invoice is left out because it is contested",
    "not_due_several": "more than one invoice is not due yet",
    "debt_enforcement": "the next step is Swiss debt enforcement",
    "invoice_enclosed": "a copy of the invoice goes with the letter",
    "lawyer": "the next step is a lawyer",
    "letter_of_claim": "an individual in England or Wales: a letter of claim comes before court",
    "listed": "a list of invoices is attached to the block `items`: there are several",
    "many": "more than three invoices are listed",
    "one_letter": "there was exactly one earlier letter",
    "part_paid": "something was paid on a listed invoice",
    "person": "the reader is a natural person",
    "prepayment": "future orders only against prepayment",
    "public": "the debtor is a public body",
    "registered": "the letter goes registered",
    "reminded": "there was an earlier letter",
    "replied": "we have been in touch with the debtor",
    "several": "more than one invoice is listed",
    "statement_enclosed": "a statement of account goes with the letter",
}

NAMES = frozenset(VALUES) | frozenset(FLAGS)

LINES = {
    "invoice_line": frozenset(
        [
            "invoice",
            "issued",
            "due",
            "amount",
            "balance",
            "days_overdue",
            "order",
            "delivered",
            "description",
            "paid",
            "credited",
            "disputed",
            "reduced",
            "several",
        ]
    ),
    "total_line": frozenset(["total"]),
    "payment": frozenset(["amount", "date"]),
    "credit": frozenset(["number", "date", "amount"]),
    "contact": frozenset(
        [
            "date",
            "post",
            "registered",
            "registered_post",
            "email",
            "pec",
            "sms",
            "phone",
            "visit",
            "stage1",
            "stage2",
            "stage3",
            "title",
            "by_them",
            "person",
            "promised",
            "no_answer",
            "message",
            "promise_date",
            "promise_amount",
        ]
    ),
    "instalment_line": frozenset(["number", "date", "amount"]),
}
"""Line → the values and flags it may use."""

LINE_NAMES = frozenset().union(*LINES.values())

ABSENT_WHEN_BLANK = frozenset(
    [
        "agent_iban",
        "agent_register",
        "calls",
        "calls_of",
        "courtesy",
        "credit_terms_text",
        "credited",
        "credits",
        "disputed",
        "disputed_amount",
        "first_instalment",
        "hours",
        "instalments",
        "invoice_count",
        "not_due",
        "paid",
        "paid_until",
        "payment_link",
        "payments",
        "privacy",
        "promise_amount",
        "promise_date",
        "promise_made",
        "promise_person",
        "suspension_clause",
        "suspension_date",
        "clause",
        "customer",
    ]
)
"""Values that the blank letter leaves out: what it says is only sometimes true."""

Line = Callable[[str, dict[str, str | bool]], str]
Facts = dict[str, str | bool]


@dataclass(frozen=True, slots=True)
class Situation:
    """What `gather` works from: the case as of the letter's date, and what was settled on it."""

    case: Case
    claim: Claim
    stage: str
    on: date
    deadline: date | None
    channel: str
    demanded: Decimal
    order: PaymentOrder | None
    letter_of_claim: bool

    @property
    def person(self) -> bool:
        """Whether the reader is a natural person."""
        return jurisdiction.is_person(self.case)

    @property
    def consumer(self) -> bool:
        """Whether the reader is a consumer."""
        return self.case.debtor.kind == "consumer"

    @property
    def addressee(self) -> Person | None:
        """The person the salutation names, if one is known."""
        debtor = self.case.debtor
        if debtor.attention:
            return debtor.attention
        return Person(debtor.name, debtor.title) if self.person else None

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Earlier contacts, oldest first."""
        return tuple(sorted(self.case.contacts, key=lambda c: c.date))

    @property
    def letters(self) -> tuple[Contact, ...]:
        """Those of them that were one of the four letters."""
        return tuple(c for c in self.contacts if c.stage and c.by == "us")


def _text(text: Text | None, language: str) -> str:
    return text.in_language(language) if text else ""


def broken_promise(situation: Situation) -> Contact | None:
    """The contact with the last promise that was not kept (a running one stops the letter)."""
    broken = [contact for contact, _ in schedule.open_promises(situation.case)]
    return max(broken, key=lambda c: c.date, default=None)


def contact_list(situation: Situation) -> tuple[Contact, ...]:
    """The contacts to list one by one: more than four, or of a kind that no sentence tells."""
    contacts = situation.contacts
    if situation.stage == "1":
        return contacts if len(contacts) > 1 else ()
    told = sum(1 for c in contacts if c.stage or (c.channel == "phone" and c.by == "us"))
    return contacts if len(contacts) > 4 or told < len(contacts) else ()


def gather(situation: Situation, spoken: Locale, say: Locale, line: Line) -> Facts:
    """Every name in `VALUES` and `FLAGS`, in the words of ``spoken``.

    ``say`` formats dates and sums: the locale itself, or its SMS form. ``line``
    fills a phrase of ``lines.txt``.
    """
    case, claim, on = situation.case, situation.claim, situation.on
    creditor, debtor, items = case.creditor, case.debtor, claim.items
    language, currency = spoken.language, claim.currency
    money, day, join = say.money, say.date, spoken.list
    invoices = [item.invoice for item in items]
    one = invoices[0] if len(invoices) == 1 else None
    oldest = min(invoices, key=lambda i: i.due) if invoices else None
    paid = sum((item.paid for item in items), Decimal(0))
    credited = sum((item.credited for item in items), Decimal(0))
    contested = sum((item.disputed for item in items), Decimal(0))
    letters = [day(c.date) for c in situation.letters]
    calls = [day(c.date) for c in situation.contacts if c.channel == "phone" and c.by == "us"]
    notes = [
        c for c in situation.contacts if not c.stage and c.by == "us" and c.channel in CHANNELS
    ]
    promise = broken_promise(situation)
    step, order, plan = case.next_step, situation.order, case.plan
    who = creditor.contact or creditor.signatory
    person = situation.person
    final = next((c for c in reversed(situation.letters) if c.stage == 3), None)
    salutation = spoken.salutation(**_addressed(situation))
    enclosed = {e.code for e in case.enclosures}
    kind = step.kind if step else ""
    collects = situation.stage == "4" and bool(step and step.iban)
    return {
        "account": "" if order is None else account(order, spoken),
        "agent": step.name if step else "",
        "agent_address": ", ".join(step.address) if step else "",
        "agent_email": step.email if step else "",
        "agent_iban": spoken.iban(step.iban) if step and step.iban else "",
        "agent_phone": step.phone if step else "",
        "agent_reference": step.reference if step else "",
        "agent_register": step.register if step else "",
        "amount": money(sum((i.amount for i in invoices), Decimal(0)), currency),
        "calls": join(calls),
        "calls_of": spoken.of(join(calls)),
        "clause": _text(case.terms.clause, language),
        "closing": spoken.closing(situation.stage, salutation, named=bool(situation.addressee)),
        "contact_name": creditor.contact.name if creditor.contact else "",
        "courtesy": day(notes[-1].date) if notes else "",
        "credit_terms_text": _text(case.credit_terms, language)
        if isinstance(case.credit_terms, Text)
        else "",
        "credited": money(credited, currency) if credited else "",
        "credits": join(
            [
                line(
                    "credit",
                    {"number": c.number, "date": day(c.date), "amount": money(c.amount, currency)},
                )
                for i in invoices
                for c in i.credits
            ]
        ),
        "creditor": creditor.name,
        "customer": debtor.customer,
        "date": day(on),
        "deadline": day(situation.deadline) if situation.deadline else "",
        "debtor": debtor.name,
        "delivered": day(one.delivered) if one and one.delivered else "",
        "demanded": money(situation.demanded, currency),
        "description": _text(one.description, language) if one else "",
        "disputed": join([i.invoice.number for i in claim.disputed]),
        "disputed_amount": money(contested, currency) if contested else "",
        "due": day(oldest.due) if oldest else "",
        "days_overdue": spoken.days(items[0].days_overdue) if items else "",
        "email": (who and who.email) or creditor.email,
        "final_demand": day(final.date) if final else "",
        "first_instalment": day(plan.first) if plan else "",
        "first_letter": letters[0] if letters else "",
        "hours": _text(creditor.hours, language),
        "instalments": str(plan.instalments) if plan else "",
        "invoice": join([i.number for i in invoices[:3]]),
        "invoice_count": str(len(invoices)),
        "issued": day(one.issued) if one else "",
        "last_letter": letters[-1] if letters else "",
        "letters": join(letters),
        "letters_of": spoken.of(join(letters)),
        "letter_count": str(len(letters)),
        "not_due": join([i.number for i in claim.not_due]),
        "order": one.order if one else "",
        "paid": money(paid, currency) if paid else "",
        "paid_until": day(case.paid_until) if case.paid_until else "",
        "payee": order.payee if order else "",
        "payment_link": order.link if order else "",
        "payment_reference": order.reference if order else "",
        "payments": join(
            [
                line("payment", {"date": day(p.date), "amount": money(p.amount, currency)})
                for i in invoices
                for p in i.payments
            ]
        ),
        "phone": (who and who.phone) or creditor.phone,
        "privacy": creditor.privacy,
        "promise_amount": money(promise.promise.amount, currency)
        if promise and promise.promise and promise.promise.amount
        else "",
        "promise_date": day(promise.promise.date) if promise and promise.promise else "",
        "promise_made": day(promise.date) if promise else "",
        "promise_person": promise.person if promise else "",
        "reference": case.reference,
        "referred_on": day(step.since) if step and step.since else "",
        "salutation": salutation,
        "suspension_clause": _text(case.suspension.clause, language) if case.suspension else "",
        "suspension_date": day(case.suspension.start) if case.suspension else "",
        "title": "",  # letter.compose fills it in: it is a block itself
        "total": money(claim.principal, currency),
        "agency": kind == "agency",
        "agent_collects": collects,
        "and_post": situation.channel == "registered+post",
        "bailiff": kind == "bailiff",
        "blank": False,
        "business": debtor.kind != "consumer",
        "by_email": situation.channel == "email",
        "by_pec": situation.channel == "pec",
        "called": bool(calls),
        "company": not person,
        "consumer": debtor.kind == "consumer",
        "contact_list": bool(contact_list(situation)),
        "court": kind == "court",
        "credited_some": bool(credited),
        "disputed_several": len(claim.disputed) > 1,
        "not_due_several": len(claim.not_due) > 1,
        "debt_enforcement": kind == "debt_enforcement",
        "invoice_enclosed": "invoice" in enclosed,
        "lawyer": kind == "lawyer",
        "letter_of_claim": situation.letter_of_claim,
        "listed": len(items) > 1,
        "many": len(invoices) > 3,
        "one_letter": len(letters) == 1,
        "part_paid": bool(paid),
        "person": person,
        "prepayment": case.credit_terms == "prepayment",
        "public": debtor.kind == "public",
        "registered": situation.channel in ("registered", "registered+post"),
        "reminded": bool(letters),
        "replied": any(
            c.by == "them"
            or (c.channel == "phone" and c.result not in ("", "no_answer", "message"))
            for c in situation.contacts
        ),
        "several": len(invoices) > 1,
        "statement_enclosed": "statement" in enclosed,
    }


def _addressed(situation: Situation) -> dict[str, Any]:
    who = situation.addressee
    return {
        "name": who.name if who else "",
        "title": who.title if who else "none",
        "person": situation.person,
    }


def email_courtesies(situation: Situation, spoken: Locale) -> dict[str, str]:
    """Salutation and closing of the same letter sent by e-mail."""
    named = bool(situation.addressee)
    addressed = _addressed(situation)
    return {
        "email_salutation": spoken.email_salutation(**addressed, stage=situation.stage),
        "email_closing": spoken.email_closing(situation.stage, named=named),
    }


def account(order: PaymentOrder, spoken: Locale) -> str:
    """The account as printed: IBAN in groups of four, or sort code and account number."""
    if order.account:
        return spoken.iban(order.account)
    if order.sort_code:
        return f"{order.sort_code}\N{NO-BREAK SPACE}{order.account_number}"
    return ""


def invoice_facts(item: OpenItem, several: bool, spoken: Locale) -> Facts:
    """What ``invoice_line`` may say of one invoice."""
    invoice, currency = item.invoice, item.invoice.currency
    return {
        "invoice": invoice.number,
        "issued": spoken.date(invoice.issued),
        "due": spoken.date(invoice.due),
        "amount": spoken.money(invoice.amount, currency),
        "balance": spoken.money(item.balance, currency),
        "days_overdue": spoken.days(item.days_overdue),
        "order": invoice.order,
        "delivered": spoken.date(invoice.delivered) if invoice.delivered else "",
        "description": _text(invoice.description, spoken.language),
        "paid": spoken.money(item.paid, currency) if item.paid else "",
        "credited": spoken.money(item.credited, currency) if item.credited else "",
        "disputed": spoken.money(item.disputed, currency) if item.disputed else "",
        "reduced": item.balance != invoice.amount,
        "several": several,
    }


def contact_facts(contact: Contact, title: str, currency: str, spoken: Locale) -> Facts:
    """What ``contact`` may say of an earlier contact; ``title`` names its letter, if it was one."""
    promise = contact.promise
    return {
        "date": spoken.date(contact.date),
        "title": title,
        "person": contact.person,
        "by_them": contact.by == "them",
        "promised": promise is not None,
        "no_answer": contact.result == "no_answer",
        "message": contact.result == "message",
        "promise_date": spoken.date(promise.date) if promise else "",
        "promise_amount": spoken.money(promise.amount, currency)
        if promise and promise.amount
        else "",
        **{name.replace("+", "_"): name == contact.channel for name in CONTACT_CHANNELS},
        **{f"stage{n}": contact.stage == n for n in (1, 2, 3)},
    }


def blank(spoken: Locale, stage: str, kind: str, step: str) -> Facts:
    """The facts of the letter to fill in by hand: every value its label.

    Fixed flags: one invoice; a person if ``kind`` is consumer; the earlier
    letters of this stage; ``step`` as the next step.
    """
    labels = spoken.labels
    names = ("first_letter", "last_letter", "final_demand")
    earlier = [labels[name] for name in names[: int(stage) - 1]]
    consumer = kind == "consumer"
    salutation = spoken.salutation(name="", title="none", person=consumer)
    return {
        **{name: "" if name in ABSENT_WHEN_BLANK else labels[name] for name in VALUES},
        **dict.fromkeys(FLAGS, False),
        "salutation": salutation,
        "closing": spoken.closing(stage, salutation, named=False),
        "title": "",
        "letters": spoken.list(earlier),
        "letters_of": spoken.list([spoken.of(date) for date in earlier]),
        "blank": True,
        "business": not consumer,
        "consumer": consumer,
        "person": consumer,
        "company": not consumer,
        "reminded": bool(earlier),
        "one_letter": len(earlier) == 1,
        step: True,
    }

"""What a template may say: every value and flag, each with its explanation.

A method of `Values` is a value, a finished string, empty where the case is
silent; a method of `Flags` is a flag, true or false; its docstring explains it.
The template grammar knows no other names. `Facts` works each one out when a
template first asks for it; `blank` gives those of the letter to fill in by hand.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from letterkit import jurisdiction, payment, phrases, schedule, wording
from letterkit.claims import Asked, Shown
from letterkit.locale import Locale
from letterkit.model import (
    CHANNELS,
    ZERO,
    Case,
    Claim,
    Contact,
    Contract,
    Debtor,
    Invoice,
    NextStep,
    PaymentOrder,
    Person,
    Text,
)

Phrase = Callable[[str, phrases.Said], str]
"""Fills a phrase of ``lines.txt``: its name, what it may say."""


class Situation(NamedTuple):
    """What a letter speaks of: the case as of its date, and what was settled on it.

    ``contacts`` are the case's, oldest first; ``asked`` is what of the claim
    the letter asks for.
    """

    case: Case
    contacts: Sequence[Contact]
    asked: Asked
    stage: str
    on: date
    deadline: date | None
    channel: str
    order: PaymentOrder | None
    letter_of_claim: bool
    law: str
    person: bool  # whether the reader is a natural person
    addressee: Person | None  # whom the salutation names, if anybody
    fallen_due: Decimal = ZERO
    final: Claim | None = None  # what the final demand claimed, in the notice that repeats it
    others: Sequence[Invoice] = ()  # due as well, but not what this letter is about

    @property
    def consumer(self) -> bool:
        """Whether the reader is a consumer."""
        return self.case.debtor.kind == "consumer"

    @property
    def addressed(self) -> dict[str, Any]:
        """The addressee as the arguments of `Locale.salutation`."""
        who = self.addressee
        name, title = (who.name, who.title) if who else ("", "none")
        return {"name": name, "title": title, "person": self.person}

    @property
    def letters(self) -> Sequence[Contact]:
        """Those of them that were one of the four letters."""
        return [c for c in self.contacts if c.stage and c.by == "us"]

    @property
    def our_calls(self) -> Sequence[Contact]:
        """Those by which we telephoned."""
        return [c for c in self.contacts if c.channel == "phone" and c.by == "us"]

    @property
    def listed_contacts(self) -> Sequence[Contact]:
        """The contacts to list one by one: more than four, or of a kind that no sentence tells."""
        contacts = self.contacts
        if self.stage == "1":
            return contacts if len(contacts) > 1 else ()
        told = [c for c in contacts if c.stage or (c.channel == "phone" and c.by == "us")]
        return contacts if len(contacts) > 4 or len(told) < len(contacts) else ()


def addressee(debtor: Debtor, person: bool) -> Person | None:
    """The person the salutation names, if one is known."""
    return debtor.attention or (Person(debtor.name, debtor.title) if person else None)


_BY_LETTER = ("demand", "free_period")
"""The ways of starting in which a letter of ours makes interest run (`claims.STARTS`)."""


_NO_STEP = NextStep("")


class _Telling:
    """What values and flags are worked out from.

    ``say`` formats dates and sums: the locale itself, or its SMS form.
    """

    def __init__(self, situation: Situation, spoken: Locale, say: Locale, phrase: Phrase) -> None:
        self._situation, self._case = situation, situation.case
        self._creditor, self._debtor = situation.case.creditor, situation.case.debtor
        self._asked, self._terms = situation.asked, situation.case.terms
        self._claim = situation.asked.claim
        self._items = self._claim.items  # the oldest first
        self._invoices = [item.invoice for item in self._items]
        self._one = self._invoices[0] if len(self._invoices) == 1 else None
        self._step = situation.case.next_step or _NO_STEP
        self._letters, self._our_calls = situation.letters, situation.our_calls
        self._spoken, self._say, self._phrase = spoken, say, phrase
        self._addressee = situation.addressee
        self._salutation = spoken.salutation(**situation.addressed)
        self._enclosed = [enclosure.code for enclosure in situation.case.enclosures]

    def _money(self, sum_: Decimal) -> str:
        """The sum with its currency; empty if it is nothing."""
        return self._say.money(sum_, self._claim.currency) if sum_ else ""

    def _day(self, day: date | None) -> str:
        return self._say.date(day) if day else ""

    def _text(self, text: Text | None) -> str:
        return text.in_language(self._spoken.language) if text else ""

    def _days(self, contacts: Iterable[Contact]) -> str:
        return self._spoken.list([self._say.date(c.date) for c in contacts])

    @property
    def _wait(self) -> Mapping[str, Any]:
        """The statutory period of this letter, if it gives one."""
        situation = self._situation
        return jurisdiction.term(situation.law, self._debtor.kind, situation.stage)

    def _article(self, name: str) -> str:
        return self._asked.article(name, self._spoken.language)

    @property
    def _joined(self) -> list[Invoice]:
        last = self._letters[-1].date if self._letters else date.max
        return [i for i in self._invoices if i.due >= last]

    @cached_property
    def _call(self) -> Contact | None:
        return schedule.last_call(self._case)

    @cached_property
    def _broken(self) -> Contact | None:
        """The contact with the last promise not kept (one still running stops the letter)."""
        broken = [contact for contact, _ in schedule.open_promises(self._case)]
        return max(broken, key=lambda c: c.date, default=None)


class Values(_Telling):
    """The values: finished strings."""

    def account(self) -> str:
        """The account to pay into: IBAN in groups of four, or sort code and number."""
        order = self._situation.order
        if order is None:
            return ""
        if order.sort_code:
            return f"{order.sort_code}\N{NO-BREAK SPACE}{order.account_number}"
        return self._spoken.iban(order.account)

    def agent(self) -> str:
        """Who is to take the case over, or has it."""
        return self._step.name

    def agent_address(self) -> str:
        """The agent's address on one line."""
        return ", ".join(self._step.address)

    def agent_email(self) -> str:
        """The agent's e-mail address."""
        return self._step.email

    def agent_iban(self) -> str:
        """The agent's account, when payments go there."""
        return self._spoken.iban(self._step.iban)

    def agent_phone(self) -> str:
        """The agent's telephone number."""
        return self._step.phone

    def agent_reference(self) -> str:
        """The agent's file number."""
        return self._step.reference

    def debt_help(self) -> str:
        """Who advises a person in debt free of charge, where the debtor lives."""
        return jurisdiction.debt_help(self._debtor.country, self._spoken.language)

    def agent_register(self) -> str:
        """The agent's entry in the register of collection agencies."""
        return self._step.register

    def amount(self) -> str:
        """Face value of the invoice; of all listed invoices together if several."""
        return self._money(sum([i.amount for i in self._invoices], ZERO))

    def answer(self) -> str:
        """What the sender answers to a dispute, in the sender's words."""
        contested = [i.disputed for i in self._invoices if i.disputed]
        return " ".join(dict.fromkeys(self._text(d.answer) for d in contested if d.answer))

    def call_date(self) -> str:
        """Day of the last telephone call, ours or theirs."""
        return self._days([self._call] if self._call else [])

    def call_person(self) -> str:
        """Whom we spoke to in the last telephone call; empty if it was the reader, or unknown."""
        reader = self._addressee
        if self._call is None or self._situation.person:
            return ""
        return "" if reader and reader.name == self._call.person else self._call.person

    def call_promise_amount(self) -> str:
        """The sum promised in the last telephone call; empty if no sum was named."""
        promise = self._call.promise if self._call else None
        return self._money(promise.amount) if promise and promise.amount else ""

    def call_promise_date(self) -> str:
        """The day by which payment was promised in the last telephone call."""
        promise = self._call.promise if self._call else None
        return self._day(promise.date) if promise else ""

    def call_rest(self) -> str:
        """What remains to be paid beyond the sum promised in the last telephone call."""
        promise = self._call.promise if self._call else None
        rest = self._asked.balance - promise.amount if promise and promise.amount else Decimal(0)
        return self._money(max(rest, Decimal(0)))

    def calls(self) -> str:
        """Days on which we telephoned, as a list."""
        return self._days(self._our_calls)

    def calls_of(self) -> str:
        """The same with "of" before the days."""
        return self._spoken.of(self.calls())

    def clause(self) -> str:
        """The clause of the sender's terms on late payment, in the sender's words."""
        return self._text(self._case.terms.clause)

    def closing(self) -> str:
        """The closing formula of the letter."""
        named = bool(self._addressee)
        return self._spoken.closing(self._situation.stage, self._salutation, named=named)

    def coming(self) -> str:
        """What a consumer will also owe if the statutory period of this letter runs out unpaid."""
        return self._money(self._claim.coming)

    def compensation(self) -> str:
        """The fixed sum for recovery costs that the law or the contract gives, all invoices."""
        return self._money(self._claim.compensation)

    def compensation_article(self) -> str:
        """Where the fixed sum stands, as the letter's language cites it."""
        return self._article("compensation")

    def compensation_each(self) -> str:
        """The fixed sum per invoice, where every listed invoice gives the same."""
        sums = {item.compensation for item in self._items}
        return self._money(sums.pop()) if len(sums) == 1 else ""

    def contact_name(self) -> str:
        """Whom to ask for."""
        return self._creditor.contact.name if self._creditor.contact else ""

    def costs(self) -> str:
        """Collection costs that this letter claims."""
        return self._money(self._asked.costs)

    def costs_article(self) -> str:
        """Where the scale of collection costs stands, as the letter's language cites it."""
        return self._article("costs")

    def contract(self) -> str:
        """Number of the contract or accepted quotation."""
        return self._case.contract.number

    def contract_date(self) -> str:
        """Date of the contract or accepted quotation."""
        return self._day(self._case.contract.date)

    def courtesy(self) -> str:
        """Day of the last written note of ours that was not one of the four letters."""
        notes = [
            c
            for c in self._situation.contacts
            if not c.letter and c.by == "us" and c.channel in CHANNELS
        ]
        return self._days(notes[-1:])

    def credit_terms_text(self) -> str:
        """The sender's own words on future orders."""
        terms = self._case.credit_terms
        return self._text(terms) if isinstance(terms, Text) else ""

    def credited(self) -> str:
        """Sum of the credit notes."""
        return self._money(sum([item.credited for item in self._items], ZERO))

    def credits(self) -> str:
        """The credit notes as a phrase."""
        notes = [credit for i in self._invoices for credit in i.credits]
        return self._spoken.list(
            [
                self._phrase(
                    "credit",
                    {
                        "number": note.number,
                        "date": self._day(note.date),
                        "amount": self._money(note.amount),
                    },
                )
                for note in notes
            ]
        )

    def creditor(self) -> str:
        """Name of the sender."""
        return self._creditor.name

    def creditor_address(self) -> str:
        """The sender's postal address on one line, with the country if it is another."""
        country = self._creditor.country
        abroad = [] if country == self._debtor.country else [self._spoken.country(country)]
        return ", ".join([*self._creditor.address, *abroad])

    def creditor_number(self) -> str:
        """The sender's enterprise or VAT number, as its country prints it."""
        return payment.number_printed(self._creditor.number, self._creditor.country)

    def customer(self) -> str:
        """The customer number."""
        return self._debtor.customer

    def date(self) -> str:
        """The letter's date."""
        return self._day(self._situation.on)

    def days_overdue(self) -> str:
        """Days since the due date, with the word; of the oldest invoice."""
        late = self._items[0].days_overdue if self._items else 0
        return self._say.days(late) if late > 0 else ""

    def deadline(self) -> str:
        """The day by which to pay (included); the same day as `reply_by`."""
        return self._day(self._situation.deadline)

    def debtor(self) -> str:
        """Name of the recipient."""
        return self._debtor.name

    def delivered(self) -> str:
        """Day of delivery; empty if several invoices."""
        return self._day(self._one.delivered) if self._one else ""

    def demanded(self) -> str:
        """The sum this letter asks for."""
        return self._money(self._asked.total)

    def description(self) -> str:
        """What was delivered, in the sender's words; empty if several invoices."""
        return self._text(self._one.description) if self._one else ""

    def disputed(self) -> str:
        """Numbers of the invoices left out because they are contested."""
        return self._spoken.list([item.invoice.number for item in self._claim.disputed])

    def disputed_amount(self) -> str:
        """Contested part of the listed invoices, not asked for."""
        return self._money(sum([item.disputed for item in self._items], ZERO))

    def disputed_since(self) -> str:
        """Day on which the listed invoices were contested; empty if unknown or not one day."""
        days = {i.disputed.since if i.disputed else None for i in self._invoices}
        return self._day(days.pop()) if len(days) == 1 else ""

    def due(self) -> str:
        """Due date; the earliest if several invoices."""
        return self._day(self._invoices[0].due) if self._invoices else ""

    def email(self) -> str:
        """The sender's e-mail address for questions."""
        who = self._creditor.contact or self._creditor.signatory
        return (who.email if who else "") or self._creditor.email

    def fallen_due(self) -> str:
        """Stage 4: the collection costs that the final demand announced, its term being over."""
        return self._money(self._situation.fallen_due)

    def fee(self) -> str:
        """The agreed reminder fee that this letter claims."""
        return self._money(self._asked.fee)

    def final_demand(self) -> str:
        """Date of the stage-3 letter."""
        return self._days([c for c in self._letters if c.stage == 3][-1:])

    def first_instalment(self) -> str:
        """Day of the first instalment."""
        return self._day(self._case.plan.first) if self._case.plan else ""

    def first_letter(self) -> str:
        """Date of the first letter."""
        return self._days(self._letters[:1])

    def hours(self) -> str:
        """When the telephone is answered, in the sender's words."""
        return self._text(self._creditor.hours)

    def instalments(self) -> str:
        """Number of instalments offered."""
        return str(self._case.plan.instalments) if self._case.plan else ""

    def interest(self) -> str:
        """All the interest that this letter claims."""
        return self._money(self._asked.interest)

    def interest_article(self) -> str:
        """Where the right to interest stands, as the letter's language cites it."""
        return self._article("interest")

    def interest_from(self) -> str:
        """The first day of interest; the earliest if several invoices."""
        return self._day(
            min((i.interest_from for i in self._items if i.interest_from), default=None)
        )

    def invoice(self) -> str:
        """The invoice number; up to three numbers as a list."""
        return self._spoken.list([i.number for i in self._invoices[:3]])

    def invoice_count(self) -> str:
        """How many invoices are listed."""
        return str(len(self._invoices))

    def issued(self) -> str:
        """Date of the invoice; empty if several."""
        return self._day(self._one.issued) if self._one else ""

    def last_letter(self) -> str:
        """Date of the last letter."""
        return self._days(self._letters[-1:])

    def letter_count(self) -> str:
        """How many earlier letters of the four there were."""
        return str(len(self._letters))

    def letters(self) -> str:
        """Dates of our earlier letters, as a list."""
        return self._days(self._letters)

    def letters_of(self) -> str:
        """The same with "of" before the dates."""
        return self._spoken.of(self.letters())

    def newly_due(self) -> str:
        """Numbers of the listed invoices that were not due yet when our last letter went out."""
        return self._spoken.list([i.number for i in self._joined])

    def not_due(self) -> str:
        """Numbers of the invoices that are not due yet."""
        return self._spoken.list([i.number for i in self._claim.not_due])

    def order(self) -> str:
        """The customer's order number; empty if several invoices."""
        return self._one.order if self._one else ""

    def others(self) -> str:
        """Numbers of the invoices that are due as well, but are not what this letter is about."""
        return self._spoken.list([i.number for i in self._situation.others])

    def paid(self) -> str:
        """Sum of the payments received."""
        return self._money(sum([item.paid for item in self._items], ZERO))

    def paid_until(self) -> str:
        """Payments are taken into account up to this day."""
        return self._day(self._case.paid_until)

    def payee(self) -> str:
        """Name of the account holder."""
        return self._situation.order.payee if self._situation.order else ""

    def payment_link(self) -> str:
        """Address of a payment page."""
        return self._situation.order.link if self._situation.order else ""

    def payment_reference(self) -> str:
        """What to quote with the payment."""
        order = self._situation.order
        return payment.reference_printed(order.reference) if order else ""

    def payments(self) -> str:
        """The payments received, as a phrase."""
        received: dict[date, Decimal] = {}
        for paid in sorted(p for i in self._invoices for p in i.payments):
            received[paid.date] = received.get(paid.date, ZERO) + paid.amount
        return self._spoken.list(
            [
                self._phrase("payment", {"date": self._day(day), "amount": self._money(amount)})
                for day, amount in received.items()
            ]
        )

    def per_day(self) -> str:
        """The interest of each further day."""
        return self._money(self._claim.per_day or ZERO)

    def phone(self) -> str:
        """The sender's telephone number for questions."""
        who = self._creditor.contact or self._creditor.signatory
        return (who.phone if who else "") or self._creditor.phone

    def privacy(self) -> str:
        """Address of the sender's privacy notice."""
        return self._creditor.privacy

    def promise_amount(self) -> str:
        """What was promised; empty if no sum was named."""
        promise = self._broken.promise if self._broken else None
        return self._money(promise.amount) if promise and promise.amount else ""

    def promise_date(self) -> str:
        """The day promised and past."""
        promise = self._broken.promise if self._broken else None
        return self._day(promise.date) if promise else ""

    def promise_made(self) -> str:
        """Day on which the promise was made."""
        return self._day(self._broken.date) if self._broken else ""

    def promise_person(self) -> str:
        """Who promised."""
        return self._broken.person if self._broken else ""

    def rate(self) -> str:
        """The yearly rate in force on the letter's date; empty where it is not known."""
        return self._say.rate(self._claim.rate) if self._claim.rate else ""

    def reference(self) -> str:
        """Our file number."""
        return self._case.reference

    def referred_on(self) -> str:
        """Day on which the agent was instructed."""
        return self._day(self._step.since)

    def reply_by(self) -> str:
        """The day by which to answer: to put right, give reasons, sign (included)."""
        return self._day(self._situation.deadline)

    def salutation(self) -> str:
        """The salutation of the letter."""
        return self._salutation

    def suspension_clause(self) -> str:
        """The clause that allows the suspension, in the sender's words."""
        return self._text(self._case.suspension.clause) if self._case.suspension else ""

    def suspension_date(self) -> str:
        """Day from which deliveries or services stop."""
        return self._day(self._case.suspension.start) if self._case.suspension else ""

    def term(self) -> str:
        """The statutory period that a letter to a consumer must give, in days."""
        return self._say.days(self._wait["days"]) if "days" in self._wait else ""

    def term_article(self) -> str:
        """Where that term stands, as the letter's language cites it."""
        if not self._wait:
            return ""
        situation = self._situation
        label = jurisdiction.article(situation.law, self._wait["article"], situation.on)
        return label.get(self._spoken.language, "")

    def title(self) -> str:
        """Name of this letter: the block of that name, which is filled in before the others."""
        return ""

    def total(self) -> str:
        """What remains to be paid on the listed invoices."""
        return self._money(self._asked.balance)

    def vat(self) -> str:
        """The rate of VAT that is added to the collection costs; empty if none is."""
        return self._say.percent(self._asked.vat) if self._asked.vat else ""


class Flags(_Telling):
    """The flags: true or false."""

    def agency(self) -> bool:
        """The next step is a collection agency."""
        return self._step.kind == "agency"

    def agent_collects(self) -> bool:
        """Payments go to the agent."""
        return self._situation.stage == "4" and bool(self._step.iban)

    def agreed_rate(self) -> bool:
        """The rate of interest is an agreed one."""
        return self._asked.agreed_rate

    def agreed_sum(self) -> bool:
        """The fixed sum is an agreed one."""
        return self._asked.agreed_sum

    def and_post(self) -> bool:
        """The letter also goes by ordinary post."""
        return self._situation.channel == "registered+post"

    def bailiff(self) -> bool:
        """The next step is a bailiff."""
        return self._step.kind == "bailiff"

    def blank(self) -> bool:
        """This is the blank letter."""
        return False

    def business(self) -> bool:
        """The debtor is a business or a public body."""
        return not self._situation.consumer

    def by_email(self) -> bool:
        """The letter goes by e-mail."""
        return self._situation.channel == "email"

    def by_pec(self) -> bool:
        """The letter goes by certified e-mail (PEC)."""
        return self._situation.channel == "pec"

    def calculation_enclosed(self) -> bool:
        """The interest is worked out in an enclosure of its own."""
        return bool(self._asked.interest) and self._asked.apart

    def call_by_them(self) -> bool:
        """In the last telephone call it was they who called."""
        return self._call is not None and self._call.by == "them"

    def call_disputed(self) -> bool:
        """In the last telephone call they disputed the invoice."""
        return self._call is not None and self._call.result == "disputed"

    def call_message(self) -> bool:
        """The last telephone call was a message left for them."""
        return self._call is not None and self._call.result == "message"

    def called(self) -> bool:
        """We telephoned."""
        return bool(self._our_calls)

    def calls_unanswered(self) -> bool:
        """We telephoned, and nobody ever answered."""
        return bool(self._our_calls) and all(c.result == "no_answer" for c in self._our_calls)

    def claimed(self) -> bool:
        """More than the principal is claimed: the lines of the claim are attached to `claim`."""
        return self._asked.claimed

    def company(self) -> bool:
        """The reader is not a natural person."""
        return not self._situation.person

    def compensation_announced(self) -> bool:
        """A fixed sum is owed, and this letter does not ask for it yet."""
        return self._asked.shown.compensation == "announced" and bool(self._claim.compensation)

    def compensation_claimed(self) -> bool:
        """A fixed sum is claimed."""
        return bool(self._asked.compensation)

    def consumer(self) -> bool:
        """The debtor is a consumer, or of unknown kind."""
        return self._situation.consumer

    def contact_list(self) -> bool:
        """A list of earlier contacts is attached to the block `previous`."""
        return bool(self._situation.listed_contacts)

    def court(self) -> bool:
        """The next step is the court."""
        return self._step.kind == "court"

    def credited_some(self) -> bool:
        """There is a credit note on a listed invoice."""
        return bool([item for item in self._items if item.credited])

    def debt_enforcement(self) -> bool:
        """The next step is Swiss debt enforcement."""
        return self._step.kind == "debt_enforcement"

    def disputed_several(self) -> bool:
        """More than one invoice is left out because it is contested."""
        return len(self._claim.disputed) > 1

    def due_if_missed(self) -> bool:
        """It was agreed that the rest falls due when an instalment is missed."""
        return self._case.plan is not None and self._case.plan.due_if_missed

    def invoice_enclosed(self) -> bool:
        """A copy of the invoice goes with the letter."""
        return "invoice" in self._enclosed

    def due_agreed(self) -> bool:
        """The day of payment was agreed, not only printed on the invoice."""
        return self._case.contract.due_agreed

    def extras(self) -> bool:
        """The sum asked for holds more than the invoices: interest, fixed sums, costs."""
        return self._asked.total > self._asked.balance

    def other_sums(self) -> bool:
        """Stage 4: the sum asked for holds more than the invoices and the costs that fell due."""
        return self._asked.total - self._situation.fallen_due > self._asked.balance

    def interest_announced(self) -> bool:
        """Interest is running, and this letter does not ask for it yet."""
        running = "interest" not in self._claim.why
        return self._asked.shown.interest == "announced" and running

    def interest_claimed(self) -> bool:
        """Interest is claimed."""
        return bool(self._asked.interest)

    def interest_from_now(self) -> bool:
        """Interest is owed from the day after this letter arrives, and not before."""
        rule = jurisdiction.cell(self._situation.law, self._case)["interest"]
        waits = self._claim.why.get("interest") == "not_yet" and rule["starts"] in _BY_LETTER
        return waits and self._asked.shown.interest != "silent"

    def interest_runs_on(self) -> bool:
        """Stage 4: the final demand claimed interest, and it runs on."""
        final = self._situation.final
        return bool(final and final.interest and final.per_day)

    def lawyer(self) -> bool:
        """The next step is a lawyer."""
        return self._step.kind == "lawyer"

    def letter_of_claim(self) -> bool:
        """An individual in England or Wales: a letter of claim must come before court."""
        return self._situation.letter_of_claim

    def listed(self) -> bool:
        """A list of invoices is attached to the block `items`: there are several."""
        return len(self._items) > 1

    def many(self) -> bool:
        """More than three invoices are listed."""
        return len(self._items) > 3

    def newly_due_several(self) -> bool:
        """More than one listed invoice was not due yet when our last letter went out."""
        return len(self._joined) > 1

    def not_due_several(self) -> bool:
        """More than one invoice is not due yet."""
        return len(self._claim.not_due) > 1

    def one_letter(self) -> bool:
        """There was exactly one earlier letter."""
        return len(self._letters) == 1

    def others_several(self) -> bool:
        """More than one invoice is due that this letter is not about."""
        return len(self._situation.others) > 1

    def part_paid(self) -> bool:
        """Something was paid on a listed invoice."""
        return bool([item for item in self._items if item.paid])

    def person(self) -> bool:
        """The reader is a natural person."""
        return self._situation.person

    def prepayment(self) -> bool:
        """Future orders only against prepayment."""
        return self._case.credit_terms == "prepayment"

    def public(self) -> bool:
        """The debtor is a public body."""
        return self._debtor.kind == "public"

    def referred_today(self) -> bool:
        """The agent was instructed on the day of this letter."""
        return self._step.since == self._situation.on

    def registered(self) -> bool:
        """The letter goes registered."""
        return self._situation.channel in ("registered", "registered+post")

    def reminded(self) -> bool:
        """There was an earlier letter."""
        return bool(self._letters)

    def replied(self) -> bool:
        """We have been in touch with the debtor: a reply, a talk, a dispute."""
        replies = [
            c
            for c in self._situation.contacts
            if c.by == "them" or (c.channel == "phone" and c.result not in ("no_answer", "message"))
        ]
        return bool(replies or [i for i in self._case.invoices if i.disputed])

    def set_off(self) -> bool:
        """A part of the payments went to interest or costs instead of the invoices."""
        return any(map(phrases.set_off, self._items))

    def several(self) -> bool:
        """More than one invoice is listed."""
        return len(self._items) > 1

    def statement_enclosed(self) -> bool:
        """A statement of account goes with the letter."""
        return "statement" in self._enclosed

    def waive_if_paid(self) -> bool:
        """Whoever pays by the deadline need not pay what is only announced."""
        return self._terms.waive_if_paid


class _Teller(Values, Flags):
    pass


def _explained(kind: type) -> dict[str, str]:
    return {n: f.__doc__ or "" for n, f in vars(kind).items() if not n.startswith("_")}


VALUES = _explained(Values)
"""Value → its explanation."""

FLAGS = _explained(Flags)
"""Flag → its explanation."""

NAMES = wording.Names(frozenset(VALUES), frozenset(FLAGS))
"""Everything a letter's template may name."""


_TOLD: dict[str, Callable[[_Teller], str | bool]] = {
    name: getattr(_Teller, name) for name in (*VALUES, *FLAGS)
}


UNSAID = {
    "agent": "agent agent_address agent_collects agent_email agent_iban agent_phone"
    " agent_reference agent_register agency bailiff court debt_enforcement lawyer referred_on"
    " referred_today",
    "bases": "compensation_article costs_article interest_article",
    "contacts": "call_by_them call_date call_disputed call_message call_person"
    " call_promise_amount call_promise_date call_rest called calls calls_unanswered contact_list"
    " courtesy final_demand first_letter last_letter letters newly_due newly_due_several"
    " one_letter reminded",
    "contract": "contract contract_date due_agreed",
    "disputed": "disputed disputed_several",
    "lowered": "answer credited credited_some credits disputed_amount disputed_since paid"
    " part_paid payments set_off",
    "not_due": "not_due not_due_several",
    "others": "others others_several",
    "plan": "due_if_missed first_instalment instalments",
    "promise": "promise_amount promise_date promise_made promise_person",
    "shown": "calculation_enclosed claimed compensation_announced compensation_claimed costs fee"
    " interest interest_announced interest_claimed",
    "suspension": "suspension_clause suspension_date",
}
"""What there may be nothing of → the facts that are empty, or false, without it."""

_NO_CONTRACT, _NOTHING_SHOWN = Contract(), Shown()


def unsaid(situation: Situation) -> Mapping[str, str | bool]:
    """The facts that need not be worked out, as there is nothing of what they are about."""
    case, asked = situation.case, situation.asked
    claim = asked.claim
    invoices = [item.invoice for item in claim.items]
    return _without(
        agent=case.next_step is None,
        bases=len(claim.bases) == 0,
        contacts=len(situation.contacts) == 0,
        contract=case.contract == _NO_CONTRACT,
        disputed=claim.disputed == (),
        lowered=[i for i in invoices if i.payments or i.credits or i.disputed] == [],
        not_due=claim.not_due == (),
        others=len(situation.others) == 0,
        plan=case.plan is None,
        promise=[c for c in situation.contacts if c.promise] == [],
        shown=asked.shown == _NOTHING_SHOWN,
        suspension=case.suspension is None,
    )


@functools.cache
def _without(**missing: bool) -> Mapping[str, str | bool]:
    names = " ".join(UNSAID[topic] for topic in missing if missing[topic])
    return {name: "" if name in VALUES else False for name in names.split()}


class Facts(dict[str, str | bool]):
    """The facts of one letter; each is worked out when it is first asked for."""

    def __init__(self, situation: Situation, spoken: Locale, say: Locale, phrase: Phrase) -> None:
        super().__init__(unsaid(situation))
        self._teller = _Teller(situation, spoken, say, phrase)

    def __missing__(self, name: str) -> str | bool:
        found = self[name] = _TOLD[name](self._teller)
        return found

    def work_out(self, names: frozenset[str]) -> None:
        """Those of ``names`` that are not known yet, which is quicker than one by one."""
        teller = self._teller
        for name in names.difference(self):
            self[name] = _TOLD[name](teller)


ABSENT_WHEN_BLANK = frozenset(
    [
        "costs",
        "costs_article",
        "fallen_due",
        "fee",
        "term",
        "term_article",
        "vat",
        "compensation_article",
        "compensation_each",
        "interest_article",
        "agent_iban",
        "agent_register",
        "answer",
        "call_rest",
        "calls",
        "calls_of",
        "clause",
        "contract",
        "contract_date",
        "courtesy",
        "credit_terms_text",
        "credited",
        "credits",
        "customer",
        "disputed",
        "disputed_amount",
        "first_instalment",
        "hours",
        "instalments",
        "invoice_count",
        "letter_count",
        "newly_due",
        "not_due",
        "others",
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
    ]
)
"""Values that the blank letter leaves out: what they say is only sometimes true."""

SAID_WHEN_BLANK = {
    "claim": ("contract_date",),
    "dispute": ("disputed_amount",),
    "plan": ("instalments",),
    "thanks": ("payments",),
}
"""Letter → the values that its blank form says all the same: it is written about them."""

WORKED_OUT = frozenset(["closing", "debt_help", "letters", "letters_of", "salutation", "title"])
"""Values that have no label of their own in the blank letter."""


def blank(spoken: Locale, stage: str, kind: str, step: str, law: str) -> dict[str, str | bool]:
    """The facts of the letter to fill in by hand: every value its label.

    Fixed flags: one invoice; a person if ``kind`` is consumer, and always in a
    letter of claim; the earlier letters of this stage; ``step`` as the next
    step; what ``law`` gives besides the principal, announced at stage 2, claimed
    at stage 3 and in a letter of claim, and within the sum at stage 4.
    """
    cell = jurisdiction.cell_of(law, kind)
    runs = "none" not in cell["interest"] and cell["interest"]["starts"] != "demand"
    fixed = "none" not in cell["compensation"]
    labels = spoken.labels
    names = ("first_letter", "last_letter", "final_demand")
    earlier = [labels[name] for name in names[: int(stage) - 1]] if stage.isdigit() else []
    absent = ABSENT_WHEN_BLANK.difference(SAID_WHEN_BLANK.get(stage, ()))
    consumer, claims = kind == "consumer", stage in ("3", "claim")
    person = consumer or stage == "claim"
    salutation = spoken.salutation(name="", title="none", person=person)
    said = {n: "" if n in absent else labels[n] for n in VALUES if n not in WORKED_OUT}
    return {
        **said,
        **dict.fromkeys(FLAGS, False),
        "salutation": salutation,
        "closing": spoken.closing(stage, salutation, named=False),
        "letters": spoken.list(earlier),
        "letters_of": spoken.list([spoken.of(date) for date in earlier]),
        "blank": True,
        "call_person": "" if person else labels["call_person"],
        "business": not consumer,
        "consumer": consumer,
        "person": person,
        "company": not person,
        "reminded": bool(earlier),
        "one_letter": len(earlier) == 1,
        step: True,
        "interest_announced": runs and stage == "2" and not consumer,
        "compensation_announced": fixed and stage == "2" and not consumer,
        "interest_claimed": runs and claims,
        **dict.fromkeys(["extras", "other_sums"], (runs or fixed) and stage == "4"),
        "interest_runs_on": runs and stage == "4",
        "interest_from_now": cell["interest"]["starts"] == "demand" and stage == "3",
        "compensation_claimed": fixed and claims,
        "claimed": (runs or fixed) and claims,
        "coming": "",
        "debt_help": jurisdiction.debt_help(law, spoken.language),
        **_blank_term(spoken, jurisdiction.term(law, kind, stage), law),
    }


def _blank_term(spoken: Locale, wait: Mapping[str, Any], law: str) -> dict[str, str | bool]:
    """What the blank letter says of a statutory period, if it is the letter that gives one."""
    if not wait:
        return {}
    label = jurisdiction.article(law, wait["article"], date.max)
    return {
        "coming": spoken.labels["coming"],
        "clause": spoken.labels["clause"],
        "term": spoken.days(wait["days"]),
        "term_article": label[spoken.language],
    }

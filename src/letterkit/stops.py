"""The stops: what speaks against sending a letter, one function each.

`RULES` names beside every stop the letters it holds for. A stop keeps an
untrue or unlawful letter from being sent: a reminder of a bill that is paid, a
final demand without a true next step, a threat of a step that the country does
not know. It yields findings: ids and values; the sentences stand in
``locales/messages.xx.yaml``, what differs by country in ``jurisdictions/xx.yaml``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from letterkit import claims, jurisdiction, schedule
from letterkit.claims import OwnRates, Shown
from letterkit.errors import NOTE, WARNING, Finding
from letterkit.model import LAWS, NAMED, ZERO, Case, Claim, Contact, Invoice, Terms

NEEDS_INPUT = frozenset(
    {
        "agent_iban_is_yours",
        "no_account",
        "no_agent_name",
        "no_contact_details",
        "no_plan",
        "plan_before_signature",
        "plan_too_early",
        "region_missing",
    }
)
"""Ids that mean the case lacks what the letter needs; the others forbid the letter."""

_DAY = timedelta(days=1)


class Draft(NamedTuple):
    """The letter that somebody means to send; ``case`` is as of its date, ``whole`` as given.

    ``cell`` is what the table of ``law`` says of such a debtor; ``claim`` what is owed, ``about``
    the same for the invoices that this letter is about.
    """

    whole: Case
    case: Case
    stage: str
    on: date
    law: str
    cell: Mapping[str, Mapping[str, Any]]
    deadline: date | None
    chosen: bool
    claim: Claim
    about: Claim
    shown: Shown = Shown()
    demanded: Decimal = ZERO
    fallen_due: Decimal = ZERO  # costs that the final demand announced, its legal term being over
    given_up: Decimal = ZERO  # of the final demand, by a letter that says that nothing is left
    notes: tuple[Finding, ...] = ()  # what was left out of ``case``
    rates: Sequence[OwnRates] = ()  # the user's own
    repeats: Draft | None = None  # the final demand, whose total stage 4 repeats

    @property
    def working_days_of(self) -> str:
        """The country whose working days count."""
        return schedule.calendar_of(self.case, self.law)

    @property
    def final_demand(self) -> Contact | None:
        """The last letter of stage 3, if there was one."""
        sent = schedule.letters(self.case, 3)
        return sent[-1] if sent else None

    @property
    def final_deadline(self) -> date | None:
        """The last day that the final demand had left for payment."""
        sent = self.final_demand
        return schedule.deadline_of(sent, self.case, self.law) if sent else None

    @property
    def claim_deadline(self) -> date | None:
        """The last day that our Letter of Claim left for an answer, if there was one."""
        sent = schedule.letter_of_claim(self.case)
        return schedule.deadline_of(sent, self.case, self.law) if sent else None

    @property
    def others(self) -> list[Invoice]:
        """Invoices that are due as well, but are not what this letter is about."""
        if self.about is self.claim:
            return []
        about = [item.invoice for item in self.about.items]
        return [item.invoice for item in self.claim.items if item.invoice not in about]

    def at(self, contact: Contact, field: str = "") -> str:
        """Where a contact stands in the case file."""
        return f"contacts[{self.whole.contacts.index(contact)}]" + (field and f".{field}")

    def of(self, invoice: Invoice, field: str) -> str:
        """Where a field of an invoice stands in the case file."""
        numbers = [i.number for i in self.whole.invoices]
        return f"invoices[{numbers.index(invoice.number)}].{field}"


Rule = Callable[[Draft], Iterator[Finding]]


def _covered(draft: Draft) -> Iterator[Finding]:
    """Letters that need more than we can write yet: ``not_covered`` of the law's table."""
    debtor = draft.case.debtor
    for row in jurisdiction.rows(draft.law, "not_covered", draft.case, draft.stage):
        field = "region" if "region" in row else "kind"
        yield Finding(
            row["reason"],
            path=f"debtor.{field}",
            seen=getattr(debtor, field),
            values={"law": draft.law, "stage": draft.stage},
        )


def _region_known(draft: Draft) -> Iterator[Finding]:
    """The debtor's region, where the letter depends on it: ``region_needed`` of the table."""
    debtor = draft.case.debtor
    unknown = debtor.country == draft.law and not debtor.region
    if unknown and any(jurisdiction.rows(draft.law, "region_needed", draft.case, draft.stage)):
        yield Finding("region_missing", path="debtor.region", values={"stage": draft.stage})


def _after_the_invoice(draft: Draft) -> Iterator[Finding]:
    """No letter is older than the invoice it speaks of."""
    first = min(draft.case.invoices, key=lambda i: i.issued)
    if first.issued > draft.on:
        at = draft.of(first, "issued")
        values = {"number": first.number, "date": draft.on.isoformat()}
        yield Finding(
            "letter_before_invoice", path=at, seen=first.issued.isoformat(), values=values
        )


def _after_the_last_contact(draft: Draft) -> Iterator[Finding]:
    """The next letter, when nobody named a stage, comes after everything that happened."""
    later = [c for c in draft.whole.contacts if c.date > draft.on]
    if later and not draft.chosen:
        last = max(later, key=lambda c: c.date)
        values = {"date": draft.on.isoformat(), "contact": last.date.isoformat()}
        yield Finding("letter_before_contact", path=draft.at(last, "date"), values=values)


def _not_before_its_day(draft: Draft) -> Iterator[Finding]:
    """The next letter, when nobody named a stage, waits for its day in the schedule."""
    if draft.chosen or not draft.claim.items:
        return
    due = schedule.stage_date(draft.case, int(draft.stage), draft.law)
    if draft.on < due:
        values = {"stage": draft.stage, "date": draft.on.isoformat(), "from": due.isoformat()}
        yield Finding("before_its_day", path="policy", values=values)


def _something_left(draft: Draft) -> Iterator[Finding]:
    """A paid or credited invoice is not reminded of."""
    owed = draft.claim
    issued = [i for i in draft.case.invoices if i.issued <= draft.on]
    if draft.repeats and draft.repeats.claim.items:  # it is these that are handed over
        issued = [item.invoice for item in draft.repeats.claim.items]
    if issued and not (owed.items or owed.disputed or owed.not_due):
        numbers = ", ".join(i.number for i in issued)
        values = {"numbers": numbers, "date": draft.on.isoformat()}
        yield Finding("nothing_left", path="invoices", values=values)


def _something_due(draft: Draft) -> Iterator[Finding]:
    """The due date itself still belongs to the debtor."""
    owed = draft.claim
    waiting = [i for i in owed.not_due if i.issued <= draft.on]
    if waiting and not (owed.items or owed.disputed):
        first = waiting[0]
        values = {"number": first.number, "from": (first.due + _DAY).isoformat()}
        at = draft.of(first, "due")
        yield Finding("nothing_due", path=at, seen=first.due.isoformat(), values=values)


def _something_undisputed(draft: Draft) -> Iterator[Finding]:
    """A contested invoice needs an answer, not a reminder."""
    owed = draft.claim
    if owed.disputed and not owed.items:
        numbers = ", ".join(item.invoice.number for item in owed.disputed)
        at = draft.of(owed.disputed[0].invoice, "disputed")
        yield Finding("nothing_undisputed", path=at, values={"numbers": numbers})


def _no_promise_running(draft: Draft) -> Iterator[Finding]:
    """A promise holds the whole case until the day after it."""
    for contact, promised in schedule.open_promises(draft.case):
        if promised >= draft.on:
            values = {"made": contact.date.isoformat(), "from": (promised + _DAY).isoformat()}
            at = draft.at(contact, "promise.date")
            yield Finding("promise_running", path=at, seen=promised.isoformat(), values=values)


def _solvent(draft: Draft) -> Iterator[Finding]:
    """An insolvent debtor is not dunned: the claim is lodged with the administrator."""
    since = draft.case.debtor.insolvent
    if since and since <= draft.on:
        yield Finding("debtor_insolvent", path="debtor.insolvent", seen=since.isoformat())


def _spoken_before(draft: Draft) -> Iterator[Finding]:
    """A second reminder needs a first contact of ours."""
    if not any(c.by == "us" for c in draft.case.contacts):
        yield Finding("no_earlier_contact", path="contacts")


def _reminded_twice(draft: Draft) -> Iterator[Finding]:
    """A final demand usually follows a second reminder."""
    if not schedule.letters(draft.case, 2):
        yield Finding("no_second_reminder", WARNING, path="contacts")


def _true_next_step(draft: Draft) -> Iterator[Finding]:
    """The one next step is decided, and exists in this country before a judgment."""
    step, kinds = draft.case.next_step, jurisdiction.next_steps(draft.law)
    if step and step.kind in kinds:
        return
    values = {"law": draft.law, "choices": ", ".join(kinds), "stage": draft.stage}
    if step is None:
        yield Finding("no_next_step", path="next_step", values=values)
    else:
        yield Finding(
            "next_step_unknown_here", path="next_step.kind", seen=step.kind, values=values
        )


def _final_demand_sent(draft: Draft) -> Iterator[Finding]:
    """Only a final demand that was sent can have gone unanswered."""
    if not draft.final_demand:
        yield Finding("no_final_demand", path="contacts")


def _final_deadline_past(draft: Draft) -> Iterator[Finding]:
    """The last day of the final demand still belongs to the debtor."""
    sent, last = draft.final_demand, draft.final_deadline
    if sent and last and draft.on <= last:
        free = schedule.next_working_day(last + _DAY, draft.working_days_of)
        values = {"deadline": last.isoformat(), "from": free.isoformat()}
        yield Finding("before_final_deadline", path=draft.at(sent, "deadline"), values=values)


def _mandate_given(draft: Draft) -> Iterator[Finding]:
    """The notice says that the file was handed over: it must have been, and not too early."""
    step, last = draft.case.next_step, draft.final_deadline
    if step is None:
        return
    if step.since is None:
        values = {"date": draft.on.isoformat(), "kind": step.kind}
        yield Finding("no_mandate_date", path="next_step.since", values=values)
    elif step.since > draft.on:
        values = {"date": draft.on.isoformat()}
        yield Finding(
            "mandate_after_letter",
            path="next_step.since",
            seen=step.since.isoformat(),
            values=values,
        )
    elif last and step.since <= last:
        values = {"deadline": last.isoformat()}
        yield Finding(
            "mandate_before_deadline",
            WARNING,
            path="next_step.since",
            seen=step.since.isoformat(),
            values=values,
        )


def _letter_of_claim_first(draft: Draft) -> Iterator[Finding]:
    """No court claim against an individual before the Letter of Claim and its term (3.4)."""
    step = draft.case.next_step
    if not (step and step.kind == "court"):
        return
    for row in jurisdiction.rows(draft.law, "before_court", draft.case, draft.stage):
        last, began = draft.claim_deadline, min(draft.on, step.since or draft.on)
        if last is None:
            yield Finding("no_letter_of_claim", WARNING, path="next_step.kind", seen=step.kind)
        elif began <= last:
            yield Finding(
                "before_claim_deadline",
                path="next_step.since",
                seen=began.isoformat(),
                article=jurisdiction.article(draft.law, row["article"], draft.on),
                values={
                    "deadline": last.isoformat(),
                    "from": schedule.next_working_day(
                        last + _DAY, draft.working_days_of
                    ).isoformat(),
                },
            )


def _agent_named(draft: Draft) -> Iterator[Finding]:
    """The reader must learn who has the file."""
    step = draft.case.next_step
    if step and not step.name:
        yield Finding("no_agent_name", path="next_step.name", values={"kind": step.kind})


def _deadline_after_the_letter(draft: Draft) -> Iterator[Finding]:
    """A deadline leaves time."""
    given = draft.deadline
    if given and given <= draft.on:
        days = schedule.answer_days(draft.case, draft.stage) or 0
        proposed = schedule.next_working_day(
            draft.on + timedelta(days=max(days, 1)), draft.working_days_of
        )
        values = {"date": draft.on.isoformat(), "next": proposed.isoformat()}
        yield Finding(
            "deadline_not_after_letter", path="deadline", seen=given.isoformat(), values=values
        )


def _deadline_on_a_working_day(draft: Draft) -> Iterator[Finding]:
    """A deadline is a day on which banks and offices are open."""
    given, country = draft.deadline, draft.working_days_of
    if given is None or schedule.is_working_day(given, country):
        return
    name = schedule.holiday(given, country)
    values = {
        "country": country,
        "holiday": name,
        "next": schedule.next_working_day(given, country).isoformat(),
    }
    id_ = "deadline_on_holiday" if name else "deadline_on_weekend"
    yield Finding(id_, path="deadline", seen=given.isoformat(), values=values)


def _plan_after_the_deadline(draft: Draft) -> Iterator[Finding]:
    """Instalments are offered to those who cannot pay by the deadline: they begin after it."""
    plan, last = draft.case.plan, draft.deadline
    if plan and last and plan.first <= last:
        values = {"deadline": last.isoformat(), "next": (last + timedelta(days=14)).isoformat()}
        yield Finding(
            "plan_too_early", path="plan.first", seen=plan.first.isoformat(), values=values
        )


def _plan_after_the_signature(draft: Draft) -> Iterator[Finding]:
    """An agreement is signed before its first instalment."""
    plan, last = draft.case.plan, draft.deadline
    if plan and last and plan.first <= last:
        values = {"deadline": last.isoformat(), "next": (last + timedelta(days=7)).isoformat()}
        yield Finding(
            "plan_before_signature", path="plan.first", seen=plan.first.isoformat(), values=values
        )


def _agent_has_its_own_account(draft: Draft) -> Iterator[Finding]:
    """Money for the agent does not go to the sender's account, nor the other way round."""
    step = draft.case.next_step
    if step and step.iban and step.iban == draft.case.creditor.iban:
        yield Finding("agent_iban_is_yours", path="next_step.iban", seen=step.iban)


def _way_to_pay(draft: Draft) -> Iterator[Finding]:
    """A letter says how to pay."""
    creditor, step = draft.case.creditor, draft.case.next_step
    account = creditor.iban or (creditor.sort_code and creditor.account_number)
    agent = draft.stage == "4" and step and step.iban
    if not (account or creditor.payment_link or agent):
        yield Finding("no_account", path="creditor.iban")


def _way_to_answer(draft: Draft) -> Iterator[Finding]:
    """A letter says whom to call or write to."""
    creditor = draft.case.creditor
    if creditor.phone or creditor.email:
        return
    people = [p for p in (creditor.contact, creditor.signatory) if p]
    if not any(person.phone or person.email for person in people):
        yield Finding("no_contact_details", path="creditor.phone")


def _pec_in_italy(draft: Draft) -> Iterator[Finding]:
    """Certified e-mail is a registered letter only where the country knows it."""
    if draft.case.channel(draft.stage) != "pec":
        return
    country = draft.case.debtor.country
    if country not in LAWS or "pec" not in jurisdiction.channels(country):
        yield Finding(
            "pec_outside_italy", WARNING, path="send", seen="pec", values={"country": country}
        )


def _something_to_come(draft: Draft) -> Iterator[Finding]:
    """A courtesy note goes out before the due date."""
    if not draft.about.items:
        numbers = ", ".join(i.number for i in draft.case.invoices)
        values = {"numbers": numbers, "date": draft.on.isoformat()}
        yield Finding("nothing_to_come", path="invoices", values=values)


def _something_said(draft: Draft) -> Iterator[Finding]:
    """Only a conversation, or a message left, can be confirmed; a promise, until its day."""
    call = schedule.last_call(draft.case)
    values = {"date": draft.on.isoformat()}
    if call is None:
        yield Finding("no_call", path="contacts", values=values)
    elif call.result == "no_answer":
        at = draft.at(call, "result")
        yield Finding("call_unanswered", path=at, seen=call.date.isoformat(), values=values)
    elif call.promise and call.promise.date < draft.on:
        at = draft.at(call, "promise.date")
        seen = call.promise.date.isoformat()
        yield Finding("call_promise_past", path=at, seen=seen, values=values)


def _said_by_the_debtor(draft: Draft) -> Iterator[Finding]:
    """What somebody else said on the telephone does not bind a person, nor concern him."""
    call, debtor = schedule.last_call(draft.case), draft.case.debtor
    another = call is not None and call.person.casefold() not in ("", debtor.name.casefold())
    if call and another and jurisdiction.is_person(draft.case):
        at, values = draft.at(call, "with"), {"debtor": debtor.name}
        yield Finding("call_with_another", WARNING, path=at, seen=call.person, values=values)


def _something_disputed(draft: Draft) -> Iterator[Finding]:
    """A dispute is answered once it is there, and before it is settled."""
    if not draft.about.items:
        yield Finding("nothing_disputed", path="invoices", values={"date": draft.on.isoformat()})


def _plan_there(draft: Draft) -> Iterator[Finding]:
    """An agreement on instalments names them."""
    if draft.case.plan is None:
        yield Finding(
            "no_plan", path="plan", values={"next": (draft.on + timedelta(days=30)).isoformat()}
        )


def _all_paid(draft: Draft) -> Iterator[Finding]:
    """Thanks for a payment that came, when nothing that was due is left."""
    owed = [*draft.claim.items, *draft.claim.disputed]
    values = {"date": draft.on.isoformat()}
    if owed:
        values["numbers"] = ", ".join(item.invoice.number for item in owed)
        yield Finding("still_open", path="invoices", values=values)
    elif not any(item.paid for item in draft.about.items):
        yield Finding("nothing_paid", path="invoices", values=values)


def _no_more_paid_than_owed(draft: Draft) -> Iterator[Finding]:
    """Money beyond all that is owed is given back, or noted where it belongs."""
    over = claims.overpaid(draft.case, draft.law, draft.on, draft.rates)
    if over:
        paid = [i for i in draft.case.invoices if claims.open_item(i, draft.on).balance < 0]
        at = draft.of(paid[0], "payments")
        yield Finding("paid_too_much", WARNING, path=at, values={"amount": f"{over:f}"})


def _claim_in_its_place(draft: Draft) -> Iterator[Finding]:
    """A Letter of Claim is for a court in England or Wales, and for a natural person."""
    if not jurisdiction.term(draft.law, draft.case.debtor.kind, draft.stage):
        yield Finding("claim_unknown_here", path="law", seen=draft.law)
    elif not jurisdiction.is_person(draft.case):
        yield Finding("claim_to_a_company", path="debtor.form", seen=draft.case.debtor.form)


def _claim_by_post(draft: Draft) -> Iterator[Finding]:
    """A Letter of Claim goes by post unless the debtor explicitly asked otherwise (3.3)."""
    channel = draft.case.channel(draft.stage)
    if channel in ("email", "pec"):
        yield Finding("claim_by_email", WARNING, path="send", seen=channel)


def _agreement_dated(draft: Draft) -> Iterator[Finding]:
    """A Letter of Claim dates the written agreement, or tells of the spoken one (3.1(a))."""
    if draft.case.contract.date is None:
        yield Finding("claim_agreement_undated", NOTE, path="contract.date")


ANY = ("1", "2", "3", "4")
EVERY = (*ANY, *NAMED)
DEMANDS = ("1", "2", "3")
CLAIMING = (*DEMANDS, "claim")
FULL = (*ANY, "claim")
DATED = (*CLAIMING, "call", "dispute", "plan")
OPEN = (*FULL, "courtesy", "call", "dispute", "plan")

RULES: dict[Rule, tuple[str, ...]] = {
    _covered: FULL,
    _region_known: FULL,
    _after_the_invoice: EVERY,
    _after_the_last_contact: ANY,
    _not_before_its_day: ANY,
    _something_left: (*FULL, "call", "plan"),
    _something_due: (*FULL, "plan"),
    _something_undisputed: (*FULL, "plan"),
    _no_promise_running: (*FULL, "courtesy"),
    _solvent: OPEN,
    _something_to_come: ("courtesy",),
    _something_said: ("call",),
    _said_by_the_debtor: ("call",),
    _something_disputed: ("dispute",),
    _plan_there: ("plan",),
    _all_paid: ("thanks",),
    _no_more_paid_than_owed: (*FULL, "thanks"),
    _spoken_before: ("2",),
    _reminded_twice: ("3",),
    _true_next_step: ("3", "4"),
    _final_demand_sent: ("4", "claim"),
    _final_deadline_past: ("4", "claim"),
    _mandate_given: ("4",),
    _letter_of_claim_first: ("4",),
    _agent_named: ("4",),
    _deadline_after_the_letter: DATED,
    _deadline_on_a_working_day: DATED,
    _plan_after_the_deadline: DEMANDS,
    _plan_after_the_signature: ("plan",),
    _agent_has_its_own_account: ("4",),
    _claim_in_its_place: ("claim",),
    _claim_by_post: ("claim",),
    _agreement_dated: ("claim",),
    _way_to_pay: OPEN,
    _way_to_answer: EVERY,
    _pec_in_italy: EVERY,
}
"""Every stop, and the letters it holds for."""

About = Callable[[str, str, str], bool]
"""Whether a law says something of a kind of debtor, and of a letter by its stage."""


def _listing(name: str) -> About:
    """That the table has rows in its list ``name``."""
    return lambda law, kind, stage: bool(jurisdiction.table(law)[name])


ABOUT: dict[Rule, About] = {
    _covered: _listing("not_covered"),
    _region_known: _listing("region_needed"),
    _letter_of_claim_first: _listing("before_court"),
}
"""What a law must say for a stop to mean anything there."""


_USUAL_TERMS, _SILENT = Terms(), Shown()


def occasions(draft: Draft) -> frozenset[str]:
    """What there is in ``draft`` that only some rules are about."""
    case, claim = draft.case, draft.claim
    open_invoices = len(claim.items) + len(claim.disputed) + len(claim.not_due)
    own_terms, speaks = case.terms != _USUAL_TERMS, draft.shown != _SILENT
    return _occasions(
        guessed=not draft.chosen,
        nothing_due=not claim.items,
        promise=[c for c in case.contacts if c.promise] != [],
        insolvent=case.debtor.insolvent is not None,
        sent=len(case.send) > 0,
        plan=case.plan is not None,
        settled=open_invoices < len(case.invoices),
        terms=own_terms,
        asked=own_terms and speaks,
        extras=speaks,
    )


@functools.cache
def _occasions(**there: bool) -> frozenset[str]:
    return frozenset(name for name in there if there[name])


OCCASIONS: dict[Rule, str] = {
    _after_the_last_contact: "guessed",
    _not_before_its_day: "guessed",
    _something_left: "nothing_due",
    _something_due: "nothing_due",
    _something_undisputed: "nothing_due",
    _no_promise_running: "promise",
    _solvent: "insolvent",
    _no_more_paid_than_owed: "settled",
    _plan_after_the_deadline: "plan",
    _plan_after_the_signature: "plan",
    _pec_in_italy: "sent",
}
"""What must be there for a stop to find anything: one of `occasions`."""

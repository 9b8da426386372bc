"""Which law governs, what is owed on a day, and whether a letter may be sent.

`claim` says what may be asked for, `check` what speaks against a letter (the
rules stand in `stops` and `legality`). What differs from country to country stands in
``jurisdictions/xx.yaml``, the sentences in ``locales/messages.xx.yaml``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence, Set
from datetime import date
from decimal import Decimal

from letterkit import claims, legality, schedule, stops
from letterkit.claims import OwnRates, Shown, open_item
from letterkit.errors import NOTE, Finding, InputError
from letterkit.jurisdiction import cell, is_person, next_steps, rows, table
from letterkit.model import LAWS, ZERO, Case, Claim, Credit, Invoice, OpenItem, Payment
from letterkit.rates import percent
from letterkit.stops import Draft, Rule

__all__ = [
    "NEEDS_INPUT",
    "OwnRates",
    "as_of",
    "check",
    "claim",
    "is_person",
    "known",
    "letter_of_claim",
    "next_steps",
    "settle",
]

NEEDS_INPUT = stops.NEEDS_INPUT | legality.NEEDS_INPUT
"""Ids that mean the case lacks what the letter needs; the others forbid the letter."""


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
    return knows_letter_of_claim(law) and any(
        row["letter"] == "claim" for row in rows(law, "before_court", case)
    )


@functools.cache
def knows_letter_of_claim(law: str) -> bool:
    """Whether ``law`` asks for a letter of claim before a court claim against a consumer."""
    return any(row["letter"] == "claim" for row in table(law)["before_court"])


def vat_on_costs(case: Case, law: str) -> Decimal:
    """The percentage of VAT that is added to collection costs; 0 where none is."""
    rule = cell(law, case)["costs"]
    return percent(rule["vat"]) if claims.vat_on_costs(case, rule) else ZERO


_ORDER = ("1", "2", "3", "claim", "4")
"""The letters that follow one another."""


def as_of(case: Case, stage: str, on: date) -> tuple[Case, list[Finding]]:
    """The case as the letter of ``stage``, dated ``on``, may know it; with notes on the rest.

    Left out are facts dated after the letter (invoices, payments, credits,
    disputes, contacts) and our letters of the same or a later stage. When every
    invoice is later they all stay: `check` then stops the letter.
    """
    later: list[str] = []
    invoices = []
    for n, invoice in enumerate(case.invoices):
        if invoice.issued > on:
            later.append(f"invoices[{n}] ({invoice.issued})")
        else:
            invoices.append(_invoice_as_of(invoice, on, n, later))
    if not invoices:
        invoices, later = list(case.invoices), []
    paid_until = case.paid_until
    if paid_until and paid_until > on:
        later.append("paid_until")
        paid_until = None
    contacts, repeated = [], []
    same_or_later = _ORDER[_ORDER.index(stage) :] if stage in _ORDER else ()
    for n, contact in enumerate(case.contacts):
        if contact.date > on:
            later.append(f"contacts[{n}] ({contact.date})")
        elif contact.letter in same_or_later:
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
    if not notes:
        return case, notes
    known = case._replace(invoices=tuple(invoices), contacts=tuple(contacts), paid_until=paid_until)
    return known, notes


def _invoice_as_of(invoice: Invoice, on: date, n: int, later: list[str]) -> Invoice:
    """Invoice ``n`` without what came after ``on``; the paths left out are added to ``later``."""
    dispute = invoice.disputed
    if not (invoice.payments or invoice.credits or dispute):
        return invoice
    facts: tuple[Payment | Credit, ...] = (*invoice.payments, *invoice.credits)
    if not dispute and not [x for x in facts if x.date > on]:
        return invoice
    at = f"invoices[{n}]"
    if dispute and dispute.since and dispute.since > on:
        later.append(f"{at}.disputed ({dispute.since})")
        dispute = None
    dated: dict[str, Sequence[Payment | Credit]]
    dated = {"payments": invoice.payments, "credits": invoice.credits}
    for name, listed in dated.items():
        later += [f"{at}.{name}[{k}] ({x.date})" for k, x in enumerate(listed) if x.date > on]
    return invoice._replace(
        payments=tuple(p for p in invoice.payments if p.date <= on),
        credits=tuple(c for c in invoice.credits if c.date <= on),
        disputed=dispute,
    )


def claim(case: Case, on: date, *, law: str = "", rates: Sequence[OwnRates] = ()) -> Claim:
    """What is owed on ``on`` under ``law`` (by default the case's): see `claims.claim`."""
    known, _ = as_of(case, "", on)
    return claims.claim(known, settle(case, law), on, rates)


def draft(
    case: Case,
    stage: str,
    on: date,
    *,
    law: str,
    deadline: date | None = None,
    chosen: bool = True,
    rates: Sequence[OwnRates] = (),
) -> Draft:
    """The letter of ``stage``, dated ``on``, under ``law``, as somebody means to send it.

    ``case`` is the whole case: what came after the letter is left out here (see
    `as_of`). ``deadline`` is the day the letter will name, by default the
    schedule's. ``chosen`` says that somebody named the stage; else the letter
    may not be dated before the last contact.
    """
    known, notes = as_of(case, stage, on)
    shown = states(case, stage, law)
    repeats = _final_demand(case, known, on, law, rates) if stage == "4" else None
    owed = claims.claim(known, law, on, rates, plain=shown == Shown() and repeats is None)
    fallen_due = ZERO
    if repeats:
        owed = _only(owed, {item.invoice.number for item in repeats.claim.items})
        about = _as_demanded(repeats, owed)
        fallen_due = _fallen_due(repeats, owed)
        sum_ = max(_handed_over(repeats, known), about.balance) + fallen_due
    else:
        claims_interest = shown.interest == "claimed"
        about = claims.set_off(owed) if claims_interest else _about(known, stage, owed)
        sum_ = _promised(known, about) if stage == "call" else demanded(about, shown)
    given_up = _given_up(case, known, on, law, rates) if stage == "thanks" else ZERO
    return Draft(
        whole=case,
        case=known,
        stage=stage,
        on=on,
        law=law,
        cell=cell(law, case),
        deadline=deadline or schedule.deadline(known, stage, on, law),
        chosen=chosen,
        claim=owed,
        about=about,
        shown=shown,
        demanded=sum_,
        fallen_due=fallen_due,
        given_up=given_up,
        repeats=repeats,
        notes=tuple(notes),
        rates=rates,
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

    A letter of `SPEAKS_OF` knows the principal only.
    """
    speaks_of = SPEAKS_OF.get(stage)
    if speaks_of is None:
        return claim
    invoices = sorted(known.invoices, key=lambda i: i.due)
    items = tuple(i for i in (open_item(i, claim.on) for i in invoices) if speaks_of(i))
    if stage == "call":  # what is due, if anything is; else what a call may be about
        items = tuple(i for i in items if i.days_overdue > 0) or items
    return claim._replace(items=items, principal=sum((i.balance for i in items), ZERO))


def states(case: Case, stage: str, law: str) -> Shown:
    """How the letter of ``stage`` speaks of interest and of fixed sums and costs.

    The first letter is silent, the second announces to a business what the law
    gives, the third claims it, and so does a letter of claim; ``terms.show`` of
    the case may say otherwise, but nothing is claimed before the third. The
    fourth only repeats its total. A letter that gives a consumer a legal term
    announces what follows it.
    """
    wait = cell(law, case)["wait"]
    if "holds" in wait and str(wait["stage"]) == stage:
        held = wait["holds"]
        claimed = "silent" if stage == "1" else "claimed"
        return Shown("announced" if "interest" in held else claimed, "announced")
    quiet = "silent" if case.debtor.kind == "consumer" else "announced"
    usual = {"2": quiet, "3": "claimed", "claim": "claimed"}.get(stage)
    if usual is None:
        return Shown()
    terms = case.terms
    chosen = Shown(terms.show_interest or usual, terms.show_compensation or usual)
    return Shown(*map(_at_most_announced, chosen)) if stage == "2" else chosen


def _at_most_announced(state: str) -> str:
    return "announced" if state == "claimed" else state


def demanded(found: Claim, shown: Shown) -> Decimal:
    """The sum that a letter asks for: what it claims, and the principal in any case."""
    claimed = shown.interest == "claimed"
    asked = found.principal + found.interest - found.costs_paid if claimed else found.balance
    if shown.compensation == "claimed":
        asked += found.compensation + found.costs + found.costs_paid
    return asked


def _final_demand(case: Case, known: Case, on: date, law: str, rates: Sequence[OwnRates]) -> Draft:
    """The last final demand before ``on``, whose total the handover repeats.

    What was disputed since is left out of it, as it is left out of the handover.
    """
    sent = schedule.letters(known, 3)
    disputed = {i.number: i.disputed and i.disputed._replace(since=None) for i in known.invoices}
    invoices = tuple(i._replace(disputed=disputed.get(i.number)) for i in case.invoices)
    day = sent[-1].date if sent else on
    return draft(case._replace(invoices=invoices), "3", day, law=law, rates=rates)


def _as_demanded(final: Draft, owed: Claim) -> Claim:
    """``owed`` with the balances of the final demand, less what came in since."""
    then = {item.invoice.number: item for item in final.about.items}
    items = []
    for item in owed.items:
        at_first = then[item.invoice.number]
        paid = sum((p.amount for p in item.invoice.payments if p.date > final.on), ZERO)
        credited = sum((c.amount for c in item.invoice.credits if c.date > final.on), ZERO)
        items.append(
            item._replace(
                paid=at_first.paid + paid,
                balance=at_first.balance - paid - credited,
                imputed=(),
            )
        )
    return owed._replace(items=tuple(items))


def _fallen_due(final: Draft, owed: Claim) -> Decimal:
    """The collection costs that a final demand announced, once its legal term has run out."""
    return owed.costs + owed.costs_paid if _costs_announced(final) else ZERO


def _costs_announced(final: Draft) -> bool:
    return final.claim.why.get("costs") == "not_yet"


def _only(found: Claim, numbers: Set[str]) -> Claim:
    """The claim without the invoices that the final demand did not name: ``numbers`` did."""
    items = tuple(item for item in found.items if item.invoice.number in numbers)
    return found._replace(items=items, principal=sum((i.principal for i in items), ZERO))


def _handed_over(final: Draft, known: Case) -> Decimal:
    """The total of the final demand, less what came in since on its invoices."""
    then = {item.invoice.number: item for item in final.about.items}
    settled = ZERO
    for invoice in known.invoices:
        item = then.get(invoice.number)
        if item:
            came = sum((p.amount for p in invoice.payments if p.date > final.on), ZERO)
            came += sum((c.amount for c in invoice.credits if c.date > final.on), ZERO)
            if _costs_announced(final):  # what is paid beyond the invoice is for costs to come
                came = min(came, item.principal + item.interest)
            settled += came
    return final.demanded - settled


def _given_up(case: Case, known: Case, on: date, law: str, rates: Sequence[OwnRates]) -> Decimal:
    """What is unpaid of the final demand's interest, fixed sums and costs, if there was one."""
    if not schedule.letters(known, 3):
        return ZERO
    return max(_handed_over(_final_demand(case, known, on, law, rates), known), ZERO)


def _promised(known: Case, about: Claim) -> Decimal:
    """What was promised in the last call, which is all that its confirmation asks for."""
    call = schedule.last_call(known)
    promise = call.promise if call else None
    return min(promise.amount or about.balance, about.balance) if promise else ZERO


@functools.cache
def rules_of(stage: str, law: str, kind: str) -> tuple[Rule, ...]:
    """The rules that hold for the letter of ``stage`` to such a debtor: the stops first."""
    rules = (*stops.RULES.items(), *legality.RULES.items())
    held = (rule for rule, stages in rules if stage in stages)
    return tuple(rule for rule in held if legality.applies(rule, law, kind, stage))


@functools.cache
def _with_occasion(rules: tuple[Rule, ...], occasions: frozenset[str]) -> tuple[Rule, ...]:
    """Those of ``rules`` that can find anything where there is no more than ``occasions``."""
    return tuple(rule for rule in rules if legality.OCCASIONS.get(rule) in (None, *occasions))


def objections(draft: Draft) -> list[Finding]:
    """Everything that speaks against sending ``draft``."""
    held = rules_of(draft.stage, draft.law, draft.case.debtor.kind)
    rules = _with_occasion(held, stops.occasions(draft))
    found = [f for rule in rules for f in rule(draft)]
    return [f._replace(file=draft.whole.source) for f in found]


def check(
    case: Case,
    stage: str,
    on: date,
    *,
    law: str,
    deadline: date | None = None,
    chosen: bool = True,
    rates: Sequence[OwnRates] = (),
) -> list[Finding]:
    """Everything that speaks against a letter: the `objections` to its `draft`."""
    meant = draft(case, stage, on, law=law, deadline=deadline, chosen=chosen, rates=rates)
    return objections(meant)

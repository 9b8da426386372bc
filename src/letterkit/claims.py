"""What is owed on a day: principal, interest, compensation and costs, each with its basis.

The rules stand in ``debtors`` of ``jurisdictions/xx.yaml``, the rates in
``xx.rates.yaml``, the arithmetic in `interest`. What was agreed (``terms`` of
the case) takes the place of the statute where the statute lets it; what a
consumer does not owe is never in a claim, whatever the case says.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from letterkit import interest, jurisdiction, schedule
from letterkit.interest import Change, Rules
from letterkit.model import (
    DEMANDING,
    ZERO,
    AgreedRate,
    Basis,
    Case,
    Claim,
    Contact,
    Invoice,
    OpenItem,
    Payment,
    Terms,
    cents,
)
from letterkit.rates import Rate, Series, percent, series

_DAY = timedelta(days=1)

Cell = Mapping[str, Any]


FEW_SEGMENTS = 3
"""A letter shows up to so many stretches of interest; more go into a calculation enclosed."""


class Shown(NamedTuple):
    """How a letter speaks of interest, and of fixed sums and costs: silent, announced, claimed."""

    interest: str = "silent"
    compensation: str = "silent"


class Asked:
    """What of a claim a letter asks for; a sum that it does not claim is 0.

    ``claim`` is as the letter shows it (see `set_off`): the ``balance`` of its
    invoices and the lines of ``interest`` add up to ``total`` with the rest:
    ``compensation`` (fixed sums), the agreed ``fee``, and ``costs``, what
    payments were set off against included. ``claimed`` says whether anything
    is claimed besides the principal.
    """

    def __init__(
        self, claim: Claim, shown: Shown, terms: Terms, total: Decimal, vat: Decimal = ZERO
    ) -> None:
        self.claim, self.shown, self.terms, self.total, self.vat = claim, shown, terms, total, vat
        self.balance = claim.balance
        self.interest = self.compensation = self.fee = self.costs = ZERO
        if shown.interest == "claimed":
            lines = (s.amount for item in claim.items for s in item.segments)
            self.interest = sum(lines, ZERO)
        if shown.compensation == "claimed":
            self.compensation = claim.compensation
            self.fee = terms.fee or ZERO if claim.costs else ZERO
            self.costs = total - (self.balance + self.interest + self.compensation + self.fee)
        self.claimed = bool(self.interest or self.compensation or self.costs or self.fee)

    @property
    def apart(self) -> bool:
        """Whether the interest needs more lines than a letter has room for."""
        return sum(len(item.segments) for item in self.claim.items) > FEW_SEGMENTS

    @property
    def agreed_rate(self) -> bool:
        """Whether the rate is an agreed one."""
        return isinstance(self.terms.interest, AgreedRate)

    @property
    def agreed_sum(self) -> bool:
        """Whether the fixed sum is an agreed one: named in the case, or by a clause's scale."""
        by_clause = not any(item.compensation for item in self.claim.items)
        return isinstance(self.terms.compensation, Decimal) or by_clause

    def article(self, name: str, language: str) -> str:
        """How the statute behind an amount is cited in ``language``; empty if there is none."""
        basis = self.claim.bases.get(name)
        return basis.article.get(language, "") if basis else ""


class OwnRates(NamedTuple):
    """Rates of the user's own for one series, known until a day; each names its source."""

    law: str
    series: str
    rates: tuple[Rate, ...]
    until: date


def known_rates(law: str, name: str, own: Sequence[OwnRates] = ()) -> Series:
    """One of our series, with the user's own rates for it put in."""
    found = series(law, name)
    for more in own:
        if (more.law, more.series) == (law, name):
            found = found.with_rates(more.rates, more.until)
    return found


@functools.lru_cache(maxsize=100)
def _cuts(law: str, name: str, own: tuple[OwnRates, ...]) -> tuple[date, ...]:
    """The days on which another rate of the series begins."""
    return known_rates(law, name, own).cuts


def claim(
    case: Case, law: str, on: date, own: Sequence[OwnRates] = (), *, plain: bool = False
) -> Claim:
    """What is owed under ``law`` on the evening of ``on``; ``plain``: the principal only.

    ``case`` is as of that day (see `law.as_of`). An invoice counts from the day
    after its due date; wholly contested invoices and those not due yet stand
    apart; settled ones are nowhere, but for what was paid on them beyond the invoice
    (see `_Teller.claim`). Oldest due date first.
    """
    items, disputed, not_due, beyond = [], [], [], []
    for invoice in sorted(case.invoices, key=lambda i: i.due):
        item = open_item(invoice, on)
        if item.balance + item.disputed <= 0:
            if item.balance < 0:
                beyond.append(item)
            continue
        if invoice.due >= on:
            not_due.append(invoice)
        elif item.balance > 0:
            items.append(item)
        else:
            disputed.append(item)
    if plain:
        balance = sum((item.balance for item in items), ZERO)
        return Claim(on, case.currency, tuple(items), tuple(disputed), tuple(not_due), balance)
    return _Teller(case, law, on, own).claim(items, disputed, not_due, beyond)


def overpaid(case: Case, law: str, on: date, own: Sequence[OwnRates] = ()) -> Decimal:
    """What was paid on settled invoices beyond all that could be owed besides them.

    That is the interest, fixed sums and costs as they would have been on the day of the last
    payment, had nothing been paid since the first letter that claimed them.
    """
    lowered = [open_item(i, on) for i in case.invoices if i.payments or i.credits]
    over = [item for item in lowered if item.balance < 0]
    if not over:
        return ZERO
    last = max((p.date for item in over for p in item.invoice.payments), default=on)
    asked = [c.date for c in case.contacts if c.letter in DEMANDING and c.by == "us"]
    since = min(asked, default=date.min)
    invoices = tuple(
        i._replace(payments=tuple(p for p in i.payments if p.date < since)) for i in case.invoices
    )
    owed = claim(case._replace(invoices=invoices), law, last, own)
    besides = owed.interest + owed.compensation + owed.costs
    return max(-sum((item.balance for item in over), ZERO) - besides, ZERO)


def set_off(found: Claim) -> Claim:
    """The claim as a letter that asks for interest shows it: payments as the law sets them off.

    What a payment left of an invoice is its balance, and only interest that is
    still owed is a line. An invoice whose payments did not cover the interest
    of their day stays as it was: balance and all the interest add up as well.
    """
    if found.costs_paid:
        return found
    return found._replace(items=tuple(map(_shown_set_off, found.items)))


def _shown_set_off(item: OpenItem) -> OpenItem:
    if not item.imputed:
        return item
    last = max((split.date for split in item.imputed if split.interest), default=None)
    if last is None:
        return item
    owed = tuple(s for s in item.segments if s.first > last)
    if sum((s.amount for s in owed), ZERO) != item.interest:
        return item
    return item._replace(
        paid=item.invoice.amount - item.credited - item.disputed - item.principal,
        balance=item.principal,
        segments=owed,
        settled=tuple(s for s in item.segments if s.last <= last),
    )


def open_item(invoice: Invoice, on: date) -> OpenItem:
    """What is left of one invoice on ``on``, contested parts apart."""
    paid = credited = ZERO
    if invoice.payments or invoice.credits:
        paid = sum([p.amount for p in invoice.payments], ZERO)
        credited = sum([c.amount for c in invoice.credits], ZERO)
    left = invoice.amount - paid - credited
    contested = ZERO
    if invoice.disputed:
        whole = invoice.disputed.amount is None
        contested = left if whole else min(invoice.disputed.amount or ZERO, left)
    balance = left - contested
    return OpenItem(
        invoice=invoice,
        paid=paid,
        credited=credited,
        disputed=contested,
        balance=balance,
        days_overdue=(on - invoice.due).days,
        principal=balance,
    )


class _Teller:
    """Works out one claim."""

    def __init__(self, case: Case, law: str, on: date, own: Sequence[OwnRates]) -> None:
        self.case, self.law, self.on = case, law, on
        self.cell = jurisdiction.cell(law, case)
        self.own = own
        name = self.cell["interest"].get("series")
        self._series = known_rates(law, name, own) if name else None
        self._cuts = _cuts(law, name, tuple(own)) if name else ()
        self._rules_known: dict[str, Rules] = {}

    def claim(
        self,
        items: Sequence[OpenItem],
        disputed: Sequence[OpenItem] = (),
        not_due: Sequence[Invoice] = (),
        beyond: Sequence[OpenItem] = (),
    ) -> Claim:
        """The claim on ``items``.

        What was paid on the invoices ``beyond`` more than they come to goes to
        their own interest and fixed sum first, then to the costs and fixed sums
        of the whole claim.
        """
        case, cell = self.case, self.cell
        rule = cell["interest"]
        why: dict[str, str] = {}
        agreed = case.terms.interest if isinstance(case.terms.interest, AgreedRate) else None
        if case.terms.interest == "none":
            why["interest"] = "waived"
        elif not agreed and "none" in rule:
            why["interest"] = rule["none"]
        elif agreed and "none" in cell["agreed_interest"]:
            why["interest"] = cell["agreed_interest"]["none"]
        payments, paid_costs, costs_due = self._costs_first(items)
        counted: list[OpenItem] = []
        rates: set[Decimal | None] = set()  # in force on the day
        last = min(self.on, case.terms.interest_until or self.on)
        for item in items:
            invoice = item.invoice
            first = None if why else self._first_day(invoice)
            changes = [
                *(Change(p.date, p.amount) for p in payments.get(invoice.number, ())),
                *(Change(c.date, c.amount, credit=True) for c in invoice.credits),
            ]
            rules = self._rules(invoice, first, agreed)
            account = interest.run(invoice.amount - item.disputed, first, last, changes, rules)
            today, tomorrow = rules.rate_on(self.on), rules.rate_on(self.on + _DAY)
            rates.add(today.percent if today else None)
            running = first and first <= self.on + _DAY and not case.terms.interest_until
            counted.append(
                item._replace(
                    principal=account.principal,
                    interest=account.interest,
                    interest_from=first,
                    segments=account.segments,
                    imputed=account.imputed,
                    unknown=account.unknown,
                    compensation=self._compensation_of(invoice, item),
                    per_day=(
                        account.base * tomorrow.percent / (100 * interest.year_of(rules.days))
                        if tomorrow and running
                        else ZERO
                    ),
                )
            )
        if not why and all(i.interest_from is None or i.interest_from > self.on for i in counted):
            why["interest"] = "not_yet"
        held = self.cell["wait"].get("holds", ()) if self._waiting() else ()
        compensation, why_none = self._compensation(counted)
        coming = ZERO
        if compensation and "compensation" in held:
            coming, compensation, why_none = compensation, ZERO, "not_yet"
        if not compensation:
            why["compensation"] = why_none
        costs, why_none = self._costs(counted, costs_due)
        if costs and "costs" in held:
            coming, costs, why_none = coming + costs, ZERO, "not_yet"
        if not costs:
            why["costs"] = why_none
        costs = max(costs - paid_costs, ZERO)
        to_costs, to_sums = self._from_settled(beyond, costs, compensation)
        owed = why.get("interest") in (None, "not_yet")
        days = [i.per_day for i in counted if i.per_day]
        return Claim(
            on=self.on,
            currency=case.currency,
            items=tuple(counted),
            disputed=tuple(disputed),
            not_due=tuple(not_due),
            principal=sum((i.principal for i in counted), ZERO),
            interest=sum((i.interest for i in counted), ZERO),
            compensation=compensation - to_sums,
            costs=costs - to_costs,
            costs_paid=paid_costs,
            beyond=to_costs + to_sums,
            coming=coming,
            rate=rates.pop() if owed and len(rates) == 1 else None,
            per_day=cents(sum(days, ZERO)) if days else None,
            days=self._days(),
            bases=self._bases(agreed),
            why=why,
        )

    def _from_settled(
        self, beyond: Sequence[OpenItem], costs: Decimal, compensation: Decimal
    ) -> tuple[Decimal, Decimal]:
        """What was paid beyond settled invoices, their interest and their own fixed sums.

        So much of it as goes to ``costs``, and to a ``compensation`` of the whole claim.
        """
        if not beyond:
            return ZERO, ZERO
        terms = self.case.terms._replace(imputation="principal")  # costs are not theirs alone
        alone = _Teller(self.case._replace(terms=terms), self.law, self.on, self.own)
        spare = ZERO
        for item in alone.claim(beyond).items:
            own = sum((s.amount for s in item.segments), item.compensation)
            spare += max(-item.balance - own, ZERO)
        if self.cell["compensation"].get("per") == "invoice":
            compensation = ZERO
        to_costs = min(spare, costs)
        return to_costs, min(spare - to_costs, compensation)

    # Interest.

    def _first_day(self, invoice: Invoice) -> date | None:
        """The first day of interest, once a legal term that holds it has run out."""
        if "interest" in self.cell["wait"].get("holds", ()) and self._waiting():
            return None
        return STARTS[self.cell["interest"]["starts"]](self.case, self.law, invoice)

    def _waiting(self) -> bool:
        """Whether a consumer's legal term has not run out on the day."""
        from_ = consequences_from(self.case, self.law)
        return from_ is not None and from_ > self.on

    def _days(self) -> str:
        rule = self.cell["interest"]
        chosen = self.case.terms.days
        return chosen if chosen in rule.get("options", ()) else str(rule.get("days", "act/365"))

    def _runs(self) -> str:
        rule = self.cell["interest"]
        chosen = self.case.terms.runs
        return chosen if chosen in rule.get("options", ()) else str(rule.get("runs", "split"))

    def _rules(self, invoice: Invoice, first: date | None, agreed: AgreedRate | None) -> Rules:
        """How the interest of ``invoice`` is counted; unless its rate is fixed, by its goods."""
        if self._runs() == "fixed":
            return self._new_rules(invoice, first, agreed)
        known = self._rules_known.get(invoice.goods)
        if known is None:
            known = self._rules_known[invoice.goods] = self._new_rules(invoice, first, agreed)
        return known

    def _new_rules(self, invoice: Invoice, first: date | None, agreed: AgreedRate | None) -> Rules:
        rule = self.cell["interest"]
        order = self.cell["imputation"].get("order", ())
        rate_on, cuts = self._rate_on(invoice, first, agreed)
        return Rules(
            rate_on=rate_on,
            cuts=cuts,
            days=self._days(),
            yearly=rule["compounding"] == "yearly" and not agreed,
            interest_first=self.case.terms.imputation == "legal" and "interest" in order,
        )

    def _rate_on(
        self, invoice: Invoice, first: date | None, agreed: AgreedRate | None
    ) -> tuple[Callable[[date], Rate | None], tuple[date, ...]]:
        if agreed:
            constant = Rate(date.min, yearly(agreed), "agreed")
            return lambda day: constant, ()
        rule, found = self.cell["interest"], self._series
        if found is None:
            return lambda day: None, ()
        if "surcharge" in rule:
            found = found.raised(percent(rule["surcharge"].get(invoice.goods, 0)))
        if self._runs() == "fixed":
            fixed = found.on(first or self.on)
            return lambda day: fixed, ()
        return functools.cache(found.on), self._cuts

    def _bases(self, agreed: AgreedRate | None) -> Mapping[str, Basis]:
        """The statute behind each amount; an agreed one rests on the clause of the contract."""
        statutory = {
            "interest": agreed is None,
            "compensation": not isinstance(self.case.terms.compensation, Decimal),
            "costs": True,
        }
        bases = _bases_of(self.law, self.case.debtor.kind, self.on)
        return {name: basis for name, basis in bases.items() if statutory[name]}

    # Fixed sums and costs.

    def _agreed_instead(self) -> bool:
        """Whether an agreed rate displaces the statute's sums as well (the English Act, s. 8)."""
        agreed = isinstance(self.case.terms.interest, AgreedRate)
        return agreed and self.cell["agreed_interest"].get("allowed") == "instead"

    def _compensation_of(self, invoice: Invoice, item: OpenItem) -> Decimal:
        """The fixed sum for one invoice, where the statute gives one per invoice."""
        rule = self.cell["compensation"]
        if self.case.terms.compensation != "statutory" or rule.get("per") != "invoice":
            return ZERO
        if self._agreed_instead():
            return ZERO
        early = sum([p.amount for p in invoice.payments if p.date <= invoice.due], ZERO)
        return scale(rule, invoice.amount - item.credited - item.disputed - early)

    def _compensation(self, items: Sequence[OpenItem]) -> tuple[Decimal, str]:
        """The fixed sums of the invoices and of the whole claim, or why there are none."""
        terms, rule = self.case.terms, self.cell["compensation"]
        agreed = self.cell["agreed_compensation"]
        if terms.compensation == "none":
            return ZERO, "waived"
        if isinstance(terms.compensation, Decimal):
            none = str(agreed.get("none", ""))
            return (ZERO, none) if none else (terms.compensation, "")
        if self._agreed_instead():
            return ZERO, "agreed_instead"
        if "scale" in agreed and terms.clause:
            return scale(agreed, sum((i.balance for i in items if self._noticed(i)), ZERO)), ""
        return sum((i.compensation for i in items), ZERO), str(rule.get("none", ""))

    def _noticed(self, item: OpenItem) -> bool:
        """Whether the letter that gave the legal term spoke of this invoice, or is yet to come."""
        letters = schedule.letters(self.case, self.cell["wait"].get("stage"))
        return not letters or item.invoice.due < letters[0].date

    def _costs(self, items: Sequence[OpenItem], due: Decimal | None) -> tuple[Decimal, str]:
        """Collection costs and an agreed fee, or why there are none."""
        terms, rule, fee = self.case.terms, self.cell["costs"], self.cell["fee"]
        found, why_none = ZERO, str(rule.get("none", ""))
        if "scale" in rule and terms.compensation != "statutory":
            why_none = "waived"
        elif "scale" in rule:
            found = due if due is not None else self.costs_on(items)
        if terms.fee and "none" not in fee:
            found += terms.fee
        return found, why_none

    def costs_on(self, items: Sequence[OpenItem]) -> Decimal:
        """The scale's costs on what is open, with VAT only where the law lets it be added."""
        rule = self.cell["costs"]
        net = scale(rule, sum((i.balance for i in items), ZERO))
        return cents(net * (100 + percent(rule["vat"])) / 100) if self.vat_added else net

    @property
    def vat_added(self) -> bool:
        """Whether VAT is added to the costs."""
        return vat_on_costs(self.case, self.cell["costs"])

    def _costs_first(
        self, items: Sequence[OpenItem]
    ) -> tuple[Mapping[str, tuple[Payment, ...]], Decimal, Decimal | None]:
        """Payments after costs fell due pay those first, where the law says so (BW 6:44).

        The payments that are left for each invoice, what went to the costs, and
        the costs as they were on that day (None if no costs were due before a payment).
        """
        left: dict[str, tuple[Payment, ...]]
        left = {i.invoice.number: i.invoice.payments for i in items}
        order, terms = self.cell["imputation"].get("order", ()), self.case.terms
        legal = terms.imputation == "legal" and terms.compensation == "statutory"
        due_on = costs_demanded(self.case, self.law) if legal and "costs" in order else None
        if due_on is None:
            return left, ZERO, None
        letter = schedule.letters(self.case, 3)[0].date
        demanded = [i.invoice for i in items if i.invoice.due < letter]
        costs = rest = self.costs_on([open_item(_before(i, due_on), due_on) for i in demanded])
        dated = [(p, i.invoice.number) for i in items for p in i.invoice.payments]
        left = {i.invoice.number: () for i in items}
        for payment, number in sorted(dated, key=lambda each: each[0].date):
            taken = min(rest, payment.amount) if payment.date > due_on else ZERO
            rest -= taken
            if payment.amount > taken:
                remaining = payment._replace(amount=payment.amount - taken)
                left[number] = (*left[number], remaining)
        return left, costs - rest, costs


@functools.lru_cache(maxsize=1000)  # a batch asks for the same days again
def _bases_of(law: str, kind: str, on: date) -> Mapping[str, Basis]:
    """The statute behind each amount that a kind of debtor may owe, as cited on a day."""
    found = {}
    for name in ("interest", "compensation", "costs"):
        rule = jurisdiction.cell_of(law, kind)[name]
        if "article" in rule:
            label = jurisdiction.article(law, rule["article"], on)
            found[name] = Basis(label, jurisdiction.source(law, rule))
    return found


def _before(invoice: Invoice, day: date) -> Invoice:
    return invoice._replace(
        payments=tuple(p for p in invoice.payments if p.date <= day),
        credits=tuple(c for c in invoice.credits if c.date <= day),
    )


def yearly(agreed: AgreedRate) -> Decimal:
    """An agreed rate as percent a year: a monthly one times twelve."""
    return percent(agreed.rate * 12 if agreed.per == "month" else agreed.rate)


def scale(rule: Cell, amount: Decimal) -> Decimal:
    """The sum that a scale gives for ``amount``, between its least and its most.

    A band holds up to its edge (``up_to``, the edge included, or ``below``) and
    gives ``sum``, plus ``percent`` of what lies above the edge before.
    """
    if amount <= 0:
        return ZERO
    edge = ZERO
    for band in rule["scale"]:
        end = percent(band.get("up_to", band.get("below", 0)))
        inside = amount <= end if "up_to" in band else amount < end if "below" in band else True
        if inside:
            found = percent(band["sum"])
            if "percent" in band:
                found += (amount - edge) * percent(band["percent"]) / 100
            found = cents(found)
            if "least" in rule:
                found = max(found, percent(rule["least"]))
            return min(found, percent(rule["most"])) if "most" in rule else found
        edge = end
    raise ValueError("a scale whose last band has an edge")


def vat_on_costs(case: Case, rule: Cell) -> bool:
    """Whether VAT is added to Dutch collection costs (Besluit, art. 2(3)).

    Only if the creditor uses a taxed collection service, cannot set that VAT
    off, and the letter says both: an outside collector as next step, and
    ``creditor.vat: not_deductible``.
    """
    outside = case.next_step is not None and case.next_step.kind in rule.get("vat_with", ())
    return outside and case.creditor.vat == "not_deductible"


# From which day.


def received(letter: Contact, case: Case) -> date:
    """The day on which a letter of ours is taken to have arrived: e-mail at once, else by post."""
    at_once = letter.channel in ("email", "pec")
    return letter.date if at_once else letter.date + timedelta(days=case.policy.post_days)


def _due(case: Case, law: str, invoice: Invoice) -> date | None:
    """The day after the due date, without any reminder."""
    return invoice.due + _DAY


def _notice(case: Case, law: str, invoice: Invoice) -> date | None:
    """An agreed day has passed; else the day after our first letter's term (BW 6:82; CO 102)."""
    if case.contract.due_agreed:
        return invoice.due + _DAY
    letter = _first_letter(case, invoice)
    term = schedule.deadline_of(letter, case, law) if letter else None
    return term + _DAY if term else None


def _demand(case: Case, law: str, invoice: Invoice) -> date | None:
    """The day after our final demand arrived (C. civ. 1231-6; c.c. 1219 and 1224)."""
    letter = _first_letter(case, invoice, 3)
    return received(letter, case) + _DAY if letter else None


def _third_month(case: Case, law: str, invoice: Invoice) -> date | None:
    """The end of the third month after delivery, if the invoice came in time and said so.

    Luxembourg, law of 18 April 2004, art. 12 and 13: invoiced within one month
    of delivery, with the mention that the trader means to benefit from art. 12.
    """
    delivered = invoice.delivered
    if not delivered or not case.contract.interest_on_invoice:
        return None
    if invoice.issued > schedule.months_after(delivered, 1):
        return None
    return max(schedule.months_after(delivered, 3), invoice.due) + _DAY


def _free_period(case: Case, law: str, invoice: Invoice) -> date | None:
    """After the consumer's free period; for a small creditor the day after sending (XIX.2 §4)."""
    letter = _first_letter(case, invoice, 1)
    if letter is None:
        return None
    if case.creditor.sme:
        return letter.date + _DAY
    return consequences_from(case, law)


STARTS: Mapping[str, Callable[[Case, str, Invoice], date | None]] = {
    "due": _due,
    "notice": _notice,
    "demand": _demand,
    "third_month": _third_month,
    "free_period": _free_period,
}
"""How a law lets interest begin: the values of ``interest: starts`` in the tables."""


def _first_letter(case: Case, invoice: Invoice, stage: int | None = None) -> Contact | None:
    """Our first letter (of ``stage``) since the invoice fell due."""
    return next((c for c in schedule.letters(case, stage) if c.date > invoice.due), None)


def consequences_from(case: Case, law: str) -> date | None:
    """The first day on which sums may be asked of a consumer who was given a legal term.

    The Belgian free reminder and the Dutch fourteen-day letter: the day after
    the term; ``date.max`` while that letter has not gone out. None where the
    law gives no such term.
    """
    wait = jurisdiction.cell(law, case)["wait"]
    if "holds" not in wait:
        return None
    letters = schedule.letters(case, wait["stage"])
    if not letters:
        return date.max
    letter = letters[0]
    return schedule.term_end(wait, letter.date, letter.channel, law) + _DAY


def costs_demanded(case: Case, law: str) -> date | None:
    """The day from which collection costs are owed: a final demand sent, its legal term over."""
    sent = schedule.letters(case, 3)
    if not sent:
        return None
    from_ = consequences_from(case, law)
    return sent[0].date if from_ is None else from_ - _DAY

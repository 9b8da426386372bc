"""The parts of a letter that the machine makes: heading, lists, account data, signature.

Each function returns finished plain text in the locale's words; the sentences
of the letter are in the templates, the words here in ``locales/*.yaml``.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any, NamedTuple

from letterkit import jurisdiction, payment, phrases, postal, schedule
from letterkit.claims import Asked
from letterkit.locale import Locale
from letterkit.model import (
    ZERO,
    Block,
    Case,
    Claim,
    Enclosure,
    OpenItem,
    PaymentOrder,
    Plan,
    Segment,
    Table,
)

Line = Callable[[str, phrases.Said], str]


def label(spoken: Locale, word: str) -> str:
    """A label from the locale's words, with the colon its region writes."""
    return spoken.words[word] + spoken.colon


def sender(case: Case, spoken: Locale) -> tuple[str, ...]:
    """The letterhead: name, address, number, telephone, e-mail."""
    creditor = case.creditor
    lines = [creditor.name, *creditor.address]
    if creditor.country != case.debtor.country:
        lines.append(spoken.country(creditor.country))
    if creditor.number:
        lines.append(_number(creditor.number, creditor.country, spoken))
    lines += [part for part in (creditor.phone, creditor.email) if part]
    return tuple(lines)


def addresses(case: Case, spoken: Locale) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The address: name as on an envelope, attention line, address, country abroad.

    And the same for the window of an envelope: as the post wants it.
    """
    address, here, there = case.debtor.address, case.creditor.country, case.debtor.country
    named = _addressee(case, spoken)
    recipient, postal_ = (*named, *address), (*named, *postal.lines(address, there))
    if there == here:
        return recipient, postal_
    country = postal.country_line(there, here, spoken)
    return (*recipient, spoken.country(there)), (*postal_, country)


def _addressee(case: Case, spoken: Locale) -> tuple[str, ...]:
    debtor, words = case.debtor, spoken.words
    how = f"address_{debtor.title}" if jurisdiction.is_person(case) else "address_company"
    name = words[how].replace("{name}", debtor.name)
    if not debtor.attention:
        return (name,)
    attention = words[f"attention_{debtor.attention.title}"]
    return name, attention.replace("{name}", debtor.attention.name)


@functools.lru_cache(maxsize=100)  # of a batch, all letters have the same
def _number(number: str, country: str, spoken: Locale) -> str:
    """The sender's number with its label: a VAT number begins with the country's letters.

    Belgian, Italian and Swiss numbers serve for both and have one label.
    """
    vat = country not in ("BE", "CH", "IT") and number[:2].isalpha()
    pattern = spoken.words.get("number_vat" if vat else f"number_{country}", "{number}")
    return pattern.format(number=payment.number_printed(number, country))


def heading(case: Case, spoken: Locale, on: date, channel: str) -> Iterator[Block]:
    """Place and date, how the letter is sent, references.

    A registered letter has the name that the post of the sender's country gives it.
    """
    creditor, debtor = case.creditor, case.debtor
    town = creditor.town.in_language(spoken.language)
    yield Block("place_date", (spoken.place_date(town, on),))
    if channel != "post":
        key = "channel_" + channel.replace("+", "_")
        abroad = f"{key}_abroad" if creditor.country != spoken.region else key
        words = spoken.words.get(abroad) or spoken.words[key]
        yield Block("channel", (words.format(pec=debtor.pec).strip(),))
    pairs = []
    if case.reference:
        pairs.append((label(spoken, "our_reference"), case.reference))
    if debtor.customer:
        pairs.append((label(spoken, "your_customer_number"), debtor.customer))
    if pairs:
        yield Block("references", pairs=tuple(pairs))


def invoice_lines(claim: Claim, spoken: Locale, line: Line) -> tuple[str, ...]:
    """One sentence for each open invoice, and the total."""
    several = len(claim.items) > 1
    said = [line("invoice_line", phrases.invoice(item, several, spoken)) for item in claim.items]
    total = claim.balance if several else ZERO
    if total:
        said.append(line("total_line", {"total": spoken.money(total, claim.currency)}))
    return tuple(said)


def _drawn(table: Table) -> Callable[[], Table]:
    """A table that is drawn up already."""
    return lambda: table


class InvoiceTable(NamedTuple):
    """The same as a table, drawn up when an output asks for it.

    The columns for payments and days are there only where they say something.
    """

    claim: Claim
    spoken: Locale

    def __call__(self) -> Table:
        """The table, its words and figures finished."""
        claim, spoken = self
        money = functools.partial(spoken.money, currency=claim.currency)
        reduced = any(i.balance != i.invoice.amount for i in claim.items)
        overdue = any(i.days_overdue > 0 for i in claim.items)
        heads = ["invoice", "issued", "due", "amount"]
        foot = [spoken.words["head_total"], "", "", money(claim.balance)]
        if reduced:
            heads += ["paid", "balance"]
            foot[3:3] = ["", ""]
        if overdue:
            heads.append("days")
            foot.append("")
        rows = []
        for item in claim.items:
            invoice = item.invoice
            row = [
                invoice.number,
                spoken.date_short(invoice.issued),
                spoken.date_short(invoice.due),
                money(invoice.amount),
            ]
            if reduced:
                row += [money(item.paid + item.credited + item.disputed), money(item.balance)]
            if overdue:
                row.append(str(max(item.days_overdue, 0)))
            rows.append(tuple(row))
        return Table(
            tuple(spoken.words[f"head_{head}"] for head in heads),
            tuple(rows),
            tuple(foot),
            tuple(range(3, len(heads))),
        )


def claim_rows(asked: Asked, spoken: Locale, line: Line) -> list[tuple[str, str]]:
    """The claim as label and amount, adding up to the last one: what the letter asks for."""
    claim = asked.claim
    money = _money(claim, spoken)
    several = len(claim.items) > 1
    reduced = any(i.balance != i.invoice.amount for i in claim.items)
    principal = line("claim_principal", {"several": several, "reduced": reduced})
    rows = [(principal, money(asked.balance))]
    if asked.interest:
        rows += (_by_rate if asked.apart else interest_rows)(asked, spoken, line)
    if asked.compensation:
        rows += _compensation_rows(asked, spoken, line)
    if asked.costs:
        vat = spoken.percent(asked.vat) if asked.vat else ""
        said: phrases.Said = {"article": asked.article("costs", spoken.language), "vat": vat}
        rows.append((line("claim_costs", said), money(asked.costs)))
    if asked.fee:
        rows.append((line("claim_fee", {}), money(asked.fee)))
    rows.append((line("claim_total", {}), money(asked.total)))
    return rows


def _compensation_rows(asked: Asked, spoken: Locale, line: Line) -> list[tuple[str, str]]:
    """One row for each fixed sum: so many invoices at so much; an agreed sum is one row."""
    money = _money(asked.claim, spoken)
    sums = [i.compensation for i in asked.claim.items if i.compensation]
    if asked.agreed_sum:
        sums = [asked.compensation]
    said: phrases.Said = {
        "article": asked.article("compensation", spoken.language),
        "agreed": asked.agreed_sum,
    }
    return [
        (
            line(
                "claim_compensation",
                {**said, "each": money(each), "count": str(count), "several": count > 1},
            ),
            money(each * count),
        )
        for each, count in Counter(sums).items()
    ]


def claim(asked: Asked, spoken: Locale, line: Line) -> dict[str, Any]:
    """The claim for the block of that name: lines, and the same as a table."""
    rows = claim_rows(asked, spoken, line)
    return {
        "items": tuple(f"{name}{spoken.colon} {amount}" for name, amount in rows),
        "table": _drawn(
            Table(
                (spoken.words["head_item"], spoken.words["head_amount"]),
                tuple(rows[:-1]),
                rows[-1],
                (1,),
            )
        ),
    }


def claim_blank(said: Mapping[str, str | bool], spoken: Locale, line: Line) -> tuple[str, ...]:
    """The lines of the claim to fill in: those that the law knows for this debtor."""
    labels = spoken.labels
    rows = [(line("claim_principal", {"several": False, "reduced": False}), labels["total"])]
    if said["interest_claimed"]:
        values: phrases.Said = {
            "invoice": "",
            "base": labels["total"],
            "from_day": labels["interest_from"],
            "to_day": labels["date"],
            "days": labels["days_overdue"],
            "rate": labels["rate"],
            "several": False,
            "agreed": False,
        }
        rows.append((line("claim_interest", values), labels["interest"]))
    if said["compensation_claimed"]:
        values = {"each": "", "count": "", "article": "", "several": False, "agreed": False}
        rows.append((line("claim_compensation", values), labels["compensation"]))
    rows.append((line("claim_total", {}), labels["demanded"]))
    return tuple(f"{name}{spoken.colon} {amount}" for name, amount in rows)


def imputed_lines(asked: Asked, spoken: Locale, line: Line) -> tuple[str, ...]:
    """How each payment was set off, where a part of it went to interest."""
    if not asked.interest:
        return ()
    return tuple(
        line("claim_imputed", _split(asked.claim, item, n, spoken))
        for item in asked.claim.items
        for n, split in enumerate(item.imputed)
        if split.interest
    )


def _split(claim: Claim, item: OpenItem, n: int, spoken: Locale) -> phrases.Said:
    """What ``claim_imputed`` may say of payment ``n``, and of its interest if one line tells it."""
    money = _money(claim, spoken)
    split = item.imputed[n]
    since = item.imputed[n - 1].date if n else date.min
    settled = [s for s in item.settled if since < s.last <= split.date]
    one = settled[0] if len(settled) == 1 else None
    return {
        "paid": money(split.amount),
        "date": spoken.date(split.date),
        "invoice": item.invoice.number,
        "interest": money(split.interest),
        "principal": money(split.principal),
        "base": money(one.base) if one else "",
        "days": spoken.days(one.days) if one else "",
        "rate": spoken.rate(one.rate) if one else "",
        "several": len(claim.items) > 1,
    }


def interest_rows(asked: Asked, spoken: Locale, line: Line) -> list[tuple[str, str]]:
    """One row for each stretch of interest."""
    claim = asked.claim
    money = _money(claim, spoken)
    return [
        (
            line(
                "claim_interest",
                {
                    "invoice": item.invoice.number,
                    "base": money(segment.base),
                    "from_day": spoken.date(segment.first),
                    "to_day": spoken.date(segment.last),
                    "days": spoken.days(segment.days),
                    "rate": spoken.rate(segment.rate),
                    "several": len(claim.items) > 1,
                    "agreed": asked.agreed_rate,
                },
            ),
            money(segment.amount),
        )
        for item in claim.items
        for segment in item.segments
    ]


def _by_rate(asked: Asked, spoken: Locale, line: Line) -> list[tuple[str, str]]:
    """One row for each rate, oldest first."""
    claim = asked.claim
    money = _money(claim, spoken)
    found: dict[Decimal, list[Segment]] = {}
    for segment in sorted((s for i in claim.items for s in i.segments), key=lambda s: s.first):
        found.setdefault(segment.rate, []).append(segment)
    return [
        (
            line(
                "claim_interest_rate",
                {
                    "from_day": spoken.date(min(s.first for s in segments)),
                    "to_day": spoken.date(max(s.last for s in segments)),
                    "rate": spoken.rate(rate),
                    "agreed": asked.agreed_rate,
                },
            ),
            money(sum((s.amount for s in segments), ZERO)),
        )
        for rate, segments in found.items()
    ]


def calculation(asked: Asked, spoken: Locale, line: Line) -> Block:
    """The interest, stretch by stretch: the enclosure of a letter that has no room for it."""
    claim = asked.claim
    money = _money(claim, spoken)
    heads = ("invoice", "base", "since", "until", "days_counted", "rate", "interest")
    rows = tuple(
        (
            item.invoice.number,
            money(segment.base),
            spoken.date_short(segment.first),
            spoken.date_short(segment.last),
            str(segment.days),
            spoken.rate(segment.rate),
            money(segment.amount),
        )
        for item in claim.items
        for segment in item.segments
    )
    total = money(asked.interest)
    return Block(
        "calculation",
        (spoken.words["calculation_title"],),
        items=(
            *(
                f"{name}{spoken.colon} {amount}"
                for name, amount in interest_rows(asked, spoken, line)
            ),
            f"{label(spoken, 'head_total')} {total}",
        ),
        table=_drawn(
            Table(
                tuple(spoken.words[f"head_{head}"] for head in heads),
                rows,
                (spoken.words["head_total"], "", "", "", "", "", total),
                (1, 4, 5, 6),
            )
        ),
    )


def _money(claim: Claim, spoken: Locale) -> Callable[[Decimal], str]:
    return lambda amount: spoken.money(amount, claim.currency)


def instalments(plan: Plan, total: Decimal, country: str) -> tuple[tuple[date, Decimal], ...]:
    """Days and sums of a plan: equal sums in whole cents, the last one takes the rest.

    The first day is the sender's own; a later one that is no working day in
    ``country`` gives way to the next that is.
    """
    share = (total / plan.instalments).quantize(Decimal("0.01"), ROUND_DOWN)
    later = [schedule.instalment_date(plan, n) for n in range(1, plan.instalments)]
    days = [plan.first, *(schedule.next_working_day(day, country) for day in later)]
    last = total - share * (plan.instalments - 1)
    return tuple(zip(days, [share] * (plan.instalments - 1) + [last], strict=True))


def instalment_lines(
    dated: Sequence[tuple[date, Decimal]], currency: str, spoken: Locale, line: Line
) -> tuple[str, ...]:
    """One line for each instalment."""
    return tuple(
        line(
            "instalment_line",
            {"number": str(n), "date": spoken.date(day), "amount": spoken.money(sum_, currency)},
        )
        for n, (day, sum_) in enumerate(dated, 1)
    )


def instalment_blank(spoken: Locale, line: Line) -> tuple[str, ...]:
    """Lines for three instalments, to fill in."""
    day, amount = spoken.labels["instalment_date"], spoken.labels["instalment_amount"]
    return tuple(
        line("instalment_line", {"number": str(n), "date": day, "amount": amount})
        for n in (1, 2, 3)
    )


def pay(order: PaymentOrder, amount: str, spoken: Locale) -> tuple[tuple[str, str], ...]:
    """How to pay, as label and value; a British account before the IBAN that serves from abroad."""
    pairs = [("label_payee", order.payee)]
    if order.sort_code:
        pairs.append(("label_sort_code", order.sort_code))
        pairs.append(("label_account_number", order.account_number))
    if order.account:
        pairs.append(("label_iban", spoken.iban(order.account)))
        if order.bic:
            pairs.append(("label_bic", order.bic))
    pairs.append(("label_amount", amount))
    if order.reference:
        pairs.append(("label_reference", payment.reference_printed(order.reference)))
    if order.link:
        pairs.append(("label_link", order.link))
    words, colon = spoken.words, spoken.colon
    return tuple([(words[word] + colon, value) for word, value in pairs])


_ASKED = {"call": "promise_amount", "dispute": "total", "plan": "instalment_amount"}
"""Letter → the label of the sum that its blank form asks for, where that is not all that is due."""


def pay_blank(spoken: Locale, law: str, stage: str) -> tuple[tuple[str, str], ...]:
    """The same, to fill in: within the United Kingdom by sort code and account number."""
    labels = spoken.labels
    account = [("label_iban", labels["account"])]
    if law == "GB":
        account = [
            ("label_sort_code", labels["sort_code"]),
            ("label_account_number", labels["account_number"]),
        ]
    pairs = [
        ("label_payee", labels["payee"]),
        *account,
        ("label_amount", labels[_ASKED.get(stage, "demanded")]),
        ("label_reference", labels["payment_reference"]),
    ]
    return tuple((label(spoken, word), value) for word, value in pairs)


def signature(case: Case, spoken: Locale) -> Block:
    """Name and role of whoever signs, and the sender's name."""
    signatory = case.creditor.signatory
    lines = []
    if signatory:
        lines.append(signatory.name)
        if signatory.role:
            lines.append(signatory.role.in_language(spoken.language))
    if not signatory or signatory.name != case.creditor.name:
        lines.append(case.creditor.name)
    return Block("signature", lines=tuple(lines))


def enclosures(
    enclosed: Sequence[Enclosure], spoken: Locale, *, several: bool, calculation: bool
) -> Iterator[Block]:
    """The list of what goes with the letter; none where nothing does."""
    if calculation:
        enclosed = (*enclosed, Enclosure("calculation"))
    if not enclosed:
        return
    words = spoken.words
    said = [
        e.text.in_language(spoken.language)
        if e.text
        else words[
            "enclosure_invoices" if e.code == "invoice" and several else f"enclosure_{e.code}"
        ]
        for e in enclosed
    ]
    copies = {"letters", "invoice"} if several else {"letters"}
    one = len(said) == 1 and enclosed[0].code not in copies
    headed = label(spoken, "enclosures_one" if one else "enclosures_many")
    if len(said) == 1:
        yield Block("enclosures", (f"{headed} {said[0]}",))
    else:
        yield Block("enclosures", (headed,), items=tuple(said))

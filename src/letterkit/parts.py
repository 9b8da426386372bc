"""The parts of a letter that the machine makes: heading, lists, account data, signature.

Each function returns finished plain text in the locale's words; the sentences
of the letter are in the templates, the words here in ``locales/*.yaml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal

from letterkit import jurisdiction, payment, phrases, schedule
from letterkit.locale import Locale
from letterkit.model import Block, Case, Claim, Enclosure, PaymentOrder, Plan, Table

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


def recipient(case: Case, spoken: Locale) -> tuple[str, ...]:
    """The address: name as on an envelope, attention line, address, country abroad."""
    debtor = case.debtor
    person = jurisdiction.is_person(case)
    pattern = spoken.words[f"address_{debtor.title}" if person else "address_company"]
    lines = [pattern.format(name=debtor.name)]
    if debtor.attention:
        pattern = spoken.words[f"attention_{debtor.attention.title}"]
        lines.append(pattern.format(name=debtor.attention.name))
    lines += debtor.address
    if debtor.country != case.creditor.country:
        lines.append(spoken.country(debtor.country))
    return tuple(lines)


def _number(number: str, country: str, spoken: Locale) -> str:
    """The sender's number with its label: a VAT number begins with the country's letters.

    Belgian, Italian and Swiss numbers serve for both and have one label.
    """
    vat = country not in ("BE", "CH", "IT") and number[:2].isalpha()
    pattern = spoken.words.get("number_vat" if vat else f"number_{country}", "{number}")
    return pattern.format(number=payment.number_printed(number, country))


def heading(
    spoken: Locale, town: str, on: date, channel: str, pec: str, reference: str, customer: str
) -> Iterator[Block]:
    """Place and date, how the letter is sent, references."""
    yield Block("place_date", (spoken.place_date(town, on),))
    if channel != "post":
        words = spoken.words["channel_" + channel.replace("+", "_")]
        yield Block("channel", (words.format(pec=pec).strip(),))
    pairs = []
    if reference:
        pairs.append((label(spoken, "our_reference"), reference))
    if customer:
        pairs.append((label(spoken, "your_customer_number"), customer))
    if pairs:
        yield Block("references", pairs=tuple(pairs))


def invoice_lines(claim: Claim, spoken: Locale, line: Line) -> tuple[str, ...]:
    """One sentence for each open invoice, and the total."""
    several = len(claim.items) > 1
    said = [line("invoice_line", phrases.invoice(item, several, spoken)) for item in claim.items]
    if several:
        said.append(line("total_line", {"total": spoken.money(claim.principal, claim.currency)}))
    return tuple(said)


def invoice_table(claim: Claim, spoken: Locale) -> Table:
    """The same as a table; the columns for payments and days only where they say something."""
    reduced = any(i.balance != i.invoice.amount for i in claim.items)
    overdue = any(i.days_overdue > 0 for i in claim.items)
    heads = ["invoice", "issued", "due", "amount"] + (["paid", "balance"] if reduced else [])
    heads += ["days"] if overdue else []
    rows = []
    for item in claim.items:
        invoice = item.invoice
        row = [
            invoice.number,
            spoken.date_short(invoice.issued),
            spoken.date_short(invoice.due),
            spoken.money(invoice.amount, claim.currency),
        ]
        if reduced:
            deducted = item.paid + item.credited + item.disputed
            row += [
                spoken.money(deducted, claim.currency),
                spoken.money(item.balance, claim.currency),
            ]
        rows.append((*row, str(max(item.days_overdue, 0))) if overdue else tuple(row))
    total = spoken.money(claim.principal, claim.currency)
    width = len(heads)
    sums = (total, "") if overdue else (total,)
    foot = (spoken.words["head_total"], *[""] * (width - 1 - len(sums)), *sums)
    return Table(
        tuple(spoken.words[f"head_{head}"] for head in heads),
        tuple(rows),
        foot,
        tuple(range(3, width)),
    )


def instalments(plan: Plan, total: Decimal) -> tuple[tuple[date, Decimal], ...]:
    """Days and sums of a plan: equal sums in whole cents, the last one takes the rest."""
    share = (total / plan.instalments).quantize(Decimal("0.01"), ROUND_DOWN)
    days = [schedule.instalment_date(plan, n) for n in range(plan.instalments)]
    last = total - share * (plan.instalments - 1)
    return tuple(zip(days, [share] * (plan.instalments - 1) + [last], strict=True))


def instalment_lines(
    plan: Plan, total: Decimal, currency: str, spoken: Locale, line: Line
) -> tuple[str, ...]:
    """One line for each instalment."""
    return tuple(
        line(
            "instalment_line",
            {"number": str(n), "date": spoken.date(day), "amount": spoken.money(sum_, currency)},
        )
        for n, (day, sum_) in enumerate(instalments(plan, total), 1)
    )


def instalment_blank(spoken: Locale, line: Line) -> tuple[str, ...]:
    """Lines for three instalments, to fill in."""
    day, amount = spoken.labels["instalment_date"], spoken.labels["instalment_amount"]
    return tuple(
        line("instalment_line", {"number": str(n), "date": day, "amount": amount})
        for n in (1, 2, 3)
    )


def pay(
    order: PaymentOrder, account: str, amount: str, spoken: Locale
) -> tuple[tuple[str, str], ...]:
    """How to pay, as label and value."""
    pairs = [("label_payee", order.payee)]
    if order.account:
        pairs.append(("label_iban", account))
        if order.bic:
            pairs.append(("label_bic", order.bic))
    elif order.sort_code:
        pairs.append(("label_sort_code", order.sort_code))
        pairs.append(("label_account_number", order.account_number))
    pairs.append(("label_amount", amount))
    if order.reference:
        pairs.append(("label_reference", order.reference))
    if order.link:
        pairs.append(("label_link", order.link))
    return tuple((label(spoken, word), value) for word, value in pairs)


def pay_blank(spoken: Locale) -> tuple[tuple[str, str], ...]:
    """The same, to fill in."""
    labels = spoken.labels
    pairs = [
        ("label_payee", labels["payee"]),
        ("label_iban", labels["account"]),
        ("label_amount", labels["demanded"]),
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


def enclosures(enclosed: Sequence[Enclosure], spoken: Locale, *, several: bool) -> Iterator[Block]:
    """The list of what goes with the letter; none where nothing does."""
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
    if len(said) == 1:
        yield Block("enclosures", (f"{label(spoken, 'enclosures_one')} {said[0]}",))
    else:
        yield Block("enclosures", (label(spoken, "enclosures_many"),), items=tuple(said))

"""The case file: what the sender knows, from YAML or a mapping to a `Case`.

One function for each section, and each reads as the contract: the names of the
fields, which of them are needed, and what they must agree with. Everything that
is wrong is found in one go and raised as one `InputError`.

>>> try:
...     read(b"creditor: {name: Dubreuil}")
... except InputError as error:
...     [finding.path for finding in error.findings][-2:]
['debtor', 'invoices']
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from letterkit import data, document, parties, payment
from letterkit.document import Node
from letterkit.errors import Finding, InputError
from letterkit.fields import Fields, strays
from letterkit.model import (
    CHANNELS,
    CONTACT_CHANNELS,
    CONTACT_RESULTS,
    CURRENCIES,
    ENCLOSURES,
    LANGUAGES,
    LAWS,
    LOCALES,
    NEXT_STEPS,
    AgreedRate,
    Case,
    Contact,
    Contract,
    Credit,
    Dispute,
    Enclosure,
    Invoice,
    NextStep,
    Payment,
    Plan,
    Policy,
    Promise,
    Suspension,
    Terms,
    Text,
)
from letterkit.parties import NAME, SHORT, address
from letterkit.payment import FieldError
from letterkit.values import (
    Reader,
    T,
    checked,
    choice,
    count,
    day,
    email,
    items,
    line,
    nearest,
    percent,
    phone,
    positive,
    words,
)

Source = str | Path | bytes | Mapping[str, Any]

STAGES = ("1", "2", "3", "4")
# Fields of the creditor that stand or fall together: a case that gives its own
# account does not take the BIC of another one from the sender's details.
TOGETHER = (("iban", "bic", "account"), ("address", "town"))
SHOWN = ("silent", "announced", "claimed")


def read(
    source: Source | Case,
    *,
    creditor: str | Path | Mapping[str, Any] | None = None,
    name: str = "",
) -> Case:
    """The case in ``source``: a file, YAML as bytes, a mapping, or a case already read.

    ``-`` is standard input. ``creditor`` holds the sender's own details; what
    the case says itself goes before them. ``name`` is how messages call the
    source. Raises `InputError` with everything that is wrong.
    """
    if isinstance(source, Case):
        return source
    findings: list[Finding] = []
    tree = _tree(source, name, findings)
    if not isinstance(tree.value, dict):
        raise InputError([*findings, tree.finding("case_form")])
    if creditor is not None:
        _merge_creditor(tree, _tree(creditor, "", findings), findings)
    walked: list[Fields] = []
    case = _case(Fields(tree, findings, walked), name or tree.file)
    findings += strays(walked)
    if findings:
        raise InputError(sorted(findings, key=lambda finding: (finding.file, finding.line)))
    return case


def _tree(source: Source, name: str, findings: list[Finding]) -> Node:
    if isinstance(source, Mapping):
        return document.from_mapping(source, name, findings)
    if isinstance(source, bytes):
        return document.read(source, name, findings)
    text = str(source)
    if isinstance(source, str) and text != "-" and not text.lower().endswith((".yaml", ".yml")):
        raise InputError([Finding("source_unknown", seen=document.short(text))])
    shown = name or text
    try:
        return document.read(data.read_bytes(source), shown, findings)
    except FileNotFoundError:
        raise InputError([Finding("file_missing", file=shown)]) from None
    except IsADirectoryError:
        raise InputError([Finding("file_is_folder", file=shown)]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise InputError([Finding("file_unreadable", file=shown, seen=reason)]) from None


def _merge_creditor(tree: Node, own: Node, findings: list[Finding]) -> None:
    """Put the sender's own details under those that the case gives itself."""
    if isinstance(own.value, dict) and list(own.value) == ["creditor"]:
        own = own.value["creditor"]
    if not isinstance(own.value, dict):
        raise InputError([*findings, own.finding("creditor_form")])
    given = tree.value.get("creditor")
    if given is None or given.value is None:
        tree.value["creditor"] = own
    elif isinstance(given.value, dict):
        kept = {
            key: node
            for key, node in own.value.items()
            if not any(key in group and given.value.keys() & set(group) for group in TOGETHER)
        }
        given.value = kept | given.value


def _case(f: Fields, source: str) -> Case:
    sender = f.need_part("creditor", parties.creditor)
    home = sender.country if f.good("creditor") else ""
    found = Case(
        creditor=sender,
        debtor=f.need_part("debtor", parties.debtor),
        invoices=f.parts("invoices", partial(_invoice, home=home)),
        law=f.text("law", choice(LAWS, "law_unknown")),
        language=f.text("language", choice((*LANGUAGES, *LOCALES), "language_unknown")),
        reference=f.text("reference", SHORT),
        send=_by_stage(f, "send", lambda node: _channel(f, node)),
        deadline=_by_stage(f, "deadline", day),
        policy=f.part("policy", _policy) or Policy(),
        contract=f.part("contract", _contract) or Contract(),
        contacts=f.parts("contacts", _contact),
        terms=f.part("terms", _terms) or Terms(),
        plan=f.part("plan", _plan),
        credit_terms=f.maybe("credit_terms", _credit_terms) or "",
        suspension=f.part("suspension", _suspension),
        next_step=f.part("next_step", _next_step),
        enclosures=f.each("enclosures", lambda node: _enclosure(f, node)),
        paid_until=f.maybe("paid_until", day),
        sample=f.flag("sample"),
        source=source,
    )
    if not f.listed("invoices") and not f.failed("invoices"):
        f.missing("invoices")
    _check_together(f, found)
    return found


def _check_together(f: Fields, case: Case) -> None:
    """What the invoices and the contacts must agree on among themselves."""
    numbers: dict[str, str] = {}
    currency = ""
    for node in f.listed("invoices"):
        number, its_currency = node.child("number"), node.child("currency")
        if number:
            first = numbers.setdefault(number.seen.casefold(), number.path)
            if first != number.path:
                f.complain(number, "invoice_twice", first=first)
        if its_currency and its_currency.value in CURRENCIES:
            currency = currency or its_currency.value
            if its_currency.value != currency:
                f.complain(its_currency, "currency_mixed", first=currency)
    if f.good("invoices", "contacts") and case.invoices:
        earliest = min(invoice.issued for invoice in case.invoices)
        for node in f.listed("contacts"):
            on = node.child("date")
            if on and day(on) < earliest:
                f.complain(on, "contact_early", issued=earliest.isoformat())


def _invoice(f: Fields, home: str) -> Invoice:
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
        disputed=f.maybe("disputed", lambda node: _dispute(f, node)),
        goods=f.text("goods", choice(("agri_food",))),
    )
    for key in ("due", "received"):
        if f.good("issued", key) and getattr(found, key) < found.issued:
            f.find("before_issued", key, issued=found.issued.isoformat())
    if f.good("amount"):
        _check_sums(f, found)
    return found


def _check_sums(f: Fields, invoice: Invoice) -> None:
    """An invoice cannot be paid, credited and contested for more than its amount."""
    total = Decimal(0)
    contested = invoice.disputed.amount if invoice.disputed else None
    for key, amounts in (
        ("payments", [paid.amount for paid in invoice.payments]),
        ("credits", [note.amount for note in invoice.credits]),
        ("disputed", [contested] if contested else []),
    ):
        total += sum(amounts)
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


def _dispute(f: Fields, node: Node) -> Dispute:
    if node.value == "full":
        return Dispute()
    if not isinstance(node.value, dict):
        raise FieldError("want_dispute")
    return f.inside(
        node, lambda g: Dispute(amount=g.maybe("amount", positive), since=g.maybe("since", day))
    )


def _contact(f: Fields) -> Contact:
    found = Contact(
        date=f.need("date", day),
        channel=f.need("channel", choice(CONTACT_CHANNELS)),
        stage=f.maybe("stage", count(1, 4)),
        deadline=f.maybe("deadline", day),
        by=f.text("by", choice(("us", "them"))) or "us",
        person=f.text("with", NAME),
        result=f.text("result", choice(CONTACT_RESULTS)),
        promise=f.part("promise", _promise),
    )
    if found.stage and found.by == "them":
        f.find("contact_stage_by_them", "stage")
    elif found.stage and f.good("channel") and found.channel in ("phone", "visit"):
        f.find("contact_stage_spoken", "stage", channel=found.channel)
    if f.good("date", "deadline") and found.deadline and found.deadline < found.date:
        f.find("before_contact", "deadline", date=found.date.isoformat())
    if f.good("date", "promise") and found.promise and found.promise.date < found.date:
        f.find("before_contact", "promise", date=found.date.isoformat())
    if found.result == "promised" and not f.given("promise"):
        f.missing("promise")
    if found.result == "no_answer" and f.given("promise"):
        f.find("contact_no_answer", "promise")
    return found


def _promise(f: Fields) -> Promise:
    return Promise(date=f.need("date", day), amount=f.maybe("amount", positive))


def _contract(f: Fields) -> Contract:
    return Contract(
        date=f.maybe("date", day),
        number=f.text("number", SHORT),
        interest_on_invoice=f.flag("interest_on_invoice"),
    )


def _terms(f: Fields) -> Terms:
    show = f.part("show", _show) or ("", "")
    return Terms(
        interest=f.maybe("interest", lambda node: _interest(f, node)) or "statutory",
        compensation=f.maybe("compensation", lambda node: _compensation(f, node)) or "statutory",
        clause=f.maybe("clause", words),
        show_interest=show[0],
        show_compensation=show[1],
        waive_if_paid=f.flag("waive_if_paid"),
        interest_until=f.maybe("interest_until", day),
        fee=f.maybe("fee", positive),
        imputation=f.text("imputation", choice(("legal", "principal"))) or "legal",
    )


def _show(f: Fields) -> tuple[str, str]:
    return f.text("interest", choice(SHOWN)), f.text("compensation", choice(SHOWN))


def _interest(f: Fields, node: Node) -> str | AgreedRate:
    if not isinstance(node.value, dict):
        return choice(("statutory", "none"), "want_interest")(node)
    return f.inside(
        node,
        lambda g: AgreedRate(
            rate=g.need("rate", percent), per=g.need("per", choice(("year", "month")))
        ),
    )


def _compensation(f: Fields, node: Node) -> str | Decimal:
    if not isinstance(node.value, dict):
        return choice(("statutory", "none"), "want_compensation")(node)
    return f.inside(node, lambda g: g.need("amount", positive))


def _policy(f: Fields) -> Policy:
    usual = Policy()
    found = Policy(
        stage1=f.whole("stage1", 0, 365, usual.stage1),
        stage2=f.whole("stage2", 0, 365, usual.stage2),
        stage3=f.whole("stage3", 0, 365, usual.stage3),
        stage4=f.whole("stage4", 0, 365, usual.stage4),
        deadline_days=f.maybe("deadline_days", _three_delays) or usual.deadline_days,
        post_days=f.whole("post_days", 0, 30, usual.post_days),
    )
    days = [found.days(n) for n in (1, 2, 3, 4)]
    if days != sorted(set(days)):
        f.find("policy_order", days=", ".join(map(str, days)))
    return found


def _three_delays(node: Node) -> tuple[int, int, int]:
    delays = [count(1, 90)(inner) for inner in items(node)]
    if len(delays) != 3:
        raise FieldError("want_three_delays")
    return delays[0], delays[1], delays[2]


def _plan(f: Fields) -> Plan:
    return Plan(
        instalments=f.need("instalments", count(2, 60)),
        first=f.need("first", day),
        every=f.text("every", choice(("week", "month"))) or "month",
    )


def _credit_terms(node: Node) -> str | Text:
    return "prepayment" if node.value == "prepayment" else words(node)


def _suspension(f: Fields) -> Suspension:
    return Suspension(start=f.need("from", day), clause=f.maybe("clause", words))


def _next_step(f: Fields) -> NextStep:
    return NextStep(
        kind=f.need("kind", choice(NEXT_STEPS)),
        name=f.text("name", NAME),
        reference=f.text("reference", SHORT),
        since=f.maybe("since", day),
        address=address(f, "address", ""),
        phone=f.text("phone", phone),
        email=f.text("email", email),
        iban=f.text("iban", checked(payment.check_iban)),
        register=f.text("register", NAME),
    )


def _enclosure(f: Fields, node: Node) -> Enclosure:
    """A code, the sender's own words, or one of them with the file that goes along."""
    if isinstance(node.value, dict) and node.value.keys() & {"code", "text", "file"}:
        return f.inside(node, _enclosed_file)
    text = words(node)
    if text.text in ENCLOSURES:
        return Enclosure(code=text.text)
    guess = nearest(text.text, ENCLOSURES) if re.fullmatch("[A-Za-z_]+", text.text) else ""
    if guess:
        raise FieldError("enclosure_misspelt", guess=guess, choices=", ".join(ENCLOSURES))
    return Enclosure(text=text)


def _enclosed_file(f: Fields) -> Enclosure:
    found = Enclosure(
        code=f.text("code", choice(ENCLOSURES)),
        text=f.maybe("text", words),
        file=f.text("file", _file_inside),
    )
    if not f.given("code") and not f.given("text"):
        f.missing("code")
    return found


def _file_inside(node: Node) -> str:
    """A file in the folder of the case or below it."""
    text = line(200)(node)
    parts = text.split("/")
    if re.search(r'[\\:*?"<>|]', text) or not all(part.strip(" .") for part in parts):
        raise FieldError("file_outside")
    return text


def _channel(f: Fields, node: Node) -> str:
    if isinstance(node.value, dict):
        return f.inside(node, lambda g: g.need("channel", choice(CHANNELS)))
    return choice(CHANNELS)(node)


def _by_stage(f: Fields, key: str, read: Reader[T]) -> dict[str, T]:
    """A field that holds for every letter (``""``), or a map from stage to its value."""
    node = f.given(key)
    if node is None:
        return {}
    if not isinstance(node.value, dict) or "channel" in node.value:
        return {"": f.need(key, read)}
    return f.need_part(
        key, lambda g: {stage: g.need(stage, read) for stage in STAGES if g.given(stage)}
    )

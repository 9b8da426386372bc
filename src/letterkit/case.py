"""The case file: what the sender knows, from YAML or a mapping to a `Case`.

One function for each section, and each reads as the contract: the names of the
fields, which of them are needed, and what they must agree with. Everything that
is wrong is found in one go and raised as one `InputError`.

>>> from letterkit.errors import InputError
>>> try:
...     read(b"creditor: {name: Dubreuil}")
... except InputError as error:
...     [finding.path for finding in error.findings][-2:]
['debtor', 'invoices']
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from letterkit import document, envelopes, parties, payment
from letterkit.fields import Fields, report_strays
from letterkit.invoices import invoices
from letterkit.model import (
    CHANNELS,
    CONTACT_CHANNELS,
    CONTACT_RESULTS,
    ENCLOSURES,
    LANGUAGES,
    LAWS,
    LOCALES,
    NAMED,
    NEXT_STEPS,
    AgreedRate,
    Case,
    Contact,
    Contract,
    Enclosure,
    NextStep,
    Plan,
    Policy,
    Promise,
    Suspension,
    Terms,
)
from letterkit.parties import NAME, SHORT
from letterkit.payment import FieldError
from letterkit.tree import Findings, Node
from letterkit.values import (
    Reader,
    T,
    checked,
    choice,
    code_or_words,
    count,
    day,
    email,
    file_inside,
    percent,
    phone,
    positive,
    takes,
    then,
    words,
)

Source = document.Source

LETTERS = ("1", "2", "3", "4", *NAMED)
SHOWN = ("silent", "announced", "claimed")
DAY_COUNTS = ("act/365", "30/360")
RUNS = ("split", "fixed")

# Of the sender's own details, what a field of the case puts aside: another
# account has another BIC and perhaps another holder.
PUTS_ASIDE = {
    "iban": ("account", "bic", "payee"),
    "account": ("iban", "bic", "payee"),
    "address": ("town",),
}


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
    findings = Findings()
    tree = document.load(source, name, findings)
    if not isinstance(tree.value, dict):
        findings.stop(tree.finding("case_form"))
    if creditor is not None:
        _merge_creditor(tree, _own_details(creditor, findings))
    walked: list[Fields] = []
    case = sections(Fields(tree, findings, walked), name or tree.file)
    case = case._replace(folder=_folder(source))
    report_strays(walked, findings)
    if findings:
        findings.stop()
    return case


def _folder(source: Source) -> str:
    """The folder of a case that is a file; of any other, none."""
    named = isinstance(source, (str, Path)) and str(source) != "-"
    return str(Path(str(source)).parent) if named else ""


def _own_details(source: str | Path | Mapping[str, Any], findings: Findings) -> Node:
    """The sender's details: their fields alone, or the section ``creditor`` as a case has it."""
    if isinstance(source, Mapping):
        inner = source["creditor"] if list(source) == ["creditor"] else source
        own = document.from_mapping(inner, "", findings, path="creditor")
    else:
        tree = document.load(source, "", findings)
        section = tree.child("creditor")
        own = section if section and len(tree.value) == 1 else tree
    if not isinstance(own.value, dict):
        findings.stop(own.finding("creditor_form"))
    return own


def _merge_creditor(tree: Node, own: Node) -> None:
    """Put the sender's own details under what the case says of the creditor itself."""
    given = tree.value.get("creditor")
    if given is None or (given.value is None and not given.bad):
        tree.value["creditor"] = own
    elif isinstance(given.value, dict):
        aside = {other for key in given.value for other in PUTS_ASIDE.get(key, ())}
        kept = {key: node for key, node in own.value.items() if key not in aside}
        given.value = kept | given.value


def sections(f: Fields, source: str) -> Case:
    """The whole case from its top-level mapping; what cannot be read is complained about."""
    creditor = f.need_part("creditor", parties.creditor)
    debtor = f.need_part("debtor", parties.debtor)
    owed = invoices(f, creditor.country if f.good("creditor") else "")
    days = [invoice.issued for invoice in owed]
    issued = min(days) if days and all(days) and f.good("invoices") else None
    return Case(
        creditor=creditor,
        debtor=debtor,
        invoices=owed,
        law=f.text("law", choice(LAWS, "law_unknown")),
        language=f.text("language", choice((*LANGUAGES, *LOCALES), "language_unknown")),
        reference=f.text("reference", SHORT),
        send=_by_stage(f, "send", f.either(choice(CHANNELS), _channel)),
        deadline=_by_stage(f, "deadline", day),
        policy=f.part("policy", _policy) or Policy(),
        contract=f.part("contract", _contract) or Contract(),
        contacts=f.parts("contacts", partial(_contact, issued=issued)),
        terms=f.part("terms", _terms) or Terms(),
        plan=f.part("plan", _plan),
        credit_terms=f.maybe("credit_terms", code_or_words(("prepayment",))) or "",
        suspension=f.part("suspension", _suspension),
        next_step=f.part("next_step", partial(_next_step, of=debtor.country if debtor else "")),
        enclosures=f.each("enclosures", f.either(_ENCLOSED, _enclosed_file, _names_a_file)),
        paid_until=f.maybe("paid_until", day),
        envelope=f.text("envelope", choice(envelopes.names()))
        or (creditor.envelope if creditor else ""),
        sample=f.flag("sample"),
        source=source,
    )


def _contact(f: Fields, issued: date | None) -> Contact:
    letter = f.maybe("stage", _letter)
    found = Contact(
        date=f.need("date", day),
        channel=f.need("channel", choice(CONTACT_CHANNELS)),
        stage=letter if isinstance(letter, int) else None,
        deadline=f.maybe("deadline", day),
        by=f.text("by", choice(("us", "them"))) or "us",
        person=f.text("with", NAME),
        result=f.text("result", choice(CONTACT_RESULTS)),
        promise=f.part("promise", _promise),
        named=letter if isinstance(letter, str) else "",
    )
    if issued and f.good("date") and found.date < issued:
        f.find("contact_early", "date", issued=issued.isoformat())
    if found.letter and found.by == "them":
        f.find("contact_stage_by_them", "stage")
    elif found.letter and f.good("channel") and found.channel in ("phone", "visit"):
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


@takes(anyOf=[count(1, 4).takes, {"const": "claim"}])
def _letter(node: Node) -> int | str:
    """One of the four letters by its number, or the Letter of Claim."""
    return "claim" if node.value == "claim" else count(1, 4)(node)


def _promise(f: Fields) -> Promise:
    return Promise(date=f.need("date", day), amount=f.maybe("amount", positive))


def _contract(f: Fields) -> Contract:
    return Contract(
        date=f.maybe("date", day),
        number=f.text("number", SHORT),
        interest_on_invoice=f.flag("interest_on_invoice"),
        due_agreed=f.flag("due_agreed"),
    )


def _terms(f: Fields) -> Terms:
    show = f.part("show", _show) or ("", "")
    return Terms(
        interest=f.maybe("interest", f.either(_INTEREST, _agreed_rate)) or "statutory",
        compensation=f.maybe("compensation", f.either(_COMPENSATION, _agreed_sum)) or "statutory",
        clause=f.maybe("clause", words),
        show_interest=show[0],
        show_compensation=show[1],
        waive_if_paid=f.flag("waive_if_paid"),
        interest_until=f.maybe("interest_until", day),
        fee=f.maybe("fee", positive),
        imputation=f.text("imputation", choice(("legal", "principal"))) or "legal",
        days=f.text("days", choice(DAY_COUNTS)),
        runs=f.text("runs", choice(RUNS)),
    )


def _show(f: Fields) -> tuple[str, str]:
    return f.text("interest", choice(SHOWN)), f.text("compensation", choice(SHOWN))


_INTEREST = choice(("statutory", "none"), "want_interest")
_COMPENSATION = choice(("statutory", "none"), "want_compensation")


def _agreed_rate(f: Fields) -> AgreedRate:
    return AgreedRate(rate=f.need("rate", percent), per=f.need("per", choice(("year", "month"))))


def _agreed_sum(f: Fields) -> Decimal:
    return f.need("amount", positive)


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


@takes(type="array", items=count(1, 90).takes, minItems=3, maxItems=3)
def _three_delays(node: Node) -> tuple[int, int, int]:
    if not isinstance(node.value, list):
        raise FieldError("want_list")
    delays = [count(1, 90)(inner) for inner in node.value]
    if len(delays) != 3:
        raise FieldError("want_three_delays")
    return delays[0], delays[1], delays[2]


def _plan(f: Fields) -> Plan:
    return Plan(
        instalments=f.need("instalments", count(2, 60)),
        first=f.need("first", day),
        every=f.text("every", choice(("week", "month"))) or "month",
        due_if_missed=f.flag("due_if_missed"),
    )


def _suspension(f: Fields) -> Suspension:
    return Suspension(start=f.need("from", day), clause=f.maybe("clause", words))


def _next_step(f: Fields, of: str) -> NextStep:
    lines, postal = parties.address(f, "address", of)
    return NextStep(
        kind=f.need("kind", choice(NEXT_STEPS)),
        name=f.text("name", NAME),
        reference=f.text("reference", SHORT),
        since=f.maybe("since", day),
        address=lines,
        phone=f.text("phone", phone),
        email=f.text("email", email),
        iban=f.text("iban", checked(payment.check_iban)),
        register=f.text("register", NAME),
        postal=postal,
    )


_ENCLOSED = then(
    code_or_words(ENCLOSURES),
    lambda found: Enclosure(code=found) if isinstance(found, str) else Enclosure(text=found),
)
"""A code, or the sender's own words."""


def _names_a_file(keys: Mapping[str, Node]) -> bool:
    """Whether the mapping is an enclosure with its file, not words in several languages."""
    return bool(keys.keys() & {"code", "text", "file"})


def _enclosed_file(f: Fields) -> Enclosure:
    found = Enclosure(
        code=f.text("code", choice(ENCLOSURES)),
        text=f.maybe("text", words),
        file=f.text("file", file_inside),
    )
    if not f.given("code") and not f.given("text"):
        f.missing("code")
    return found


def _channel(f: Fields) -> str:
    return f.need("channel", choice(CHANNELS))


def _by_stage(f: Fields, key: str, read: Reader[T]) -> dict[str, T]:
    """A field that holds for every letter (``""``), or a map from stage to its value."""

    def stages(g: Fields) -> dict[str, T]:
        found = {stage: g.maybe(stage, read) for stage in LETTERS}
        return {stage: value for stage, value in found.items() if value is not None}

    def is_map(keys: Mapping[str, Node]) -> bool:
        return "channel" not in keys

    return f.maybe(key, f.either(then(read, lambda value: {"": value}), stages, is_map)) or {}

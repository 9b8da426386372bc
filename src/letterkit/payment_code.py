"""What a banking app reads off a letter: the EPC QR code and the Swiss QR-bill, as text.

No pictures: a writer draws them. Sources: European Payments Council EPC069-12
("Quick Response Code: Guidelines to Enable Data Capture for the Initiation of a
SEPA Credit Transfer"), version 002 of the code; SIX "Swiss Implementation
Guidelines QR-bill" 2.4, in force since 14 November 2026. What the older 2.3
refuses, 2.4 refuses too. Neither code ever holds what the letter beside it does
not print.

>>> from decimal import Decimal
>>> order = PaymentOrder("Dubois SRL", "BE68539007547034", Decimal("450.00"), "EUR", "F-12")
>>> epc(order).payload.split("\\n")[5:]
['Dubois SRL', 'BE68539007547034', 'EUR450.00', '', '', 'F-12']
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from letterkit import data, payment
from letterkit.errors import NOTE, Finding, InputError
from letterkit.locale import Locale
from letterkit.model import Case, Claim, Debtor, PaymentCode, PaymentOrder, Postal, Slip, cents
from letterkit.payment import FieldError

READ_IN = {"epc": ("AT", "BE", "DE", "FI", "NL"), "qr_bill": ("CH", "LI")}
"""Countries whose banks are known to read a code: there it is on unless the case says no.

For EPC: Febelfin, "Automatic bank transfer via QR code" (15 May 2025) for Belgium;
general use in Austria, Finland and Germany; in the Netherlands most banks, not
all. No evidence was found for France, Ireland, Italy and Luxembourg.
"""

_EEA = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
    *("IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE"),
    *("SI", "SK"),
)
"""Where an EPC code of version 002 may leave out the BIC."""
_SEPA = (*_EEA, "AD", "CH", "GB", "MC", "SM", "VA")
_SWISS = ("CH", "LI")

_LEAST, _MOST = Decimal("0.01"), Decimal("999999999.99")
_EPC_BYTES = 331  # of EPC069-12: QR version 13 at level M
_SWISS_BYTES = 997  # QR version 25 at level M
_NAME, _TEXT = 70, payment.REMITTANCE
_LIMITS = (70, 16, 16, 35)  # street, number, postcode, town
_SWISS_SET = re.compile("[ -~\u00a0-\u017f\u0218-\u021b\u20ac]*")  # IG 2.4, Latin

_LIKE_OGM = re.compile(r"(?<!\d)\d{12}$")
_SLIP_LANGUAGE = {"en": "en", "fr": "fr", "it": "it", "nl": "en"}  # there is no Dutch slip


class Holder(NamedTuple):
    """A party of the Swiss QR-bill; its address is in parts (type S), the only kind left."""

    name: str
    postal: Postal
    country: str

    @property
    def place(self) -> Postal:
        """The address with a postcode that has no country before it."""
        return self.postal._replace(postcode=re.sub("^[A-Z]{1,3}-", "", self.postal.postcode))


# -- EPC069-12


def epc(order: PaymentOrder) -> PaymentCode:
    """The EPC code of ``order``: account in SEPA, amount in euros.

    A Belgian structured communication goes into the line of the structured
    reference as bare digits, as an RF reference does; any other into the text.
    A text that would make the code too large is cut short.

    Raises `FieldError` with the ``field`` of the order that does not fit.
    """
    account, country = payment.check_iban(order.account), order.account[:2]
    if country not in _SEPA:
        raise FieldError("code_no_account", field="account")
    if country not in _EEA and not order.bic:
        raise FieldError("code_bic", field="bic")
    if order.currency != "EUR":
        raise FieldError("code_currency", field="currency", choices="EUR")
    kind, bare = payment.kind_of(order.reference)
    structured, text = (bare, "") if kind in ("ogm", "rf") else ("", _remittance(order.reference))
    before = "\n".join(
        (
            *("BCD", "002", "1", "SCT"),
            order.bic,
            _line(order.payee, "payee", _NAME),
            account,
            f"EUR{_amount(order.amount)}",
            "",  # purpose
            structured,
            "",
        )
    )
    payload = (before + _line(text, "reference", _TEXT)).rstrip("\n")
    if len(payload.encode()) <= _EPC_BYTES:
        return PaymentCode("epc", payload)
    try:
        latin = payload.replace("\n1\n", "\n2\n", 1)
        latin.encode("iso-8859-1")  # never too large: 290 characters at most
        return PaymentCode("epc", latin, "iso-8859-1")
    except UnicodeEncodeError:
        room = _EPC_BYTES - len(before.encode())
        if room < 0:
            raise FieldError("code_too_large", field="payee") from None
        return PaymentCode("epc", before + text.encode()[:room].decode(errors="ignore"))


def _remittance(text: str) -> str:
    """Free text as a bank takes it.

    Twelve digits at its end would be read as a Belgian structured communication.
    """
    text = payment.shortened(text, _TEXT)
    return f"{text}." if _LIKE_OGM.search(text[-13:]) and len(text) < _TEXT else text


def _line(text: str, field: str, most: int) -> str:
    """``text`` if it stays within one line of a code: nothing in it may begin another."""
    if not text.isprintable():  # what is not may be an unusual space, which does no harm
        for character in text:
            if unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"):
                raise FieldError("code_character", field=field, character=f"U+{ord(character):04X}")
    if len(text) > most:
        raise FieldError("code_too_long", field=field, most=str(most), length=str(len(text)))
    return text


def _amount(amount: Decimal) -> str:
    if not _LEAST <= amount <= _MOST or amount != cents(amount):
        raise FieldError("code_amount", field="amount")
    return f"{amount:.2f}"


# -- Swiss QR-bill


def qr_bill(
    order: PaymentOrder, creditor: Holder, debtor: Holder | None = None, message: str = ""
) -> PaymentCode:
    """The Swiss code of ``order`` (table of the data structure, IG 2.4 chapter 4).

    ``debtor`` None leaves the payer open. ``message`` goes beside a structured
    reference; a reference that is none is itself the message.

    Raises `FieldError` with the ``field`` of the order, or creditor, debtor or
    message, that does not fit.
    """
    kind, reference = _swiss_reference(order)
    message = payment.shortened(order.reference if kind == "NON" else message, _TEXT)
    lines = (
        *("SPC", "0200", "1"),
        order.account,
        *_holder(creditor, "creditor"),
        *[""] * 7,  # ultimate creditor: for later use
        _amount(order.amount),
        order.currency,
        *(_holder(debtor, "debtor") if debtor else [""] * 7),
        kind,
        reference,
        _swiss(message, "reference", _TEXT),
        "EPD",
    )
    payload = "\n".join(lines)
    if len(payload.encode()) > _SWISS_BYTES:
        raise FieldError("code_too_large", field="creditor")
    return PaymentCode("qr_bill", payload)


def _swiss_reference(order: PaymentOrder) -> tuple[str, str]:
    """Type and digits of the reference; account, reference and currency must go together."""
    account = payment.check_iban(order.account)
    if account[:2] not in _SWISS:
        raise FieldError("code_no_account", field="account")
    if order.currency not in ("CHF", "EUR"):
        raise FieldError("code_currency", field="currency", choices="CHF, EUR")
    kind, bare = payment.kind_of(order.reference)
    if payment.is_qr_iban(account):
        if kind != "qrr":
            raise FieldError("code_qr_iban", field="reference")
        if order.currency != "CHF":
            raise FieldError("code_currency", field="currency", choices="CHF")
        return "QRR", bare
    if kind == "qrr":
        raise FieldError("code_qrr", field="account")
    return ("SCOR", bare) if kind == "rf" else ("NON", "")


def _holder(holder: Holder, field: str) -> Iterable[str]:
    yield "S"
    yield _swiss(holder.name, field, _NAME)
    if not (holder.name and holder.place.postcode and holder.place.town):
        raise FieldError("code_address", field=field)
    for part, most in zip(holder.place, _LIMITS, strict=True):
        yield _swiss(part, field, most)
    yield holder.country


def _swiss(text: str, field: str, most: int) -> str:
    """A line within the guidelines' character set; nothing is written otherwise in silence."""
    match = _SWISS_SET.match(text)
    rest = text[match.end() :] if match else text
    if rest:
        raise FieldError("code_character", field=field, character=_named(rest[0]))
    return _line(text, field, most)


def _named(character: str) -> str:
    return character if character.isprintable() else f"U+{ord(character):04X}"


# -- The letter's code


def add(
    order: PaymentOrder, case: Case, claim: Claim, spoken: Locale, *, to_agent: bool
) -> tuple[PaymentOrder, list[Finding]]:
    """``order`` with its code, and what is to be said about it.

    The code is there where the debtor's banks are known to read it (`READ_IN`),
    or where the case asks for it. One that would have come by itself and cannot
    be made is a note; raises `InputError` where the case asks for it.
    """
    to_agent = to_agent and bool(case.next_step and case.next_step.iban)
    wanted = case.creditor.payment_code
    kind = "qr_bill" if order.account[:2] in _SWISS else "epc"
    if wanted is None:
        fits = order.currency == "EUR" or (kind == "qr_bill" and order.currency == "CHF")
        wanted = bool(order.account) and fits and case.debtor.country in READ_IN[kind]
    if not wanted:
        return order, []
    try:
        if not order.account:
            raise FieldError("code_no_account", field="account")
        if kind == "qr_bill":
            code, findings = _slip(order, case, claim, spoken, to_agent=to_agent)
        else:
            code, findings = epc(order), []
    except FieldError as unfit:
        finding = _finding(unfit, case, to_agent=to_agent)
        if case.creditor.payment_code:
            raise InputError([finding]) from None
        return order, [finding._replace(severity=NOTE)]
    caption = code.caption or spoken.words["code_caption"]
    label = spoken.words["code_label"]
    code = PaymentCode(code.kind, code.payload, code.encoding, caption, label, code.slip)
    return PaymentOrder(*order[:-1], code), findings


def _slip(
    order: PaymentOrder, case: Case, claim: Claim, spoken: Locale, *, to_agent: bool
) -> tuple[PaymentCode, list[Finding]]:
    """The Swiss code with what the slip around it prints."""
    creditor, agent = case.creditor, case.next_step
    postal, country = creditor.postal, creditor.country
    if to_agent and agent:
        postal, country = agent.postal, order.account[:2]
    if postal is None:
        raise FieldError("code_address", field="address")
    holder = Holder(order.payee, postal, country)
    debtor = _payer(case.debtor)
    findings = [] if debtor else [Finding("code_debtor_open", NOTE, "debtor.address")]
    message = ", ".join(item.invoice.number for item in claim.items)
    code = qr_bill(order, holder, debtor, message)
    payload = code.payload.split("\n")
    language = creditor.slip_language or _SLIP_LANGUAGE[spoken.language]
    slip = Slip(
        language=language,
        words={name: said[language] for name, said in _slip_words().items()},
        account=spoken.iban(order.account),
        creditor=_printed(holder),
        debtor=_printed(debtor) if debtor else None,
        reference=payment.reference_printed(order.reference) if payload[28] else "",
        message=payload[29],
        currency=order.currency,
        amount=f"{order.amount:,.2f}".replace(",", "\u00a0"),
    )
    names = "" if language == spoken.language else "({payment_part} / {receipt})"
    caption = spoken.words["slip_caption"].format(names=names.format(**slip.words))
    caption = caption.replace("  ", " ")
    return code._replace(slip=slip, caption=caption), findings


def _payer(debtor: Debtor) -> Holder | None:
    """The debtor, where the slip can name it: else it stays open, which costs no account."""
    if debtor.postal is None:
        return None
    holder = Holder(debtor.name, debtor.postal, debtor.country)
    try:
        tuple(_holder(holder, "debtor"))
    except FieldError:
        return None
    return holder


def _slip_words() -> Mapping[str, Mapping[str, str]]:
    """The fixed texts of the slip: name → language → words."""
    found: Mapping[str, Mapping[str, str]] = data.own_yaml("locales", "slip.yaml")
    return found


def _printed(holder: Holder) -> tuple[str, str, str]:
    """Name, street and place; abroad the place has its country before it."""
    street, number, postcode, town = holder.place
    abroad = "" if holder.country in _SWISS else f"{holder.country}-"
    return holder.name, f"{street} {number}".strip(), f"{abroad}{postcode} {town}".strip()


def _finding(unfit: FieldError, case: Case, *, to_agent: bool) -> Finding:
    """What is in the way, at the field of the case where it stands."""
    creditor = case.creditor
    at = {
        "account": "next_step.iban" if to_agent else "creditor.iban",
        "address": "next_step.address" if to_agent else "creditor.address",
        "amount": "invoices[0].amount",
        "bic": "creditor.bic",
        "creditor": "next_step.address" if to_agent else "creditor.address",
        "currency": "invoices[0].currency",
        "payee": "creditor.payee" if creditor.payee else "creditor.name",
        "reference": "invoices[0].reference",
    }
    values = dict(unfit.values)
    field = values.pop("field")
    if to_agent and field == "payee":
        at[field] = "next_step.name"
    return Finding(unfit.id, path=at[field], file=case.source, values=values)

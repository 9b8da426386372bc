"""How the money arrives: account numbers, payment references, and the order to pay.

Each ``check_…`` takes what the sender typed, spaces and all, and gives the one
form we keep; it raises `FieldError` with the id of a message. Sources: IBAN registry
of SWIFT, ISO 11649 (RF), Febelfin's "gestructureerde mededeling" (OGM/VCS), SIX
"Implementation Guidelines QR-bill" (QRR); the arithmetic of business numbers is
python-stdnum's, imported when there is a number to check.

>>> check_ogm("010/8068/17183")
'+++010/8068/17183+++'
"""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from importlib import import_module

from letterkit.model import Case, Claim, PaymentOrder

NBSP = "\u00a0"
REMITTANCE = 140
"""Characters that a bank carries beside a payment, in SEPA as in Switzerland."""

_OGM = re.compile(r"(\+\+\+|\*\*\*)?(\d{3})/?(\d{4})/?(\d{5})(?(1)(?:\+\+\+|\*\*\*))", re.ASCII)
_QRR_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)
_NO_MARKS = str.maketrans("", "", "+/")

# What a number may look like, by country: a pattern over the number without
# separators, and the python-stdnum module that knows its check digits (None
# where the register gives none).
_NUMBERS: dict[str, tuple[tuple[str, str | None], ...]] = {
    "BE": ((r"(BE)?[01]?\d{9}", "be.vat"),),
    "CH": ((r"(CHE)?\d{9}", "ch.uid"), (r"CHE\d{9}(MWST|TVA|IVA|TPV)", "ch.vat")),
    "FR": ((r"\d{9}", "fr.siren"), (r"\d{14}", "fr.siret"), (r"FR[0-9A-Z]{2}\d{9}", "fr.tva")),
    "GB": (
        (r"(GB|XI)?(\d{9}|\d{12}|GD\d{3}|HA\d{3})", "gb.vat"),
        (r"\d{8}|[A-Z]{2}\d{6}|R\d{7}", None),  # Companies House
    ),
    "IE": ((r"(IE)?\d[0-9A-Z+*]\d{5}[A-W][A-I]?", "ie.vat"), (r"\d{4,6}", None)),  # CRO
    "IT": ((r"(IT)?\d{11}", "it.iva"), (r"[A-Z0-9]{16}", "it.codicefiscale")),
    "LU": ((r"(LU)?\d{8}", "lu.tva"), (r"[A-Z]\d{1,6}", None)),  # RCS
    "NL": ((r"(NL)?\d{9}B\d{2}", "nl.btw"), (r"\d{8}", None)),  # KvK
}


class FieldError(ValueError):
    """A value that fails its check: the ``id`` of a message, and what fills it."""

    def __init__(self, id: str, **values: str) -> None:
        super().__init__(id)
        self.id = id
        self.values = values


def _compact(text: str, separators: str = "") -> str:
    """``text`` in capitals without spaces or ``separators``."""
    return "".join(text.upper().translate({ord(c): None for c in separators}).split())


@functools.lru_cache(maxsize=100)  # of a batch, all letters name the same account
def check_iban(text: str) -> str:
    """The IBAN without spaces.

    The bank code is not looked up: lists of banks age, and a right account
    refused is as bad as a wrong one printed.

    >>> check_iban("BE68 5390 0754 7034")
    'BE68539007547034'
    """
    iban = _compact(text)
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}", iban, re.ASCII):
        raise FieldError("iban_form")
    if int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 != 1:
        raise FieldError("iban_checksum")
    if not _iban_fits(iban):
        raise FieldError("iban_form")
    return iban


_IBAN_FORMS = {
    "BE": r"\d{14}",
    "CH": r"\d{7}[A-Z0-9]{12}",
    "FR": r"\d{12}[A-Z0-9]{11}\d{2}",
    "GB": r"\d{2}[A-Z]{4}\d{14}",
    "IE": r"\d{2}[A-Z]{4}\d{14}",
    "IT": r"\d{2}[A-Z]\d{10}[A-Z0-9]{12}",
    "LU": r"\d{5}[A-Z0-9]{13}",
    "NL": r"\d{2}[A-Z]{4}\d{10}",
}
"""The IBANs of our eight countries after the country's letters (SWIFT's IBAN registry).

They stand here although python-stdnum has them, and a test compares the two: to
import its registry takes an eighth of the time that one letter takes by command.
"""


def _iban_fits(iban: str) -> bool:
    form = _IBAN_FORMS.get(iban[:2])
    if form:
        return bool(re.fullmatch(form, iban[2:], re.ASCII))
    from stdnum import iban as registry

    return bool(registry.is_valid(iban, check_country=False))


def check_bic(text: str) -> str:
    """The BIC (ISO 9362) without spaces: 8 or 11 characters."""
    bic = _compact(text)
    if not re.fullmatch(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?", bic, re.ASCII):
        raise FieldError("bic_form")
    return bic


def check_sort_code(text: str) -> str:
    """A British sort code as it is printed.

    >>> check_sort_code("123456")
    '12-34-56'
    """
    digits = _compact(text, "-")
    if not re.fullmatch(r"\d{6}", digits, re.ASCII):
        raise FieldError("sort_code_form")
    return "-".join((digits[:2], digits[2:4], digits[4:]))


def check_account_number(text: str) -> str:
    """A British account number: eight digits."""
    digits = _compact(text)
    if not re.fullmatch(r"\d{8}", digits, re.ASCII):
        raise FieldError("account_number_form")
    return digits


def check_number(text: str, country: str) -> str:
    """An enterprise, register or VAT number as it was typed, once its check digits fit.

    Numbers of countries other than our eight are taken as they are.

    >>> check_number("0403.170.701", "BE")
    '0403.170.701'
    """
    if country in _NUMBERS:
        number = _compact(text, ".-/")
        forms = [m for pattern, m in _NUMBERS[country] if re.fullmatch(pattern, number, re.ASCII)]
        if not any(module is None or _fits(module, number) for module in forms):
            raise FieldError(f"number_{country}")
    return text


def _fits(module: str, number: str) -> bool:
    if module == "be.vat":  # the commonest, and too simple to import a library for
        digits = number.removeprefix("BE").rjust(10, "0")
        return digits[0] in "01" and int(digits[:8]) % 97 + int(digits[8:]) == 97
    fits: bool = import_module(f"stdnum.{module}").is_valid(number)
    return fits


def check_ogm(text: str) -> str:
    """A Belgian structured communication as it is printed: 10 digits and their rest by 97.

    A rest of 0 is written 97.
    """
    found = _OGM.fullmatch(_compact(text))
    if not found:
        raise FieldError("reference_ogm")
    digits = found[2] + found[3] + found[4]
    if int(digits[10:]) != (int(digits[:10]) % 97 or 97):
        raise FieldError("reference_ogm")
    return f"+++{found[2]}/{found[3]}/{found[4]}+++"


def check_rf(text: str) -> str:
    """A creditor reference (ISO 11649) without spaces.

    >>> check_rf("RF18 5390 0754 7034")
    'RF18539007547034'
    """
    reference = _compact(text)
    if not re.fullmatch(r"RF\d{2}[A-Z0-9]{1,21}", reference, re.ASCII):
        raise FieldError("reference_rf")
    moved = reference[4:] + reference[:4]
    if int("".join(str(int(c, 36)) for c in moved)) % 97 != 1:
        raise FieldError("reference_rf")
    return reference


def check_qrr(text: str) -> str:
    """A Swiss QR reference without spaces: 27 digits, the last one modulo 10 recursive.

    >>> check_qrr("21 00000 00003 13947 14300 09017")
    '210000000003139471430009017'
    """
    digits = _compact(text)
    if not re.fullmatch(r"\d{27}", digits, re.ASCII):
        raise FieldError("reference_qrr")
    carry = 0
    for digit in digits[:-1]:
        carry = _QRR_CARRY[(carry + int(digit)) % 10]
    if int(digits[-1]) != (10 - carry) % 10 or not int(digits):
        raise FieldError("reference_qrr")
    return digits


@functools.lru_cache(maxsize=100)  # a letter prints it, and has it in its code
def kind_of(reference: str) -> tuple[str, str]:
    """``ogm``, ``rf``, ``qrr`` or ``text``, and the reference as a code holds it.

    >>> kind_of("+++010/8068/17183+++")
    ('ogm', '010806817183')
    """
    form = _STRUCTURED.fullmatch(reference)
    if form is None or form.lastgroup is None:
        return "text", reference
    try:
        return form.lastgroup, _CHECKS[form.lastgroup](reference).translate(_NO_MARKS)
    except FieldError:
        return "text", reference


_STRUCTURED = re.compile(
    r"(?P<ogm>\+\+\+.+\+\+\+)|(?P<rf>(?i:RF)\d{2}.+)|(?P<qrr>[\d ]{27,})", re.ASCII
)
_CHECKS = {"ogm": check_ogm, "rf": check_rf, "qrr": check_qrr}


def reference_printed(reference: str) -> str:
    """A reference as a payer copies it: RF in fours, a QR reference in fives from the right.

    >>> reference_printed("210000000003139471430009017")
    '21\xa000000\xa000003\xa013947\xa014300\xa009017'
    """
    kind, bare = kind_of(reference)
    if kind == "rf":
        return NBSP.join(bare[n : n + 4] for n in range(0, len(bare), 4))
    if kind == "qrr":
        return NBSP.join((bare[:2], *(bare[n : n + 5] for n in range(2, 27, 5))))
    return reference


def is_qr_iban(iban: str) -> bool:
    """Whether a Swiss account takes QR references only: its institution is 30000 to 31999."""
    return iban[:2] in ("CH", "LI") and iban[4:9].isdigit() and 30000 <= int(iban[4:9]) <= 31999


def new_ogm(number: str) -> str:
    """A structured communication made from an invoice number of at most ten digits.

    >>> new_ogm("2026-0412")
    '+++002/0260/41222+++'
    """
    digits = _compact(number, "-./")
    if not re.fullmatch(r"\d{1,10}", digits, re.ASCII) or not int(digits):
        raise FieldError("new_reference_ogm")
    return check_ogm(f"{digits:0>10}{int(digits) % 97 or 97:02}")


def new_rf(number: str) -> str:
    """A creditor reference made from the letters and digits of an invoice number, 21 at most.

    >>> new_rf("539007547034")
    'RF18539007547034'
    """
    body = _compact(number, "-./")
    if not re.fullmatch(r"[A-Z0-9]{1,21}", body, re.ASCII):
        raise FieldError("new_reference_rf")
    rest = int("".join(str(int(c, 36)) for c in f"{body}RF00")) % 97
    return check_rf(f"RF{98 - rest:02}{body}")


def check_reference(text: str, country: str) -> str:
    """The payment reference of an invoice; a structured one has its check digits verified.

    Twelve bare digits are a structured communication only for a creditor in Belgium.
    """
    plain = _compact(text)
    if re.fullmatch(r"\d{27}", plain, re.ASCII):
        return check_qrr(text)
    if re.match(r"RF\d{2}", plain, re.ASCII):
        return check_rf(text)
    if (
        plain.startswith(("+++", "***"))
        or re.fullmatch(r"\d{3}/\d{4}/\d{5}", plain, re.ASCII)
        or (country == "BE" and re.fullmatch(r"\d{12}", plain, re.ASCII))
    ):
        return check_ogm(text)
    return text


def order(
    case: Case, claim: Claim, demanded: Decimal, *, to_agent: bool = False
) -> PaymentOrder | None:
    """How ``demanded`` should be paid; None when there is no account and no link.

    To be quoted are the numbers of the invoices; where a bank cannot carry as many, the
    customer's number or our reference, and without these as many as it can.
    ``to_agent``: into the account of the next step, if it has one.
    """
    invoices = [item.invoice for item in claim.items]
    own = invoices[0].reference if len(invoices) == 1 else ""
    numbers = ", ".join([invoice.number for invoice in invoices])
    if len(numbers) > REMITTANCE:
        numbers = case.debtor.customer or case.reference or shortened(numbers, REMITTANCE)
    reference = own or numbers
    agent = case.next_step
    if to_agent and agent and agent.iban:
        return PaymentOrder(
            payee=agent.name,
            account=agent.iban,
            amount=demanded,
            currency=claim.currency,
            reference=agent.reference or reference,
        )
    creditor = case.creditor
    if not (creditor.iban or creditor.account_number or creditor.payment_link):
        return None
    return PaymentOrder(
        payee=creditor.payee or creditor.name,
        account=creditor.iban,
        amount=demanded,
        currency=claim.currency,
        reference=reference,
        link=creditor.payment_link,
        bic=creditor.bic,
        sort_code=creditor.sort_code,
        account_number=creditor.account_number,
    )


def shortened(text: str, most: int) -> str:
    """``text`` in at most ``most`` characters, cut behind the last whole item of its list.

    >>> shortened("F-1, F-2, F-3", 11)
    'F-1, F-2'
    """
    if len(text) <= most:
        return text
    whole = text[: most + 1].rpartition(", ")[0]
    return whole or text[:most]


_GROUPS = {"BE": ("BE ", ".", (4, 3, 3)), "FR": ("", " ", (3, 3, 3))}
"""Country → what stands before an enterprise number, its separator, its groups of digits."""


def number_printed(number: str, country: str) -> str:
    """An enterprise number as its country prints it.

    >>> number_printed("BE0999123457", "BE")
    'BE\xa00999.123.457'
    >>> number_printed("LU99900064", "LU")
    'LU99900064'
    """
    before, separator, groups = _GROUPS.get(country, ("", "", ()))
    digits = number.removeprefix(country)
    if not digits.isdigit() or len(digits) != sum(groups):
        return number
    parts = []
    for size in groups:
        parts.append(digits[:size])
        digits = digits[size:]
    return before.replace(" ", NBSP) + separator.replace(" ", NBSP).join(parts)

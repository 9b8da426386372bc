"""Who writes and who owes: the sections ``creditor`` and ``debtor`` of the case file.

>>> town(("Rue Haute 12", "1000 Bruxelles"), "BE")
'Bruxelles'
"""

from __future__ import annotations

import re
from functools import partial

from letterkit import data, envelopes, logo, payment
from letterkit.fields import Fields
from letterkit.model import KINDS, Creditor, Debtor, Logo, Person, Postal, Text
from letterkit.payment import FieldError
from letterkit.tree import Node
from letterkit.values import (
    Typed,
    checked,
    choice,
    country,
    day,
    email,
    file_inside,
    flag,
    line,
    link,
    number,
    phone,
    words,
)

TITLES = ("mr", "ms", "none")
FORMS = ("company", "sole_trader", "individual")
SLIP_LANGUAGES = ("de", "en", "fr", "it")
REGIONS = ("england_wales", "scotland", "northern_ireland")
NAME, SHORT, ADDRESS_LINE = line(120), line(60), line(70)
MAX_ADDRESS_LINES = 7

# Where the house number comes first, and where the postcode comes last.
NUMBER_FIRST = ("FR", "GB", "IE", "LU")
POSTCODE_LAST = ("GB", "IE")

_POSTCODE = re.compile(r"(?:[A-Z]{1,3}[- ])?\d{4,6}\s+")
_POSTCODE_NL = re.compile(r"(?:NL[- ])?\d{4} ?[A-Z]{2}\s+")
_POSTCODE_AFTER = re.compile(
    r"(?:^|[ ,]+)(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[\dW] ?[A-Z\d]{4})$", re.I
)
_PROVINCE = re.compile(r"\s+(?:\([A-Z]{2}\)|[A-Z]{2})$")
_DISTRICT = re.compile(r"(?:\s+cedex)?(?:\s+\d{1,2}W?)?$", re.I)


def creditor(f: Fields) -> Creditor:
    """Who writes."""
    home = f.need("country", country)
    lines, postal = address(f, "address", home, needed=True)
    account = f.part("account", _british_account) or ("", "")
    return Creditor(
        name=f.need("name", NAME),
        address=lines,
        country=home,
        town=f.maybe("town", words) or Text(town(lines, home) if f.good("address") else ""),
        number=f.text("number", number(home)),
        email=f.text("email", email),
        phone=f.text("phone", phone),
        iban=f.text("iban", checked(payment.check_iban)),
        bic=f.text("bic", checked(payment.check_bic)),
        payee=f.text("payee", line(70)),
        payment_link=f.text("payment_link", link),
        sort_code=account[0],
        account_number=account[1],
        signatory=f.part("signatory", person),
        contact=f.part("contact", contact),
        hours=f.maybe("hours", words),
        privacy=f.text("privacy", link),
        sme=f.flag("sme"),
        vat=f.text("vat", choice(("deductible", "not_deductible"))),
        postal=postal,
        payment_code=f.maybe("payment_code", flag),
        slip_language=f.text("slip_language", choice(SLIP_LANGUAGES)),
        logo=f.maybe("logo", Typed(partial(_logo, f), file_inside.takes)),
        envelope=f.text("envelope", choice(envelopes.names())),
    )


def _logo(f: Fields, node: Node) -> Logo:
    """The picture in the folder of the file that names it, or below it."""
    name, folder = file_inside(node), f.findings.folders.get(node.file)
    if folder is None:
        raise FieldError("logo_no_folder")
    path = data.inside(folder, name)
    if path is None:
        raise FieldError("logo_missing", folder=folder)
    return logo.picture(data.contents(path, logo.MAX_BYTES + 1))


def debtor(f: Fields) -> Debtor:
    """Who owes; an unknown kind is a consumer, whom the law protects most."""
    home = f.need("country", country)
    lines, postal = address(f, "address", home, needed=True)
    found = Debtor(
        name=f.need("name", NAME),
        address=lines,
        country=home,
        kind=f.text("kind", choice(KINDS)) or "consumer",
        form=f.text("form", choice(FORMS)),
        number=f.text("number", number(home)),
        customer=f.text("customer", SHORT),
        email=f.text("email", email),
        pec=f.text("pec", email),
        phone=f.text("phone", phone),
        attention=f.part("attention", person),
        title=f.text("title", choice(TITLES)) or "none",
        insolvent=f.maybe("insolvent", day),
        region=f.text("region", choice(REGIONS)),
        postal=postal,
        shared_phone=f.flag("shared_phone"),
    )
    if found.form == "company" and found.kind == "consumer" and not f.failed("kind"):
        f.find("consumer_company", "form")
    if found.region and f.good("country") and home != "GB":
        f.find("region_outside_gb", "region", country=home)
    return found


def person(f: Fields, *, named: bool = True) -> Person:
    """A person named in the letter."""
    return Person(
        name=f.need("name", NAME) if named else f.text("name", NAME),
        title=f.text("title", choice(TITLES)) or "none",
        role=f.maybe("role", words),
        phone=f.text("phone", phone),
        email=f.text("email", email),
    )


def contact(f: Fields) -> Person:
    """Whom to ask: perhaps only a telephone number."""
    return person(f, named=False)


def _british_account(f: Fields) -> tuple[str, str]:
    return (
        f.need("sort_code", checked(payment.check_sort_code)),
        f.need("number", checked(payment.check_account_number)),
    )


def address(
    f: Fields, key: str, of: str, *, needed: bool = False
) -> tuple[tuple[str, ...], Postal | None]:
    """The postal lines, and the parts they were made from where those are given.

    A list is taken as it is; street, number, postcode and town are put in order.
    """
    lines = f.listing(ADDRESS_LINE, MAX_ADDRESS_LINES, "want_address", "address_lines")
    read = f.either(lines, partial(_postal, of=of))
    found = f.need(key, read) if needed else f.maybe(key, read)
    if isinstance(found, Postal):
        return _lines(found, of), found
    return found or (), None


def _postal(f: Fields, of: str) -> Postal:
    found = Postal(
        street=f.need("street", SHORT),
        number=f.text("number", line(12)),
        postcode=f.text("postcode", line(12)),
        town=f.need("town", SHORT),
    )
    if of != "IE" and not f.given("postcode"):
        f.missing("postcode")
    return found


def _lines(postal: Postal, of: str) -> tuple[str, ...]:
    street, house, code, place = postal
    first = f"{house} {street}" if of in NUMBER_FIRST else f"{street} {house}"
    if of in POSTCODE_LAST:
        return tuple(part for part in (first.strip(), place, code) if part)
    return (first.strip(), f"{code} {place}")


def town(lines: tuple[str, ...], of: str) -> str:
    """The town that the postal lines name, for the date line of a letter.

    It is the last line with its postcode, province or district number taken off.

    >>> town(("Via Roma 12", "20121 Milano (MI)"), "IT")
    'Milano'
    >>> town(("12 High Street", "London", "SW1A 1AA"), "GB")
    'London'
    """
    if of in POSTCODE_LAST:
        bare = [_POSTCODE_AFTER.sub("", text) for text in lines]
        place = next((text for text in reversed(bare) if text), "")
    else:
        leading = _POSTCODE_NL if of == "NL" else _POSTCODE
        found = [place for text in lines if (place := leading.sub("", text, count=1)) != text]
        place = found[-1] if found else lines[-1]
    if of == "IT":
        place = _PROVINCE.sub("", place)
    return _DISTRICT.sub("", place).strip(" ,")

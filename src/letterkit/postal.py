"""The address as the post of its country wants it in the window of an envelope.

The text of a letter keeps the lines as the sender typed them. Sources: FR La
Poste, NF Z 10-011 (capitals, no punctuation); GB Royal Mail, "Clear addressing" (post
town and postcode in capitals, each on a line of its own); IE An Post (Eircode on its own
line); IT Poste Italiane (postcode, town in capitals, province); NL PostNL (postcode,
two spaces, town in capitals). Belgium, Luxembourg and Switzerland leave the lines as
they are. Abroad, the country stands below in capitals, in a language of the country
of posting (Universal Postal Union, S42).

>>> lines(("Laan 2", "7411CZ Deventer"), "NL")[-1].replace("\\xa0", " ")
'7411 CZ  DEVENTER'
>>> lines(("2 High Street", "London SW1A 1AA"), "GB")
('2 High Street', 'LONDON', 'SW1A 1AA')
"""

from __future__ import annotations

import re
from collections.abc import Callable

from letterkit import locale
from letterkit.locale import Locale
from letterkit.model import LOCALES

NBSP = "\u00a0"

_NL = re.compile(r"(?:NL[- ])?(\d{4}) ?([A-Z]{2})[ ,]+(.+)", re.I)
_IT = re.compile(r"(?:I[- ]|IT[- ])?(\d{5})[ ,]+(.+?)(?:[ ,]+\(?([A-Z]{2})\)?)?")
_GB = re.compile(r"(?:(.+?)[ ,]+)?([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})", re.I)
_IE = re.compile(r"(?:(.+?)[ ,]+)?([A-Z]\d[\dW]) ?([A-Z\d]{4})", re.I)


def lines(address: tuple[str, ...], country: str) -> tuple[str, ...]:
    """The postal lines below the name, in the form of ``country``."""
    form = _FORMS.get(country)
    return form(address) if form and address else address


def country_line(country: str, posted_in: str, spoken: Locale) -> str:
    """The country for the last line: in the letter's language where it is posted, else theirs.

    >>> country_line("NL", "BE", locale.get("nl-BE")), country_line("NL", "FR", locale.get("nl-NL"))
    ('NEDERLAND', 'PAYS-BAS')
    """
    at_home = [tag for tag in LOCALES if tag.endswith(posted_in)]
    same = [tag for tag in at_home if tag[:2] == spoken.language]
    tag = (same or at_home or ["en-GB"])[0]
    return locale.get(tag).country(country).upper()


def _french(address: tuple[str, ...]) -> tuple[str, ...]:
    plain = (re.sub(r"[,;:.]+ *", " ", line).strip().upper() for line in address[-3:])
    return (*address[:-3], *plain)


def _dutch(address: tuple[str, ...]) -> tuple[str, ...]:
    found = _NL.fullmatch(address[-1])
    if not found:
        return address
    code = f"{found[1]}{NBSP}{found[2].upper()}"
    return (*address[:-1], f"{code}{NBSP * 2}{found[3].upper()}")


def _italian(address: tuple[str, ...]) -> tuple[str, ...]:
    found = _IT.fullmatch(address[-1])
    if not found:
        return address
    place = f"{found[1]} {found[2].upper()}"
    return (*address[:-1], f"{place} {found[3]}" if found[3] else place)


def _british(address: tuple[str, ...]) -> tuple[str, ...]:
    apart = _code_apart(address, _GB)
    bare = [line.rstrip(",.") for line in apart]
    if apart is address:
        return tuple(bare)
    return (*bare[:-2], bare[-2].upper(), bare[-1])


def _irish(address: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line.rstrip(",.") for line in _code_apart(address, _IE))


def _code_apart(address: tuple[str, ...], pattern: re.Pattern[str]) -> tuple[str, ...]:
    """The postcode on a line of its own; the address as it is where there is none."""
    found = pattern.fullmatch(address[-1])
    if not found or (not found[1] and len(address) == 1):
        return address
    town = (found[1],) if found[1] else ()
    return (*address[:-1], *town, f"{found[2]} {found[3]}".upper())


_FORMS: dict[str, Callable[[tuple[str, ...]], tuple[str, ...]]] = {
    "FR": _french,
    "GB": _british,
    "IE": _irish,
    "IT": _italian,
    "NL": _dutch,
}

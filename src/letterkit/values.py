"""The types of single fields: from a `Node` to text, money, a day, an address on the web…

A reader gives the value or raises `FieldError` with the id of a message. Nothing is
guessed: what could be read in two ways is refused with both readings.

>>> amount(Node("1.250,00"))
Decimal('1250.00')
>>> day(Node("2026-11-03"))
datetime.date(2026, 11, 3)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from letterkit import data, payment
from letterkit.model import LANGUAGES, Text, cents
from letterkit.payment import FieldError
from letterkit.tree import Node

T = TypeVar("T")
S = TypeVar("S")
Reader = Callable[[Node], T]
Schema = Mapping[str, Any]
"""What a value may be, as JSON Schema (2020-12)."""

TEXT: Schema = {"type": ["string", "number"]}
"""Any single value: what stands there is taken as text."""

MAX_AMOUNT = Decimal("999999999.99")
MAX_TEXT = 500
YEARS = range(2000, 2100)

_SPACES = {ord(c): " " for c in "\u00a0\u2007\u2009\u202f"}


class Typed(Generic[T]):
    """A reader that says what it takes, for the schema of the case file (`schema`)."""

    def __init__(self, read: Reader[T], takes: Schema) -> None:
        self.read, self.takes = read, takes

    def __call__(self, node: Node) -> T:
        return self.read(node)


def takes(**schema: Any) -> Callable[[Reader[T]], Typed[T]]:
    """Makes a reader `Typed`."""
    return lambda read: Typed(read, schema)


def then(read: Reader[S], make: Callable[[S], T]) -> Typed[T]:
    """What ``make`` makes of the value read; it takes the same."""
    return Typed(lambda node: make(read(node)), read.takes if isinstance(read, Typed) else {})


def scalar(node: Node) -> str:
    """Any single value as the text that stands there; a whole number from Python too."""
    value = node.value
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldError("want_text")
    return str(value)


def line(most: int) -> Typed[str]:
    """Text on one line, of at most ``most`` characters."""

    @takes(**TEXT, maxLength=most)
    def read(node: Node) -> str:
        text = scalar(node)
        if "\n" in text or "\t" in text:
            raise FieldError("want_one_line")
        if len(text) > most:
            raise FieldError("too_long", most=str(most), length=str(len(text)))
        return text

    return read


_FOLDED: Schema = {**TEXT, "maxLength": MAX_TEXT}
_WORDS: Schema = {
    "anyOf": [
        _FOLDED,
        {
            "type": "object",
            "properties": dict.fromkeys(LANGUAGES, _FOLDED),
            "additionalProperties": False,
            "minProperties": 1,
        },
    ]
}


@takes(**_WORDS)
def words(node: Node) -> Text:
    """Words of the sender: one text, or one per language. Line ends become spaces."""
    if not isinstance(node.value, dict):
        return Text(_folded(node))
    for key in node.value:
        if key not in LANGUAGES:
            raise FieldError("want_language", language=key, choices=", ".join(LANGUAGES))
    found = {
        language: _folded(inner)
        for language, inner in node.value.items()
        if inner.value is not None and not inner.bad
    }
    if not found:
        raise FieldError("want_text")
    return Text("", found)


def _folded(node: Node) -> str:
    text = re.sub(r"[ \t\r\n]+", " ", scalar(node))
    if len(text) > MAX_TEXT:
        raise FieldError("too_long", most=str(MAX_TEXT), length=str(len(text)))
    return text


@takes(type="string", format="file", maxLength=200)
def file_inside(node: Node) -> str:
    """The name of a file in the folder of the case or below it."""
    text = line(200)(node)
    parts = text.split("/")
    if re.search(r'[\\:*?"<>|]', text) or not all(part.strip(" .") for part in parts):
        raise FieldError("file_outside")
    return text


def choice(known: Sequence[str], id: str = "choice") -> Typed[str]:
    """One of the codes ``known``."""

    @takes(enum=list(known))
    def read(node: Node) -> str:
        if node.seen not in known:
            guess = nearest(node.seen, known) or known[0]
            raise FieldError(id, choices=", ".join(known), guess=guess)
        return node.seen

    return read


def code_or_words(codes: Sequence[str]) -> Typed[str | Text]:
    """One of the codes, or words of the sender's own that do not look like a slip in a code."""

    @takes(anyOf=[{"enum": list(codes)}, *_WORDS["anyOf"]])
    def read(node: Node) -> str | Text:
        found = words(node)
        if found.text in codes:
            return found.text
        guess = nearest(found.text, codes) if re.fullmatch("[A-Za-z_-]+", found.text) else ""
        if guess:
            raise FieldError("code_misspelt", guess=guess, choices=", ".join(codes))
        return found

    return read


def nearest(text: str, known: Sequence[str]) -> str:
    """What was probably meant, or an empty string."""
    from difflib import get_close_matches  # only when something is wrong already

    by_fold = {word.casefold(): word for word in known}
    found = get_close_matches(text.casefold().replace("_", "-"), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else ""


@takes(type="boolean")
def flag(node: Node) -> bool:
    """true or false."""
    if isinstance(node.value, bool):
        return node.value
    if node.value not in ("true", "True", "false", "False"):
        raise FieldError("want_true_or_false")
    return bool(node.value in ("true", "True"))


def count(least: int, most: int) -> Typed[int]:
    """A whole number between two limits, both included."""

    @takes(type="integer", minimum=least, maximum=most)
    def read(node: Node) -> int:
        value = node.value
        if isinstance(value, str) and re.fullmatch(r"\d{1,6}", value, re.ASCII):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise FieldError("want_count", least=str(least), most=str(most))
        return value

    return read


@takes(type="string", format="date", pattern=r"^20\d\d-\d\d-\d\d$")
def day(node: Node) -> date:
    """A day of the calendar, written YYYY-MM-DD, from 2000 to 2099."""
    form = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", node.seen, re.ASCII)
    if not form:
        raise FieldError("date_form", meant=_day_meant(node.seen))
    try:
        found = date(int(form[1]), int(form[2]), int(form[3]))
    except ValueError:
        raise FieldError("date_unreal") from None
    if found.year not in YEARS:
        raise FieldError("date_year", first=str(YEARS[0]), last=str(YEARS[-1]))
    return found


def _day_meant(text: str) -> str:
    """The date as we want it, when it was written day first or with other signs."""
    for pattern, order in (
        (r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})", (3, 2, 1)),
        (r"(\d{4})[./ -]?(\d{1,2})[./ -]?(\d{1,2})(?:[T ].*)?", (1, 2, 3)),
    ):
        found = re.fullmatch(pattern, text, re.ASCII)
        if found:
            year, month, number = (int(found[i]) for i in order)
            try:
                return date(year, month, number).isoformat()
            except ValueError:
                break
    return "2026-11-30"


_AMOUNT: Schema = {
    "type": ["number", "string"],
    "format": "amount",
    "maximum": float(MAX_AMOUNT),
}
_DIGIT = r"^\s*\d"


@takes(**_AMOUNT, minimum=0, pattern=_DIGIT)
def amount(node: Node) -> Decimal:
    """Money: not negative, at most two decimals, written in one way only.

    Thousands may stand apart by a space, an apostrophe, a point or a comma, as
    long as the number cannot be read in two ways: ``1.250`` is refused.
    """
    value = node.value
    if isinstance(value, bool | list | dict | date):
        raise FieldError("amount_form")
    if isinstance(value, int | Decimal):
        found = Decimal(value)
        if not found.is_finite():
            raise FieldError("amount_form")
        if found.is_signed() and found:
            raise FieldError("amount_negative")
        if found <= MAX_AMOUNT and found != cents(found):
            raise FieldError("amount_decimals", rounded=str(cents(found)))
    else:
        found = _amount_of(str(value).translate(_SPACES).replace("’", "'").strip())
    if found > MAX_AMOUNT:
        raise FieldError("amount_too_big", most=f"{MAX_AMOUNT:f}")
    return cents(found)


def _amount_of(text: str) -> Decimal:
    """The number that ``text`` writes, in the only way it can be read."""
    if re.match(r"[-−–]\s*\d", text):
        raise FieldError("amount_negative")
    form = re.fullmatch(
        r"(?P<whole>[1-9]\d{0,2}(?P<mark>[ '.,])\d{3}(?:(?P=mark)\d{3})*|[1-9]\d*|0)"
        r"(?:(?P<point>[.,])(?P<cents>\d+))?",
        text,
        re.ASCII,
    )
    if not form or form["mark"] == form["point"] is not None:
        raise FieldError("amount_form")
    whole, fraction = re.sub("[ '.,]", "", form["whole"]), form["cents"] or ""
    if (
        form["mark"] in (".", ",")
        and form["point"] is None
        and form["whole"].count(form["mark"]) == 1
    ):
        decimals = Decimal(form["whole"].replace(",", "."))
        raise FieldError("amount_ambiguous", thousands=f"{whole}.00", units=str(cents(decimals)))
    found = Decimal(f"{whole}.{fraction or 0}")
    if len(fraction) > 2 and found <= MAX_AMOUNT:
        raise FieldError("amount_decimals", rounded=str(cents(found)))
    return found


@takes(**_AMOUNT, exclusiveMinimum=0, pattern=_DIGIT)
def positive(node: Node) -> Decimal:
    """Money, more than nothing."""
    found = amount(node)
    if not found:
        raise FieldError("amount_zero")
    return found


@takes(type=["number", "string"], format="percent", exclusiveMinimum=0, maximum=100, pattern=_DIGIT)
def percent(node: Node) -> Decimal:
    """A rate in percent: more than 0, at most 100, up to four decimals."""
    text = node.seen.replace(",", ".")
    if not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", text, re.ASCII):
        raise FieldError("rate_form")
    if not 0 < Decimal(text) <= 100:
        raise FieldError("rate_range")
    return Decimal(text)


@takes(type="string", format="country", pattern="^[A-Z]{2}$")
def country(node: Node) -> str:
    """A country by its two capital letters (ISO 3166-1)."""
    if not _is_country(node.seen):
        meant = {"UK": "GB", "EL": "GR"}.get(node.seen.upper(), node.seen.upper())
        raise FieldError("country_unknown", guess=meant if _is_country(meant) else "BE")
    return node.seen


def _is_country(code: str) -> bool:
    # Looked up in the text: to parse 250 names costs more than to read the whole case.
    listed = data.own_text("locales", "countries.yaml") or ""
    return bool(
        re.fullmatch("[A-Z]{2}", code) and re.search(rf'^"?{code}"?:', listed, re.MULTILINE)
    )


def number(of: str | None) -> Typed[str]:
    """An enterprise or VAT number of the country ``of``; unchecked when that is not known."""

    @takes(**TEXT, maxLength=40)
    def read(node: Node) -> str:
        text = line(40)(node)
        return payment.check_number(text, of) if of else text

    return read


def checked(check: Callable[[str], str]) -> Typed[str]:
    """A number on one line that ``check`` knows how to verify."""

    @takes(**TEXT, maxLength=80)
    def read(node: Node) -> str:
        return check(line(80)(node))

    return read


@takes(type="string", format="email", maxLength=254, pattern="^[^@ ]+@[^@ ]+$")
def email(node: Node) -> str:
    """Exactly one plain e-mail address."""
    text = line(254)(node)
    local = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
    label = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    if not re.fullmatch(rf"{local}(\.{local})*@({label}\.)+[A-Za-z][A-Za-z0-9-]+", text):
        raise FieldError("email_form")
    if len(text.partition("@")[0]) > 64:
        raise FieldError("email_form")
    return text


@takes(**TEXT, maxLength=30)
def phone(node: Node) -> str:
    """A telephone number as it should be printed."""
    text = line(30)(node).translate(_SPACES)
    if not re.fullmatch(r"\+?[0-9 ()./-]+", text) or sum(c.isdigit() for c in text) < 5:
        raise FieldError("phone_form")
    return text


@takes(type="string", format="uri", maxLength=200, pattern="^[Hh][Tt][Tt][Pp][Ss]://")
def link(node: Node) -> str:
    """An address on the web: https, no user name, host in ASCII, at most 200 characters."""
    text = line(200)(node)
    if not text.lower().startswith("https://"):
        raise FieldError("link_https")
    host = re.split("[/?#]", text[8:], maxsplit=1)[0]
    if "@" in host:
        raise FieldError("link_user")
    label = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    if not re.fullmatch(rf"({label}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9](:\d{{1,5}})?", host):
        raise FieldError("link_host", host=host)
    if not re.fullmatch(r"[!#-;=?-\[\]_a-z~]+", text):
        raise FieldError("link_form")
    return text

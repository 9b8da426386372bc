"""How a language writes: amounts, dates, percentages, salutations, closings, typography.

The values are CLDR's (https://cldr.unicode.org), kept in the `format:` part of
``locales/*.yaml`` and compared with Babel in the tests; where CLDR is wrong for
a letter, that file corrects it and says why. Babel itself is not opened: a
letter would wait longer for it than for everything else written here.

>>> from datetime import date
>>> from decimal import Decimal
>>> belgian = get("fr-BE")
>>> belgian.by(belgian.date(date(2026, 10, 1))).replace("\\xa0", "~")
'au plus tard le 1er~octobre 2026'
>>> belgian.sms.money(Decimal("1250"), "EUR")
'1 250,00 EUR'
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar, cast

from letterkit import data
from letterkit.errors import Finding, InputError
from letterkit.model import CURRENCIES, LANGUAGES, LOCALES, cents
from letterkit.typography import NBSP, Typesetter, plain
from letterkit.typography import gsm7_length as gsm7_length

HOME = {"en": "en-GB", "fr": "fr-FR", "it": "it-IT", "nl": "nl-NL"}
_FORMAL = ("3", "4", "claim")  # every other letter closes like the first reminder
_REMEMBERED = 500  # texts, of each method

Writes = TypeVar("Writes", bound=Callable[..., str])


def _remembered(method: Writes) -> Writes:
    """``method``, which knows its last texts again.

    A letter says the same sums and dates several times, a batch the same dates again.
    """
    return cast(Writes, functools.lru_cache(maxsize=_REMEMBERED)(method))


class Locale:
    """One way of writing one language, such as ``fr-BE``; ask `get` for it.

    ``tag``, ``language`` and ``region`` are its name in full and in parts.
    """

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.language, self.region = tag.split("-")
        self._file = _overlay(_own(self.language), _own(tag))
        form = self._form = self._file["format"]
        item = self._items()
        self._decimal, self._group = item["decimal"], item["group"]
        self._money_marks = (
            item.get("money_group", self._group),
            item.get("money_decimal", self._decimal),
        )
        self._money = {
            code: _affixes(item["money"].replace("¤", item[f"symbol_{code}"]))
            for code in CURRENCIES
        }
        self._percent = _affixes(item["percent"])
        self._months = ("", *item["months"])
        self._months_short = ("", *item.get("months_short", item["months"]))
        self._days = ("", item.get("first_day", "1"), *(str(day) for day in range(2, 32)))
        self._long = _date_pattern(item["date"])
        self._short = _date_pattern(item["date_short"])
        self._pair: str = item["list"]
        self._unit = {k: self._written(v.replace(" ", NBSP)) for k, v in form["days"].items()}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.tag!r})"

    def _items(self) -> dict[str, Any]:
        """CLDR's values with the corrections in their place."""
        corrections = self._form["corrections"].items()
        return {**self._form["cldr"], **{item: fix["put"] for item, fix in corrections}}

    def _written(self, text: str) -> str:
        """A phrase of the ``format:`` part as this locale prints it."""
        return text

    # Words

    @functools.cached_property
    def sms(self) -> SmsLocale:
        """This locale as a text message writes."""
        return SmsLocale(self.tag)

    @functools.cached_property
    def words(self) -> Mapping[str, str]:
        """The words of the language, overlaid by the region's."""
        return self._typeset("words")

    def words_for(self, person: bool) -> Mapping[str, str]:
        """`words`, with those of ``person:`` in their place if the reader is a natural person."""
        return self._person_words if person else self.words

    @functools.cached_property
    def _person_words(self) -> Mapping[str, str]:
        return {**self.words, **self._typeset("person")}

    @functools.cached_property
    def labels(self) -> Mapping[str, str]:
        """What the blank letter prints for each value; a list has one line per item."""
        return self._typeset("labels")

    def _typeset(self, part: str) -> dict[str, str]:
        found: Mapping[str, str | list[str]] = self._file.get(part) or {}
        return {
            key: self.typography("\n".join(value) if isinstance(value, list) else value)
            for key, value in found.items()
        }

    def country(self, code: str) -> str:
        """The name of the country ``code`` (``BE``), for the last line of an address."""
        # Looked up in the text: to parse 250 names costs more than to write a letter.
        listed = data.own_text("locales", "countries.yaml") or ""
        found = re.search(rf'^"?{code}"?: {{.*\b{self.language}: "([^"]+)"', listed, re.MULTILINE)
        if found is None:
            raise KeyError(code)
        return found[1]

    # Numbers

    @_remembered
    def money(self, amount: Decimal, currency: str) -> str:
        """``amount`` rounded half up to cents, with its currency: ``1 250,00 €``."""
        rounded = cents(amount)
        group, decimal = self._money_marks
        before, after, before_minus, after_minus = self._money[currency]
        if rounded < 0:
            before, after = before_minus, after_minus
        digits = str(rounded).removeprefix("-")
        whole, fraction = digits[:-3], digits[-2:]
        for end in range(len(whole) - 3, 0, -3):
            whole = whole[:end] + group + whole[end:]
        return f"{before}{whole}{decimal}{fraction}{after}"

    def number(self, value: Decimal) -> str:
        """``value`` with the decimals it has, without zeros at the end: ``1 250,5``."""
        whole, _, fraction = f"{value:,f}".partition(".")
        fraction = fraction.rstrip("0")
        whole = whole.replace(",", self._group)
        return f"{whole}{self._decimal}{fraction}" if fraction else whole

    def percent(self, value: Decimal) -> str:
        """``value`` percent (``Decimal("12.15")`` is ``12,15 %``), no digit lost."""
        return f"{self._percent[0]}{self.number(value)}{self._percent[1]}"

    @_remembered
    def rate(self, value: Decimal) -> str:
        """A yearly rate as published: two decimals, or none if it is whole (``10,50 %``, ``5 %``).

        >>> get("fr-BE").rate(Decimal("10.50"))
        '10,50\xa0%'
        """
        digits = f"{value:,f}"
        whole, _, fraction = digits.partition(".")
        fraction = fraction.rstrip("0")
        if not fraction:
            return self.percent(value)
        number = f"{whole.replace(',', self._group)}{self._decimal}{fraction:0<2}"
        return f"{self._percent[0]}{number}{self._percent[1]}"

    @_remembered
    def days(self, n: int) -> str:
        """A number of days: ``16 jours``."""
        return self._unit[self.plural(n)].replace("{n}", self.number(Decimal(n)))

    def plural(self, n: int | Decimal) -> str:
        """``one`` or ``other``, as CLDR says: in French 0, 1 and 1.5 are one, elsewhere only 1."""
        if self._form["plural"] == "below_two":
            return "one" if -2 < n < 2 else "other"
        return "one" if str(n) in ("1", "-1") else "other"

    @_remembered
    def iban(self, iban: str) -> str:
        """``iban`` in groups of four that no line end can part."""
        compact = "".join(iban.split())
        groups = (compact[start : start + 4] for start in range(0, len(compact), 4))
        return self._written(NBSP).join(groups)

    # Dates

    @_remembered
    def date(self, d: datetime.date) -> str:
        """``d`` with the month in full: ``1er octobre 2026``."""
        return self._long.format(d=self._days[d.day], mmmm=self._months[d.month], y=d.year)

    @_remembered
    def date_short(self, d: datetime.date) -> str:
        """``d`` for the columns of a table: ``03/11/2026``."""
        return self._short.format(
            d=d.day,
            dd=f"{d.day:02}",
            mm=f"{d.month:02}",
            mmm=self._months_short[d.month],
            y=d.year,
        )

    @_remembered
    def on(self, date_text: str) -> str:
        """A finished date, or a list of them, as a day: ``le 3 novembre 2026``, ``l’8 …``."""
        return self._with_preposition("on", date_text)

    @_remembered
    def of(self, date_text: str) -> str:
        """After a noun: ``du 3 novembre 2026``, ``dell’8 …``."""
        return self._with_preposition("of", date_text)

    @_remembered
    def by(self, date_text: str) -> str:
        """As a deadline, that day included: ``au plus tard le …``, ``entro l’8 …``."""
        return self._with_preposition("by", date_text)

    @_remembered
    def since(self, date_text: str) -> str:
        """As a beginning: ``depuis le 3 novembre 2026``, ``dall’8 …``."""
        return self._with_preposition("since", date_text)

    def place_date(self, town: str, d: datetime.date | str) -> str:
        """The line of place and date: ``Lyon, le 5 novembre 2026``; in English the date."""
        day = d if isinstance(d, str) else self.date(d)
        pattern: str = self._form["place_date"]["town" if town else "alone"]
        return pattern.replace("{town}", town).replace("{date}", day)

    def _with_preposition(self, preposition: str, text: str) -> str:
        rules = self._form["dates"]
        elided = rules.get("elided", {})

        def put(found: re.Match[str]) -> str:
            form = elided if found[1] and int(found[1]) in elided.get("days", ()) else rules
            return self._written(form[preposition]).replace("{date}", found[0])

        # A label of the blank letter starts with no day: then it is taken as it is.
        day = _DAY if _DAY.match(text) else _ANYTHING
        return day.sub(put, text, count=0 if rules["repeat"] else 1)

    def list(self, items: Sequence[str]) -> str:
        """``a, b et c``; nothing for no items."""
        if len(items) < 2:
            return "".join(items)
        *others, last = items
        return self._pair.format(", ".join(others), last)

    # Courtesies

    def salutation(self, *, name: str, title: str, person: bool) -> str:
        """How a letter begins.

        ``name`` is who is addressed in full, ``""`` for nobody in particular;
        ``title`` (mr, ms, none) is what the sender knows and never guessed;
        ``person`` tells a natural person from a company when nobody is named.
        """
        return self._salute("salutation", name, title, person)

    def email_salutation(self, *, name: str, title: str, person: bool, stage: str = "1") -> str:
        """How the e-mail of ``stage`` begins: from stage 3 on like the letter; see `salutation`."""
        kind = "salutation" if stage in _FORMAL else "email_salutation"
        return self._salute(kind, name, title, person)

    @_remembered
    def _salute(self, kind: str, name: str, title: str, person: bool) -> str:
        forms: Mapping[str, str] = self._form[kind]
        name = " ".join(name.split())
        if not name:
            return self._written(forms["person" if person else "company"])
        first, surname = split_name(name)
        if self._form["surname_capital"]:
            surname = surname[0].upper() + surname[1:]
        unknown = "untitled" if first else "surname_only"
        pattern = forms[title if title in ("mr", "ms") else unknown]
        return self._written(
            pattern.replace("{surname}", surname)
            if "{surname}" in pattern
            else pattern.replace("{name}", name)
        )

    @_remembered
    def closing(self, stage: str, salutation: str, *, named: bool) -> str:
        """How the letter of ``stage`` ends; ``named``: the salutation names somebody."""
        appeal = salutation.rstrip(" ,")
        return self._courtesy("closing", stage, named).replace("{salutation}", appeal)

    def email_closing(self, stage: str, *, named: bool) -> str:
        """How the e-mail of ``stage`` ends."""
        return self._courtesy("email_closing", stage, named)

    def _courtesy(self, kind: str, stage: str, named: bool) -> str:
        forms: Mapping[str, str] = self._form[kind]
        tone = "formal" if stage in _FORMAL else "warm"
        return self._written(forms[tone] if named else forms.get(f"{tone}_unnamed", forms[tone]))

    # Typography

    def typography(self, text: str, *, sms: bool = False) -> str:
        """Our own words, typed with plain ' and spaces, as this locale prints them.

        Template text and `words` only, never a sender's data. A text that ends
        in ``n° `` waits for a value. Applying it twice changes nothing. In an
        SMS the marks are plain instead and no space is made unbreakable.
        """
        return self._typesetter.sms(text) if sms else self._typesetter.letter(text)

    @functools.cached_property
    def colon(self) -> str:
        """The mark between a label and its value, with the space before it."""
        return self.typography(" :")

    @functools.cached_property
    def _typesetter(self) -> Typesetter:
        units = (pattern.replace("{n}", "").strip() for pattern in self._form["days"].values())
        return Typesetter(self._form["typography"], (*units, *self._months[1:]))


class SmsLocale(Locale):
    """A locale as a text message writes: `Locale.sms`.

    Ordinary spaces, straight apostrophes, figures for dates, codes for most
    currencies: no character of its own is outside GSM-7 (see `gsm7_length`).
    """

    def _items(self) -> dict[str, Any]:
        own = self._form["sms"]
        items = {**super()._items(), **own}
        if own["symbol"] == "code":
            items |= {f"symbol_{code}": code for code in CURRENCIES}
        return {key: plain(v) if isinstance(v, str) else v for key, v in items.items()}

    def _written(self, text: str) -> str:
        return plain(text)

    def date(self, d: datetime.date) -> str:
        """``d`` in figures (in English with the month's short name): ``03/11/2026``."""
        return self.date_short(d)

    def typography(self, text: str, *, sms: bool = True) -> str:
        """Our own words as a telephone shows them; see `Locale.typography`."""
        return super().typography(text, sms=True)


def get(tag: str) -> Locale:
    """The locale called ``tag`` (``fr-BE``), always the same object.

    Raises `InputError` (``language_unknown``) for any other tag.
    """
    if tag not in LOCALES:
        raise _unknown(tag)
    return _get(tag)


@functools.cache
def _get(tag: str) -> Locale:
    return Locale(tag)


def settle(language: str, debtor_country: str, creditor_country: str) -> str:
    """The tag of a letter's locale, from what the case says and where the parties live.

    A bare ``fr`` takes the debtor's country where that locale exists, else the
    creditor's, else its home. Nothing said: the one language of ours that the
    debtor's country has. Raises `InputError`: ``language_unknown``, or
    ``language_missing`` with the choices.

    >>> settle("fr", "BE", "FR"), settle("fr", "DE", "DE"), settle("", "NL", "BE")
    ('fr-BE', 'fr-FR', 'nl-NL')
    """
    if language in LOCALES:
        return language
    if language in LANGUAGES:
        tags = (f"{language}-{country}" for country in (debtor_country, creditor_country))
        return next((tag for tag in tags if tag in LOCALES), HOME[language])
    if language:
        raise _unknown(language)
    spoken = [tag for tag in LOCALES if tag.endswith(f"-{debtor_country}")]
    if len(spoken) == 1:
        return spoken[0]
    choices = spoken or LANGUAGES
    values = {"country": debtor_country, "choices": ", ".join(choices), "example": choices[0]}
    raise InputError([Finding("language_missing", path="language", values=values)])


def split_name(name: str) -> tuple[str, str]:
    """The first names and the surname of a full name, each as it was written.

    >>> split_name("Jan de Vries"), split_name("An Jansen-de Vries"), split_name("Brown")
    (('Jan', 'de Vries'), ('An', 'Jansen-de Vries'), ('', 'Brown'))
    """
    known = _name_parts()
    words = _SPACED_HYPHEN.sub("-", name).split()
    while len(words) > 1 and words[-1].lower() in known["suffixes"]:
        del words[-1]
    start = len(words) - 1
    for place, word in enumerate(words[:-1]):
        prefix = word.lower().replace("’", "'").rpartition("-")[2]
        if prefix in known["prefixes"] and (place or prefix not in known["inside"]):
            start = place
            break
    return " ".join(words[:start]), " ".join(words[start:])


@functools.cache
def _name_parts() -> Mapping[str, frozenset[str]]:
    """The words of ``names.yaml`` that begin or follow a surname, by kind."""
    found: Mapping[str, list[str]] = data.own_yaml("locales", "names.yaml")
    return {kind: frozenset(words) for kind, words in found.items()}


_SPACED_HYPHEN = re.compile(" [-–] ")
_DAY = re.compile(r"(?<![\w/.-])(\d{1,2})(?=(?:er|°)?[ \u00a0]\D|[/.-]\d)")
_ANYTHING = re.compile(r"()(?s:.+)")


def _unknown(tag: str) -> InputError:
    choices = ", ".join((*LANGUAGES, *LOCALES))
    return InputError(
        [Finding("language_unknown", path="language", seen=tag, values={"choices": choices})]
    )


def _own(name: str) -> dict[str, Any]:
    found: dict[str, Any] = data.own_yaml("locales", f"{name}.yaml")
    return found


def _overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """``below`` with what ``above`` says otherwise, at any depth."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        both = isinstance(under, dict) and isinstance(value, dict)
        merged[key] = _overlay(under, value) if both else value  # type: ignore[arg-type]
    return merged


def _affixes(pattern: str) -> tuple[str, str, str, str]:
    """What a CLDR number pattern puts before and after an amount, and a negative one.

    >>> _affixes("€ #,##0.00;€ -#,##0.00")
    ('€ ', '', '€ -', '')
    """
    positive, _, negative = pattern.partition(";")
    before, after = re.split(r"[#0][#,.0]*", positive)
    before_minus, after_minus = re.split(r"[#0][#,.0]*", negative or f"-{positive}")
    return before, after, before_minus, after_minus


def _date_pattern(pattern: str) -> str:
    """A CLDR date pattern as a format string: ``d MMMM y`` is ``{d} {mmmm} {y}``."""
    return re.sub(r"M+|d+|y", lambda found: "{" + found[0].lower() + "}", pattern)

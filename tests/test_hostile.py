"""Hostile values over every field: refused at input, or literal in every output."""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import itertools
import os
import re
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import markdown
import pytest
import yaml

from letterkit import LetterkitError, compose, render
from letterkit.errors import InputError
from letterkit.model import Letter
from letterkit.render import write
from letterkit.typography import gsm7
from letterkit.writers import docx, eml, sms, txt

HOSTILE = yaml.safe_load((Path(__file__).parent / "hostile.yaml").read_text(encoding="utf-8"))
LONG = bool(os.environ.get("LETTERKIT_LONG"))
LITERAL = [s for group in HOSTILE["literal"].values() for s in group]
REFUSED = [s for group in HOSTILE["refused"].values() for s in group]

CASE: dict[str, Any] = {
    "law": "NL",
    "language": "nl-NL",
    "reference": "REF",
    "creditor": {
        "name": "Zender",
        "address": ["Straat 1", "3511 AB Utrecht"],
        "country": "NL",
        "phone": "030 555 00 12",
        "iban": "NL91 ABNA 0417 1643 00",
        "payee": "Rekeninghouder",
        "hours": "kantooruren",
        "signatory": {"name": "Tekenaar", "role": "directeur"},
        "contact": {"name": "Contact", "phone": "030 555 00 13"},
    },
    "debtor": {
        "kind": "business",
        "name": "Ontvanger",
        "address": ["Laan 2", "7411 CZ Deventer"],
        "country": "NL",
        "customer": "KLANT",
        "attention": {"title": "none", "name": "Persoon"},
    },
    "invoices": [
        {
            "number": "FACT-1",
            "issued": "2026-10-03",
            "due": "2026-11-03",
            "amount": "250.00",
            "currency": "EUR",
            "order": "ORDER",
            "description": "omschrijving",
            "reference": "KENMERK",
            "credits": [{"number": "CREDIT", "date": "2026-10-10", "amount": "10.00"}],
        }
    ],
    "contacts": [
        {"date": "2026-11-05", "channel": "post", "stage": 1},
        {"date": "2026-11-12", "channel": "phone", "with": "Gesprek", "result": "other"},
        {"date": "2026-11-13", "channel": "visit", "with": "Bezoek"},
        {"date": "2026-11-19", "channel": "post", "stage": 2},
        {"date": "2026-12-03", "channel": "post", "stage": 3, "deadline": "2026-12-18"},
    ],
    "suspension": {"from": "2027-01-10", "clause": "artikel"},
    "next_step": {
        "kind": "lawyer",
        "name": "Advocaat",
        "reference": "DOSSIER",
        "address": ["Gracht 3"],
        "phone": "030 555 00 14",
        "since": "2026-12-21",
    },
    "enclosures": [{"text": "bijlage"}, "invoice"],
}

FIELDS = [
    "reference",
    "creditor.name",
    "creditor.address.0",
    "creditor.phone",
    "creditor.payee",
    "creditor.hours",
    "creditor.signatory.name",
    "creditor.signatory.role",
    "creditor.contact.name",
    "creditor.contact.phone",
    "debtor.name",
    "debtor.address.0",
    "debtor.customer",
    "debtor.attention.name",
    "invoices.0.number",
    "invoices.0.order",
    "invoices.0.description",
    "invoices.0.reference",
    "invoices.0.credits.0.number",
    "suspension.clause",
    "next_step.name",
    "next_step.reference",
    "next_step.address.0",
    "next_step.phone",
    "contacts.1.with",
    "invoices.0.disputed.answer",
]
FOLDED = [
    "invoices.0.disputed.answer",
    "creditor.hours",
    "creditor.signatory.role",
    "invoices.0.description",
    "suspension.clause",
]
"""Free text may be written over several lines: its line ends become spaces."""

PRINTABLE = set(map(chr, range(32, 127)))
DAYS: dict[int | str, date] = {
    1: date(2026, 11, 5),
    2: date(2026, 11, 19),
    3: date(2026, 12, 3),
    4: date(2026, 12, 21),
    "courtesy": date(2026, 10, 27),
    "call": date(2026, 11, 12),
    "dispute": date(2026, 11, 12),
    "plan": date(2026, 11, 24),
    "thanks": date(2026, 11, 24),
    "claim": date(2026, 12, 21),
}
MORE: dict[int | str, dict[str, Any]] = {
    "dispute": {"disputed": {"amount": "40.00", "answer": "antwoord"}},
    "thanks": {"payments": [{"date": "2026-11-23", "amount": "240.00"}]},
}
"""What a letter's case holds besides, in its invoice."""


def planted(field: str, value: str, stage: int | str = 1) -> dict[str, Any]:
    """The case of the letter of ``stage`` with ``value`` in ``field``, where it has that field."""
    case = copy.deepcopy(CASE)
    case["plan"] = {"instalments": 2, "first": "2027-01-15"}
    case["invoices"][0] |= copy.deepcopy(MORE.get(stage, {}))
    if stage == "claim":
        case["law"], case["debtor"]["form"] = "GB", "sole_trader"
    place: Any = case
    *way, last = field.split(".")
    for step in way:
        place = place[int(step)] if step.isdigit() else place.get(step, {})
    place[int(last) if last.isdigit() else last] = value
    return case


def home(field: str) -> int | str:
    """A letter whose case has the field."""
    return "dispute" if "disputed" in field else 1


class Words(HTMLParser):
    """The text of a page, and what is in it besides text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: set[str] = set()
        self.links: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [v or "" for k, v in attrs if k in ("href", "src") or k.startswith("on")]
        self._silent += tag in ("style", "title")
        self.text += "\n" if tag in ("p", "li", "br", "dt", "h1") else " "

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text += data


def folded(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


@functools.lru_cache(1000)
def seen(format: str, text: str) -> Words:
    """A letter as a browser shows it; the fields that a letter leaves out give the same again."""
    words = Words()
    words.feed(markdown.markdown(text) if format == "md" else text)
    return words


def pages(letter: Letter) -> Iterator[tuple[str, Words]]:
    for format in ("html", "md"):
        text = write(letter, format)
        assert isinstance(text, str)
        yield format, seen(format, text)


def composed(case: dict[str, Any], stage: int | str) -> Letter:
    return compose(case, stage=stage, on=DAYS[stage], allow=("mandate_before_deadline",))


PLAIN = {
    stage: {
        name: words.tags
        for name, words in pages(composed(planted("reference", "REF", stage), stage))
    }
    for stage in (1, 4, "dispute")
}  # what a harmless case puts in


@pytest.mark.parametrize("value", LITERAL)
def test_literal_everywhere(value: str) -> None:
    """In one field after the other: shown as it is, or the field does not take it."""
    shown = 0
    for field, stage in itertools.product(FIELDS, PLAIN):
        try:
            letter = composed(planted(field, value, stage), stage)
        except InputError:
            continue
        wanted = folded(txt.text(letter)).count(folded(value))
        shown += wanted
        for name, words in pages(letter):
            got = folded(words.text).count(folded(value))
            assert (name, field, stage, got >= min(wanted, 1)) == (name, field, stage, True)
            assert words.tags <= PLAIN[stage][name] | {"p"}, (field, words.tags)
            assert words.links == [], (field, words.links)
    assert shown, "the value is never printed"


@pytest.mark.parametrize("value", REFUSED)
def test_refused_everywhere(value: str) -> None:
    for field in FIELDS:
        if field in FOLDED and set(value) <= PRINTABLE | {"\r", "\n"}:
            try:
                stage = home(field)
                case = compose(planted(field, value, stage), stage=stage, on=DAYS[stage])
            except LetterkitError:
                continue
            lines = [line for block in case.blocks for line in (*block.paragraphs, *block.lines)]
            assert not any(set(line) & {"\r", "\n"} for line in lines)
            continue
        stage = home(field)
        with pytest.raises(LetterkitError):
            compose(planted(field, value, stage), stage=stage, on=DAYS[stage])


def everywhere(value: str, stage: int | str) -> dict[str, Any]:
    """The case of the letter of ``stage`` with ``value`` in every field that takes it."""
    fields = list(FIELDS)
    while True:
        case = planted("debtor.email", "klant@client.example", stage)
        case["creditor"]["email"] = "zender@sender.example"
        for field in fields:
            place: Any = case
            *way, last = field.split(".")
            for step in way:
                place = place[int(step)] if step.isdigit() else place.get(step, {})
            place[int(last) if last.isdigit() else last] = value
        try:
            composed(case, stage)
        except InputError as error:
            refused = {re.sub(r"\[(\d+)\]", r".\1", f.path) for f in error.findings}
            if not refused & set(fields):
                raise
            fields = [field for field in fields if field not in refused]
        else:
            return case


@pytest.mark.parametrize("value", LITERAL)
def test_literal_in_every_letter(value: str) -> None:
    """In every field at once; in a long run, in one field after the other too."""
    for stage in DAYS:
        text = txt.text(composed(everywhere(value, stage), stage))
        assert folded(value) in folded(text)
        for field in FIELDS if LONG else ():
            with contextlib.suppress(InputError):
                assert txt.text(composed(planted(field, value, stage), stage))


def tight(text: str) -> str:
    return "".join(text.split())


HEADERS = ["X-Unsent", "Subject", "From", "To", "MIME-Version", "Content-Type"]


@pytest.mark.parametrize("value", LITERAL)
def test_literal_in_word_and_e_mail(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every field at once: the same words as in the text, no other parts, no other headers."""
    monkeypatch.setattr(eml, "find_spec", lambda name: None)
    plain: dict[str, set[str]] = {}
    for case in (everywhere("Gewoon", 4), everywhere(value, 4)):
        letter = composed(case, 4)
        with ZipFile(io.BytesIO(docx.write(letter))) as package:
            xml = package.read("word/document.xml")
            head, title = package.read("word/header.xml"), package.read("docProps/core.xml")
        tree = ElementTree.fromstring(xml)
        assert {node.tag for node in tree.iter()} == plain.setdefault(
            "tags", {node.tag for node in tree.iter()}
        )
        for part in (head, title):
            assert len(list(ElementTree.fromstring(part).iter())) < 10
        said = tight("".join(tree.itertext()))
        wanted = letter._replace(recipient=letter.postal)
        for line in txt.text(wanted).split("\n"):
            assert tight(line.removeprefix("- ")) in said
        message = message_from_bytes(eml.write(letter), policy=default)
        assert message.keys() == HEADERS
        assert [address.addr_spec for address in message["To"].addresses] == [
            "klant@client.example"
        ]
        assert [part.get_content_type() for part in message.walk()] == [
            "multipart/alternative",
            "text/plain",
            "text/html",
        ]
        text, page = (part.get_content() for part in message.iter_parts())
        words = Words()
        words.feed(page)
        assert words.links == []
        assert words.tags == plain.setdefault("html", words.tags)
        for line in text.split("\n"):
            assert tight(line.removeprefix("- ")) in tight(words.text)


@pytest.mark.parametrize("value", LITERAL)
def test_literal_in_a_text_message(value: str) -> None:
    """Letter by letter, or refused because no telephone shows it in one part."""
    for stage in (1, 3, "plan"):
        letter = composed(everywhere(value, stage), stage)
        try:
            said = sms.write(letter).decode()
        except InputError as error:
            reasons = {f.id for f in error.findings}
            if not reasons <= {"sms_alphabet", "sms_too_long"}:
                raise
            continue
        assert said.startswith(gsm7(letter.sender[0]))
        assert said.count("\n") == 1


def test_a_value_is_never_a_template() -> None:
    text = render(planted("debtor.name", "{{ creditor }}"), stage=1, on=DAYS[1])
    assert isinstance(text, str)
    assert "{{ creditor }}" in text

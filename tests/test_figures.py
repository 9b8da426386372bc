"""No figure of the law is typed into a page: it comes by macro from ``jurisdictions/``.

What looks like such a figure and is none stands in ``figures.yaml`` with its reason. Weeks are not
looked at: no law here counts in them, and the house's own rhythm does.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from letterkit import jurisdiction
from letterkit.model import LANGUAGES, LAWS
from tests.conftest import ROOT
from tests.test_guide import CODE, MACRO, pages

FIGURE = runpy.run_path(str(ROOT / "macros/law.py"))["figure"]
ALLOWED: Mapping[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "figures.yaml").read_text(encoding="utf-8")
)
KEYS = {  # of the tables -> what their figure counts
    **dict.fromkeys(("days", "default", "longest"), "day"),
    "months": "month",
    "years": "year",
    **dict.fromkeys(("sum", "up_to", "below", "least", "most"), "money"),
}
UNITS = {
    "day": "days?|jours?|dag(?:en)?|kalenderdagen|giorn[io]",
    "month": "months?|mois|maand(?:en)?|mes[ei]",
    "year": "years?|ans?|années?|jaar|jaren|ann[io]",
}
WORDS = {  # no "one": in most of these languages it is the article as well
    2: "two|deux|twee|due",
    5: "five|cinq|vijf|cinque",
    6: "six|zes|sei",
    10: "ten|dix|tien|dieci",
    14: "fourteen|quatorze|veertien|quattordici",
    30: "thirty|trente|dertig|trenta",
    60: "sixty|soixante|zestig|sessanta",
}
NUMBER = r"\d(?:[\d.,’\u00a0]| (?=\d{3}\b))*(?<=\d)"
GAP = r"(?:[ \u00a0\n>*-]{1,3})"
COINS = f"(?:€|£|CHF|EUR|GBP){GAP}?({NUMBER})|({NUMBER}){GAP}?(?:€|EUR\\b|euros?\\b|pounds\\b)"
PLAIN = {
    "rate": rf"{NUMBER}{GAP}?(?:%|per cent|pour cent|procent|per cento)",
    "article": r"\b(?:art(?:icle|icolo|ikel|\.)s?|section|regulation|regola|lid|al\.|cpv\.)"
    rf"{GAP}(?:[LRD]\.{GAP})?[\dXVI][\w:.-]*",
    "statute": r"\b(?:1[89]\d\d|20[01]\d|202[0-5])\b(?!-\d)",
}


def figures(node: Any) -> Iterator[tuple[str, Decimal]]:
    """Every figure of a country's table, and what it counts."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key in KEYS and isinstance(value, int | float):
                yield KEYS[key], Decimal(str(value))
            elif key not in ("sources", "holidays", "articles"):
                yield from figures(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from figures(value)


LEGAL = {figure for law in LAWS for figure in figures(jurisdiction.table(law)) if figure[1]}


def worth(written: str) -> Decimal:
    """What an amount is, in whichever of the languages it is written."""
    whole, _, cents = re.fullmatch(r"(.*?)([.,](\d\d))?", written).groups()  # type: ignore[union-attr]
    return Decimal(re.sub(r"\D", "", whole) + "." + (cents or "0"))


def typed(text: str) -> Iterator[str]:
    """What looks like a figure of the law in the words of a page, macros and code left out."""
    said = re.sub(r"\]\([^)]*\)|\{law\[[^]]*\]\}", "", MACRO.sub("", CODE.sub("", text)))
    for unit, names in UNITS.items():
        for what, value in LEGAL:
            if what == unit:
                word = f"|{WORDS[int(value)]}" if int(value) in WORDS else ""
                pattern = rf"\b(?:{value}{word}){GAP}(?:{names})\b"
                yield from (m[0] for m in re.finditer(pattern, said, re.IGNORECASE))
    for found in re.finditer(COINS, said):
        if ("money", worth(found[1] or found[2])) in LEGAL:
            yield found[0]
    for pattern in PLAIN.values():
        yield from (m[0] for m in re.finditer(pattern, said))


def sources() -> Iterator[tuple[str, str, str]]:
    """The pages of every language, then the words that the macros put into them."""
    for language in LANGUAGES:
        for name, text in pages(language).items():
            if not name.startswith("reference/"):  # generated or tried, each example of it
                yield name, language, text
    for path in (*sorted((ROOT / "docs").glob("*.yaml")), *(ROOT / "locales").glob("law.*.yaml")):
        yield path.relative_to(ROOT).as_posix(), "all", path.read_text(encoding="utf-8")


def surprises(name: str, language: str, text: str) -> list[str]:
    """What is typed on a page and not allowed there, and what is allowed and gone."""
    found = sorted(" ".join(figure.split()) for figure in typed(text))
    allowed = sorted(ALLOWED.get(name, {}).get(language, ()))
    return [] if found == allowed else [*found, "and not", *allowed]


SOURCES = {f"{language} {name}": (name, language, text) for name, language, text in sources()}


@pytest.mark.parametrize("page", SOURCES)
def test_no_figure_of_the_law_is_typed(page: str) -> None:
    assert surprises(*SOURCES[page]) == []


def test_what_is_allowed_is_a_page_and_has_a_reason() -> None:
    known = {(name, language) for name, language, _ in SOURCES.values()}
    for name, row in ALLOWED.items():
        assert row["why"]
        assert {(name, language) for language in row if language != "why"} <= known


PLANTED = (
    "The reply is due within 14 days.",
    "Betaal binnen veertien\nkalenderdagen.",
    "Il a trente jours pour répondre.",
    "Il termine è di 60\u00a0giorni.",
    "Barred after six years.",
    "La vente se prescrit par deux ans.",
    "une indemnité de 40,00\u00a0€",
    "compensation of £70",
    "een vergoeding van € 20,00, hooguit € 2.000,00",
    "une amende de 6 775 €",
    "statutory interest at 8%",
    "interessi del 10,4 per cento",
    "article L. 441-10 du code de commerce",
    "artikel 6:96 lid 6",
    "art. XIX.2 CDE",
    "section 5A of the Act",
    "la loi du 2 août 2002",
)


@pytest.mark.parametrize("sentence", PLANTED)
def test_a_planted_figure_is_found(sentence: str) -> None:
    assert list(typed(sentence))
    for page in ("en guide/policy.md", "fr guide/tone.md"):
        name, language, text = SOURCES[page]
        assert surprises(name, language, f"{text}\n{sentence}\n")


def test_what_comes_by_macro_is_not_typed() -> None:
    assert not list(typed('within {{ law("GB", "before_court.0.days") }}'))
    assert not list(typed("bis zu {law[debtors.consumer.agreed_compensation.most]}, 2 weeks"))


def test_a_forgotten_permission_is_noticed() -> None:
    name, language, text = SOURCES["en guide/policy.md"]
    assert surprises(name, language, text.replace("30 days", "a month"))


def test_a_key_path_gives_the_figure_as_the_language_writes_it() -> None:
    """The figures stand in the tables, the forms in CLDR and in tests/test_locale.py."""
    shown = {
        ("GB", "before_court.0.days", "en"): "30\u00a0days",
        ("NL", "debtors.consumer.wait.days", "nl"): "14\u00a0dagen",
        ("BE", "debtors.business.payment_terms.longest", "fr"): "60\u00a0jours",
        ("BE", "debtors.consumer.agreed_compensation.scale.1.percent", "fr"): "10\u00a0%",
        ("BE", "debtors.consumer.agreed_compensation.most", "it"): "2.000,00\u00a0€",
        ("LU", "articles.interest", "fr"): "article 3 de la loi modifiée du 18 avril 2004",
    }
    for (law, path, language), text in shown.items():
        assert FIGURE(law, path, language).replace(" ", "\u00a0") == text.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    "path", ["before_court.0.weeks", "articles.nothing", "debtors.business.interest.runs"]
)
def test_a_key_path_that_leads_nowhere_stops_the_build(path: str) -> None:
    with pytest.raises((KeyError, ArithmeticError)):
        FIGURE("GB", path, "en")

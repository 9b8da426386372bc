"""The tables of the law: every row that must be there is, and every reference resolves.

`faults` is the whole check; the second half of this file plants faults in
copies of a good table and expects each to be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from typing import Any

import pytest
import yaml

from letterkit import claims, rates
from letterkit.model import KINDS, LANGUAGES, LAWS
from tests.conftest import ROOT

TABLES = ROOT / "jurisdictions"
TODAY = date(2026, 11, 21)

REASONS = {
    "covered",
    "court_only",
    "forbidden",
    "free",
    "free_form",
    "in_costs",
    "later_letter",
    "no_notice_needed",
    "no_statute",
    "not_read",
    "on_proof",
    "only_if_agreed",
}
"""Why a row is empty; each has its sentence in ``locales/law.*.yaml``."""

UNREAD = {"not_read", "free", "no_statute", "free_form", "no_notice_needed"}
"""Reasons that say that a text has nothing, or that none was read: they need no source."""

Check = Callable[[Any], bool]


def one_of(*values: str) -> Check:
    return lambda value: isinstance(value, str) and value in values


def number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def text(value: Any) -> bool:
    return isinstance(value, str) and value == value.strip() != ""


def day(value: Any) -> bool:
    return type(value) is date


def listed(*values: str) -> Check:
    return lambda value: isinstance(value, list) and bool(value) and set(value) <= set(values)


def yes(value: Any) -> bool:
    return value is True


def bands(value: Any) -> bool:
    """Bands with ascending edges, of which the last has none; the sum never falls with the debt."""
    if not isinstance(value, list) or not value:
        return False
    last = Decimal(0)
    for n, band in enumerate(value):
        if not isinstance(band, dict) or not band.keys() <= {"up_to", "below", "sum", "percent"}:
            return False
        if "sum" not in band or not all(number(part) for part in band.values()):
            return False
        edges = [Decimal(str(band[key])) for key in ("up_to", "below") if key in band]
        if len(edges) != (0 if n == len(value) - 1 else 1):
            return False
        if edges and edges[0] <= last:
            return False
        last = edges[0] if edges else last
    cent, edges = Decimal("0.01"), [b.get("up_to", b.get("below")) for b in value[:-1]]
    around = sorted(Decimal(str(e)) + step for e in edges for step in (-cent, Decimal(0), cent))
    sums = [claims.scale({"scale": value}, amount) for amount in around]
    return sums == sorted(sums)


def floor(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"series", "times"} and whole(value["times"])


def surcharge(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"agri_food"} and number(value["agri_food"])


def small(value: Any) -> bool:
    keys = {"up_to", "months", "source"}
    return isinstance(value, dict) and value.keys() == keys and number(value["up_to"])


def exceptions(value: Any) -> bool:
    wanted = {"years", "of", "article", "source"}
    return isinstance(value, list) and all(
        row.keys() == wanted and whole(row["years"]) and text(row["of"]) for row in value
    )


# Row → what it holds when it is not empty: (always, sometimes), each key with its check. `article`
# and `source` are added below, and looked up.
ROWS: Mapping[str, tuple[Mapping[str, Check], Mapping[str, Check]]] = {
    "interest": (
        {
            "series": one_of("commercial", "legal"),
            "runs": one_of("split", "fixed"),
            "starts": one_of(*claims.STARTS),
            "days": one_of("act/365"),
            "compounding": one_of("none", "yearly"),
            "article": text,
        },
        {"options": listed("split", "fixed", "30/360"), "surcharge": surcharge},
    ),
    "agreed_interest": (
        {"allowed": one_of("free", "clause", "instead")},
        {"floor": floor, "ceiling": one_of("commercial", "legal"), "high": number},
    ),
    "compensation": ({"scale": bands, "per": one_of("invoice"), "article": text}, {"needs": bool}),
    "agreed_compensation": (
        {"allowed": one_of("free", "reasonable", "clause")},
        {"scale": bands, "most": number, "per": one_of("claim")},
    ),
    "costs": (
        {"scale": bands, "per": one_of("claim"), "article": text},
        {
            "least": number,
            "most": number,
            "vat": number,
            "small": small,
            "vat_with": listed("lawyer", "agency", "bailiff", "court", "debt_enforcement"),
        },
    ),
    "fee": ({"allowed": one_of("agreed")}, {}),
    "imputation": ({"order": listed("costs", "interest", "principal"), "article": text}, {}),
    "wait": (
        {
            "days": whole,
            "counted": one_of("third_working_day", "delivery", "letter_date"),
            "stage": lambda value: value in (1, 2, 3),
            "article": text,
        },
        {"holds": listed("interest", "compensation", "costs")},
    ),
    "content": (
        {"letter": text, "stage": lambda value: value in (1, 2, 3), "article": text},
        {"needs": listed("creditor_number", "description")},
    ),
    "limitation": (
        {"years": whole, "stops": one_of("letter", "nothing"), "article": text},
        {"exceptions": exceptions, "others": yes},  # others: not all were read
    ),
    "payment_terms": ({"default": whole, "article": text}, {"longest": whole}),
}
ALWAYS_IN_INTEREST = ("starts", "days", "compounding")
"""These stand in the row of interest even when none is owed by law: an agreed rate needs them."""

TOP = {
    "name",
    "currency",
    "next_steps",
    "channels",
    "region_needed",
    "before_court",
    "holidays",
    "debtors",
    "debt_help",
    "articles",
    "sources",
}
SOURCE = {"title": text, "address": text, "read": day, "seen": text}


def faults(law: str, table: Mapping[str, Any], rates: Mapping[str, Any]) -> list[str]:
    """Everything that is wrong with a country's two files; nothing, if they are good."""
    found = [f"{key}: unknown" for key in table.keys() - TOP - {"not_covered"}]
    found += [f"{key}: missing" for key in TOP - table.keys()]
    if "debtors" not in table or "articles" not in table or "sources" not in table:
        return found
    kinds = table["debtors"]
    if not {"business", "consumer"} <= kinds.keys() <= set(KINDS):
        return [*found, "debtors: not business and consumer"]
    for kind, cell in kinds.items():
        found += [f"{kind}.{row}: missing" for row in ROWS.keys() - cell.keys()]
        found += [f"{kind}.{row}: unknown" for row in cell.keys() - ROWS.keys()]
        for name in ROWS.keys() & cell.keys():
            found += [f"{kind}.{name}: {fault}" for fault in _row(name, cell[name])]
    found += _articles(table["articles"])
    found += _sources(table["sources"])
    found += _references(table, rates)
    help = table.get("debt_help", {})
    if help != {"none": "not_read"} and help.keys() != {*LANGUAGES, "source"}:
        found.append("debt_help: not in every language")
    return [*found, *_rates(rates)]


def _row(name: str, row: Any) -> Iterator[str]:
    if not isinstance(row, dict) or not row:
        yield "empty without a reason"
        return
    always, sometimes = ROWS[name]
    cited: Mapping[str, Check] = {"article": text, "source": text}
    if "none" in row:
        kept = {key: always[key] for key in ALWAYS_IN_INTEREST} if name == "interest" else {}
        always, sometimes = {"none": one_of(*REASONS), **kept}, cited
        if row["none"] not in UNREAD and "source" not in row:
            yield "no source"
    else:
        always, sometimes = {**always, "source": text}, {**sometimes, **cited}
    checks = {**sometimes, **always}
    yield from (f"no {key}" for key in always.keys() - row.keys())
    yield from (f"{key} is unknown" for key in row.keys() - checks.keys())
    yield from (
        f"{key} is wrong" for key in row.keys() & checks.keys() if not checks[key](row[key])
    )


def _articles(articles: Mapping[str, Any]) -> Iterator[str]:
    for name, labels in articles.items():
        if not labels:
            yield f"articles.{name}: no label"
            continue
        for label in labels:
            if label.keys() != {"since", "source", *LANGUAGES}:
                yield f"articles.{name}: not in the four languages"
            if not all(text(value) for key, value in label.items() if key != "since"):
                yield f"articles.{name}: no text"
        since = [label.get("since") for label in labels]
        if not all(map(day, since)) or not _ascend(since):
            yield f"articles.{name}: since"
        elif since[0] > TODAY:
            yield f"articles.{name}: no label yet"


def _ascend(values: Sequence[Any]) -> bool:
    return all(a < b for a, b in pairwise(values))


def _sources(sources: Mapping[str, Any]) -> Iterator[str]:
    for name, source in sources.items():
        yield from (f"sources.{name}: no {key}" for key in SOURCE.keys() - source.keys())
        yield from (f"sources.{name}: {key} is unknown" for key in source.keys() - SOURCE.keys())
        for key in SOURCE.keys() & source.keys():
            if not SOURCE[key](source[key]):
                yield f"sources.{name}: {key} is wrong"


def _references(table: Mapping[str, Any], rates: Mapping[str, Any]) -> Iterator[str]:
    """What is named exists, and every source is named somewhere."""
    named = list(_named(table, "source"))
    for name in named:
        if name not in table["sources"]:
            yield f"source {name}: nowhere"
    yield from (f"sources.{name}: named nowhere" for name in table["sources"].keys() - set(named))
    for name in _named(table["debtors"], "article"):
        if name not in table["articles"]:
            yield f"article {name}: nowhere"
    series = [*_named(table["debtors"], "series"), *_named(table["debtors"], "ceiling")]
    yield from (f"series {name}: nowhere" for name in series if name not in rates["series"])


def _named(node: Any, key: str) -> Iterator[str]:
    if isinstance(node, list):
        for part in node:
            yield from _named(part, key)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name == key and isinstance(value, str):
                yield value
            elif name != "sources":
                yield from _named(value, key)


def _rates(rates: Mapping[str, Any]) -> Iterator[str]:
    if rates.keys() != {"series", "sources"}:
        yield "rates: not series and sources"
        return
    yield from _sources(rates["sources"])
    named = set()
    for name, series in rates["series"].items():
        at = f"rates.{name}"
        if not series.keys() <= {"title", "known_until", "published_at", "rows"}:
            yield f"{at}: unknown key"
        if not text(series.get("title")) or not text(series.get("published_at")):
            yield f"{at}: no title or published_at"
        if not series.get("rows"):
            yield f"{at}: no rows"
            continue
        for row in series["rows"]:
            named.add(row.get("source"))
            if not row.keys() <= {"since", "rate", "exact", "source", "formula", "address"}:
                yield f"{at}: unknown key in a row"
            if not number(row.get("rate")) or Decimal(str(row["rate"])) % Decimal("0.0001"):
                yield f"{at}: {row.get('rate')} is no rate"
            both = row.get("exact"), row.get("rate")
            if "exact" in row and not (all(map(number, both)) and both[0] < both[1]):
                yield f"{at}: {both[0]} before rounding"
            if row.get("formula", True) is not True:
                yield f"{at}: formula"
        since = [row.get("since") for row in series["rows"]]
        until = series.get("known_until")
        if not all(map(day, since)) or not _ascend(since):
            yield f"{at}: since"
        elif until is not None and (not day(until) or until < since[-1]):
            yield f"{at}: known_until"
    yield from (f"rates source {name}: nowhere" for name in named - rates["sources"].keys())
    yield from (f"rates sources.{name}: unused" for name in rates["sources"].keys() - named)


def read(law: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two files of a country, as the program sees them."""
    names = f"{law.lower()}.yaml", f"{law.lower()}.rates.yaml"
    table, rates = (yaml.safe_load((TABLES / n).read_text(encoding="utf-8")) for n in names)
    return table, rates


@pytest.mark.parametrize("law", LAWS)
def test_no_faults(law: str) -> None:
    assert faults(law, *read(law)) == []


def test_the_belgian_rate_before_rounding() -> None:
    """In the half-years of the consumer's ceiling: Luxembourg's formula, rounded up to the half."""
    rounded, plain = rates.series("BE", "commercial"), rates.series("LU", "commercial")
    checked = [rate for rate in rounded.rates if rate.since >= date(2023, 7, 1)]
    assert len(checked) >= 7
    for rate in checked:
        there = plain.on(rate.since)
        assert there
        assert (rate.exact or rate.percent) == there.percent
        assert rate.percent == (there.percent * 2).to_integral_value(ROUND_CEILING) / 2


def test_no_other_table() -> None:
    wanted = {f"{law.lower()}{end}" for law in LAWS for end in (".yaml", ".rates.yaml")}
    assert {path.name for path in TABLES.glob("*.yaml")} == wanted


@pytest.mark.parametrize("path", sorted(TABLES.glob("*.yaml")), ids=lambda path: path.name)
def test_no_key_is_written_twice(path: Any) -> None:
    """YAML takes the last of two keys and says nothing."""

    def twice(node: yaml.Node) -> Iterator[str]:
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            yield from (
                f"{key}: line {node.start_mark.line + 1}" for key in keys if keys.count(key) > 1
            )
        if isinstance(node, yaml.CollectionNode):
            for part in node.value:
                for child in part if isinstance(part, tuple) else (part,):
                    yield from twice(child)

    tree = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    assert tree is not None
    assert list(twice(tree)) == []


def test_dates_are_written_as_dates_and_rates_with_their_decimals() -> None:
    """As typed: ``2026-07-01`` and ``10.40``; a float would hide a fifth decimal."""
    for path in sorted(TABLES.glob("*.rates.yaml")):
        typed = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        for series in typed["series"].values():
            for row in series["rows"]:
                date.fromisoformat(row["since"])
                assert len(row["rate"].partition(".")[2]) <= 4


# --- The check sees what is wrong.


Plant = Callable[[dict[str, Any], dict[str, Any]], object]


def set_(*path: Any) -> Plant:
    """Sets the last of ``path`` at the rest of it; of the table, or of ``rates``."""

    def plant(table: dict[str, Any], rates: dict[str, Any]) -> None:
        *way, last, value = path
        node: Any = rates if way and way[0] == "rates" else table
        for step in way[1:] if node is rates else way:
            node = node[step]
        node[last] = value

    return plant


def out(*path: Any) -> Plant:
    """Takes the last of ``path`` out."""

    def plant(table: dict[str, Any], rates: dict[str, Any]) -> None:
        *way, last = path
        node: Any = rates if way and way[0] == "rates" else table
        for step in way[1:] if node is rates else way:
            node = node[step]
        del node[last]

    return plant


CELL = ("debtors", "business")
ROW0 = ("rates", "series", "commercial", "rows", 0)
BANDS = ("debtors", "consumer", "agreed_compensation", "scale")

PLANTED: list[tuple[str, Plant]] = [
    *((f"business.{row}: missing", out(*CELL, row)) for row in ROWS),
    *((f"consumer.{row}: missing", out("debtors", "consumer", row)) for row in ROWS),
    ("business.fee: empty without a reason", set_(*CELL, "fee", {})),
    ("business.fee: empty without a reason", set_(*CELL, "fee", None)),
    ("business.fee: none is wrong", set_(*CELL, "fee", {"none": "because"})),
    ("business.fee: no source", set_(*CELL, "fee", {"none": "forbidden"})),
    ("business.fee: no source", out(*CELL, "fee", "source")),
    ("business.toll: unknown", set_(*CELL, "toll", {"none": "free"})),
    ("business.interest: toll is unknown", set_(*CELL, "interest", "toll", 1)),
    ("business.interest: no series", out(*CELL, "interest", "series")),
    ("business.interest: no article", out(*CELL, "interest", "article")),
    ("business.interest: starts is wrong", set_(*CELL, "interest", "starts", "soon")),
    ("business.interest: days is wrong", set_(*CELL, "interest", "days", "act/360")),
    ("consumer.interest: no starts", out("debtors", "consumer", "interest", "starts")),
    ("consumer.wait: counted is wrong", set_("debtors", "consumer", "wait", "counted", "weeks")),
    ("business.limitation: years is wrong", set_(*CELL, "limitation", {"years": "five"})),
    ("article nobody: nowhere", set_(*CELL, "interest", "article", "nobody")),
    ("source nobody: nowhere", set_(*CELL, "interest", "source", "nobody")),
    ("source nobody: nowhere", set_("holidays", 0, "source", "nobody")),
    ("source nobody: nowhere", set_("articles", "interest", 0, "source", "nobody")),
    ("series legal: nowhere", set_(*CELL, "interest", "series", "legal")),
    (
        "series legal: nowhere",
        set_("debtors", "consumer", "agreed_interest", "ceiling", "legal"),
    ),
    ("articles.interest: no label", set_("articles", "interest", [])),
    ("articles.interest: no text", set_("articles", "interest", 0, "fr", "")),
    (
        "articles.interest: not in the four languages",
        out("articles", "interest", 0, "nl"),
    ),
    (
        "articles.interest: not in the four languages",
        set_("articles", "interest", 0, "de", "Artikel 5"),
    ),
    ("articles.interest: since", set_("articles", "interest", 0, "since", "2013")),
    ("articles.interest: no label yet", set_("articles", "interest", 0, "since", date(2027, 1, 1))),
    *((f"sources.imputation: no {key}", out("sources", "imputation", key)) for key in SOURCE),
    ("sources.imputation: read is wrong", set_("sources", "imputation", "read", "yesterday")),
    ("sources.imputation: by is unknown", set_("sources", "imputation", "by", "me")),
    ("sources.idle: named nowhere", set_("sources", "idle", {})),
    ("colour: unknown", set_("colour", "red")),
    ("holidays: missing", out("holidays")),
    ("debtors: missing", out("debtors")),
    ("debtors: not business and consumer", set_("debtors", "club", {})),
    ("debtors: not business and consumer", out("debtors", "consumer")),
    ("public.wait: missing", set_("debtors", "public", {})),
    *(
        ("consumer.agreed_compensation: scale is wrong", set_(*BANDS[:-1], "scale", wrong))
        for wrong in (
            [],
            [{"up_to": 150, "sum": 20}],
            [{"sum": 20}, {"sum": 65}],
            [{"up_to": 150, "sum": 20}, {"up_to": 150, "sum": 30}, {"sum": 65}],
            [{"up_to": 500, "sum": 20}, {"up_to": 150, "sum": 30}, {"sum": 65}],
            [{"up_to": 150, "sum": 30}, {"sum": 20}],
            [{"up_to": 150}, {"sum": 65}],
            [{"up_to": 150, "below": 150, "sum": 20}, {"sum": 65}],
            [{"up_to": 150, "sum": 20, "toll": 1}, {"sum": 65}],
            [{"up_to": "150", "sum": 20}, {"sum": 65}],
        )
    ),
    ("rates.commercial: no rows", set_("rates", "series", "commercial", "rows", [])),
    ("rates.commercial: since", set_(*ROW0, "since", date(2014, 1, 1))),
    ("rates.commercial: since", set_(*ROW0, "since", "2013-01-01")),
    ("rates.commercial: 9.00001 is no rate", set_(*ROW0, "rate", 9.00001)),
    ("rates.commercial: 9,00 is no rate", set_(*ROW0, "rate", "9,00")),
    ("rates.commercial: None is no rate", out(*ROW0, "rate")),
    ("rates.commercial: 9.0 before rounding", set_(*ROW0, "exact", 9.00)),
    ("rates.commercial: unknown key in a row", set_(*ROW0, "until", date(2013, 6, 30))),
    ("rates.commercial: formula", set_(*ROW0, "formula", "yes")),
    ("rates.commercial: unknown key", set_("rates", "series", "commercial", "toll", 1)),
    (
        "rates.commercial: no title or published_at",
        out("rates", "series", "commercial", "published_at"),
    ),
    (
        "rates.commercial: known_until",
        set_("rates", "series", "commercial", "known_until", date(2026, 6, 30)),
    ),
    (
        "rates.commercial: known_until",
        set_("rates", "series", "commercial", "known_until", "2026"),
    ),
    ("rates source nobody: nowhere", set_(*ROW0, "source", "nobody")),
    ("rates sources.idle: unused", set_("rates", "sources", "idle", {})),
    ("rates: not series and sources", out("rates", "sources")),
    ("rates: not series and sources", set_("rates", "toll", 1)),
]


@pytest.mark.parametrize(("expected", "plant"), PLANTED)
def test_a_planted_fault_is_seen(expected: str, plant: Plant) -> None:
    table, rates = map(deepcopy, read("BE"))
    plant(table, rates)
    assert expected in faults("BE", table, rates)

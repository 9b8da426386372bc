"""The law pages' macros: the tables of ``jurisdictions/`` as a visitor reads them.

Words come from ``locales/law.xx.yaml``, figures and articles from the tables,
amounts from the package. Each function gives Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from letterkit import data, jurisdiction, letter, locale, rates
from letterkit.model import LANGUAGES, LAWS, LOCALES
from letterkit.render import planned

ROWS = (
    "interest",
    "agreed_interest",
    "compensation",
    "agreed_compensation",
    "costs",
    "fee",
    "imputation",
    "wait",
    "content",
    "limitation",
    "payment_terms",
)
TERMS = Path(__file__).parents[1] / "docs"
KINDS = ("business", "consumer")
HOME = {"en": "en-GB", "fr": "fr-FR", "it": "it-IT", "nl": "nl-NL"}


def words(language: str) -> Mapping[str, Any]:
    """The words of the law pages in ``language``."""
    found: Mapping[str, Any] = data.own_yaml("locales", f"law.{language}.yaml")
    return found


class Reading:
    """One country's table, read out in one language."""

    def __init__(self, law: str, language: str) -> None:
        self.law, self.language = law, language
        self.words = words(language)
        self.spoken = locale.get(HOME[language])
        self.table = jurisdiction.table(law)

    def cell(self, kind: str, row: str) -> str:
        """What one row says of one kind of debtor, and where it stands."""
        rows = self.table["debtors"][kind]
        said = rows[row]
        if "none" in said:
            text = str(self.words["none"][said["none"]])
        else:
            told = [*getattr(self, f"_{row}")(said)]
            if row == "costs" and row in rows["wait"].get("holds", ()):
                told.insert(0, self.words["held"])
            text = self.spoken.typography(" ; ".join(told))
        return text if row == "limitation" else text + self._cited(said)  # that row cites each term

    def brief(self, kind: str, row: str) -> str:
        """As `cell`, where there is no row for the agreement: then its bounds stand here."""
        rows = self.table["debtors"][kind]
        agreed = rows.get(f"agreed_{row}", {})
        if rows[row].get("none") != "only_if_agreed" or "none" in agreed:
            return self.cell(kind, row)
        _, *bounds = getattr(self, f"_agreed_{row}")(agreed)
        told = [self.words["none"]["only_if_agreed"], *bounds]
        return self.spoken.typography(" ; ".join(told)) + self._cited(agreed)

    def _cited(self, said: Mapping[str, Any]) -> str:
        if "article" not in said:
            return ""
        return f" ({jurisdiction.article(self.law, said['article'], date.max)[self.language]})"

    def _rate(self, name: str) -> rates.Rate:
        return rates.series(self.law, name).rates[-1]

    def _interest(self, said: Mapping[str, Any]) -> Iterator[str]:
        own = self.words["interest"]
        series = rates.series(self.law, said["series"])
        newest = series.rates[-1]
        yield own["now" if series.known_until else "statute"].format(
            rate=self.spoken.rate(newest.percent),
            since=self.spoken.date(newest.since),
            until=self.spoken.date(series.known_until) if series.known_until else "",
        )
        yield own["starts"][said["starts"]]
        if series.known_until:
            yield own["runs"][said["runs"]]
        yield own["compounding"][said["compounding"]]
        if "surcharge" in said:
            yield own["surcharge"].format(points=said["surcharge"]["agri_food"])
        if "options" in said:
            chosen = [str(own["runs"].get(o, o)) for o in said["options"]]
            yield own["options"].format(options=self.spoken.list(chosen))

    def _agreed_interest(self, said: Mapping[str, Any]) -> Iterator[str]:
        yield self.words["allowed"][said["allowed"]]
        if "floor" in said:
            floor = self._rate(said["floor"]["series"]).percent * said["floor"]["times"]
            yield self.words["floor"].format(
                times=said["floor"]["times"], rate=self.spoken.rate(floor)
            )
        if "ceiling" in said:
            ceiling = self._rate(said["ceiling"]).percent
            yield self.words["ceiling"].format(rate=self.spoken.rate(ceiling))

    def _compensation(self, said: Mapping[str, Any]) -> Iterator[str]:
        return self._scale(said)

    def _agreed_compensation(self, said: Mapping[str, Any]) -> Iterator[str]:
        yield self.words["allowed"][said["allowed"]]
        if "scale" in said:
            yield self.words["within"]
            yield from self._scale(said)

    def _costs(self, said: Mapping[str, Any]) -> Iterator[str]:
        yield from self._scale(said)
        if "vat" in said:
            yield self.words["vat"]

    def _scale(self, said: Mapping[str, Any]) -> Iterator[str]:
        own = self.words["sum"]
        edge: Any = 0
        exact = False  # whether the edge itself belongs to the next band
        for band in said["scale"]:
            amount = self._money(band["sum"])
            if "percent" in band:
                share = self.spoken.percent(Decimal(str(band["percent"])))
                pattern = self.words["band" if band["sum"] else "share"]
                amount = pattern.format(sum=amount, percent=share, edge=self._money(edge))
            if len(said["scale"]) == 1:
                yield own["each"].format(sum=amount)
            elif "below" in band:
                yield f"{own['below'].format(edge=self._money(band['below']))}{self._colon}{amount}"
            elif "up_to" in band:
                yield f"{own['up_to'].format(edge=self._money(band['up_to']))}{self._colon}{amount}"
            else:
                rest = own["from"].format(edge=self._money(edge)) if exact else own["over"]
                yield f"{rest}{self._colon}{amount}"
            exact = "below" in band
            edge = band.get("up_to", band.get("below", edge))
        for bound in ("least", "most"):
            if bound in said:
                yield self.words[bound].format(sum=self._money(said[bound]))

    def _fee(self, said: Mapping[str, Any]) -> Iterator[str]:
        yield self.words["allowed"][said["allowed"]]

    def _imputation(self, said: Mapping[str, Any]) -> Iterator[str]:
        own = self.words["order"]
        first, *then = [str(own[name]) for name in said["order"]]
        yield own["join"].format(first=first, then=self.spoken.list(then))

    def _wait(self, said: Mapping[str, Any]) -> Iterator[str]:
        yield self.words["wait"][said["counted"]].format(days=self.spoken.days(said["days"]))

    def _content(self, said: Mapping[str, Any]) -> Iterator[str]:
        yield self.words["letter"]["stage"].format(stage=said["stage"])

    def _limitation(self, said: Mapping[str, Any]) -> Iterator[str]:
        own = self.words["limitation"]
        yield self._years(said["years"]) + self._cited(said)
        for other in said.get("exceptions", ()):
            shorter = own["except"].format(
                years=self._years(other["years"]), what=own["of"][other["of"]]
            )
            yield shorter + self._cited(other)
        if "others" in said:
            yield own["others"]
        yield own["stops"][said["stops"]]

    def _years(self, years: int) -> str:
        pattern: str = self.words["limitation"]["years"][self.spoken.plural(years)]
        return pattern.format(years=years)

    def _payment_terms(self, said: Mapping[str, Any]) -> Iterator[str]:
        own = self.words["payment_terms"]
        yield own["default"].format(days=said["default"])
        if "longest" in said:
            yield own["longest"].format(days=said["longest"])

    def _money(self, amount: Any) -> str:
        return self.spoken.money(Decimal(str(amount)), self.table["currency"])

    @property
    def _colon(self) -> str:
        return self.spoken.colon + " "


class Figures:
    """A country's table, read by key path and written as a language writes it.

    The path is the file's own, with a number for the place in a list: ``before_court.0.days`` is
    ``30 days``, ``debtors.consumer.agreed_compensation.most`` is ``2 000,00 €``,
    ``articles.interest`` the newest label. A key that is not there stops the build.
    """

    def __init__(self, law: str, spoken: locale.Locale) -> None:
        self.law, self.spoken = law, spoken
        self.table = jurisdiction.table(law)

    def __getitem__(self, path: str) -> str:
        *way, last = path.split(".")
        if way == ["articles"]:
            return jurisdiction.article(self.law, last, date.max)[self.spoken.language]
        found: Any = self.table
        for key in way:
            found = found[int(key) if key.isdecimal() else key]
        figure = Decimal(str(found[last]))
        if last in ("days", "default", "longest"):
            return self.spoken.days(int(figure))
        if last == "percent":
            return self.spoken.percent(figure)
        assert last in ("sum", "below", "up_to", "least", "most"), f"{path} is no figure"
        return self.spoken.money(figure, self.table["currency"])


def figure(law: str, path: str, language: str) -> str:
    """One figure or article of the law within a sentence of a page: see `Figures`."""
    return Figures(law, locale.get(HOME[language]))[path]


def _tag(language: str, law: str) -> str:
    tag = f"{language}-{law}"
    return tag if tag in LOCALES else HOME[language]


def owed(law: str, kind: str, language: str) -> str:
    """What may be asked of one kind of debtor under ``law``."""
    reading = Reading(law, language)
    said = reading.words
    head = [said["heads"]["what"], said["kinds"][kind]]
    return _table(head, [[said["rows"][row], reading.cell(kind, row)] for row in ROWS])


def overview(row: str, language: str, folder: str = "") -> str:
    """One row for all eight laws: a table of both kinds of debtor.

    ``folder`` leads from the page to the law pages that the table links to.
    """
    said = words(language)
    head = ["", *(said["kinds"][kind] for kind in KINDS)]
    body = []
    for law in sorted(LAWS, key=lambda code: str(said["countries"][code])):
        reading = Reading(law, language)
        link = f"[{said['countries'][law]}]({folder}{law.lower()}.md)"
        body.append([link, *(reading.brief(kind, row) for kind in KINDS)])
    return _table(head, body)


def history(law: str, language: str) -> str:
    """Every rate since 2013 with its source, newest first, and until when it is known."""
    said, found = words(language), []
    spoken = locale.get(_tag(language, law))
    heads = said["heads"]
    for name, content in rates.table(law)["series"].items():
        series = rates.series(law, name)
        found.append(f"**{said['series'][name]}**\n")
        rows = [
            [
                spoken.date(row["since"]),
                spoken.rate(rates.percent(row["rate"])),
                _source(row, law, said),
            ]
            for row in reversed(content["rows"])
        ]
        found.append(_table([heads["since"], heads["rate"], heads["source"]], rows))
        if series.known_until:
            until = spoken.date(series.known_until)
            found.append(said["known_until"].format(date=until, where=_link(series.published_at)))
    return "\n\n".join(found)


def _source(row: Mapping[str, Any], law: str, said: Mapping[str, Any]) -> str:
    source = rates.table(law)["sources"][row["source"]]
    address = row.get("address", source["address"])
    text = f"[{source['title']}]({address})" if str(address).startswith("http") else source["title"]
    return f"{text}, {said['formula']}" if row.get("formula") else str(text)


def sources(law: str, language: str) -> str:
    """The sources of a country's table: title, address, when read and what was seen."""
    said, spoken = words(language), locale.get(_tag(language, law))
    lines = []
    for source in jurisdiction.table(law)["sources"].values():
        address = str(source["address"])
        title = f"[{source['title']}]({address})" if address.startswith("http") else source["title"]
        read = spoken.date(source["read"])
        lines.append("- " + said["sources"].format(title=title, read=read, seen=source["seen"]))
    return "\n".join(lines)


def worked(example: str, language: str) -> str:
    """The claim of an example's final demand, worked out now, line by line."""
    law = example[:2].upper()
    tag = _tag(language, law)
    case, day = planned((data.own_text("examples", f"{example}.yaml") or "").encode(), 3)
    made = letter.compose(case, stage=3, on=day, language=tag)
    tables = [b.table() for b in made.blocks if b.name in ("claim", "calculation") and b.table]
    intro = words(language)["example"].format(date=locale.get(tag).date(day))
    said = [p for b in made.blocks if b.name == "part_payment" for p in b.paragraphs]
    shown = (_table(t.head, (*t.rows, t.foot), t.numeric) for t in tables)
    return "\n\n".join([intro, *said, *shown])


def terms(law: str, language: str) -> str:
    """The late-payment clause for one's invoices, in the languages of the country.

    The words stand in ``docs/terms.xx.yaml``; {rate}, {legal}, {sum} and {law[path]}, a key path
    of `Figures`, come from the tables.
    """
    said, found = words(language), []
    for spoken in (language, *(other for other in LANGUAGES if other != language)):
        own = data.as_yaml((TERMS / f"terms.{spoken}.yaml").read_text(encoding="utf-8"))
        for kind, text in own.get(law, {}).items():
            filled = text.format_map(_figures(law, _tag(spoken, law)))
            found.append(f"**{said['kinds'][kind]}**\n\n```text\n{filled.strip()}\n```")
        if found:
            break  # the reader's own language, if the country speaks it; else the country's
    return "\n\n".join(found)


def _figures(law: str, tag: str) -> Mapping[str, str | Figures]:
    spoken, table = locale.get(tag), jurisdiction.table(law)
    series = rates.table(law)["series"]
    found: dict[str, str | Figures] = {"law": Figures(law, spoken)}
    found |= {
        name: spoken.rate(rates.series(law, key).rates[-1].percent)
        for name, key in (("rate", "commercial"), ("legal", "legal"))
        if key in series
    }
    scale = table["debtors"]["business"]["compensation"].get("scale")
    if scale:
        found["sum"] = spoken.money(Decimal(str(scale[0]["sum"])), table["currency"])
    return found


def _link(address: str) -> str:
    return f"<{address}>" if address.startswith("http") else address


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int] = ()) -> str:
    rule = ["---:" if column in numeric else "---" for column in range(len(head))]
    lines = [head, rule, *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in lines
    )

"""The chooser: every law, kind of debtor, letter and language, and the file behind each choice.

`links` is the whole matrix as plain links, which the script of the page reads: choosing is
finding the link, and showing the part of the page that lies beside its file. `write` makes the
files, once for all languages of the site.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from letterkit import law as rules
from letterkit import showcase
from letterkit.errors import NOTE, Finding, LetterkitError
from letterkit.letter import compose, compose_blank
from letterkit.model import LANGUAGES, LAWS, Letter
from letterkit.render import write as as_format

STAGE_NAMES = ("courtesy", "1", "call", "2", "3", "4", "claim", "dispute", "plan", "thanks")
"""In the order in which they come up."""
HOME = {"en": "GB", "fr": "FR", "it": "IT", "nl": "NL"}
"""Where a reader of each language is taken to be until they choose."""
CELLS = tuple((law, kind) for law in LAWS for kind in showcase.KINDS)


def file(name: str, stage: str, language: str) -> str:
    """What the files of a filled letter are called, without their ending."""
    return f"{name}-{stage}-{language}"


def blank_file(law: str, kind: str, stage: str, language: str) -> str:
    """What the files of a letter to fill in are called."""
    return f"blank-{law.lower()}-{kind}-{stage}-{language}"


@functools.cache
def refused(name: str, stage: str) -> tuple[Finding, ...]:
    """Why a letter of this example must not be sent; nothing if it may."""
    case, on = showcase.situation(name, stage)
    try:
        found = rules.objections(rules.draft(case, stage, on, law=rules.settle(case, "")))
    except LetterkitError as error:
        found = list(error.findings)
    return tuple(finding for finding in found if finding.severity != NOTE)


def reason(findings: tuple[Finding, ...], language: str) -> str:
    """The refusal in one paragraph, without what only the command line needs."""
    said = (finding._replace(path="", line=0, file="") for finding in findings)
    return " ".join(finding.explain(language).split("\n")[0] for finding in said)


def cell_letters(law: str, kind: str) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Each letter of a cell, and why it must not be sent."""
    for stage in STAGE_NAMES:
        yield stage, refused(showcase.cell(law, kind), stage)


def page(language: str, sheet: str, files: str, words: Mapping[str, Any]) -> str:
    """The chooser: what to choose from, the letter (``sheet``: that of `HOME`), and the links."""
    choices = words["choose"]
    countries = dict(sorted(words["countries"].items(), key=lambda one: str(one[1])))
    fields = {
        "law": (countries, HOME[language]),
        "kind": (words["kinds"], "business"),
        "stage": (words["letters"], "1"),
        "language": (words["languages"], language),
        "view": ({"filled": words["filled"], "blank": words["fill_in"]}, "filled"),
    }
    said = "".join(
        f"<label>{choices[name]}<select name={name}>{_options(offered, chosen)}</select></label>"
        for name, (offered, chosen) in fields.items()
    )
    return (
        f'<form class="chooser" data-search-exclude>{said}</form>'
        f'<noscript data-search-exclude><p><a href="#all">{words["all_letters"]}</a></p></noscript>'
        f'<p class="chooser__refused" role="status"></p>'
        f'<p class="chooser__shown" role="status"></p>{sheet}'
        f'<details class="chooser__all" id="all"><summary>{words["all_letters"]}</summary>'
        f"{links(language, files, words)}</details>"
    )


def _options(offered: Mapping[Any, Any], chosen: str) -> str:
    return "".join(
        f"<option value={key}{f' lang={key}' * (key in LANGUAGES)}{' selected' * (key == chosen)}>"
        f"{escape(name)}</option>"
        for key, name in offered.items()
    )


def meant_for(law: str, kind: str, chooser: str, words: Mapping[str, Any]) -> str:
    """For whom a letter to fill in is meant, with the way to the others (``chooser``)."""
    whom = f"{words['countries'][law]} · {words['kinds'][kind]}"
    return (
        f'<p class="sheet__for"><strong>{whom}</strong> – {words["fill_in_other"]} '
        f'<a href="{chooser}">{words["choose_link"]}</a></p>'
    )


def links(language: str, files: str, words: Mapping[str, Any]) -> str:
    """All letters as plain links, a fold for each law and kind of debtor; one line of HTML."""
    countries, kinds, letters = words["countries"], words["kinds"], words["letters"]
    spoken = words["languages"]

    def row(law: str, kind: str, stage: str, why: tuple[Finding, ...]) -> str:
        title = escape(str(letters[stage]))
        if why:
            return (
                f'<li data-stage="{stage}">{title}: <em>{escape(reason(why, language))}</em></li>'
            )
        name = showcase.cell(law, kind)
        filled = " ".join(
            f'<a href="{files}{file(name, stage, other)}.html" lang="{other}">{spoken[other]}</a>'
            for other in LANGUAGES
        )
        empty = " ".join(
            f'<a href="{files}{blank_file(law, kind, stage, other)}.html" lang="{other}">'
            f"{spoken[other]}</a>"
            for other in LANGUAGES
        )
        return (
            f'<li data-stage="{stage}">{title}: {filled}<br>'
            f"<small>{words['fill_in']}: {empty}</small></li>"
        )

    folds = []
    for law, kind in sorted(CELLS, key=lambda cell: (countries[cell[0]], cell[1])):
        rows = "".join(row(law, kind, stage, why) for stage, why in cell_letters(law, kind))
        folds.append(
            f'<details id="{law}-{kind}" data-name="{showcase.cell(law, kind)}"><summary>'
            f"{escape(countries[law])}, {escape(kinds[kind])}</summary><ul>{rows}</ul></details>"
        )
    return f'<div class="chooser__links" data-search-exclude>{"".join(folds)}</div>'


def write(
    folder: Path,
    part: Callable[..., str],
    mail: Callable[..., Letter | None],
    formats: Iterable[str],
    on_paper: Container[str],
) -> None:
    """Every letter of the site as files: one in each format, and one with what a page shows.

    ``on_paper`` names those that come as PDF too.
    """
    folder.mkdir(exist_ok=True)

    def put(name: str, letter: Letter, by_mail: Letter | None) -> None:
        for format in formats:
            made = as_format(letter, format)
            raw = made.encode() if isinstance(made, str) else made
            (folder / f"{name}.{format}").write_bytes(raw)
        offered = (*formats, "pdf") if name in on_paper else formats
        (folder / f"{name}.part.html").write_text(part(letter, by_mail, offered), encoding="utf-8")

    for name, stage, language in shown():
        if not refused(name, stage):
            case, on = showcase.situation(name, stage)
            letter = compose(case, stage=stage, on=on, language=language)
            put(file(name, stage, language), letter, mail(case, letter))
    for law, kind in CELLS:
        for stage, why in cell_letters(law, kind):
            for language in () if why else LANGUAGES:
                empty = compose_blank(stage=stage, language=language, law=law, kind=kind)
                put(blank_file(law, kind, stage, language), empty, None)


def shown() -> set[tuple[str, str, str]]:
    """Name, letter and language of every filled letter: of each cell all, of the other examples
    the four stages, and what `showcase.rows` lists."""
    cells = {showcase.cell(*cell) for cell in CELLS}
    found = set(itertools.product(cells, STAGE_NAMES, LANGUAGES))
    found |= set(itertools.product({*showcase.names()} - cells, "1234", LANGUAGES))
    return found | {
        (*key, tag[:2]) for key, row in showcase.rows().items() for tag in row["languages"]
    }

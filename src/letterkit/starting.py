"""A case to start from: an example of the country and the kind of debtor, ready to be filled in.

The facts are those of an example; remarks in the user's language stand in place of its own. Its
contacts are left as a remark, so that the chase begins with the first letter, and the day of the
mandate is that of the last one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from letterkit import case as case_reader
from letterkit import data, schedule, schema
from letterkit.errors import Finding, InputError
from letterkit.model import KINDS, LANGUAGES, LAWS, LOCALES, STAGES
from letterkit.statement import said

HOME = {"en": "GB", "fr": "FR", "it": "IT", "nl": "NL"}
"""Language of the screen → the country that is offered first."""

REMARKED = ("debtor.kind", "next_step.since")
"""Fields besides the sections that get a remark."""


class Choices(NamedTuple):
    """What a case is made for: the law's country, a language or locale, the kind of debtor."""

    country: str
    language: str
    kind: str


def ask(country: str, language: str, kind: str, ui: str, put: Callable[[str], str]) -> Choices:
    """Ask for what was not given, in the language of the screen; ``put`` shows a question.

    An empty answer takes what is offered in brackets; a wrong one is asked again.
    """
    country = country or _answer("init_country", LAWS, HOME[ui], ui, put)
    tags = spoken(country)
    usual = next((tag for tag in tags if tag.startswith(ui)), tags[0])
    language = language or _answer("init_language", (*tags, *LANGUAGES), usual, ui, put)
    kind = kind or _answer("init_kind", KINDS, KINDS[0], ui, put)
    return Choices(country, language, kind)


def _answer(
    id_: str, choices: Sequence[str], usual: str, ui: str, put: Callable[[str], str]
) -> str:
    known = {choice.casefold(): choice for choice in choices}
    question = said(id_, ui, choices=", ".join(choices), usual=usual)
    while True:
        answer = put(question).strip().casefold()
        if not answer:
            return usual
        if answer in known:
            return known[answer]


def settled(country: str, language: str, kind: str, ui: str) -> Choices:
    """What was given, the rest as it is usual; raises `InputError` for what there is not."""
    country = country or HOME[ui]
    _known("law_unknown", country, LAWS)
    tags = spoken(country)
    usual = next((tag for tag in tags if tag.startswith(ui)), tags[0])
    language = language or usual
    _known("language_unknown", language, (*LANGUAGES, *LOCALES))
    kind = kind or KINDS[0]
    _known("kind_unknown", kind, KINDS)
    return Choices(country, language, kind)


def _known(id_: str, seen: str, choices: Sequence[str]) -> None:
    if seen not in choices:
        raise InputError([Finding(id_, seen=seen, values={"choices": ", ".join(choices)})])


def spoken(country: str) -> list[str]:
    """The locales of a country."""
    return [tag for tag in LOCALES if tag.endswith(f"-{country}")]


def case(chosen: Choices, ui: str) -> str:
    """The case for what was chosen, with remarks in the language of the screen."""
    plans: dict[str, dict[str, str]] = data.own_yaml("locales", "start.yaml")
    consumer = chosen.kind == "consumer"
    name = plans["consumer"].get(chosen.country, "") if consumer else ""
    source = data.own_text("examples", f"{name or plans['business'][chosen.country]}.yaml") or ""
    text = "\n".join(_bare(source))
    text = re.sub(r"^language: .*$", f"language: {chosen.language}", text, flags=re.MULTILINE)
    if not name and chosen.kind != "business":
        text = _of_kind(text, chosen.kind, plans["person"].get(chosen.country, ""))
    _, handed_over = schedule.planned(case_reader.read(text.encode()), STAGES[-1], chosen.country)
    text = re.sub(r"since: \S+", f"since: {handed_over}", text)
    body = "\n".join(_remarked(text.strip().split("\n"), ui))
    return f"{head(ui)}\n\n{body}\n"


def head(ui: str) -> str:
    """The first lines of a case: where editors find its schema, and that it is a sample."""
    return f"{schema.MODELINE}\nsample: true  # {schema.about('sample', ui)}"


def example(name: str, ui: str) -> str:
    """One of the examples as it is, under `head`. Raises `InputError` for one that there is not."""
    source = data.own_text("examples", f"{name}.yaml")
    if source is None:
        values = {"choices": ", ".join(data.example_names())}
        raise InputError([Finding("example_unknown", seen=name, values=values)])
    return f"{head(ui)}\n{source}"


def _bare(source: str) -> Iterator[str]:
    """The lines of an example without its remarks; its contacts become one."""
    section = ""
    for line in source.split("\n"):
        text = re.sub(r"(^|\s+)#.*$", "", line)
        if line and not text:
            continue
        section = text.partition(":")[0] if text[:1].isalpha() else section
        yield f"# {text}" if section == "contacts" and text else text


def _of_kind(text: str, kind: str, person: str) -> str:
    """The example of a company with a debtor of another kind: a consumer is the ``person``."""
    start = text.index("debtor:")
    end = text.index("\n\n", start)
    debtor = text[start:end].replace("kind: business", f"kind: {kind}")
    debtor = re.sub(r"\n  form: .*", "", debtor)
    if kind == "consumer":
        debtor = re.sub(r"\n  (number|attention|customer): .*", "", debtor)
        debtor = re.sub(r"\n  name: .*", f"\n  {person}", debtor)
        text = re.sub(r"\n    order: .*", "", text[:start]) + debtor + text[end:]
        return re.sub(r"\n    order: .*", "", text)
    return text[:start] + debtor + text[end:]


def _remarked(lines: list[str], ui: str) -> Iterator[str]:
    """The lines with a sentence above each section and each field of `REMARKED`."""
    section = ""
    for line in lines:
        found = re.match(r"(# )?(\s*)(\w+):", line)
        if found:
            margin, key = found[2], found[3]
            section = section if margin else key
            path = f"{section}.{key}" if margin else key
            if path in REMARKED or (not margin and "-" not in line[:2]):
                yield f"{margin}# {schema.about(path, ui)}"
        yield line

"""The schema of the case file: it says what the reader reads, in four languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from letterkit import case, schema
from letterkit.case import LETTERS
from letterkit.data import example_names, own_text, own_yaml
from letterkit.errors import InputError
from letterkit.model import LANGUAGES
from letterkit.values import Typed
from tests.bad_inputs import GOOD, TABLE, source
from tests.conftest import ROOT
from tests.test_cli import KIT, run
from tests.test_readme import README

PAGE = ROOT / "docs/en/reference/case.md"
ENGLISH = schema.schema("en")
CHECK = jsonschema.Draft202012Validator(ENGLISH)


class Editor(yaml.SafeLoader):
    """YAML 1.2 as editors take it: only true and false are flags, a day is text."""


Editor.yaml_implicit_resolvers = {
    sign: [(tag, form) for tag, form in known if not tag.endswith((":timestamp", ":bool"))]
    for sign, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def faults(text: str | bytes) -> list[str]:
    """Where the schema finds a fault."""
    loaded = json.loads(json.dumps(yaml.load(text, Loader=Editor)))  # keys become text
    return [error.json_path for error in CHECK.iter_errors(loaded)]


def fields(takes: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every field of a schema, with its path."""
    for key, inner in takes.get("properties", {}).items():
        at = f"{path}.{key}" if path else key
        yield at, inner
        yield from fields(inner, at)
    for way in (*takes.get("anyOf", ()), *[takes[word] for word in ("items",) if word in takes]):
        yield from fields(way, path)


@pytest.mark.parametrize("ui", LANGUAGES)
def test_it_is_a_schema(ui: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema.schema(ui))
    assert schema.model() == stripped(schema.schema(ui))


def stripped(takes: Any) -> Any:
    """A schema without its sentences."""
    if isinstance(takes, list):
        return [stripped(item) for item in takes]
    if not isinstance(takes, dict):
        return takes
    words = ("$schema", "title", "description", "examples")
    named = "properties" in takes
    kept = {k: v for k, v in takes.items() if k not in words or not isinstance(v, str | list)}
    return {
        key: {name: stripped(inner) for name, inner in value.items()}
        if named and key == "properties"
        else stripped(value)
        for key, value in kept.items()
    }


@pytest.mark.parametrize("name", example_names())
def test_every_example_fits(name: str) -> None:
    assert faults(own_text("examples", f"{name}.yaml") or "") == []


def test_the_case_with_every_field_fits() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    every = (ROOT / "tests/cases/every-field.yaml").read_text(encoding="utf-8")
    for text in (shown, every, GOOD):
        assert faults(text) == []


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("law: BE", "law: XX", "$.law"),
        ("law: BE", "lw: BE", "$"),
        ("language: nl-BE", "language: de", "$.language"),
        ("name: Dubreuil SRL", "nam: Dubreuil SRL", "$.creditor"),
        ("kind: business", "kind: friend", "$.debtor.kind"),
        ("  country: BE\ninvoices", "  country: Belgium\ninvoices", "$.debtor.country"),
        ("issued: 2026-10-03", "issued: 3/10/2026", "$.invoices[0].issued"),
        ("amount: 250.00", "amount: -250.00", "$.invoices[0].amount"),
        ("amount: 250.00", "amount: €250", "$.invoices[0].amount"),
        ("amount: 250.00", "amount: [250]", "$.invoices[0].amount"),
        ("    due: 2026-11-03\n", "", "$.invoices[0]"),
        ("currency: EUR", "currency: USD", "$.invoices[0].currency"),
        ("stage: 1", "stage: 7", "$.contacts[0].stage"),
        ("channel: post", "channel: pigeon", "$.contacts[0].channel"),
        ("deadline: 2026-11-17", "dead_line: 2026-11-17", "$.contacts[0]"),
    ],
)
def test_a_planted_fault_is_found(old: str, new: str, where: str) -> None:
    assert old in GOOD
    assert where in faults(GOOD.replace(old, new, 1))


SEEN = ("missing", "key_unknown", "key_misspelt", "choice", "law_unknown", "currency_unknown")

UNSEEN = {
    "a merge key": "the editor's YAML resolves it",
    "a name of spaces": "spaces are text",
    "an enclosure without a word": "one of two fields is needed",
    "a promise that is not told": "needed because of what another field says",
}
"""What takes more than a schema."""


@pytest.mark.parametrize(
    "entry",
    [e for e in TABLE["bad"] if e.get("id") in SEEN and e["name"] not in UNSEEN],
    ids=lambda entry: str(entry["name"]),
)
def test_what_the_reader_misses_the_schema_misses(entry: dict[str, Any]) -> None:
    """Unknown keys and codes, and fields that are not there: the bad cases, once more."""
    assert faults(source(entry)) != []


@pytest.mark.parametrize(
    "more",
    [
        "send: email",
        "send: {channel: email}",
        'send: {"3": registered+post, 1: {channel: email}}',
        "deadline: 2026-12-18",
        "deadline: {2: 2026-12-01, claim: 2026-12-18}",
        "terms: {interest: {rate: 10, per: year}, compensation: {amount: 40}}",
        "terms: {clause: {fr: art. 8}, show: {interest: silent}}",
        "terms: {interest: none, compensation: statutory, days: 30/360}",
        "enclosures: [invoice, our words, {fr: le bon}, {code: invoice, file: a.pdf}]",
        "credit_terms: prepayment",
        "credit_terms: {nl: contant}",
        "policy: {stage1: 3, deadline_days: [10, 11, 16]}",
    ],
)
def test_the_ways_to_write_a_field(more: str) -> None:
    text = f"{GOOD}{more}\n"
    assert case.read(text.encode())
    assert faults(text) == []


def test_every_field_has_its_own_sentence_and_every_sentence_its_field() -> None:
    sentences = own_yaml("locales", "fields.yaml")
    used = {""}
    for path, _ in fields(ENGLISH):
        way = path.split(".")
        names = (".".join(way[n:]) for n in range(len(way)))
        used.add(next(name for name in names if name in sentences))
    assert set(sentences) - used == set()
    for name, said in sentences.items():
        assert sorted(said) == sorted(LANGUAGES), name
        assert len(set(said.values())) == len(LANGUAGES), name
        assert all(text.rstrip().endswith(".") for text in said.values()), name


def test_the_examples_fit_their_fields() -> None:
    for path, takes in fields(ENGLISH):
        for sample in takes.get("examples", ()):
            found = list(jsonschema.Draft202012Validator(takes).iter_errors(sample))
            assert found == [], path


def test_every_letter_and_every_section_is_there() -> None:
    paths = {path for path, _ in fields(ENGLISH)}
    assert {f"send.{name}" for name in LETTERS} <= paths
    with pytest.raises(InputError) as raised:
        case.read(f"{GOOD}nothing: 1\n".encode())
    known = dict(raised.value.findings[0].values)["choices"].split(", ")
    assert sorted(known) == sorted(ENGLISH["properties"])


def test_a_reader_that_does_not_say_what_it_takes_is_a_fault() -> None:
    with pytest.raises(TypeError):
        schema.taken(lambda node: node.value)
    assert schema.taken(Typed(lambda node: node.value, {"type": "string"})) == {"type": "string"}


@pytest.mark.parametrize("ui", LANGUAGES)
def test_the_command(ui: str, tmp_path: Path) -> None:
    done = run(KIT, "schema", "--ui", ui, cwd=tmp_path)
    assert json.loads(done.stdout) == schema.schema(ui)
    page = run(KIT, "schema", "--format", "md", "--ui", ui, cwd=tmp_path).stdout.decode()
    assert page == schema.as_markdown(ui)
    assert not re.search(r"\{\w+\}", page)
    assert run(KIT, "schema", "--format", "xml", cwd=tmp_path).returncode == 2


def test_the_reference_page_is_what_the_command_prints(update: bool) -> None:
    text = PAGE.read_text(encoding="utf-8")
    head, mark, _ = text.partition("<!-- from here on: letterkit schema --format md -->\n")
    real = head + mark + schema.as_markdown("en").partition("\n\n")[2]
    if update:
        PAGE.write_text(real, encoding="utf-8")
    assert mark
    assert PAGE.read_text(encoding="utf-8") == real

"""The case file as JSON Schema (2020-12) and as a page: what editors and people look up.

Nothing is written down twice: the functions that read a case (`case`) are run over a `Sketch`,
which notes the fields they ask for and what each takes. A schema is only as strict as a reader
without the rest of the file can be; `letterkit check` knows more. The sentences about the fields
stand in ``locales/fields.yaml``.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import yaml

from letterkit import case, data, locale
from letterkit.fields import EXAMPLES, Fields
from letterkit.model import LANGUAGES
from letterkit.statement import said
from letterkit.tree import Findings, Node
from letterkit.values import Reader, S, Schema, T, Typed, count, flag

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILE = "letterkit.schema.json"
"""How the schema is called beside a case."""
MODELINE = f"# yaml-language-server: $schema={FILE}"
"""The first line of a case, by which editors find the schema."""


class Sketch(Fields):
    """A mapping that is not there: it notes which fields are asked for, and what each takes."""

    def __init__(self) -> None:
        super().__init__(Node({}), Findings(), [])
        self.takes: dict[str, Schema] = {}
        self.needed: list[str] = []

    def maybe(self, key: str, read: Reader[T]) -> T | None:
        self.takes[key] = taken(read)
        return None

    def need(self, key: str, read: Reader[T]) -> T:
        self.needed.append(key)
        return cast("T", self.maybe(key, read))

    def missing(self, key: str) -> None:
        self.needed.append(key)

    def flag(self, key: str) -> bool:
        return bool(self.maybe(key, flag))

    def whole(self, key: str, least: int, most: int, usual: int) -> int:
        self.maybe(key, count(least, most))
        self.takes[key] = {**self.takes[key], "default": usual}
        return usual

    def given(self, key: str) -> Node | None:
        return Node("", key)

    def part(self, key: str, read: Callable[[Fields], T]) -> T | None:
        return self.maybe(key, _mapping(read))

    def need_part(self, key: str, read: Callable[[Fields], T]) -> T:
        return self.need(key, _mapping(read))

    def parts(self, key: str, read: Callable[[Fields], T]) -> tuple[T, ...]:
        return self.each(key, _mapping(read))

    def listing(
        self, read: Reader[T], most: int | None = None, form: str = "", length: str = ""
    ) -> Reader[tuple[T, ...]]:
        limits = {"minItems": 1, "maxItems": most} if most else {}
        return _sketched({"type": "array", "items": taken(read), **limits})

    def either(
        self,
        simple: Reader[S],
        part: Callable[[Fields], T],
        is_part: Callable[[Mapping[str, Node]], bool] = lambda keys: True,
    ) -> Reader[S | T]:
        ways = [taken(simple), taken(_mapping(part))]
        return _sketched({"anyOf": [one for way in ways for one in way.get("anyOf", [way])]})


def taken(read: Reader[T]) -> Schema:
    """What a reader takes. Raises `TypeError` for one that does not say so."""
    if not isinstance(read, Typed):
        raise TypeError(f"{read} does not say what it takes")
    return read.takes


def _mapping(read: Callable[[Fields], T]) -> Typed[T]:
    """What a function that reads a mapping takes."""
    sketch = Sketch()
    read(sketch)
    takes: dict[str, Any] = {"type": "object", "properties": sketch.takes}
    if sketch.needed:
        takes["required"] = sketch.needed
    return _sketched({**takes, "additionalProperties": False})


def _sketched(takes: Schema) -> Typed[T]:
    return Typed(lambda node: cast("T", None), takes)


@functools.cache
def model() -> Schema:
    """The case file without its sentences.

    ``creditor`` may be left out: one's own details may stand in a file of their own.
    """
    found = taken(_mapping(lambda f: case.sections(f, "")))
    return {**found, "required": [key for key in found["required"] if key != "creditor"]}


def schema(ui: str) -> dict[str, Any]:
    """The JSON Schema of a case file, its fields explained in the language ``ui``."""
    head = {"$schema": DIALECT, "title": "letterkit", "description": about("", ui)}
    return {**head, **_explained(model(), "", ui)}


def as_json(ui: str) -> str:
    """`schema` as a file."""
    return json.dumps(schema(ui), ensure_ascii=False, indent=1) + "\n"


def about(path: str, ui: str) -> str:
    """The sentence about the field ``path`` (``invoices.payments.date``)."""
    sentences: Mapping[str, Mapping[str, str]] = data.own_yaml("locales", "fields.yaml")
    way = path.split(".")
    names = (".".join(way[n:]) for n in range(len(way)))  # the most special first
    return next(sentences[name][ui] for name in names if name in sentences)


def _explained(takes: Schema, path: str, ui: str) -> dict[str, Any]:
    """``takes`` with a sentence and an example at every field below ``path``."""
    found = dict(takes)
    for word in ("anyOf", "items"):
        if isinstance(found.get(word), list):
            found[word] = [_explained(way, path, ui) for way in found[word]]
        elif word in found:
            found[word] = _explained(found[word], path, ui)
    if "properties" in found:
        found["properties"] = {
            key: _field(inner, f"{path}.{key}" if path else key, ui)
            for key, inner in found["properties"].items()
        }
    return found


def _field(takes: Schema, path: str, ui: str) -> dict[str, Any]:
    found = _explained(takes, path, ui)
    sample = example(path, takes)
    shown = {"examples": [sample]} if sample is not None else {}
    return {"description": about(path, ui), **found, **shown}


def example(path: str, takes: Schema) -> Any:
    """How the field ``path`` may look, as a value; None where its type says it all."""
    last = path.split(".")
    text = EXAMPLES.get(".".join(last[-2:])) or EXAMPLES.get(last[-1])
    if text is None or "enum" in takes or (last[-1] in case.LETTERS and len(last) > 1):
        return None
    (value,) = yaml.load(text, Loader=yaml.BaseLoader).values()
    return _fitted(value, takes)


def _fitted(value: Any, takes: Schema) -> Any:
    """A value as it was typed, its scalars made what the field takes."""
    if isinstance(value, list):
        return [_fitted(item, takes.get("items", {})) for item in value]
    if isinstance(value, dict):
        inner = takes.get("properties", {})
        return {key: _fitted(item, inner.get(key, {})) for key, item in value.items()}
    ways = [takes, *takes.get("anyOf", ())]
    return int(value) if any(way.get("type") == "integer" for way in ways) else value


# --- As a page.


def as_markdown(ui: str) -> str:
    """The reference of the case file in the language ``ui``: a table for each section."""
    return "\n".join(_page(ui))


def _page(ui: str) -> Iterator[str]:
    say = functools.partial(said, language=ui)
    yield f"# {say('schema_title')}\n"
    yield about("", ui) + "\n"
    head = [say("schema_field"), say("schema_takes"), say("schema_meaning")]
    top = model()
    yield from _table(head, _rows(top, "", ui, deep=False))
    for key, takes in top["properties"].items():
        rows = list(_rows(takes, key, ui, deep=True))
        if rows:
            yield f"## {key}\n"
            yield about(key, ui) + "\n"
            yield from _table(head, iter(rows))


def _table(head: list[str], rows: Iterator[tuple[str, str, str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |\n|---|---|---|"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _rows(takes: Schema, path: str, ui: str, deep: bool) -> Iterator[tuple[str, str, str]]:
    """A row for each field in ``takes``; with ``deep`` those of the fields inside it as well."""
    colon = locale.get(locale.HOME[ui]).colon + " "
    ways = [takes, *takes.get("anyOf", []), takes.get("items", {})]
    ways += takes.get("items", {}).get("anyOf", [])
    for way in ways:
        if _by_name(way):
            continue
        for key, inner in way.get("properties", {}).items():
            at = f"{path}.{key}" if path else key
            needed = said("schema_needed", ui) + colon if key in way.get("required", ()) else ""
            name = at.partition(".")[2] if deep else at
            yield f"`{name}`", needed + in_words(inner, ui), about(at, ui)
            if deep:
                yield from _rows(inner, at, ui, deep)


def _by_name(takes: Schema) -> bool:
    """Whether the keys are languages or letters, which need no row each."""
    keys = set(takes.get("properties", ()))
    return bool(keys) and (keys <= set(LANGUAGES) or keys == set(case.LETTERS))


def in_words(takes: Schema, ui: str) -> str:
    """What a field takes, said in the language ``ui``."""
    say = functools.partial(said, language=ui)
    if "enum" in takes or "const" in takes:
        return ", ".join(f"`{code}`" for code in takes.get("enum", [takes.get("const")]))
    if "anyOf" in takes:
        ways: list[str] = []
        for way in takes["anyOf"]:
            if _by_language(way):
                ways[-1] = say("schema_words")  # the one before it is the same in one language
            else:
                ways.append(in_words(way, ui))
        return functools.reduce(lambda one, other: say("schema_or", one=one, other=other), ways)
    if "format" in takes:
        return say(f"schema_{takes['format']}")
    kind = takes["type"]
    if kind == "object":
        return say("schema_letters" if _by_name(takes) else "schema_fields")
    if kind == "array":
        return say("schema_list", item=in_words(takes["items"], ui))
    if kind == "integer":
        limits = {"least": str(takes["minimum"]), "most": str(takes["maximum"])}
        usual = takes.get("default")
        more = f" ({say('schema_usual', usual=str(usual))})" if usual is not None else ""
        return say("schema_count", **limits) + more
    if kind == "boolean":
        return say("schema_flag")
    return say("schema_text", most=str(takes["maxLength"]))


def _by_language(takes: Schema) -> bool:
    return _by_name(takes) and set(takes["properties"]) <= set(LANGUAGES)

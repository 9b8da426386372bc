"""The strict reading of YAML: the tree, its lines and its limits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml

from letterkit import data, document
from letterkit.errors import Finding, InputError
from letterkit.tree import Findings, Node

NESTED = """\
creditor:
  name: Dubreuil
  address:
    - Rue Haute 12
    - {street: x,
       town: y}
"quoted": |
  two
  lines
last: ~
"""


def plain(node: Node) -> Any:
    """The tree as ordinary values."""
    if isinstance(node.value, dict):
        return {key: plain(inner) for key, inner in node.value.items()}
    if isinstance(node.value, list):
        return [plain(inner) for inner in node.value]
    return node.value


def places(node: Node) -> dict[str, int]:
    """Path → line, for every value of the tree."""
    inner = node.value.values() if isinstance(node.value, dict) else node.value
    found = {node.path: node.line}
    if isinstance(node.value, dict | list):
        for child in inner:
            found |= places(child)
    return found


def refusal(source: bytes | str) -> list[tuple[str, int]]:
    with pytest.raises(InputError) as caught:
        document.parse(source, "x.yaml")
    return [(f.id, f.line) for f in caught.value.findings]


def test_the_tree() -> None:
    assert plain(document.parse(NESTED, "x.yaml")) == {
        "creditor": {"name": "Dubreuil", "address": ["Rue Haute 12", {"street": "x", "town": "y"}]},
        "quoted": "two\nlines\n",
        "last": None,
    }


def test_a_value_stands_in_the_line_of_its_key() -> None:
    assert places(document.parse(NESTED, "x.yaml")) == {
        "": 1,
        "creditor": 1,
        "creditor.name": 2,
        "creditor.address": 3,
        "creditor.address[0]": 4,
        "creditor.address[1]": 5,
        "creditor.address[1].street": 5,
        "creditor.address[1].town": 6,
        "quoted": 7,
        "last": 10,
    }


@pytest.mark.parametrize("written", ["no", "1e3", "2026-11-03", "0x1F", "12:30", "1_000", "true"])
def test_scalars_stay_strings(written: str) -> None:
    assert plain(document.parse(f"a: {written}", "")) == {"a": written}


@pytest.mark.parametrize(
    ("written", "value"),
    [("", None), ("~", None), ("null", None), ('""', ""), ("'~'", "~"), ('"null"', "null")],
)
def test_nothing_and_an_empty_text(written: str, value: str | None) -> None:
    assert plain(document.parse(f"a: {written}", "")) == {"a": value}


def test_a_mapping_makes_the_same_tree() -> None:
    assert plain(
        document.from_mapping(
            {"a": [1, (Decimal("2.5"), date(2026, 1, 1))], 2: {"b": True, "c": None}},
            "",
            Findings(),
        )
    ) == {"a": [1, [Decimal("2.5"), date(2026, 1, 1)]], "2": {"b": True, "c": None}}


def test_the_limits() -> None:
    deepest = "[" * document.MAX_DEPTH + "]" * document.MAX_DEPTH
    assert document.parse(deepest, "").value
    assert refusal(f"[{deepest}]") == [("too_deep", 1)]
    most = "- x\n" * (document.MAX_VALUES - 1)
    assert len(document.parse(most, "").value) == document.MAX_VALUES - 1
    assert refusal(f"{most}- x\n") == [("too_many_values", document.MAX_VALUES)]
    longest = "a: " + "x" * (data.MAX_BYTES - 3)
    assert document.parse(longest, "").value
    assert refusal(longest + "x") == [("file_too_big", 0)]
    assert refusal(longest.encode() + b"x") == [("file_too_big", 0)]


def test_limits_of_a_mapping() -> None:
    deep: dict[str, Any] = {}
    for _ in range(document.MAX_DEPTH):
        deep = {"a": deep}
    for mapping, id in (
        (deep, "too_deep"),
        ({"a": ["x"] * document.MAX_VALUES}, "too_many_values"),
    ):
        with pytest.raises(InputError) as caught:
            document.from_mapping(mapping, "", Findings())
        assert [f.id for f in caught.value.findings] == [id]


@pytest.mark.parametrize(
    "character",
    [
        *map(chr, range(0x09)),
        *map(chr, range(0x0B, 0x0D)),
        *map(chr, range(0x0E, 0x20)),
        *map(chr, range(0x7F, 0xA0)),
        *map(chr, range(0x200B, 0x2010)),
        *map(chr, range(0x202A, 0x202F)),
        *map(chr, range(0x2066, 0x206A)),
        *"\u2028\u2029\ufeff\u00ad\u061c\ufffd",
    ],
    ids=lambda c: f"U+{ord(c):04X}",
)
def test_every_hidden_character(character: str) -> None:
    """As it is, as an escape, and from Python; as bytes NUL means no text at all."""
    assert refusal(f"a: 1\nb: x{character}y\nc: 1") == [("hidden_character", 2)]
    assert refusal(f'a: 1\nb: "x\\u{ord(character):04x}y"') == [("hidden_character", 2)]
    findings = Findings()
    document.from_mapping({"b": f"x{character}y"}, "", findings)
    assert [(f.id, f.path, f.seen) for f in findings] == [
        ("hidden_character", "b", f"U+{ord(character):04X}")
    ]


@pytest.mark.parametrize("text", ["é ß ’ “ ” € – \u00a0 \u202f ł 東京 🙂", "a\tb"])
def test_letters_and_typography_are_no_hidden_characters(text: str) -> None:
    assert plain(document.parse(f"a: {text}".encode(), "")) == {"a": text}


def test_all_findings_of_a_file_come_at_once() -> None:
    assert refusal("a: *x\nb: !t 1\na: 2\nc: x\u200by\nd: &z 1\n") == [
        ("yaml_alias", 1),
        ("yaml_tag", 2),
        ("key_twice", 3),
        ("hidden_character", 4),
        ("yaml_alias", 5),
    ]


def test_of_two_equal_keys_the_first_is_kept() -> None:
    findings = Findings()
    tree = document.read("a: {b: 1}\na: {c: 2}\n", "x.yaml", findings)
    assert plain(tree) == {"a": {"b": "1"}}
    assert findings == [
        Finding("key_twice", path="a", file="x.yaml", line=2, values={"key": "a", "first": "1"})
    ]


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
@pytest.mark.parametrize(
    ("source", "id", "line"),
    [
        ("a: 1\nb: x: y\n", "yaml_colon", 2),
        ("a: 1\nb: @x\n", "yaml_sign", 2),
        ("a:\n\tb: 1\n", "yaml_tab", 2),
        ('a: 1\nb: "x\n', "yaml_quote", 2),
        ("a: 1\nb: [x\n", "yaml_bracket", 2),
        ("a: 1\nb: {x: 1\n", "yaml_bracket", 2),
        ("a: 1\n b: 1\n", "yaml_colon", 2),
        ("a: 1\n- b\n", "yaml_syntax", 2),
        ("? [a]\n: 1\n", "yaml_key", 1),
        ("{{ name }}: 1\n", "yaml_key", 1),
    ],
)
def test_a_slip_is_named_by_either_parser(
    source: str, id: str, line: int, loader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "LOADER", loader)
    assert refusal(source) == [(id, line)]

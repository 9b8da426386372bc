"""Reads the user's file: strict YAML into a tree that remembers its lines.

One document, no aliases, no tags, no duplicate keys, no invisible characters, a
limit on size, depth and number of values. The tree is built from parser events,
one at a time, so that a hostile file can neither explode nor exhaust the stack.
A scalar stays a string until a reader asks for a type: ``NO`` is a country,
``2026-11`` an invoice number. A Python mapping becomes the same tree, without
lines.

>>> tree = parse("creditor:\\n  name: Dubreuil\\n", "case.yaml")
>>> tree.value["creditor"].value["name"]
Node('Dubreuil', creditor.name, line 2)
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import yaml

from letterkit import data
from letterkit.errors import Finding
from letterkit.tree import HIDDEN, Findings, Node, Scalar, join, short

Source = str | Path | bytes | Mapping[str, Any]

SUFFIXES = (".yaml", ".yml")
MAX_DEPTH = 20
MAX_VALUES = 50_000
MAX_KEY = 60

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser of a user's file; the two differ in what they take, so there is one for all."""

_NULL = ("", "~", "null", "Null", "NULL")


def parse(source: bytes | str, name: str) -> Node:
    """The tree of one YAML document; `InputError` when it breaks a rule."""
    findings = Findings()
    node = read(source, name, findings)
    if findings:
        findings.stop()
    return node


def read(source: bytes | str, name: str, findings: Findings, empty: str = "file_empty") -> Node:
    """As `parse`, but what does not stop the reading is added to ``findings``."""
    text = _clean(_decode(source, name, findings), name, findings)
    builder = _Builder(name, findings)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        findings.stop(_syntax(error, text, name))
    except yaml.YAMLError:
        findings.stop(Finding("yaml_syntax", file=name))
    root = builder.root
    if root is None or (root.value is None and not root.bad):
        findings.stop(Finding(empty, file=name))
    return root


def load(source: Source, name: str, findings: Findings, *, empty: str = "file_empty") -> Node:
    """The tree of a file, of YAML as bytes, or of a mapping; `InputError` when there is none.

    ``-`` is standard input; ``name`` is how messages call the source, ``empty``
    the message about one that holds nothing.
    """
    if isinstance(source, Mapping):
        return from_mapping(source, name, findings)
    if isinstance(source, bytes):
        return read(source, name, findings, empty)
    named = isinstance(source, str) and (source == "-" or source.lower().endswith(SUFFIXES))
    if not named and not isinstance(source, os.PathLike):
        findings.stop(Finding("source_unknown", seen=short(str(source))))
    shown = name or str(source)
    if source != "-":
        findings.folders[shown] = os.path.dirname(source) or "."
    try:
        return read(data.read_bytes(source), shown, findings, empty)
    except FileNotFoundError:
        wrong = Finding("file_missing", file=shown)
    except IsADirectoryError:
        wrong = Finding("file_is_folder", file=shown)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or type(error).__name__
        wrong = Finding("file_unreadable", file=short(shown), seen=reason)
    findings.stop(wrong)


def from_mapping(
    mapping: Mapping[Any, Any], name: str, findings: Findings, *, path: str = ""
) -> Node:
    """The tree of a Python mapping; what it must not hold is added to ``findings``."""
    count = 0

    def node(value: Any, path: str, depth: int) -> Node:
        nonlocal count
        count += 1
        if depth > MAX_DEPTH:
            findings.stop(Finding("too_deep", path=path, file=name))
        if count > MAX_VALUES:
            findings.stop(Finding("too_many_values", path=path, file=name))
        found = Node(None, path, file=name)
        if isinstance(value, Mapping):
            found.value = {
                str(key): node(inner, join(path, str(key)), depth + 1)
                for key, inner in value.items()
            }
        elif isinstance(value, list | tuple):
            found.value = [node(inner, f"{path}[{i}]", depth + 1) for i, inner in enumerate(value)]
        else:
            scalar(value, found)
        return found

    def scalar(value: Any, found: Node) -> None:
        found.value = value.replace("\r\n", "\n") if isinstance(value, str) else value
        if isinstance(value, float):
            findings.append(found.finding("float_given"))
            found.bad = True
        elif isinstance(value, datetime) or not isinstance(value, Scalar):
            findings.append(found.finding("type_unknown", type=type(value).__name__))
            found.bad = True
        else:
            _check_hidden(found, findings)

    return node(mapping, path, 1)


class _Builder:
    """Takes parser events one by one and puts the tree together."""

    def __init__(self, name: str, findings: Findings) -> None:
        self.name = name
        self.findings = findings
        self.root: Node | None = None
        self.open: list[Node] = []  # the lists and mappings being filled
        self.keys: list[tuple[str, int] | None] = []  # the key that waits for its value
        self.count = 0

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._start(event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.open.pop()
            self.keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._place(Node(None, line=line), event, "yaml_alias", "*" + str(event.anchor))
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self._stop("yaml_documents", line)

    def _scalar(self, event: Any, line: int) -> None:
        if self.open and isinstance(self.open[-1].value, dict) and self.keys[-1] is None:
            self.keys[-1] = self._key(event, line)
            return
        plain = not event.style and event.value in _NULL
        self._place(Node(None if plain else event.value, line=line), event)

    def _key(self, event: Any, line: int) -> tuple[str, int]:
        self._count(line)
        key: str = event.value
        odd = event.tag is not None or event.anchor is not None
        if odd or not key or len(key) > MAX_KEY or "\n" in key or HIDDEN.search(key):
            self._stop("yaml_key", line)
        where = self.open[-1]
        if key in where.value:
            self.findings.append(
                Finding(
                    "key_twice",
                    path=join(where.path, key),
                    file=self.name,
                    line=line,
                    values={"key": key, "first": str(where.value[key].line)},
                )
            )
        return key, line

    def _start(self, event: Any, line: int) -> None:
        if len(self.open) >= MAX_DEPTH:
            self._stop("too_deep", line)
        node = Node({} if isinstance(event, yaml.MappingStartEvent) else [], line=line)
        self._place(node, event)
        self.open.append(node)
        self.keys.append(None)

    def _place(self, node: Node, event: Any, wrong: str = "", seen: str = "") -> None:
        """Put a value where it belongs, with its path."""
        self._count(node.line)
        node.file = self.name
        if not self.open:
            self.root = node
        elif isinstance(self.open[-1].value, list):
            siblings = self.open[-1].value
            node.path = f"{self.open[-1].path}[{len(siblings)}]"
            siblings.append(node)
        else:
            waiting = self.keys[-1]
            if waiting is None:
                self._stop("yaml_key", node.line)
            key, node.line = waiting
            node.path = join(self.open[-1].path, key)
            self.open[-1].value.setdefault(key, node)  # of two, the first
            self.keys[-1] = None
        if not wrong and getattr(event, "tag", None) is not None:
            wrong, seen = "yaml_tag", event.tag.replace("tag:yaml.org,2002:", "!!")
        if not wrong and event.anchor is not None:
            wrong, seen = "yaml_alias", "&" + event.anchor
        if wrong:
            node.bad = True
            self.findings.append(
                Finding(wrong, path=node.path, seen=short(seen), file=self.name, line=node.line)
            )
        else:
            _check_hidden(node, self.findings)

    def _count(self, line: int) -> None:
        self.count += 1
        if self.count > MAX_VALUES:
            self._stop("too_many_values", line)

    def _stop(self, id: str, line: int) -> NoReturn:
        self.findings.stop(Finding(id, file=self.name, line=line))


def _decode(source: bytes | str, name: str, findings: Findings) -> str:
    if len(source) > data.MAX_BYTES:
        findings.stop(Finding("file_too_big", file=name))
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.stop(Finding("file_encoding", seen="UTF-16", file=name, line=1))
    if b"\0" in source:
        findings.stop(Finding("file_binary", file=name))
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        seen = f"0x{source[error.start]:02X}"
        findings.stop(Finding("file_encoding", seen=seen, file=name, line=line))


def _clean(text: str, name: str, findings: Findings) -> str:
    """``text`` with its lines ended by newlines, and without the hidden characters it names."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for found in HIDDEN.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        findings.append(
            Finding("hidden_character", seen=_code_point(found[0]), file=name, line=line)
        )
    return HIDDEN.sub("", text)


def _check_hidden(node: Node, findings: Findings) -> None:
    """Complain about a hidden character that came in by an escape such as ``\\u202e``."""
    found = HIDDEN.search(node.value) if isinstance(node.value, str) else None
    if found:
        findings.append(
            Finding(
                "hidden_character",
                path=node.path,
                seen=_code_point(found[0]),
                file=node.file,
                line=node.line,
            )
        )
        node.bad = True


def _syntax(error: yaml.MarkedYAMLError, text: str, name: str) -> Finding:
    """The parser's complaint as one of a few that can be acted on."""
    mark, problem, context = error.problem_mark, error.problem or "", error.context or ""
    line = mark.line + 1 if mark else 0
    lines = text.split("\n")
    sign = ""
    if mark and mark.line < len(lines):
        sign = lines[mark.line][mark.column : mark.column + 1]
    id = "yaml_syntax"
    if "mapping values are not allowed" in problem:
        id = "yaml_colon"
    elif "cannot start any token" in problem:
        id = "yaml_tab" if sign == "\t" else "yaml_sign"
    elif "quoted scalar" in context:
        id = "yaml_quote"
    elif "flow" in context:
        id = "yaml_bracket"
    if id in ("yaml_quote", "yaml_bracket") and error.context_mark:
        line = error.context_mark.line + 1
    return Finding(id, seen=sign.strip(), file=name, line=line)


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"

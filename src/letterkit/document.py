"""The user's file as a tree that remembers its lines.

Strict YAML: one document, no aliases, no tags, no duplicate keys, no invisible
characters, a limit on size, depth and number of values. It is built from parser
events, one at a time, so that a hostile file can neither explode nor exhaust
the stack. A scalar stays a string until a reader asks for a type: ``NO`` is a
country, ``2026-11`` an invoice number. A Python mapping becomes the same tree,
without lines.

>>> tree = parse("creditor:\\n  name: Dubreuil\\n", "case.yaml")
>>> tree.value["creditor"].value["name"]
Node('Dubreuil', creditor.name, line 2)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn

import yaml

from letterkit.data import MAX_BYTES
from letterkit.errors import Finding, InputError

MAX_DEPTH = 20
MAX_NODES = 50_000
MAX_KEY = 60
MAX_HIDDEN = 20  # invisible characters that are named one by one

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# C0 (but tab and newline) and C1; soft hyphen; marks that turn the direction of
# writing; zero-width and joining marks; line separators; surrogates; signs of a
# text that was read in the wrong encoding.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\uffff\U000e0000-\U000e007f]"
)
_NULL = ("", "~", "null", "Null", "NULL")

Scalar = str | int | Decimal | date | bool | None


class Node:
    """One value of the tree, and where it stands.

    ``line`` is the line of its key (or of the list item), from 1; 0 when there
    is no file. ``bad`` marks a value that was already complained about.
    """

    __slots__ = ("bad", "file", "line", "path", "value")

    def __init__(
        self,
        value: Scalar | list[Node] | dict[str, Node],
        path: str = "",
        line: int = 0,
        file: str = "",
        bad: bool = False,
    ) -> None:
        self.value: Any = value
        self.path = path
        self.line = line
        self.file = file
        self.bad = bad

    def __repr__(self) -> str:
        return f"Node({self.value!r}, {self.path}, line {self.line})"

    def child(self, key: str) -> Node | None:
        """The value under ``key``, if this is a mapping that has it in good order."""
        node: Node | None = self.value.get(key) if isinstance(self.value, dict) else None
        return None if node is None or node.bad or node.value is None else node

    def finding(self, id: str, **values: str) -> Finding:
        """A finding about this value; ``key`` is always among its values."""
        return Finding(
            id,
            path=self.path,
            seen=self.seen,
            file=self.file,
            line=self.line,
            values={"key": self.key, **values},
        )

    @property
    def key(self) -> str:
        """The name of the field, or of the list that this is an item of."""
        return self.path.rpartition(".")[2].partition("[")[0]

    @property
    def seen(self) -> str:
        """The value as a message shows it: on one line, and not too long."""
        if isinstance(self.value, dict):
            shown = ", ".join(f"{key}: …" for key in list(self.value)[:3])
        elif isinstance(self.value, list):
            shown = "[…]" if self.value else "[]"
        elif self.value is None:
            shown = ""
        elif isinstance(self.value, bool):
            shown = str(self.value).lower()
        else:
            shown = str(self.value)
        return short(shown)


def parse(source: bytes | str, name: str) -> Node:
    """The tree of one YAML document; `InputError` when it breaks a rule."""
    findings: list[Finding] = []
    node = read(source, name, findings)
    if findings:
        raise InputError(findings)
    return node


def read(source: bytes | str, name: str, findings: list[Finding]) -> Node:
    """As `parse`, but what does not stop the reading is added to ``findings``."""
    text = _clean(_decode(source, name), name, findings)
    builder = _Builder(name, findings)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise InputError([*findings, _syntax(error, text, name)]) from None
    except yaml.YAMLError:
        raise InputError([*findings, Finding("yaml_syntax", file=name)]) from None
    if builder.root is None:
        raise InputError([*findings, Finding("file_empty", file=name)])
    return builder.root


def from_mapping(mapping: Mapping[Any, Any], name: str, findings: list[Finding]) -> Node:
    """The tree of a Python mapping; what it must not hold is added to ``findings``."""
    count = 0

    def node(value: Any, path: str, depth: int) -> Node:
        nonlocal count
        count += 1
        if depth > MAX_DEPTH:
            raise InputError([*findings, Finding("too_deep", path=path, file=name)])
        if count > MAX_NODES:
            raise InputError([*findings, Finding("too_many_values", path=path, file=name)])
        if isinstance(value, Mapping):
            return Node(
                {
                    str(key): node(inner, join(path, str(key)), depth + 1)
                    for key, inner in value.items()
                },
                path,
                file=name,
            )
        if isinstance(value, list | tuple):
            return Node(
                [node(inner, f"{path}[{i}]", depth + 1) for i, inner in enumerate(value)],
                path,
                file=name,
            )
        return scalar(value, path)

    def scalar(value: Any, path: str) -> Node:
        found = Node(value, path, file=name)
        if isinstance(value, float):
            findings.append(found.finding("float_given"))
            found.bad = True
        elif isinstance(value, datetime) or not isinstance(value, Scalar):
            findings.append(found.finding("type_unknown", type=type(value).__name__))
            found.bad = True
        elif isinstance(value, str):
            found.value = value.replace("\r\n", "\n")
            _check_hidden(found, findings)
        return found

    return node(mapping, "", 1)


class _Builder:
    """Takes parser events one by one and puts the tree together."""

    def __init__(self, name: str, findings: list[Finding]) -> None:
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
        if odd or not key or len(key) > MAX_KEY or "\n" in key or _HIDDEN.search(key):
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
            wrong, seen = "yaml_tag", event.tag
        if not wrong and event.anchor is not None:
            wrong, seen = "yaml_alias", "&" + event.anchor
        if wrong:
            node.bad = True
            self.findings.append(
                Finding(wrong, path=node.path, seen=short(seen), file=self.name, line=node.line)
            )
        elif isinstance(node.value, str):
            _check_hidden(node, self.findings)

    def _count(self, line: int) -> None:
        self.count += 1
        if self.count > MAX_NODES:
            self._stop("too_many_values", line)

    def _stop(self, id: str, line: int) -> NoReturn:
        raise InputError([*self.findings, Finding(id, file=self.name, line=line)])


def _decode(source: bytes | str, name: str) -> str:
    if isinstance(source, str):
        if len(source) > MAX_BYTES:
            raise InputError([Finding("file_too_big", file=name)])
        return source.removeprefix("\ufeff")
    if len(source) > MAX_BYTES:
        raise InputError([Finding("file_too_big", file=name)])
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError([Finding("file_encoding", seen="UTF-16", file=name, line=1)])
    if b"\0" in source:
        raise InputError([Finding("file_binary", file=name)])
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        seen = f"0x{source[error.start]:02X}"
        raise InputError([Finding("file_encoding", seen=seen, file=name, line=line)]) from None


def _clean(text: str, name: str, findings: list[Finding]) -> str:
    """``text`` with its lines ended by newlines, and without the hidden characters it names."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    hidden = 0
    for found in _HIDDEN.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        findings.append(
            Finding("hidden_character", seen=_code_point(found[0]), file=name, line=line)
        )
        hidden += 1
        if hidden == MAX_HIDDEN:
            raise InputError(findings)
    return _HIDDEN.sub("", text) if hidden else text


def _check_hidden(node: Node, findings: list[Finding]) -> None:
    """Complain about a hidden character that came in by an escape such as ``\\u202e``."""
    found = _HIDDEN.search(node.value)
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


def join(path: str, key: str) -> str:
    """The path of a field: ``join("creditor", "name")`` is ``creditor.name``."""
    return f"{path}.{short(key)}" if path else short(key)


def short(text: str, most: int = 60) -> str:
    """``text`` on one line, cut to ``most`` characters, for a message."""
    text = _HIDDEN.sub("�", " ".join(text.split()))
    return text if len(text) <= most else text[: most - 1] + "…"

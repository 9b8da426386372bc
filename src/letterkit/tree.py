"""The user's input as a tree of values that know where they stand, and the list of findings.

>>> Node("1.250", path="invoices[0].amount", line=20, file="case.yaml").finding("amount_form").line
20
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from letterkit.errors import Finding, InputError

MAX_FINDINGS = 100

Scalar = str | int | Decimal | date | bool | None

# C0 (but tab and newline) and C1; soft hyphen; marks that turn the direction of
# writing; zero-width and joining marks; line separators; surrogates; signs of a
# text that was read in the wrong encoding.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\uffff\U000e0000-\U000e007f]"
)


class Findings(list[Finding]):
    """What is wrong with the input; reading stops at the hundredth.

    ``folders``: name of each file that was read, as `Node.file` has it → its folder.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folders: dict[str, str] = {}

    def append(self, finding: Finding) -> None:
        """Add one; `InputError` when nobody would read more of them."""
        super().append(finding)
        if len(self) == MAX_FINDINGS:
            self.stop(Finding("too_many_findings", file=finding.file, line=finding.line))

    def stop(self, *last: Finding) -> NoReturn:
        """Raise everything found so far, and ``last``, in the order of the lines."""
        raise InputError(sorted([*self, *last], key=lambda finding: (finding.file, finding.line)))


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
    ) -> None:
        self.value: Any = value
        self.path = path
        self.line = line
        self.file = file
        self.bad = False

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
            return short(", ".join(f"{key}: …" for key in list(self.value)[:3]))
        if isinstance(self.value, list):
            return "[…]" if self.value else "[]"
        if isinstance(self.value, bool):
            return str(self.value).lower()
        return "" if self.value is None else short(str(self.value))


def short(text: str, most: int = 60) -> str:
    """``text`` on one line, cut to ``most`` characters, for a message."""
    text = HIDDEN.sub("�", " ".join(text[: 4 * most].split()))
    return text if len(text) <= most else text[: most - 1] + "…"


def join(path: str, key: str) -> str:
    """The path of a field: ``join("creditor", "name")`` is ``creditor.name``."""
    return f"{path}.{short(key)}" if path else short(key)

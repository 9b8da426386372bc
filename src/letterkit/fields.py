"""Walks one mapping of the user's file, field by field, and collects what is wrong.

A reader (`values`) takes a `Node` and gives a value or raises `FieldError`; `Fields`
turns that into findings, so that one look at a file names everything at once,
and notices the keys that nobody asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import cast

from letterkit.payment import FieldError
from letterkit.tree import Findings, Node, join, short
from letterkit.values import Reader, S, T, count, flag, nearest

EXAMPLES = {
    "account": 'account:\n  sort_code: 12-34-56\n  number: "01234567"',
    "account.number": 'number: "01234567"',
    "address": "address: [Rue Haute 12, 1000 Bruxelles]",
    "amount": "amount: 250.00",
    "channel": "channel: post",
    "code": "code: invoice",
    "contacts": "contacts:\n  - date: 2026-11-05\n    channel: post\n    stage: 1",
    "contract": "contract:\n  date: 2026-01-10\n  number: O-12",
    "country": "country: BE",
    "creditor": "creditor:\n  name: Dubreuil SRL\n  address: [Rue Haute 12, 1000 Bruxelles]\n"
    "  country: BE",
    "credits": "credits:\n  - number: C-12\n    date: 2026-11-10\n    amount: 50.00",
    "credits.number": "number: C-12",
    "currency": "currency: EUR",
    "date": "date: 2026-11-30",
    "deadline_days": "deadline_days: [12, 12, 15]",
    "debtor": "debtor:\n  kind: business\n  name: Van Dijck BV\n"
    "  address: [Kerkstraat 8, 2000 Antwerpen]\n  country: BE",
    "due": "due: 2026-11-30",
    "envelope": "envelope: none",
    "email": "email: accounts@example.com",
    "enclosures": "enclosures: [invoice, statement]",
    "first": "first: 2026-11-30",
    "from": "from: 2026-11-30",
    "instalments": "instalments: 3",
    "invoices": "invoices:\n  - number: 2026-0412\n    issued: 2026-10-03\n"
    "    due: 2026-11-03\n    amount: 250.00\n    currency: EUR",
    "issued": "issued: 2026-10-30",
    "kind": "kind: lawyer",
    "law": "law: BE",
    "logo": "logo: logo.svg",
    "name": "name: Dubreuil SRL",
    "next_step": "next_step:\n  kind: lawyer\n  name: mr. E. Peeters",
    "number": "number: 2026-0412",
    "payments": "payments:\n  - date: 2026-11-10\n    amount: 50.00",
    "per": "per: year",
    "phone": "phone: +32 2 555 00 12",
    "plan": "plan:\n  instalments: 3\n  first: 2026-12-10",
    "policy": "policy:\n  stage1: 2\n  stage2: 16\n  stage3: 30\n  stage4: 48",
    "postcode": 'postcode: "1000"',
    "promise": "promise:\n  date: 2026-11-18\n  amount: 200.00",
    "rate": "rate: 10",
    "rates": "rates:\n  - since: 2027-01-01\n    rate: 10.50",
    "series": "series: commercial",
    "since": "since: 2027-01-01",
    "signatory": "signatory:\n  name: Claire Dubreuil",
    "sort_code": "sort_code: 12-34-56",
    "source": "source: Moniteur belge, 14 January 2027",
    "street": "street: Rue Haute",
    "suspension": "suspension:\n  from: 2026-12-20",
    "terms": "terms:\n  interest: statutory",
    "town": "town: Bruxelles",
    "until": "until: 2027-06-30",
}
"""How to write a field, for messages: YAML, the same in every language."""


class Fields:
    """One mapping of the case, read field by field.

    What cannot be read is None until the findings are raised: ask `good` before
    comparing two fields.
    """

    def __init__(self, node: Node, findings: Findings, walked: list[Fields]) -> None:
        self.node = node
        self.findings = findings
        self.walked = walked  # every mapping of the file, for `report_strays`
        self.asked: list[str] = []
        self.read: set[str] = set()
        walked.append(self)

    def complain(self, node: Node, id: str, **values: str) -> None:
        """Add a finding about ``node``; ``example`` shows how to write such a field."""
        last_two = ".".join(re.sub(r"\[\d+\]", "", node.path).split(".")[-2:])
        example = EXAMPLES.get(last_two) or EXAMPLES.get(node.key, f"{node.key}: …")
        self.findings.append(node.finding(id, example=example, **values))

    def find(self, id: str, key: str = "", **values: str) -> None:
        """Complain about the field ``key``, or the whole mapping where it is not given."""
        self.complain(self.node.value.get(key, self.node), id, **values)

    def good(self, *keys: str) -> bool:
        """Whether all these fields were given and read without complaint."""
        return all(key in self.read for key in keys)

    def failed(self, key: str) -> bool:
        """Whether the field was given and complained about."""
        node = self.node.value.get(key)
        given = node is not None and (node.bad or self.given(key) is not None)
        return given and key not in self.read

    def given(self, key: str) -> Node | None:
        """The value of ``key``, or None when it was not given or left empty."""
        if key not in self.asked:
            self.asked.append(key)
        node: Node | None = self.node.value.get(key)
        if node is None or node.bad or node.value is None:
            return None
        if isinstance(node.value, str) and not node.value.strip():
            return None
        return node

    def missing(self, key: str) -> None:
        """Complain that ``key`` is not there, unless its value was complained about."""
        node = self.node.value.get(key)
        if node is None or not node.bad:
            line = node.line if node else self.node.line
            self.complain(Node(None, join(self.node.path, key), line, self.node.file), "missing")

    def maybe(self, key: str, read: Reader[T]) -> T | None:
        """A field that may be left out."""
        node = self.given(key)
        return None if node is None else self._try(key, node, read)

    def need(self, key: str, read: Reader[T]) -> T:
        """A field that must be there."""
        node = self.given(key)
        if node is None:
            self.missing(key)
        found = None if node is None else self._try(key, node, read)
        return cast("T", found)

    def text(self, key: str, read: Reader[str]) -> str:
        """A text that may be left out: then it is empty."""
        return self.maybe(key, read) or ""

    def flag(self, key: str) -> bool:
        """true or false; false when left out."""
        return self.maybe(key, flag) or False

    def whole(self, key: str, least: int, most: int, usual: int) -> int:
        """A whole number within limits; ``usual`` when left out."""
        found = self.maybe(key, count(least, most))
        return usual if found is None else found

    def listed(self, key: str) -> list[Node]:
        """The items of a list as they stand in the file; none when it is no list."""
        node = self.given(key)
        return node.value if node and isinstance(node.value, list) else []

    def part(self, key: str, read: Callable[[Fields], T]) -> T | None:
        """A mapping inside this one that may be left out."""
        return self.maybe(key, lambda node: self.inside(node, read))

    def need_part(self, key: str, read: Callable[[Fields], T]) -> T:
        """A mapping inside this one that must be there."""
        return self.need(key, lambda node: self.inside(node, read))

    def parts(self, key: str, read: Callable[[Fields], T]) -> tuple[T, ...]:
        """A list of mappings; empty when left out."""
        return self.each(key, lambda node: self.inside(node, read))

    def each(self, key: str, read: Reader[T]) -> tuple[T, ...]:
        """A list; empty when it was left out, or when an item of it cannot be read."""
        return self.maybe(key, self.listing(read)) or ()

    def listing(
        self, read: Reader[T], most: int | None = None, form: str = "want_list", length: str = ""
    ) -> Reader[tuple[T, ...]]:
        """Reads a list, every item or none. With ``most``, a list of one to so many items.

        ``form`` and ``length`` name the messages for what is no list, and for a wrong length.
        """

        def each(node: Node) -> tuple[T, ...]:
            if not isinstance(node.value, list):
                raise FieldError(form)
            if most and not 0 < len(node.value) <= most:
                raise FieldError(length, most=str(most))
            found = []
            for item in node.value:
                if item.value is None and not item.bad:
                    self.complain(item, "item_empty")
                elif not item.bad:
                    found.append(self._try("", item, read))
            read_all = [item for item in found if item is not None]
            if len(read_all) < len(node.value):
                raise FieldError("")
            return tuple(read_all)

        return each

    def either(
        self,
        simple: Reader[S],
        part: Callable[[Fields], T],
        is_part: Callable[[Mapping[str, Node]], bool] = lambda keys: True,
    ) -> Reader[S | T]:
        """Reads a mapping of the kind ``is_part`` with ``part``, anything else with ``simple``."""

        def read(node: Node) -> S | T:
            if isinstance(node.value, dict) and is_part(node.value):
                return self.inside(node, part)
            return simple(node)

        return read

    def inside(self, node: Node, read: Callable[[Fields], T]) -> T:
        """What ``read`` makes of the mapping ``node``; `FieldError` without id if it complained."""
        if not isinstance(node.value, dict):
            raise FieldError("want_fields")
        before = len(self.findings)
        found = read(Fields(node, self.findings, self.walked))
        if len(self.findings) > before:
            raise FieldError("")
        return found

    def _try(self, key: str, node: Node, read: Reader[T]) -> T | None:
        try:
            found = read(node)
        except FieldError as wrong:
            if wrong.id:
                self.complain(node, wrong.id, **wrong.values)
            return None
        self.read.add(key)
        return found


def report_strays(walked: list[Fields], findings: Findings) -> None:
    """Complain about each key that nobody asked for, and name the one that was meant."""
    homes: dict[str, str] = {}
    for fields in walked:
        for key in fields.asked:
            homes.setdefault(key, fields.node.path.partition("[")[0])
    for fields in walked:
        for key, node in fields.node.value.items():
            if key in fields.asked or node.bad:
                continue
            values = {"key": short(key), "choices": ", ".join(fields.asked)}
            id = "key_unknown"
            if homes.get(key):
                id, values["home"] = "key_elsewhere", homes[key]
            elif guess := nearest(key, fields.asked):
                id, values["guess"] = "key_misspelt", guess
            findings.append(node.finding(id, **values))

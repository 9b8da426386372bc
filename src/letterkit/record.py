"""Notes in the case file that a letter went out, and touches nothing else in it.

The new entry is put in at its exact place in the text: after the last contact, in its style and
at its indentation. Comments, quotes, order and line ends stay as they were. The file is read
again before it takes the place of the old one, and must say the same and the new contact besides.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from letterkit import case as case_reader
from letterkit import data, document, schedule
from letterkit import law as rules
from letterkit.errors import Finding, InputError
from letterkit.model import CHANNELS, STAGES, Case, Contact
from letterkit.statement import said

CLAIM = "claim"
"""The Letter of Claim, the one letter besides the four that is noted."""

_LINE_END = re.compile(r"\r\n|\r|\n")


def sent(
    path: str | Path,
    stage: str | None,
    on: date,
    *,
    channel: str | None = None,
    deadline: date | None = None,
    law: str = "",
    creditor: str | Path | Mapping[str, Any] | None = None,
    ui: str,
) -> str:
    """Note in the case at ``path`` that the letter of ``stage`` went out on the day ``on``.

    ``stage`` is 1 to 4 or claim, None the next one; ``channel`` and ``deadline`` are by default
    those that the letter printed. Returns what to tell the user. Raises `InputError` when the
    letter is noted already, or the file cannot be written.
    """
    if str(path) == "-":
        raise InputError([Finding("sent_needs_file")])
    case = case_reader.read(path, creditor=creditor)
    contact = _contact(case, stage, on, channel, deadline, rules.settle(case, law))
    raw = data.read_bytes(path)
    new = with_contact(raw.decode("utf-8-sig"), contact)
    if raw.startswith(b"\xef\xbb\xbf"):
        new = "\ufeff" + new
    entry, wanted = flow(contact), case._replace(contacts=(*case.contacts, contact))

    def reads_back(draft: Path) -> None:
        """Raise unless the draft says the same as the case, and the contact besides."""
        try:
            found = case_reader.read(draft, creditor=creditor, name=case.source)
        except InputError:
            found = None
        if found is None or found._replace(folder=case.folder) != wanted:
            raise InputError([Finding("sent_by_hand", file=case.source, values={"entry": entry})])

    _replace(Path(path), new.encode(), reads_back)
    lines = [said("sent_noted", ui, file=case.source, entry=entry)]
    before = [c.date for c in case.contacts if c.letter == contact.letter and c.by == "us"]
    if before:
        values = {"stage": contact.letter, "date": max(before).isoformat()}
        lines.append(said("sent_again", ui, **values))
    return "\n".join(lines) + "\n"


def _contact(
    case: Case, stage: str | None, on: date, channel: str | None, deadline: date | None, law: str
) -> Contact:
    """The entry to write, once it is known to be true to the case."""
    letter = str(schedule.next_stage(case, law).stage) if stage is None else _letter(stage)
    if channel and channel not in CHANNELS:
        values = {"choices": ", ".join(CHANNELS)}
        raise InputError([Finding("sent_channel", seen=channel, values=values)])
    first = min(invoice.issued for invoice in case.invoices)
    if on < first:
        values = {"issued": first.isoformat()}
        raise InputError(
            [Finding("contact_early", path="--date", seen=on.isoformat(), values=values)]
        )
    if deadline and deadline < on:
        values = {"date": on.isoformat()}
        raise InputError([Finding("before_contact", path="--deadline", values=values)])
    for n, there in enumerate(case.contacts):
        if (there.letter, there.date, there.by) == (letter, on, "us"):
            values = {"stage": letter, "date": on.isoformat()}
            at = f"contacts[{n}]"
            raise InputError([Finding("sent_twice", path=at, file=case.source, values=values)])
    printed = deadline or rules.draft(case, letter, on, law=law).deadline
    by = channel or case.channel(letter)
    if letter == CLAIM:
        return Contact(on, by, deadline=printed, named=letter)
    return Contact(on, by, int(letter), printed)


def _letter(stage: str) -> str:
    """``stage`` itself, if letters of it are noted."""
    known = (*map(str, STAGES), CLAIM)
    if stage not in known:
        raise InputError([Finding("sent_stage", seen=stage, values={"choices": ", ".join(known)})])
    return stage


def _fields(contact: Contact) -> dict[str, str]:
    found = {"date": contact.date.isoformat(), "channel": contact.channel}
    found["stage"] = contact.letter
    return found | ({"deadline": contact.deadline.isoformat()} if contact.deadline else {})


def flow(contact: Contact) -> str:
    """A contact on one line: ``{date: 2026-11-05, channel: post, stage: 1}``."""
    return "{" + ", ".join(f"{key}: {value}" for key, value in _fields(contact).items()) + "}"


def with_contact(text: str, contact: Contact) -> str:
    """The YAML ``text`` of a case with one more contact, all else as it is.

    >>> sent = Contact(date(2026, 11, 5), "post", 1)
    >>> print(with_contact("law: BE\\ncontacts: []  # none\\n", sent))
    law: BE
    contacts:  # none
      - {date: 2026-11-05, channel: post, stage: 1}
    <BLANKLINE>
    """
    ends = _LINE_END.search(text)
    return _Editor(text, ends[0] if ends else "\n").added(contact)


class _Editor:
    """A YAML text, its tree, and the place where a line goes in."""

    def __init__(self, text: str, end: str) -> None:
        self.text, self.end = text, end
        self.root: Any = yaml.compose(text, Loader=document.LOADER)

    def added(self, contact: Contact) -> str:
        found = [pair for pair in self.root.value if pair[0].value == "contacts"]
        if not found:
            return self.with_section(contact)
        key, node = found[0]
        if isinstance(node, yaml.SequenceNode) and node.value:
            return self.with_item(key, node, contact)
        return self.with_first(key, node, contact)

    def with_section(self, contact: Contact) -> str:
        """There are no contacts yet: a section of their own, after the last one."""
        if self.root.flow_style:
            at = self.root.value[-1][1].end_mark.index
            return self.put(at, f", contacts: [{flow(contact)}]")
        margin = " " * self.root.start_mark.column
        at = self.line_end(self.last(self.root))
        lines = ["", f"{margin}contacts:", f"{margin}  - {flow(contact)}"]
        return self.put(at, self.end + self.end.join(lines))

    def with_first(self, key: Any, node: Any, contact: Contact) -> str:
        """``contacts`` is there and empty: ``[]``, ``~`` or nothing."""
        start, stop = node.start_mark.index, node.end_mark.index
        if self.root.flow_style:
            gap = "" if self.text[:start].endswith((" ", "\t")) else " "
            return self.text[:start] + f"{gap}[{flow(contact)}]" + self.text[stop:]
        if stop > start:  # what stood for nothing goes
            before = self.text[:start].rstrip(" \t")
            self.text = before + self.text[stop:]
            start = len(before)
        margin = " " * (key.start_mark.column + 2)
        return self.put(self.line_end(start), f"{self.end}{margin}- {flow(contact)}")

    def with_item(self, key: Any, node: Any, contact: Contact) -> str:
        """After the last contact, in its style."""
        last = node.value[-1]
        at = self.last(last)
        margin = " " * node.start_mark.column
        if not node.flow_style:
            if last.flow_style:
                item = f"{margin}- {flow(contact)}"
            else:
                inner = " " * last.start_mark.column
                lines = [f"{k}: {v}" for k, v in _fields(contact).items()]
                dash = f"{margin}-".ljust(len(inner))
                item = dash + f"{self.end}{inner}".join(lines)
            return self.put(self.line_end(at), self.end + item)
        line_start = max(self.text.rfind(sign, 0, last.start_mark.index) for sign in "\r\n") + 1
        indent = self.text[line_start : last.start_mark.index]
        if indent.strip():  # on the line of another one
            return self.put(at, f", {flow(contact)}")
        comma = re.match(r"[ \t]*,", self.text[at:])
        head = self.text[:at] + ("" if comma else ",")
        after = len(head) + (comma.end() if comma else 0)
        self.text = head + self.text[at:]
        tail = "," if comma else ""
        return self.put(self.line_end(after), f"{self.end}{indent}{flow(contact)}{tail}")

    def last(self, node: Any) -> int:
        """Where the text of ``node`` ends; a block's mark stands after the comments that follow."""
        if isinstance(node, yaml.ScalarNode):
            block = node.style in ("|", ">")
            written = self.text[: node.end_mark.index]
            return len(written.rstrip()) if block else len(written)
        if node.flow_style:
            return int(node.end_mark.index)
        inner = node.value[-1]
        return self.last(inner[1] if isinstance(inner, tuple) else inner)

    def line_end(self, at: int) -> int:
        found = _LINE_END.search(self.text, at)
        return found.start() if found else len(self.text)

    def put(self, at: int, more: str) -> str:
        return self.text[:at] + more + self.text[at:]


def _replace(path: Path, raw: bytes, check: Callable[[Path], None]) -> None:
    """Put ``raw`` in the place of the file at once: beside it first, checked, then moved there."""
    target = Path(os.path.realpath(path))
    draft = data.draft_of(target)
    try:
        data.write_draft(target, raw)
        check(draft)
        draft.chmod(target.stat().st_mode)
        draft.replace(target)
    except OSError as error:
        seen = f"{error.filename}: {error.strerror}"
        raise InputError([Finding("cannot_write", seen=seen)]) from None
    finally:
        draft.unlink(missing_ok=True)

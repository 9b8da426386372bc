"""What can go wrong, as ids and values; the sentences stand in ``locales/messages.*.yaml``.

A `Finding` is one thing to tell the user. `InputError` carries what is wrong
with the input (exit code 2), `Refused` what forbids a letter (exit code 1).

>>> error = InputError([Finding("missing", path="creditor.name", line=3)])
>>> error.findings[0].id
'missing'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from letterkit import data

NOTE, WARNING, ERROR = "note", "warning", "error"


class Finding(NamedTuple):
    """One thing to tell the user.

    ``id`` names the message; ``values`` fill its places; ``path`` is the field
    (``invoices[0].amount``), ``line`` its line in ``file`` (from 1), ``seen``
    the value found there. ``severity``: a note passes, a warning refuses unless
    its id is allowed, an error refuses always. ``article`` is the rule's place
    in the law, where there is one: language → how it is cited.
    """

    id: str
    severity: str = ERROR
    path: str = ""
    seen: str = ""
    file: str = ""
    line: int = 0
    article: Mapping[str, str] = MappingProxyType({})
    values: Mapping[str, str] = MappingProxyType({})

    @property
    def where(self) -> str:
        """The place that the finding is about: ``case.yaml:3: creditor.name``."""
        file = self.file or ("YAML" if self.line else "")
        line = f":{self.line}" if self.line else ""
        return ": ".join(part for part in (file + line, self.path) if part)

    def explain(self, language: str = "en") -> str:
        """The finding as sentences in ``language``: where, what is wrong, what to write."""
        message = data.messages(language)[self.id]
        article = self.article.get(language, "")
        values = {
            "path": self.path,
            "seen": self.seen,
            "file": self.file,
            "line": str(self.line),
            "article": article,
            **self.values,
        }
        said = message["what"].format_map(values)
        if article and "{article}" not in message["what"]:
            said += f" ({article})"
        mend = message.get("mend", "")
        if mend:
            said += "\n  " + mend.format_map(values).strip().replace("\n", "\n  ")
        return f"{self.where}: {said}" if self.where else said


class LetterkitError(Exception):
    """Anything letterkit says no to; ``findings`` holds every reason at once."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(self.findings)

    def explain(self, language: str = "en") -> str:
        """Every finding in the reader's language, one under the other."""
        return "\n".join(finding.explain(language) for finding in self.findings)

    def __str__(self) -> str:
        return self.explain()


class InputError(LetterkitError):
    """The input is wrong: a file, a field, an argument."""


class Refused(LetterkitError):  # noqa: N818 - to refuse is no error of anybody
    """A rule says that this letter must not be sent."""

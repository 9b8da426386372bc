"""Which golden letters and pages were read and accepted, and which ask for a reading.

``tests/verdicts.yaml`` keeps, for each letter and page, the hash of what was
read, the date and the verdict. ``python -m tests.verdicts`` lists what is
missing or stale; with ``--strict`` that is an error.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import yaml

from letterkit.model import LANGUAGES
from tests import gallery

LEDGER = Path(__file__).parent / "verdicts.yaml"
DOCS = Path(__file__).parents[1] / "docs"
READ = ("index.md", "guide/*.md", "letters/*.md")
"""The pages with words of their own; those of the law are made from the tables."""


def digest(text: str) -> str:
    """The hash kept in the ledger."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def wanted() -> dict[str, str]:
    """Every letter and page that needs a verdict, with the hash of its present words."""
    found = {}
    for name, tag, stage in gallery.cells():
        text = gallery.path(name, tag, stage).read_text(encoding="utf-8")
        if not text.startswith(("Refused", "InputError")):
            found[f"{name}/{tag}-{stage}"] = digest(text)
    for language in LANGUAGES:
        for page in sorted(p for pattern in READ for p in (DOCS / language).glob(pattern)):
            name = page.relative_to(DOCS.parent).with_suffix("").as_posix()
            found[name] = digest(page.read_text(encoding="utf-8"))
    return found


def open_questions() -> list[str]:
    """Letters and pages without an accepting verdict on their present words."""
    ledger = yaml.safe_load(LEDGER.read_text(encoding="utf-8")) or {}
    said = []
    for name, now in wanted().items():
        entry = ledger.get(name)
        if entry is None:
            said.append(f"{name}: not read yet")
        elif entry["hash"] != now:
            said.append(f"{name}: changed since it was read on {entry['date']}")
        elif entry["verdict"] != "accept":
            said.append(f"{name}: {entry['verdict']}")
    said += [f"{name}: no such letter or page" for name in ledger if name not in wanted()]
    return said


if __name__ == "__main__":
    questions = open_questions()
    for question in questions:
        print(f"verdict wanted: {question}")
    texts = len(wanted())
    print(f"{texts - len(questions)} of {texts} letters and pages read and accepted")
    sys.exit(1 if questions and "--strict" in sys.argv else 0)

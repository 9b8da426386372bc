"""Letters per second and memory, each beside its reference in the same run.

``python benchmarks/letters.py``: from `Case` to text, every letter different (number, name,
amounts, dates):

- a plain reminder of one invoice;
- a reminder of three invoices;
- a final demand for three that claims the principal only: the target's letter, before the law's
  figures come in (how they are worked out has its own benchmark, ``benchmarks/law.py``);
- the same with its interest and fixed sums, worked out and shown line by line;

each of them

- ours;
- the same letters with plain ``babel.format_*`` calls in place of `Locale`'s;
- ``mailmerge`` (PyPI) writing the same texts from our template: its templates are Jinja's, and so
  are the conditions in ours. All that they name is worked out and formatted beforehand;
- ``mailmerge`` writing them from the leanest template that there can be: the words that all these
  letters happen to share, without a condition, and all that differs in as few fields as will do.

Of mailmerge, once the program writing its messages, its start taken off, and once its template
class alone. Before anything counts, its messages are compared with our letters; from our template,
line ends and spaces apart, which Jinja leaves where a condition did not hold.

The letters of a batch have one shape: as many words in each line, so that one template without
conditions does for mailmerge. Every round takes a new batch; the ways take turns; the processor's
time counts, and of the rounds the median (of the comparisons: the median of each round's).
"""

from __future__ import annotations

import csv
import datetime
import functools
import itertools
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF
from typing import NamedTuple
from unittest import mock

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_percent
from babel.units import format_unit
from mailmerge import TemplateMessage

from letterkit import compose, locale, model, read_case, wording
from letterkit.data import own_text
from letterkit.writers import txt

ROUNDS, BATCH = 7, 400

Batch = list[tuple[model.Case, date]]


class Kind(NamedTuple):
    """The letters to write: an example, its stage, the locale, the days since earlier letters.

    ``terms`` take the place of the example's.
    """

    name: str
    example: str
    stage: int
    tag: str
    sent: tuple[int, ...] = ()
    terms: model.Terms | None = None


NOTHING_BESIDES = model.Terms(
    interest="none", compensation="none", show_interest="silent", show_compensation="silent"
)
PLAIN = Kind("reminder", "water-bottles", 1, "en-GB")
SEVERAL = Kind("reminder, three invoices", "be-b2b", 1, "fr-BE")
PRINCIPAL = Kind(
    "final demand, principal only", "be-b2b", 3, "fr-BE", sent=(28, 14), terms=NOTHING_BESIDES
)
DEMAND = Kind("final demand, interest and sums", "be-b2b", 3, "fr-BE", sent=(28, 14))


def cases(kind: Kind = DEMAND, seed: int = 1) -> Iterator[tuple[model.Case, date]]:
    """Different cases without end, each with its letter's date."""
    source = own_text("examples", f"{kind.example}.yaml")
    assert source is not None
    base = read_case(source.encode())
    base = base._replace(terms=kind.terms or base.terms)
    chance = random.Random(seed)
    for n in itertools.count():
        shift = timedelta(days=chance.randrange(0, 200))
        invoices = tuple(
            invoice._replace(
                number=f"2026-{seed}{n:05d}-{k}",
                issued=invoice.issued - shift,
                due=invoice.due - shift,
                delivered=None,
                amount=Decimal(chance.randrange(100_00, 90_000_00)) / 100 + 2000,
                payments=tuple(p._replace(date=p.date - shift) for p in invoice.payments),
            )
            for k, invoice in enumerate(base.invoices)
        )
        on = date(2026, 12, 3) - shift
        contacts = tuple(
            model.Contact(on - timedelta(days=back), "post", stage=stage)
            for stage, back in enumerate(kind.sent, 1)
        )
        debtor = base.debtor._replace(name=f"Client{n} SA")
        yield base._replace(invoices=invoices, contacts=contacts, debtor=debtor), on


def text(case: model.Case, on: date, kind: Kind) -> str:
    return txt.text(compose(case, stage=kind.stage, on=on, language=kind.tag))


def shape(letter: str) -> list[int]:
    """How many words each line has."""
    return [line.count(" ") for line in letter.split("\n")]


def batch(kind: Kind, seed: int) -> tuple[Batch, list[str]]:
    """`BATCH` cases whose letters have the shape of the first one, and these letters."""
    found: Batch = []
    letters: list[str] = []
    for case, on in cases(kind, seed):
        letter = text(case, on, kind)
        if not letters or shape(letter) == shape(letters[0]):
            found.append((case, on))
            letters.append(letter)
        if len(found) == BATCH:
            break
    return found, letters


class PlainBabel(locale.Locale):
    """The same locale, formatting by Babel's functions, called the obvious way."""

    def money(self, amount: Decimal, currency: str) -> str:
        return format_currency(amount, currency, locale=self.tag.replace("-", "_"))

    def date(self, d: datetime.date) -> str:
        return format_date(d, "long", locale=self.tag.replace("-", "_"))

    def date_short(self, d: datetime.date) -> str:
        return format_date(d, "short", locale=self.tag.replace("-", "_"))

    def percent(self, value: Decimal) -> str:
        return format_percent(value / 100, "#,##0.## %", locale=self.tag.replace("-", "_"))

    def rate(self, value: Decimal) -> str:
        return self.percent(value)

    def days(self, n: int) -> str:
        return format_unit(n, "duration-day", locale=self.tag.replace("-", "_"))

    def list(self, items: Sequence[str]) -> str:
        if len(items) < 2:
            return super().list(items)
        return format_list(items, locale=self.tag.replace("-", "_"))

    @functools.cached_property
    def sms(self) -> locale.SmsLocale:
        return PlainBabelSms(self.tag)


class PlainBabelSms(PlainBabel, locale.SmsLocale):
    """The same for text messages."""


def ours(batch: Batch, kind: Kind) -> None:
    for case, on in batch:
        txt.write(compose(case, stage=kind.stage, on=on, language=kind.tag))


def with_plain_babel(batch: Batch, kind: Kind) -> None:
    plain, real = PlainBabel(kind.tag), locale.get
    locale.get = lambda tag: plain
    try:
        ours(batch, kind)
    finally:
        locale.get = real


Rows = list[dict[str, str]]


def leanest(letters: Sequence[str]) -> tuple[str, Rows]:
    """A template of the words that all letters share, and for each letter the others as fields."""
    words = [letter.replace("\n", " \n ").split(" ") for letter in letters]
    fixed = [len(set(said)) == 1 for said in zip(*words, strict=True)]
    runs = [list(run) for _, run in itertools.groupby(range(len(fixed)), fixed.__getitem__)]
    fields = {run[0]: f"f{run[0]}" for run in runs if not fixed[run[0]]}
    template = [
        f"{{{{{fields[run[0]]}}}}}" if run[0] in fields else " ".join(words[0][n] for n in run)
        for run in runs
    ]
    rows = [
        {fields[run[0]]: " ".join(said[n] for n in run) for run in runs if run[0] in fields}
        for said in words
    ]
    return " ".join(template).replace(" \n ", "\n"), rows


def from_our_template(batch: Batch, kind: Kind) -> tuple[str, Rows]:
    """The blocks of our letter in Jinja's words, and for each letter what they name, worked out.

    A date with its preposition is one field, and so is what the machine puts around and below
    the words of a block: the addresses, the account, the lists, the signature.
    """
    fields: dict[str, wording.Value] = {}

    def jinja(parts: wording.Parts) -> str:
        said = ""
        for part in parts:
            if isinstance(part, wording.Choice):
                fields[part.name] = wording.Value(part.name)
                then, otherwise = jinja(part.then), jinja(part.otherwise)
                said += f"{{% if {part.name} %}}{then}{{% else %}}{otherwise}{{% endif %}}"
            elif isinstance(part, wording.Value):
                name = f"{part.name}_{part.put.__name__}" if part.put else part.name
                fields[name] = part
                said += f"{{{{{name}}}}}"
            else:
                said += part
        return said

    rows: Rows = []
    own: dict[str, str] = {}
    for letter, words in (told(case, on, kind) for case, on in batch):
        blocks, facts = words._chain.blocks, words._facts
        own = own or {n: jinja(t.parts) for n, t in blocks.items() if n not in wording.BESIDE}
        row = {f"{name}_{place}": "" for name in own for place in ("instead", "below")}
        for name, (said, put) in fields.items():
            value = str(facts[said] or "")
            row[name] = put(value) if put else value
        row |= {"top": "\n".join(letter.sender), "below": ""}
        row["top"] += "\n\n" + "\n".join(letter.recipient)
        at = "top"
        for block in letter.blocks:
            below = block
            if block.name in own:
                at = f"{block.name}_below"
                below = block._replace(paragraphs=())
                if block.paragraphs != words.paragraphs(block.name):
                    row[f"{block.name}_instead"] = "\n\n".join(block.paragraphs)
            row[at] += "\n\n" + "\n\n".join(txt.paragraphs([below]))
        rows.append(row)
    unused = {name for name in rows[0] if not any(row[name] for row in rows)} - fields.keys()
    template = "{{top}}"
    for name, said in own.items():
        instead = f"{name}_instead"
        ours = (
            said
            if instead in unused
            else f"{{% if {instead} %}}{{{{{instead}}}}}{{% else %}}{said}{{% endif %}}"
        )
        template += f"\n\n{ours}" + ("" if f"{name}_below" in unused else f"{{{{{name}_below}}}}")
    return template, [{n: v for n, v in row.items() if n not in unused} for row in rows]


def told(case: model.Case, on: date, kind: Kind) -> tuple[model.Letter, wording.Words]:
    """A letter of ours, and its words with the facts that fill them."""
    used: list[wording.Words] = []
    body = wording.Words.body

    def noted(words: wording.Words) -> wording.Named:
        used.append(words)
        return body(words)

    with mock.patch.object(wording.Words, "body", noted):
        letter = compose(case, stage=kind.stage, on=on, language=kind.tag)
    return letter, used[0]


class MailMerge:
    """Letters as mailmerge writes them: its template, and its table of fields."""

    def __init__(self, folder: Path, body: str, rows: Rows) -> None:
        self.folder = folder
        folder.mkdir()
        head = "TO: {{to}}\nSUBJECT: x\nFROM: us@example.com\n\n"
        (folder / "letter.txt").write_text(head + body, "utf-8")
        self.template = TemplateMessage(folder / "letter.txt")
        self.rows = [{"to": "x@example.com", **row} for row in rows]
        with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(self.rows[0]), quoting=csv.QUOTE_ALL)
            table.writeheader()
            table.writerows(self.rows)
        conf = "[smtp_server]\nhost = localhost\nport = 25\n"
        (folder / "server.conf").write_text(conf, "utf-8")

    def by_its_class(self) -> None:
        for row in self.rows:
            _, _, message = self.template.render(row)
            message.as_bytes()

    def by_the_program(self, limit: int) -> str:
        """What the program prints: its first ``limit`` messages."""
        program = [str(Path(sys.executable).parent / "mailmerge"), "--dry-run"]
        program += ["--template", "letter.txt", "--database", "rows.csv"]
        program += ["--config", "server.conf", "--limit", str(limit)]
        ran = subprocess.run(program, cwd=self.folder, capture_output=True, check=True)
        return ran.stdout.decode()

    def check(self, letters: Sequence[str]) -> None:
        """Raise `AssertionError` unless every message is our letter, line ends and spaces apart."""
        said = in_a_row(self.by_the_program(len(self.rows)))
        assert all(in_a_row(letter) in said for letter in letters)


def in_a_row(text: str) -> str:
    return re.sub("[ \n]+", " ", text).strip()


def seconds(work: Callable[[], object]) -> float:
    """The processor's time for one run of ``work``, in this process and in those it starts.

    A busy machine makes it no longer, as it does the time on the clock.
    """

    def spent() -> float:
        used = [resource.getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
        return sum(each.ru_utime + each.ru_stime for each in used)

    start = spent()
    work()
    return spent() - start


def forget() -> None:
    """Let no locale remember the sums and dates of letters that it wrote before."""
    for method in vars(locale.Locale).values():
        if hasattr(method, "cache_clear"):
            method.cache_clear()


def measure(kind: Kind, seed: int) -> dict[str, float]:
    """Seconds that every way takes for one new batch."""
    made, letters = batch(kind, seed)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        templates = {
            "our template": MailMerge(folder / "ours", *from_our_template(made, kind)),
            "leanest": MailMerge(folder / "leanest", *leanest(letters)),
        }
        forget()
        taken = {
            "letterkit": seconds(lambda: ours(made, kind)),
            "letterkit, plain Babel": seconds(lambda: with_plain_babel(made, kind)),
        }
        for name, mailmerge in templates.items():
            if seed == 0:
                mailmerge.check(letters)
            start = seconds(lambda: mailmerge.by_the_program(1))  # noqa: B023
            whole = seconds(lambda: mailmerge.by_the_program(BATCH))  # noqa: B023
            taken[f"mailmerge, {name}"] = whole - start
            taken[f"mailmerge's class, {name}"] = seconds(mailmerge.by_its_class)
        return taken


def compare(kind: Kind) -> None:
    """Print letters a second and microseconds a letter for every way."""
    measure(kind, 0)  # everything is read, and warm, after it
    rounds = [measure(kind, seed) for seed in range(1, ROUNDS + 1)]
    medians = {name: statistics.median(times[name] for times in rounds) for name in rounds[0]}
    print(f"{kind.name} ({kind.example}, stage {kind.stage}, {kind.tag})")
    for name, median in medians.items():
        ratio = statistics.median(times[name] / times["letterkit"] for times in rounds)
        print(
            f"  {name:32}{BATCH / median:7.0f} letters/s {median / BATCH * 1e6:6.0f} µs"
            f"   letterkit is {ratio:.2f} times as fast"
        )


def main() -> None:
    for kind in (PLAIN, SEVERAL, PRINCIPAL, DEMAND):
        compare(kind)
    tracemalloc.start()
    grown = []
    for n in range(5):
        ours(list(itertools.islice(cases(DEMAND, n), 2000)), DEMAND)
        grown.append(tracemalloc.get_traced_memory()[0] / 1e6)
    print("memory after 2000, 4000 … 10,000 letters, MB:", " ".join(f"{mb:.2f}" for mb in grown))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()

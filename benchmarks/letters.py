"""Letters per second and memory, each beside its reference in the same run.

``python benchmarks/letters.py``: from `Case` to text, every letter different, for a plain
reminder of one invoice and a final demand for three;

- ours;
- the same letters with plain ``babel.format_*`` calls in place of `Locale`'s;
- ``mailmerge`` (PyPI) from the same words, values formatted beforehand: its template class
  alone, and the program writing its messages, its start taken off.

The ways take turns; the median of the rounds counts.
"""

from __future__ import annotations

import functools
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from babel.dates import format_date
from babel.numbers import format_currency

from letterkit import compose, locale, model, read_case
from letterkit.data import own_text
from letterkit.writers import txt

ROUNDS, BATCH = 7, 400

Batch = list[tuple[model.Case, date]]


class Kind(NamedTuple):
    """The letters to write: an example, its stage, the locale, the days since earlier letters."""

    example: str
    stage: int
    tag: str
    sent: tuple[int, ...]


PLAIN = Kind("water-bottles", 1, "en-GB", ())
DEMAND = Kind("be-b2b", 3, "fr-BE", (28, 14))


def cases(count: int, kind: Kind = DEMAND) -> Batch:
    """``count`` different cases: other names, numbers, amounts, dates."""
    source = own_text("examples", f"{kind.example}.yaml")
    assert source is not None
    base = read_case(source.encode())
    chance = random.Random(1)
    made = []
    for n in range(count):
        shift = timedelta(days=chance.randrange(0, 200))
        invoices = tuple(
            invoice._replace(
                number=f"2026-{n:05d}-{k}",
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
        debtor = base.debtor._replace(name=f"Client {n} SA")
        made.append((base._replace(invoices=invoices, contacts=contacts, debtor=debtor), on))
    return made


class PlainBabel(locale.Locale):
    """The same locale, formatting by Babel's functions, called the obvious way."""

    def money(self, amount: Decimal, currency: str) -> str:
        return format_currency(amount, currency, locale=self.tag.replace("-", "_"))

    def date(self, d: date) -> str:
        return format_date(d, "long", locale=self.tag.replace("-", "_"))

    def date_short(self, d: date) -> str:
        return format_date(d, "short", locale=self.tag.replace("-", "_"))

    @functools.cached_property
    def sms(self) -> locale.SmsLocale:
        return PlainBabelSms(self.tag)


class PlainBabelSms(PlainBabel, locale.SmsLocale):
    """The same for text messages."""


def ours(batch: Batch, kind: Kind = DEMAND) -> None:
    for case, on in batch:
        txt.write(compose(case, stage=kind.stage, on=on, language=kind.tag))


def with_plain_babel(batch: Batch, kind: Kind) -> None:
    plain, real = PlainBabel(kind.tag), locale.get
    locale.get = lambda tag: plain  # type: ignore[assignment]
    try:
        ours(batch, kind)
    finally:
        locale.get = real


def mailmerge_writer(folder: Path, kind: Kind = DEMAND) -> Callable[[Batch], None]:
    """A mailmerge template with the words of one of our letters, its values as fields."""
    from mailmerge import TemplateMessage

    case, on = cases(1, kind)[0]
    words = txt.text(compose(case, stage=kind.stage, on=on, language=kind.tag))
    spoken = locale.get(kind.tag)
    for n, invoice in enumerate(case.invoices):
        words = words.replace(invoice.number, f"{{{{number{n}}}}}")
        words = words.replace(spoken.money(invoice.amount, case.currency), f"{{{{amount{n}}}}}")
        words = words.replace(spoken.date(invoice.due), f"{{{{due{n}}}}}")
        words = words.replace(spoken.date(invoice.issued), f"{{{{issued{n}}}}}")
    words = words.replace(case.debtor.name, "{{name}}").replace(spoken.date(on), "{{date}}")
    path = folder / "letter.txt"
    path.write_text(f"TO: {{{{to}}}}\nSUBJECT: x\nFROM: us@example.com\n\n{words}", "utf-8")
    template = TemplateMessage(path)

    def write(batch: Batch) -> None:
        for case, on in batch:
            fields = {"to": "x@example.com", "name": case.debtor.name, "date": str(on)}
            for n, invoice in enumerate(case.invoices):
                fields |= {
                    f"number{n}": invoice.number,
                    f"amount{n}": str(invoice.amount),
                    f"due{n}": str(invoice.due),
                    f"issued{n}": str(invoice.issued),
                }
            _, _, message = template.render(fields)
            message.as_bytes()

    return write


def mailmerge_program(folder: Path, batch: Batch) -> float:
    """Seconds that the program takes for ``batch``, beyond what it takes for one message."""
    rows = []
    for case, on in batch:
        row = ["x@example.com", case.debtor.name, str(on)]
        for invoice in case.invoices:
            row += [invoice.number, str(invoice.amount), str(invoice.due), str(invoice.issued)]
        rows.append(",".join(row))
    kinds = ("number", "amount", "due", "issued")
    invoices = range(len(batch[0][0].invoices))
    head = ["to", "name", "date"] + [f"{k}{n}" for n in invoices for k in kinds]
    conf = "[smtp_server]\nhost = localhost\nport = 25\n"
    (folder / "server.conf").write_text(conf, "utf-8")
    (folder / "rows.csv").write_text("\n".join([",".join(head), *rows]), "utf-8")
    program = [str(Path(sys.executable).parent / "mailmerge"), "--dry-run"]
    program += ["--template", "letter.txt", "--database", "rows.csv", "--config", "server.conf"]
    taken = []
    for limit in ("1", str(len(batch))):
        start = time.perf_counter()
        subprocess.run([*program, "--limit", limit], cwd=folder, capture_output=True, check=True)
        taken.append(time.perf_counter() - start)
    return taken[1] - taken[0]


def compare(kind: Kind) -> None:
    """Print letters a second and microseconds a letter for every way."""
    with tempfile.TemporaryDirectory() as folder:
        ways = {
            "letterkit": functools.partial(ours, kind=kind),
            "letterkit, plain Babel": functools.partial(with_plain_babel, kind=kind),
            "mailmerge, its class": mailmerge_writer(Path(folder), kind),
        }
        batch = cases(BATCH, kind)
        seconds: dict[str, list[float]] = {name: [] for name in (*ways, "mailmerge, program")}
        for way in ways.values():
            way(batch[:20])
        for _ in range(ROUNDS):
            for name, way in ways.items():
                start = time.perf_counter()
                way(batch)
                seconds[name].append(time.perf_counter() - start)
            seconds["mailmerge, program"].append(mailmerge_program(Path(folder), batch))
    print(f"{kind.example}, stage {kind.stage}, {kind.tag}, invoices: {len(batch[0][0].invoices)}")
    base = statistics.median(seconds["letterkit"])
    for name, taken in seconds.items():
        median = statistics.median(taken)
        print(
            f"  {name:23}{BATCH / median:7.0f} letters/s {median / BATCH * 1e6:6.0f} µs"
            f"   letterkit is {median / base:.2f} times as fast"
        )


def main() -> None:
    for kind in (PLAIN, DEMAND):
        compare(kind)
    tracemalloc.start()
    grown = []
    for _ in range(5):
        ours(cases(2000))
        grown.append(tracemalloc.get_traced_memory()[0] / 1e6)
    print("memory after 2000, 4000 … 10,000 letters, MB:", " ".join(f"{mb:.2f}" for mb in grown))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()

"""Word documents, e-mails and text messages per second, each beside its reference in the same run.

``python benchmarks/formats.py``: from `Case` to bytes, every letter different, a final demand
for three invoices;

- Word: ours, with a payment code and without; ``docxtpl`` (PyPI) filling the values into the same
  document, opened anew for each letter as its handbook has it; ``python-docx`` (PyPI) building the
  same lines; both without a code;
- e-mail: ours, text and HTML, without the PDF; ``mailmerge`` (PyPI), its template class, text only.

The references get their values formatted beforehand. The ways take turns; the median of the
rounds counts, in the processor's time. Wanted: 200 documents and 400 e-mails a second.
"""

from __future__ import annotations

import io
import itertools
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from letters import DEMAND, Batch, MailMerge, batch, cases, leanest, seconds

from letterkit import compose, locale
from letterkit.writers import WRITERS, docx, eml, txt

ROUNDS, BATCH = 5, 200


def ours(format: str, *, code: bool = True) -> Callable[[Batch], None]:
    def write(batch: Batch) -> None:
        for case, on in batch:
            to = case._replace(
                creditor=case.creditor._replace(payment_code=code),
                debtor=case.debtor._replace(email="x@example.com"),
            )
            WRITERS[format](compose(to, stage=DEMAND.stage, on=on, language=DEMAND.tag))

    return write


def docxtpl_writer() -> Callable[[Batch], None]:
    """A docxtpl template that is one of our documents, its values as fields."""
    from docxtpl import DocxTemplate

    case, on = next(cases())
    spoken = locale.get(DEMAND.tag)
    letter = compose(case, stage=DEMAND.stage, on=on, language=DEMAND.tag)
    made = docx.write(letter._replace(payment=None))
    template = io.BytesIO()
    with ZipFile(io.BytesIO(made)) as package, ZipFile(template, "w", ZIP_DEFLATED) as copy:
        for name in package.namelist():
            part = package.read(name).decode()
            if name == "word/document.xml":
                for n, invoice in enumerate(case.invoices):
                    part = part.replace(invoice.number, f"{{{{ number{n} }}}}")
                    amount = spoken.money(invoice.amount, case.currency)
                    part = part.replace(amount, f"{{{{ amount{n} }}}}")
                    part = part.replace(spoken.date(invoice.due), f"{{{{ due{n} }}}}")
                part = part.replace(case.debtor.name, "{{ name }}")
                part = part.replace(spoken.date(on), "{{ date }}")
            copy.writestr(name, part)

    def write(batch: Batch) -> None:
        for case, on in batch:
            fields = {"name": case.debtor.name, "date": str(on)}
            for n, invoice in enumerate(case.invoices):
                fields |= {
                    f"number{n}": invoice.number,
                    f"amount{n}": str(invoice.amount),
                    f"due{n}": str(invoice.due),
                }
            document = DocxTemplate(io.BytesIO(template.getvalue()))
            document.render(fields, autoescape=True)
            document.save(io.BytesIO())

    return write


def python_docx_writer() -> Callable[[Batch], None]:
    """The same lines, paragraph by paragraph, with the other name and numbers put in."""
    import docx as python_docx

    case, on = next(cases())
    words = txt.text(compose(case, stage=DEMAND.stage, on=on, language=DEMAND.tag))
    lines = [line for line in words.split("\n") if line]

    def write(batch: Batch) -> None:
        for other, _ in batch:
            document = python_docx.Document()
            for line in lines:
                said = line.replace(case.debtor.name, other.debtor.name)
                for mine, theirs in zip(case.invoices, other.invoices, strict=True):
                    said = said.replace(mine.number, theirs.number)
                document.add_paragraph(said)
            document.save(io.BytesIO())

    return write


def mailmerge_writer(folder: Path) -> Callable[[Batch], None]:
    """As many of our letters by mailmerge's class, whatever the batch."""
    _, letters = batch(DEMAND, 1)
    mailmerge = MailMerge(folder / "letters", *leanest(letters[:BATCH]))
    return lambda _: mailmerge.by_its_class()


def compare(title: str, ways: dict[str, Callable[[Batch], None]]) -> None:
    made = list(itertools.islice(cases(), BATCH))
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way(made[:10])
    for _ in range(ROUNDS):
        for name, way in ways.items():
            times[name].append(seconds(lambda: way(made)))  # noqa: B023
    print(f"{title}, {DEMAND.example}, stage {DEMAND.stage}, {DEMAND.tag}")
    base = statistics.median(times["letterkit"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(
            f"  {name:23}{BATCH / median:7.0f} /s {median / BATCH * 1e6:7.0f} µs"
            f"   letterkit is {median / base:.2f} times as fast"
        )


def main() -> None:
    eml.find_spec = lambda name: None  # type: ignore[assignment]  # no PDF
    word = {"docxtpl": docxtpl_writer(), "python-docx": python_docx_writer()}
    without = ours("docx", code=False)
    compare("Word", {"letterkit": ours("docx"), "letterkit, no code": without, **word})
    with tempfile.TemporaryDirectory() as folder:
        compare("E-mail", {"letterkit": ours("eml"), "mailmerge": mailmerge_writer(Path(folder))})
    compare("Text message", {"letterkit": ours("sms"), "as text letters": ours("txt")})


if __name__ == "__main__":
    main()

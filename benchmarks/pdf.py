"""PDF letters per second beside WeasyPrint, and memory, in one run.

``python benchmarks/pdf.py``: every letter different, composed beforehand, as a plain
reminder of one invoice, as a final demand for three that claims the principal only (one sheet), and
as one with interest, fixed sums and the calculation (two or three);

- ours: Typst, tagged, PDF/UA-1 and PDF/A-3a with the claim attached;
- WeasyPrint, from the same letter as our HTML page, untagged.

The two take turns on one core; processor time counts, of all threads, and the median of the
rounds. Targets: 100 letters a second, eight times WeasyPrint, less than 100 MB
over 2,000 letters.
"""

from __future__ import annotations

import itertools
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from letters import DEMAND, PLAIN, PRINCIPAL, Kind, cases

from letterkit import Letter, compose
from letterkit.writers import html, pdf

ROUNDS, BATCH, FEW, MANY = 5, 40, 5, 2000


def letters(count: int, kind: Kind) -> list[Letter]:
    """``count`` different letters."""
    return [
        compose(case, stage=kind.stage, on=on, language=kind.tag)
        for case, on in itertools.islice(cases(kind), count)
    ]


def with_weasyprint() -> Callable[[Letter], object]:
    """WeasyPrint, with the fonts looked up once for all letters."""
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()

    def write(letter: Letter) -> object:
        return HTML(string=html.write(letter).decode()).write_pdf(font_config=fonts)

    return write


def compare(kind: Kind) -> None:
    """Print letters a second and milliseconds a letter for both."""
    ways = {"letterkit": pdf.write, "WeasyPrint": with_weasyprint()}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    batch = letters(BATCH * ROUNDS + 1, kind)
    for way in ways.values():
        way(batch[-1])
    for n in range(ROUNDS):
        for name, way in ways.items():
            count = BATCH if way is pdf.write else FEW
            start = time.process_time()
            for letter in batch[n * BATCH : n * BATCH + count]:
                way(letter)
            taken[name].append((time.process_time() - start) / count)
    print(kind.name)
    base = statistics.median(taken["letterkit"])
    for name, each in taken.items():
        median = statistics.median(each)
        print(
            f"  {name:12}{1 / median:7.0f} letters/s {median * 1e3:6.1f} ms"
            f"   letterkit is {median / base:.1f} times as fast"
        )


def memory() -> None:
    """Print the most memory the process has held, from the first letters to the last."""
    peaks = []
    stream = cases(PLAIN)
    for _ in range(4):
        for case, on in itertools.islice(stream, MANY // 4):
            pdf.write(compose(case, stage=PLAIN.stage, on=on, language=PLAIN.tag))
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
    print(f"memory after {MANY // 4}, … {MANY} letters, MB:", *(f"{mb:.0f}" for mb in peaks))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    memory()
    for measured in (PLAIN, PRINCIPAL, DEMAND):
        compare(measured)

"""One letter by command, whole process, beside ``python -c pass`` and one mailmerge message.

``python benchmarks/command.py``: a plain reminder; mailmerge writes the text of the same letter.
Medians of interleaved runs, Python's byte code being there, as after the first use.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from letterkit.data import own_text

ROUNDS = 15


def main() -> None:
    scripts = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        source = own_text("examples", "water-bottles.yaml")
        assert source is not None
        Path(folder, "case.yaml").write_text(source, "utf-8")
        letter = [
            str(scripts / "render-letter"),
            "case.yaml",
            "--stage",
            "1",
            "--date",
            "2026-11-05",
        ]
        words = subprocess.run(letter, cwd=folder, capture_output=True, check=True).stdout.decode()
        head = "TO: {{email}}\nSUBJECT: x\nFROM: us@example.com\n\n"
        Path(folder, "mailmerge_template.txt").write_text(head + words, "utf-8")
        Path(folder, "mailmerge_database.csv").write_text("email\nx@example.com\n", "utf-8")
        Path(folder, "mailmerge_server.conf").write_text(
            "[smtp_server]\nhost = localhost\nport = 25\n", "utf-8"
        )
        ways = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "render-letter": letter,
            "mailmerge": [str(scripts / "mailmerge"), "--dry-run", "--limit", "1"],
        }
        env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS + 1):
            for name, command in ways.items():
                start = time.perf_counter()
                subprocess.run(command, cwd=folder, env=env, capture_output=True, check=True)
                seconds[name].append(time.perf_counter() - start)
    seconds = {name: taken[1:] for name, taken in seconds.items()}  # the first wrote byte code
    base = statistics.median(seconds["python -c pass"])
    for name, taken in seconds.items():
        median = statistics.median(taken)
        print(f"{name:16} {median * 1000:6.0f} ms   {median / base:5.1f} × python -c pass")


if __name__ == "__main__":
    main()

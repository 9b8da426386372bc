"""Every bad input, each in a process of its own: refused within a second of computing and 200 MB.

``python benchmarks/refusals.py``: the slowest and the largest; exit code 1 if one is over a limit.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.bad_inputs import BOMBS, TABLE, bomb, source  # noqa: E402 - the tests' own data

SECONDS, MEGABYTES = 1.0, 200.0
READ = """
import resource, sys, time
from letterkit.case import read
from letterkit.errors import InputError
start = time.process_time()
try:
    read(sys.argv[1])
    sys.exit("was read: " + sys.argv[2])
except InputError as error:
    error.explain("fr")
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main() -> str | None:
    """None when every input keeps to both limits."""
    found: list[tuple[float, float, str]] = []
    inputs = {str(entry["name"]): source(entry) for entry in TABLE["bad"]}
    inputs |= {entry["name"]: bomb(entry) for entry in BOMBS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "case.yaml")
        for name, raw in inputs.items():
            path.write_bytes(raw)
            command = [sys.executable, "-c", READ, str(path), name]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                return f"{name}: {done.stderr}"
            seconds, megabytes = map(float, done.stdout.split())
            found.append((seconds, megabytes, name))
    print(f"{len(found)} bad inputs, every one refused")
    for seconds, megabytes, name in sorted(found, reverse=True)[:5]:
        print(f"{seconds * 1000:6.0f} ms  {megabytes:4.0f} MB  {name}")
    largest = max(found, key=lambda row: row[1])
    print(f"{largest[0] * 1000:6.0f} ms  {largest[1]:4.0f} MB  {largest[2]} (the largest)")
    over = [name for s, m, name in found if s > SECONDS or m > MEGABYTES]
    return f"over a limit: {', '.join(over)}" if over else None


if __name__ == "__main__":
    sys.exit(main())

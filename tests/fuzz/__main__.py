"""Runs one target with atheris: ``python -m tests.fuzz reader --seconds 3600``.

It needs ``pip install ".[fuzz]"``. It begins with the examples, with ``bad_cases.yaml`` and with
the kept inputs in ``corpus/``; inputs that reach new code go into ``--keep DIR``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["letterkit"]):
    from tests.fuzz.targets import TARGETS, kept, seeds


def main() -> None:
    """Run one target for a while."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", type=Path, help="default: a folder that is thrown away")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as known, tempfile.TemporaryDirectory() as thrown_away:
        for n, raw in enumerate((*seeds(args.target), *kept(args.target))):
            Path(known, str(n)).write_bytes(raw)
        if args.keep:
            args.keep.mkdir(parents=True, exist_ok=True)
        options = [f"-max_total_time={args.seconds}", "-print_final_stats=1", "-max_len=6000"]
        options += ["-timeout=60", "-rss_limit_mb=1000", "-artifact_prefix=fault-"]
        folders = [str(args.keep or thrown_away), known]
        atheris.Setup([sys.argv[0], *options, *folders], TARGETS[args.target])
        atheris.Fuzz()


if __name__ == "__main__":
    main()

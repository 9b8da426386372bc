"""Lighthouse on three pages of every language: ``python -m tests.lighthouse SITE PROGRAM``.

SITE is the folder of the built site, PROGRAM the ``lighthouse`` that npm installed from the lock
file beside this. Prints the scores; exits 1 where one is too low, and says which audit failed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.browsing import PATHS, served

PAGES = ("", "letters/3-final-demand/", "letters/")
"""Home, the page of a letter, the chooser."""
LEAST = {"accessibility": 95, "best-practices": 100}
FLAGS = (
    "--output=json",
    "--quiet",
    "--disable-full-page-screenshot",
    "--throttling-method=provided",
    "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage",
    f"--only-categories={','.join(LEAST)}",
)


def report(program: Path, url: str) -> dict[str, Any]:
    """Lighthouse's own report of one page."""
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    done = subprocess.run(
        [program, url, *FLAGS], capture_output=True, text=True, env=environment, check=True
    )
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def failed(found: dict[str, Any], category: str) -> list[str]:
    """The audits that cost the category its points, with what they point at."""
    counted = {one["id"] for one in found["categories"][category]["auditRefs"] if one["weight"]}
    audits = (found["audits"][name] for name in sorted(counted))
    return [
        f"  {one['id']}: {one['title']} {json.dumps(one.get('details', {}).get('items', []))}"
        for one in audits
        if one["score"] is not None and one["score"] < 1
    ]


def main(folder: Path, program: Path) -> int:
    """Every page's scores, a line each; 1 if any is too low."""
    low = False
    with served(folder) as root:
        for path in [f"{language}{page}" for language in PATHS.values() for page in PAGES]:
            found = report(program, root + path)
            scores = {name: round(100 * found["categories"][name]["score"]) for name in LEAST}
            print(f"/{path}", *(f"{name} {score}" for name, score in scores.items()), flush=True)
            for name, score in scores.items():
                if score < LEAST[name]:
                    low = True
                    print(*failed(found, name), sep="\n", flush=True)
    return int(low)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))

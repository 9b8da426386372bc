"""The whole site beside the same pages without macros, in one run.

``python benchmarks/site.py [ROUNDS]``: four languages each, as `mkdocs build` builds them;

- with macros: the pages, every letter as a file in each format, and the PDFs with their pictures;
- the same without PDFs (``PDF=false``);
- without macros: the same pages in the same theme, with what the macros gave already standing in
  the Markdown; no letter is written, and none of the letters' files is there.

The three take turns as processes of their own. The processor's time counts, of all threads, and
the median of the rounds. Target: three times the pages without macros.
"""

from __future__ import annotations

import itertools
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]

KEEP = """
import json, os, pathlib, yaml
from mkdocs.plugins import event_priority

@event_priority(-100)  # after the macros
def on_page_markdown(markdown, page, config, files):
    docs = pathlib.Path(os.environ["KEEP"]) / "docs" / pathlib.Path(config["docs_dir"]).name
    (docs / "checked.json").write_text(json.dumps(config["extra"]["checked"]))
    head = yaml.safe_dump(dict(page.meta), allow_unicode=True)
    (docs / page.file.src_uri).write_text(f"---\\n{head}---\\n{markdown}", encoding="utf-8")
"""
"""A hook that keeps each page as the macros leave it, and the days that the theme shows."""

OTHERS = """
import json, pathlib
from mkdocs.commands.build import build
from mkdocs.config import load_config

def on_config(config):
    checked = pathlib.Path(config["docs_dir"], "checked.json")
    config["extra"]["checked"] = json.loads(checked.read_text())

def on_post_build(config):
    first, *others = config["extra"]["languages"]
    for other in others if config["theme"]["language"] == first["lang"] else ():
        build(load_config(
            str(pathlib.Path(config["config_file_path"]).with_name(f"mkdocs.{other['lang']}.yml")),
            site_dir=str(pathlib.Path(config["site_dir"]) / other["path"]),
            site_url=config["site_url"] + other["path"],
        ))
"""
"""A hook that builds the other languages, as the macros do."""


number = itertools.count()


def seconds(folder: Path, **given: str) -> float:
    """The processor's time for one build of the site in ``folder``, to a place of its own.

    A file system looks long for room where thousands of files were deleted a moment ago, which
    is no work of the site's.
    """

    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    start = spent()
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--quiet",
        "--site-dir",
        f"built-{next(number)}",
    ]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", **given}
    subprocess.run(command, cwd=folder, env=env, check=True)
    return spent() - start


def lay_out(folder: Path, hook: str) -> None:
    """The site's sources in ``folder``, with one hook more."""
    for name in ("docs", "locales", "macros"):
        shutil.copytree(ROOT / name, folder / name)
    for path in ROOT.glob("mkdocs*.yml"):
        text = path.read_text(encoding="utf-8").replace("\nhooks:", "\nhooks:\n  - more.py")
        text = re.sub(r"\nwatch:\n(  - .*\n)*", "\n", text)  # what lies beside is not copied
        (folder / path.name).write_text(text, encoding="utf-8")
    (folder / "more.py").write_text(hook)


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as made:
        full, kept, plain = (Path(made) / name for name in ("full", "kept", "plain"))
        lay_out(kept, KEEP)
        lay_out(plain, OTHERS)
        seconds(kept, KEEP=str(plain), PDF="true")
        lay_out(full, "")
        base = plain / "mkdocs.base.yml"
        without = re.sub(r"\n  - macros:\n(    .*\n)*", "\n", base.read_text(encoding="utf-8"))
        base.write_text(without, encoding="utf-8")
        ways = {
            "without macros": (plain, ""),
            "with macros, no PDF": (full, "false"),
            "with macros": (full, "true"),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, (folder, on_paper) in ways.items():
                taken[name].append(seconds(folder, PDF=on_paper or "true"))
    for name, each in taken.items():
        ratio = statistics.median(map(lambda a, b: a / b, each, taken["without macros"]))
        print(f"{name:20}{statistics.median(each):6.1f} s   {ratio:.2f} times the plain pages")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 3)

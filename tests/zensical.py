"""The same pages built by Zensical, which follows our theme, and what comes out otherwise.

``python -m tests.zensical SITE`` writes each language as plain Markdown, its macros carried out,
has Zensical build it in an environment of its own, and compares it with ``SITE``, a built site:
which pages there are, their titles, headings, links and words. What differs is printed, by kind.
The way out has to stay known, not closed: nothing depends on it. See docs/decisions/zensical.md.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections import Counter, defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import yaml
from mkdocs.config import load_config
from mkdocs.structure.files import get_files
from mkdocs.structure.nav import get_navigation
from mkdocs.utils.yaml import yaml_load

ROOT = Path(__file__).parents[1]
CONFIGS = ["mkdocs.yml", "mkdocs.fr.yml", "mkdocs.it.yml", "mkdocs.nl.yml"]
THEMES_OWN = ("assets/", "search", "files/")
"""What is not compared: the theme's files, and those that our own last hook writes."""
INLINE = {"a", "b", "code", "em", "i", "small", "span", "strong"}
"""What parts no words."""
ONLY_MKDOCS = shutil.ignore_patterns("sitemap.xml", "robots.txt")
"""Templates that Zensical has of its own, or does not fill in."""


class NoPress:
    """Stands where the PDFs would be made: the pages only name them."""

    def put(self, name: str, letter: Any) -> None:
        """Make nothing."""


def write_plain(name: str, project: Path) -> None:
    """One language as a project without macros or hooks: its pages, files and configuration."""
    # Zensical reads an address in HTML as MkDocs does one in Markdown: from the file, not the page.
    config = load_config(str(ROOT / name), use_directory_urls=False)
    config["extra"]["press"] = NoPress()
    config.plugins.on_startup(command="build", dirty=False)
    config = config.plugins.on_config(config)
    files = config.plugins.on_files(get_files(config), config=config)
    config.plugins.on_nav(get_navigation(files, config), config=config, files=files)
    docs = f"docs/{config.theme['language']}"
    for file in files:
        to = project / docs / file.src_uri
        to.parent.mkdir(parents=True, exist_ok=True)
        if page := file.page:
            page.read_source(config)
            text = config.plugins.on_page_markdown(
                page.markdown or "", page=page, config=config, files=files
            )
            to.write_text(f"---\n{yaml.safe_dump(page.meta)}---\n\n{text}", encoding="utf-8")
        else:
            to.write_bytes(file.content_bytes)

    plain = yaml_load((ROOT / name).open(encoding="utf-8"))
    plain["plugins"] = [one for one in plain["plugins"] if "macros" not in one]
    plain |= {"docs_dir": docs, "hooks": []}
    plain["theme"]["variant"] = "classic"
    plain["extra"]["checked"] = config["extra"]["checked"]
    (project / name).write_text(yaml.safe_dump(plain, sort_keys=False), encoding="utf-8")


def build(work: Path) -> Path:
    """The site as Zensical builds it, in a folder of ``work``; what it says goes to the screen."""
    project = work / "project"
    for name in CONFIGS:
        write_plain(name, project)
    shutil.copytree(ROOT / "docs/theme", project / "docs/theme", ignore=ONLY_MKDOCS)
    venv.create(work / "own", with_pip=True)
    programs = work / "own" / ("Scripts" if os.name == "nt" else "bin")
    pins = str(ROOT / "constraints.txt")
    pip = ["-m", "pip", "install", "--quiet", "--constraint", pins, "zensical"]
    subprocess.run([programs / "python", *pip], check=True)
    for name in CONFIGS:
        subprocess.run([programs / "zensical", "build", "-f", name], cwd=project, check=True)
    return project / "site"


class Said(HTMLParser):
    """What a page says: its language, title and headings; and in its article links and words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.articles, self.heading = page, 0, ""
        self.found: dict[str, list[str]] = defaultdict(list)
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.articles += tag == "article"
        self.text += " " * (tag not in INLINE)
        if tag == "html":
            self.found["language"].append(has.get("lang", ""))
        if tag in ("title", "h1", "h2", "h3", "h4"):
            self.heading = tag
            self.found["heading"].append(f"{tag} #{has.get('id', '')} ")
        if self.articles and has.get("href"):
            self.found["link"].append(urljoin(self.page, has["href"]))

    def handle_endtag(self, tag: str) -> None:
        self.articles -= tag == "article"
        self.text += " " * (tag not in INLINE)
        if tag == self.heading:
            self.heading = ""

    def handle_data(self, data: str) -> None:
        if self.heading:
            self.found["heading"][-1] += data
        if self.articles:
            self.text += data

    def close(self) -> None:
        super().close()
        self.found["word"] = self.text.split()


def pages(site: Path) -> dict[str, dict[str, list[str]]]:
    """What each page of a site says, by its address; any other file says nothing."""
    found: dict[str, dict[str, list[str]]] = {}
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        name = path.relative_to(site).as_posix()
        if name.removeprefix(name[:3] * (name[2:3] == "/")).startswith(THEMES_OWN):
            continue
        said = Said(f"/{name.removesuffix('index.html')}")
        if path.suffix == ".html":
            said.feed(path.read_text(encoding="utf-8"))
            said.close()
        found[name] = said.found
    return found


def differences(ours: Path, theirs: Path) -> Iterator[tuple[str, str, str]]:
    """What only one of two sites has: the kind, the page, the thing with + (theirs) or - (ours)."""
    old, new = pages(ours), pages(theirs)
    for name in old.keys() ^ new.keys():
        yield "file", name, "-" if name in old else "+"
    for name in old.keys() & new.keys():
        for kind in sorted(old[name].keys() | new[name].keys()):
            left, right = Counter(old[name][kind]), Counter(new[name][kind])
            for sign, more in (("-", left - right), ("+", right - left)):
                for thing in more.elements():
                    yield kind, name, f"{sign} {thing}"
            if left == right and old[name][kind] != new[name][kind]:
                yield kind, name, "another order"


def main(site: str) -> int:
    """Print the differences, each kind with its number and first few; 1 if there are any."""
    with tempfile.TemporaryDirectory() as work:
        found = sorted(differences(Path(site), build(Path(work))))
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, name, thing in found:
        by_kind[kind].append(f"  {name}: {thing}")
    for kind, lines in by_kind.items():
        print(f"{kind}: {len(lines)}", *lines[:12], *["  …"] * (len(lines) > 12), sep="\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

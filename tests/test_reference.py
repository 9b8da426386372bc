"""The reference pages: every example in them is what one gets, and nothing is left out."""

from __future__ import annotations

import inspect
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

import letterkit
from letterkit import facts, kit, rate_file
from letterkit.data import own_text, own_yaml
from letterkit.model import LAWS
from letterkit.rates import table
from tests.conftest import ROOT
from tests.test_cli import KIT, LETTER
from tests.test_jurisdictions import faults

FOLDER = ROOT / "docs/en/reference"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
COMMANDS = {"render-letter": LETTER, "letterkit": KIT}


def answer(command: str, folder: Path, **more: str) -> str:
    """What a terminal of 80 columns shows after ``command``."""
    name, *arguments = shlex.split(command)
    done = subprocess.run(
        [*COMMANDS[name], *arguments],
        cwd=folder,
        env={"LANG": "C", "COLUMNS": "80", **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout.decode().replace("\r\n", "\n")


def told(shown: str, real: str) -> str:
    """``shown`` where it agrees with ``real``, a line ``…`` standing for any lines; else that."""
    parts = (re.escape(part) for part in re.split(r"^…\n", shown, flags=re.MULTILINE))
    return shown if re.fullmatch("(?:.*\n)*".join(parts), real) else real


def replayed(text: str, folder: Path, **more: str) -> str:
    """A page with the answers that its commands give, typed one after the other."""

    def block(found: re.Match[str]) -> str:
        def line(typed: re.Match[str]) -> str:
            return f"$ {typed[1]}\n{told(typed[2], answer(typed[1], folder, **more))}"

        return f"```console\n{TYPED.sub(line, found[1])}```"

    return BLOCK.sub(block, text)


PAGES = [page for page in sorted(FOLDER.glob("*.md")) if not page.stem.startswith("add-")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_example_is_what_one_gets(page: Path, tmp_path: Path, update: bool) -> None:
    text = page.read_text(encoding="utf-8")
    real = replayed(text, tmp_path)
    if update:
        page.write_text(real, encoding="utf-8")
    else:
        assert text == real


def test_lines_left_out_are_whole_lines() -> None:
    assert told("a\n…\nd\n", "a\nb\nc\nd\n") == "a\n…\nd\n"
    assert told("a\n…\nd\n", "a\nb\nc\nxd\n") == "a\nb\nc\nxd\n"


def test_every_command_shows_its_help() -> None:
    (choices,) = (action.choices for action in kit.kit_parser()._actions if action.choices)
    expected = {"render-letter --help", *(f"letterkit {name} --help" for name in choices)}
    shown = {typed[1] for typed in TYPED.finditer((FOLDER / "commands.md").read_text("utf-8"))}
    assert expected <= shown


def own_words_tables() -> str:
    """What stands at the end of the page of one's own words."""
    parts = {
        "Blocks": own_yaml("locales", "blocks.yaml"),
        "Values": {name: {"en": said} for name, said in facts.VALUES.items()},
        "Flags": {name: {"en": said} for name, said in facts.FLAGS.items()},
    }
    tables = []
    for head, rows in parts.items():
        lines = [f"| `{name}` | {' '.join(said['en'].split())} |" for name, said in rows.items()]
        tables.append("\n".join([f"### {head}\n", f"| {head[:-1]} | |", "|---|---|", *lines]))
    return "\n" + "\n\n".join(tables) + "\n"


def test_the_page_of_words_names_every_block_value_and_flag(update: bool) -> None:
    page = FOLDER / "words.md"
    head, mark, _ = page.read_text(encoding="utf-8").partition("facts.py -->\n")
    real = head + mark + own_words_tables()
    if update:
        page.write_text(real, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == real


RATES = (FOLDER / "rates.md").read_text(encoding="utf-8")


def test_every_series_says_where_it_is_published() -> None:
    addresses = {series["published_at"] for law in LAWS for series in table(law)["series"].values()}
    assert {address for address in addresses if f"]({address})" not in RATES} == set()


def test_the_rate_file_is_one() -> None:
    (found,) = re.findall(r"^```yaml\n(law: .*?)^```$", RATES, re.MULTILINE | re.DOTALL)
    assert rate_file.read(found.encode())


# --- The pages that add something: played in a copy of the project.

ADDING = sorted(FOLDER.glob("add-*.md"))
FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the program and its words, to be changed as a page says."""
    for name in ("src", *DATA):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in DATA:
        (tmp_path / "src/letterkit" / name).symlink_to(tmp_path / name)
    return tmp_path


DATA = ("locales", "templates", "jurisdictions", "examples")


def subset(part: Any, whole: Any) -> bool:
    """Whether everything in ``part`` stands so in ``whole``."""
    if isinstance(part, dict):
        return all(key in whole and subset(value, whole[key]) for key, value in part.items())
    return bool(part == whole)


def patched(text: str, diff: str) -> str:
    """``text`` with the lines after ``+`` in the place of those after ``-`` before them."""
    for old, new in re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)+)", diff, re.MULTILINE):
        was, now = (re.sub(r"^.", "", lines, flags=re.MULTILINE) for lines in (old, new))
        assert text.count(was) == 1, was
        text = text.replace(was, now)
    return text


@pytest.mark.parametrize("page", ADDING, ids=lambda page: page.stem)
def test_what_a_page_adds_works(page: Path, project: Path, update: bool) -> None:
    """Its files are written, its changes made, its commands run, one after the other."""
    text = page.read_text(encoding="utf-8")

    def play(found: re.Match[str]) -> str:
        kind, title, body = found.groups()
        path = project / (title or "")
        if kind == "console":
            return replayed(found[0], project, PYTHONPATH=str(project / "src"))
        if kind == "sh":
            subprocess.run(["bash", "-euc", body], cwd=project, check=True)
        elif kind == "diff":
            path.write_text(patched(path.read_text(encoding="utf-8"), body), encoding="utf-8")
        elif kind == "yaml" and path.exists():
            assert subset(yaml.safe_load(body), yaml.safe_load(path.read_text(encoding="utf-8")))
        elif kind == "text":
            assert body in path.read_text(encoding="utf-8")
        else:
            path.write_text(body, encoding="utf-8")
        return found[0]

    real = FENCE.sub(play, text)
    if update:
        page.write_text(real, encoding="utf-8")
    else:
        assert text == real


def test_the_country_that_a_page_adds_has_no_faults() -> None:
    page = (FOLDER / "add-country.md").read_text(encoding="utf-8")
    files = {title: yaml.safe_load(body) for kind, title, body in FENCE.findall(page) if title}
    assert faults("AT", files["jurisdictions/at.yaml"], files["jurisdictions/at.rates.yaml"]) == []


# --- The package.


def test_the_examples_of_the_package_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = own_text("examples", "gb-b2b.yaml")
    assert source is not None
    (tmp_path / "case.yaml").write_text(source, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    page = (FOLDER / "api.md").read_text(encoding="utf-8").partition("## Every name")[0]
    blocks = [body for kind, _, body in FENCE.findall(page) if kind == "python"]
    assert len(blocks) == 3
    for body in blocks:
        exec(body, names)


def described(name: str) -> str:
    """A public name as the page has it: how it is called, what its docstring says, its fields."""
    thing = getattr(letterkit, name)
    lines = [f"### {name}\n"]
    if inspect.isfunction(thing):
        lines += ["```text", f"{name}{inspect.signature(thing)}".replace("'", ""), "```\n"]
    prose, _, rest = inspect.cleandoc(thing.__doc__ or "").partition("\n>>>")
    lines.append(re.sub("``(.*?)``", r"`\1`", prose.strip()) + "\n")
    if rest:
        lines += ["```pycon", f">>>{rest}", "```\n"]
    if hasattr(thing, "_fields"):
        types = {field: hint.__forward_arg__ for field, hint in thing.__annotations__.items()}
        rows = (f"| `{field}` | `{types[field]}` |" for field in thing._fields)
        lines += ["| field | type |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def test_the_page_of_the_package_is_made_of_its_docstrings(update: bool) -> None:
    page = FOLDER / "api.md"
    head, mark, _ = page.read_text(encoding="utf-8").partition("made from the docstrings -->\n")
    real = head + mark + "\n" + "\n".join(described(name) for name in letterkit.__all__)
    if update:
        page.write_text(real, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == real

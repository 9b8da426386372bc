"""The reference pages: every example in them is what one gets, and nothing is left out."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from letterkit import facts, kit, rate_file
from letterkit.data import own_yaml
from letterkit.model import LAWS
from letterkit.rates import table
from tests.conftest import ROOT
from tests.test_cli import KIT, LETTER

FOLDER = ROOT / "docs/en/reference"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
COMMANDS = {"render-letter": LETTER, "letterkit": KIT}


def answer(command: str, folder: Path) -> str:
    """What a terminal of 80 columns shows after ``command``."""
    name, *arguments = shlex.split(command)
    done = subprocess.run(
        [*COMMANDS[name], *arguments],
        cwd=folder,
        env={"LANG": "C", "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout.decode().replace("\r\n", "\n")


def told(shown: str, real: str) -> str:
    """``shown`` where it agrees with ``real``, a line ``…`` standing for any lines; else that."""
    parts = (re.escape(part) for part in re.split(r"^…\n", shown, flags=re.MULTILINE))
    return shown if re.fullmatch("(?:.*\n)*".join(parts), real) else real


def replayed(text: str, folder: Path) -> str:
    """A page with the answers that its commands give, typed one after the other."""

    def block(found: re.Match[str]) -> str:
        def line(typed: re.Match[str]) -> str:
            return f"$ {typed[1]}\n{told(typed[2], answer(typed[1], folder))}"

        return f"```console\n{TYPED.sub(line, found[1])}```"

    return BLOCK.sub(block, text)


@pytest.mark.parametrize("page", sorted(FOLDER.glob("*.md")), ids=lambda page: page.stem)
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

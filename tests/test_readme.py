"""What the README shows is what one gets."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from letterkit import cli, kit, render
from letterkit.render import example
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert found
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "case.yaml"
    path.write_text(found[1], encoding="utf-8")
    return path


def test_its_case_gives_a_letter(case: Path) -> None:
    text = render("case.yaml", stage=1, on=date(2026, 11, 5))
    assert isinstance(text, str)
    assert "2026-0412" in text


def test_its_total_stands_in_a_final_demand() -> None:
    (shown,) = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    letter = example("gb-b2b", "3", "en")
    assert isinstance(letter, str)
    assert shown in letter.replace("\N{NO-BREAK SPACE}", " ")


def test_its_refusal_is_the_real_one(
    case: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = re.search(r"```console\n\$ render-letter (.*?)\n(.*?)```", README, re.DOTALL)
    assert shown
    monkeypatch.setenv("LANG", "C")
    assert cli.render_letter([*shown[1].split(), "--date", "2026-11-19"]) == 1
    assert capfdbinary.readouterr().err.decode() == shown[2]


def test_every_option_it_shows_exists() -> None:
    parser = cli.letter_parser()
    known = {option for action in parser._actions for option in action.option_strings}
    for command in re.findall(r"^render-letter .*", README, re.MULTILINE):
        assert set(re.findall(r"--[a-z-]+", command)) <= known, command


def test_every_command_it_shows_exists() -> None:
    (action,) = (action for action in kit.kit_parser()._actions if action.choices)
    assert isinstance(action.choices, dict)
    commands = action.choices
    typed = "\n".join(re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL))
    shown = re.findall(r"^letterkit (\S+)(.*?)(?: #.*)?$", typed, re.MULTILINE)
    assert len(shown) > 6
    for name, rest in shown:
        known = {option for action in commands[name]._actions for option in action.option_strings}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, name

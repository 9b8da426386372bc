"""The commands in a shell: completion, manual pages, colours, and consoles without UTF-8."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from letterkit import cli, kit, shell
from letterkit.data import own_text
from letterkit.model import LANGUAGES
from tests.test_cli import KIT, LETTER, run

# --- Completion.


def script(name: str, command: str, folder: Path) -> Path:
    done = run(KIT, "completion", name, command, cwd=folder)
    assert done.returncode == 0, done.stderr.decode()
    path = folder / f"{command}.{name}"
    path.write_bytes(done.stdout)
    return path


def shown(*command: str, cwd: Path) -> list[str]:
    done = subprocess.run(command, capture_output=True, cwd=cwd, check=False, timeout=60)
    assert done.stderr == b""
    return done.stdout.decode().split("\n")


TYPED = [
    ("letterkit", "ne", "next"),
    ("letterkit", "sent --ch", "--channel"),
    ("letterkit", "sent --channel reg", "registered+post"),
    ("letterkit", "--ui ", "nl"),
    ("letterkit", "check ca", "case.yaml"),
    ("render-letter", "--out", "--output-dir"),
    ("render-letter", "--format h", "html"),
    ("render-letter", "ca", "case.yaml"),
]


@pytest.mark.parametrize(("command", "typed", "offered"), TYPED)
def test_bash_completes(command: str, typed: str, offered: str, tmp_path: Path) -> None:
    path = script("bash", command, tmp_path)
    (tmp_path / "case.yaml").touch()
    words = [command, *typed.split(" ")]
    run_it = (
        f"source {path}; COMP_WORDS=({' '.join(words)} {'' if words[-1] else chr(39) * 2}); "
        f"COMP_CWORD={len(words) - 1}; _shtab_{command.replace('-', '_')} 2>/dev/null; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    assert offered in shown("bash", "--norc", "-c", run_it, cwd=tmp_path)


@pytest.mark.parametrize(("command", "typed", "offered"), TYPED)
def test_fish_completes(command: str, typed: str, offered: str, tmp_path: Path) -> None:
    path = script("fish", command, tmp_path)
    (tmp_path / "case.yaml").touch()
    lines = shown(
        "fish", "--no-config", "-c", f"source {path}; complete -C '{command} {typed}'", cwd=tmp_path
    )
    assert offered in [line.partition("\t")[0] for line in lines]


@pytest.mark.parametrize("command", kit.COMMANDS)
def test_zsh_reads_its_script(command: str, tmp_path: Path) -> None:
    path = script("zsh", command, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"#compdef {command}\n")
    assert shown("zsh", "-f", "-n", str(path), cwd=tmp_path) == [""]
    for option in ("--creditor", "--ui", "(fr nl it en)"):
        assert option in text


def test_completion_costs_nothing_until_it_is_asked_for() -> None:
    code = "import sys, letterkit.cli, letterkit.kit; print({'shtab', 'yaml.x'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "set()\n"


def test_unknown_shell_and_command(tmp_path: Path) -> None:
    for args in (("completion", "cmd"), ("completion", "bash", "rm"), ("man", "ls")):
        done = run(KIT, *args, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"Write one of" in done.stderr


# --- The manual.


@pytest.mark.parametrize("command", kit.COMMANDS)
def test_the_manual_is_a_manual_page(command: str, tmp_path: Path) -> None:
    page = run(KIT, "man", command, cwd=tmp_path).stdout
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-P-cbou"], input=page, capture_output=True, check=True
    )
    assert done.stderr == b""
    text = " ".join(done.stdout.decode().replace("\N{HYPHEN}\n", "-").split())
    parser = kit.kit_parser() if command == "letterkit" else cli.letter_parser()
    for action in shell._actions(parser):
        for option in action.option_strings:
            assert option in text
    assert ("EXIT CODES" in text) is (command == "render-letter")


# --- Colours.


def on_a_terminal(command: list[str], *args: str, cwd: Path, **more: str) -> str:
    """What a terminal gets."""
    ours, theirs = pty.openpty()
    env = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "xterm", **more}
    done = subprocess.Popen([*command, *args], cwd=cwd, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    raw = b""
    try:
        while piece := os.read(ours, 65536):
            raw += piece
    except OSError:  # the other end is closed
        pass
    done.wait(timeout=60)
    os.close(ours)
    return raw.decode()


def test_colours_on_a_terminal_only(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("law: XX\n", encoding="utf-8")
    args = ("case.yaml", "--stage", "1")
    assert "\x1b[1;31mcase.yaml:1: law\x1b[0m: “XX”" in on_a_terminal(LETTER, *args, cwd=tmp_path)
    for off in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        plain = on_a_terminal(LETTER, *args, cwd=tmp_path, **off)
        assert "case.yaml:1: law: " in plain
        assert "\x1b" not in plain
    assert b"\x1b" not in run(LETTER, *args, cwd=tmp_path, TERM="xterm").stderr


def test_a_letter_has_no_colours(tmp_path: Path) -> None:
    run(KIT, "init", "--example", "gb-b2b", cwd=tmp_path)
    letter = on_a_terminal(
        LETTER, "case.yaml", "--stage", "1", "--date", "2026-11-05", cwd=tmp_path
    )
    assert "Harlow Design" in letter
    assert "\x1b" not in letter


# --- Consoles without UTF-8, as Windows has them.


class Console(io.TextIOWrapper):
    """A terminal of some code page."""

    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, errors="strict", newline="")

    def isatty(self) -> bool:
        return True

    @property
    def said(self) -> str:
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode(self.encoding)


def terminal(encoding: str, monkeypatch: pytest.MonkeyPatch) -> Console:
    """Standard output and error on one console, for the rest of the test."""
    made = Console(encoding)
    monkeypatch.setattr(sys, "stdout", made)
    monkeypatch.setattr(sys, "stderr", made)
    monkeypatch.setenv("NO_COLOR", "1")
    return made


PAGES = ("cp1252", "cp850", "cp437", "ascii")


@pytest.mark.parametrize("encoding", PAGES)
@pytest.mark.parametrize("tag", ["en-GB", "fr-BE", "it-IT", "nl-BE"])
def test_a_letter_on_a_console(
    encoding: str, tag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal(encoding, monkeypatch)
    path = tmp_path / "case.yaml"
    path.write_text(own_text("examples", "water-bottles.yaml") or "", encoding="utf-8")
    args = [str(path), "--stage", "1", "--date", "2026-11-05", "--language", tag]
    assert cli.render_letter(args) == 0
    said = screen.said
    assert "2026-0412" in said
    if encoding != "ascii":
        assert "?" not in re.sub(r"\w ?\?", "", said)  # nothing lost but real questions
    assert ("€" in said) is (encoding == "cp1252")
    assert ("’" in said) is (encoding == "cp1252" and "’" in said)


@pytest.mark.parametrize("encoding", PAGES)
@pytest.mark.parametrize("ui", LANGUAGES)
def test_messages_on_a_console(
    encoding: str, ui: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal(encoding, monkeypatch)
    path = tmp_path / "case.yaml"
    path.write_text("law: €\nname: ’…“–\n", encoding="utf-8")
    assert cli.render_letter([str(path), "--stage", "1", "--ui", ui]) == 2
    assert "law: BE" in screen.said
    assert kit.main(["rates", "--ui", ui]) == 0
    assert kit.main(["schema", "--format", "md", "--ui", ui]) == 0


@pytest.mark.parametrize("encoding", PAGES)
def test_help_on_a_console(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(encoding, monkeypatch)
    with pytest.raises(SystemExit) as done:
        cli.render_letter(["--help"])
    assert done.value.code == 0
    assert "nl-NL..." in screen.said or encoding == "cp1252"


def test_into_a_file_it_is_utf_8_on_every_platform(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(
        own_text("examples", "water-bottles.yaml") or "", encoding="utf-8"
    )
    args = ("case.yaml", "--stage", "1", "--date", "2026-11-05")
    by_default = run(LETTER, *args, cwd=tmp_path)
    elsewhere = run(LETTER, *args, cwd=tmp_path, PYTHONIOENCODING="cp850")
    assert by_default.stdout == elsewhere.stdout
    assert "€" in elsewhere.stdout.decode()


def test_what_a_console_lacks_has_the_nearest_sign() -> None:
    assert "’“–…€☐\xa0東".encode("ascii", "nearest") == b"'\"-...EUR[ ] ?"

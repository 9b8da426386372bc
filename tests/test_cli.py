"""The commands, as a person would type them."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from letterkit import cli, compose
from letterkit.data import example_names, own_text
from letterkit.errors import WARNING, Refused
from letterkit.model import LAWS
from letterkit.rates import series
from tests.test_law import situation

LETTER = [
    sys.executable,
    "-c",
    "import sys; from letterkit.cli import render_letter as r; sys.exit(r())",
]
KIT = [sys.executable, "-c", "import sys; from letterkit.kit import main as r; sys.exit(r())"]


def run(
    command: list[str], *args: str, cwd: Path, **more: str
) -> subprocess.CompletedProcess[bytes]:
    env = {"PATH": "/usr/bin:/bin", "LANG": "C", **more}
    return subprocess.run([*command, *args], capture_output=True, cwd=cwd, env=env, check=False)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    source = own_text("examples", "water-bottles.yaml")
    assert source is not None
    path.write_text(source, encoding="utf-8")
    return path


def test_a_letter_on_stdout(case: Path) -> None:
    done = run(LETTER, "case.yaml", "--stage", "1", "--date", "2026-11-05", cwd=case.parent)
    assert done.returncode == 0
    assert done.stderr == b""
    assert "2026-0412" in done.stdout.decode()


def test_from_standard_input(case: Path) -> None:
    done = subprocess.run(
        [*LETTER, "-", "--stage", "1", "--date", "2026-11-05"],
        input=case.read_bytes(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert "2026-0412" in done.stdout.decode()


def test_the_next_stage_is_named(case: Path) -> None:
    done = run(LETTER, "case.yaml", "--date", "2026-11-05", cwd=case.parent)
    assert done.returncode == 0
    assert "Stage 1" in done.stderr.decode()


def test_not_before_its_day(case: Path) -> None:
    done = run(LETTER, "case.yaml", "--date", "2026-11-04", cwd=case.parent)
    assert (done.returncode, done.stdout) == (1, b"")
    assert "2026-11-05" in done.stderr.decode()


def test_refused(case: Path) -> None:
    done = run(LETTER, "case.yaml", "--stage", "2", "--date", "2026-11-19", cwd=case.parent)
    assert (done.returncode, done.stdout) == (1, b"")
    assert "contacts" in done.stderr.decode()


def test_wrong_input(case: Path) -> None:
    case.write_text(case.read_text(encoding="utf-8").replace("250.00", "1.250"), encoding="utf-8")
    done = run(LETTER, "case.yaml", "--stage", "1", "--date", "2026-11-05", cwd=case.parent)
    assert (done.returncode, done.stdout) == (2, b"")
    said = done.stderr.decode()
    assert "case.yaml:" in said
    assert "invoices[0].amount" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("nothing.yaml", "--stage", "1"),
        ("case.yaml", "--stage", "5"),
        ("case.yaml", "--stage", "1", "--date", "5/11/2026"),
        ("case.yaml", "--stage", "1", "--date", "20261105"),
        ("case.yaml", "--stage", "1", "--format", "rtf"),
        ("case.yaml", "--stage", "1", "--language", "de"),
        ("case.yaml", "--stage", "1", "--law", "US"),
        ("case.yaml", "--stage", "1", "--ui", "de"),
        ("case.yaml", "--stage", "1", "--creditor", "nothing.yaml"),
        ("--blank", "--stage", "1"),
        ("--blank", "--stage", "1", "--language", "fr", "--law", "FR", "--kind", "friend"),
        (".", "--stage", "1"),
    ],
)
def test_wrong_arguments(case: Path, args: tuple[str, ...]) -> None:
    done = run(LETTER, *args, cwd=case.parent)
    assert (done.returncode, done.stdout) == (2, b"")
    said = done.stderr.decode()
    assert said
    assert "Traceback" not in said
    assert "fault of letterkit" not in said


def test_all_stages_into_a_folder(case: Path) -> None:
    args = ("case.yaml", "--stage", "all", "--format", "html", "--output-dir", "letters")
    assert run(LETTER, *args, cwd=case.parent).returncode == 0
    names = sorted(path.name for path in (case.parent / "letters").iterdir())
    assert names == [f"case-{n}-nl-BE.html" for n in "1234"]
    again = run(LETTER, *args, cwd=case.parent)
    assert again.returncode == 2
    assert "--force" in again.stderr.decode()
    assert run(LETTER, *args, "--force", cwd=case.parent).returncode == 0


def test_a_letter_beside_the_four_stages(case: Path) -> None:
    args = ("case.yaml", "--stage", "courtesy", "--output-dir", "letters")
    assert run(LETTER, *args, "--date", "2026-10-27", cwd=case.parent).returncode == 0
    assert [path.name for path in (case.parent / "letters").iterdir()] == [
        "case-courtesy-nl-BE.txt"
    ]
    late = run(LETTER, *args, "--date", "2026-11-04", "--force", cwd=case.parent)
    assert late.returncode == 1
    assert "--stage 1" in late.stderr.decode()


def test_one_refused_letter_leaves_nothing(case: Path) -> None:
    source = case.read_text(encoding="utf-8").replace("  since: 2026-12-21", "  #")
    case.write_text(source, encoding="utf-8")
    args = ("case.yaml", "--stage", "all", "--output-dir", "letters")
    assert run(LETTER, *args, cwd=case.parent).returncode == 1
    assert not (case.parent / "letters").exists()


def test_a_folder_that_cannot_be_written(case: Path) -> None:
    (case.parent / "letters").write_text("a file", encoding="utf-8")
    args = ("case.yaml", "--stage", "1", "--date", "2026-11-05", "--output-dir", "letters")
    done = run(LETTER, *args, cwd=case.parent)
    assert done.returncode == 2
    assert [p.name for p in case.parent.iterdir() if p.name.endswith(".part")] == []


def test_width(case: Path) -> None:
    args = ("case.yaml", "--stage", "1", "--date", "2026-11-05", "--width", "60")
    done = run(LETTER, *args, cwd=case.parent)
    lines = done.stdout.decode().splitlines()
    assert max(map(len, lines)) <= 60
    assert any("250,00" in line and "€\u00a0250,00" in line for line in lines)


def test_own_words(case: Path) -> None:
    own = case.parent / "own" / "nl"
    own.mkdir(parents=True)
    words = "{% block crossed %}Betaald? Dank u.{% endblock %}"
    (own / "1-reminder.txt").write_text(words, encoding="utf-8")
    args = ("case.yaml", "--stage", "1", "--date", "2026-11-05", "--templates", "own")
    assert "Betaald? Dank u." in run(LETTER, *args, cwd=case.parent).stdout.decode()
    (own / "1-reminder.txt").write_text("{% block crosed %}x{% endblock %}", encoding="utf-8")
    done = run(LETTER, *args, cwd=case.parent)
    assert done.returncode == 2
    assert "crosed" in done.stderr.decode()


def test_own_details_once(case: Path) -> None:
    source = case.read_text(encoding="utf-8")
    start, end = source.index("creditor:"), source.index("debtor:")
    mine = "\n".join(line[2:] for line in source[start:end].splitlines()[1:])
    (case.parent / "me.yaml").write_text(mine, encoding="utf-8")
    case.write_text(source[:start] + source[end:], encoding="utf-8")
    args = ("case.yaml", "--stage", "1", "--date", "2026-11-05", "--creditor", "me.yaml")
    done = run(LETTER, *args, cwd=case.parent)
    assert done.returncode == 0, done.stderr.decode()
    assert "Dubreuil SRL" in done.stdout.decode()


@pytest.mark.parametrize("name", example_names())
def test_init_writes_a_case_that_renders_as_a_sample(name: str, tmp_path: Path) -> None:
    assert run(KIT, "init", "--example", name, cwd=tmp_path).returncode == 0
    stage = "2" if name == "be-b2c" else "1"
    done = run(LETTER, "case.yaml", "--stage", stage, "--date", "2026-11-24", cwd=tmp_path)
    if name in ("be-b2b", "it-b2b"):  # a promise kept or broken long before
        assert done.returncode == 0, done.stderr.decode()
    if stage == "1" or name == "be-b2c":
        assert done.returncode == 0, done.stderr.decode()
    first = done.stdout.decode().splitlines()
    assert any("2026" in line for line in first)
    again = run(KIT, "init", "--example", name, cwd=tmp_path)
    assert again.returncode == 2


def test_init_to_stdout_and_unknown_example(tmp_path: Path) -> None:
    shown = run(KIT, "init", "-", cwd=tmp_path).stdout.decode()
    assert shown.startswith("# yaml-language-server: $schema=letterkit.schema.json\nsample: true")
    assert list(tmp_path.iterdir()) == []
    assert run(KIT, "init", "--example", "mars", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize("language", ["en", "fr", "it", "nl"])
def test_messages_in_the_reader_s_language(case: Path, language: str) -> None:
    args = ("case.yaml", "--stage", "2", "--date", "2026-11-19")
    by_option = run(LETTER, *args, "--ui", language, cwd=case.parent)
    by_lang = run(LETTER, *args, cwd=case.parent, LANG=f"{language}_XX.UTF-8")
    assert by_option.stderr == by_lang.stderr
    assert by_option.returncode == 1


def test_a_fault_of_ours_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(cli, "_render_letter", lambda args, ui: 1 / 0)
    assert cli.render_letter(["x.yaml"]) == 3
    said = capfdbinary.readouterr().err.decode()
    assert "ZeroDivisionError" in said
    assert "Traceback" not in said


def test_help_teaches() -> None:
    done = subprocess.run([*LETTER, "--help"], capture_output=True, check=True, text=True)
    for option in (
        "--stage",
        "--language",
        "--law",
        "--date",
        "--format",
        "--output-dir",
        "--blank",
        "--creditor",
        "--templates",
        "--allow",
        "--rates",
    ):
        assert option in done.stdout
    assert "examples:" in done.stdout


# --- letterkit claim, check, rates; --rates and --allow.

DAY = timedelta(days=1)
FIRST_UNKNOWN = (series("BE", "commercial").known_until or date.min) + DAY
RATES = f"""\
law: BE
series: commercial
until: {FIRST_UNKNOWN + 180 * DAY}
source: Moniteur belge, 14 January 2027
rates: [{{since: {FIRST_UNKNOWN}, rate: 10.50}}]
"""


def test_claim(case: Path) -> None:
    done = run(KIT, "claim", "case.yaml", "--date", "2026-12-05", cwd=case.parent)
    assert (done.returncode, done.stderr) == (0, b"")
    said = done.stdout.decode().replace("\xa0", " ")
    # 250.00 at 10.50 % for 32 days: 2.301…
    assert "Interest            €2.30" in said
    assert "Total               €292.30" in said
    by_law = run(KIT, "claim", "case.yaml", "--date", "2026-12-05", "--law", "NL", cwd=case.parent)
    assert b"6:119a" in by_law.stdout
    in_dutch = run(KIT, "--ui", "nl", "claim", "case.yaml", cwd=case.parent)
    after = run(KIT, "claim", "case.yaml", "--ui", "nl", cwd=case.parent)
    assert (in_dutch.returncode, in_dutch.stdout) == (after.returncode, after.stdout)


def test_claim_as_json_and_csv(case: Path) -> None:
    args = ("claim", "case.yaml", "--date", "2026-12-05", "--format")
    found = json.loads(run(KIT, *args, "json", cwd=case.parent).stdout)
    assert found["total"] == {
        "principal": "250.00",
        "interest": "2.30",
        "compensation": "40.00",
        "costs": "0.00",
        "total": "292.30",
    }
    assert run(KIT, *args, "csv", cwd=case.parent).stdout.startswith(b"kind,invoice,")
    wrong = run(KIT, *args, "xlsx", cwd=case.parent)
    assert (wrong.returncode, wrong.stdout) == (2, b"")


def test_a_rate_file(case: Path) -> None:
    on = (FIRST_UNKNOWN + 14 * DAY).isoformat()
    args = ("claim", "case.yaml", "--date", on)
    refused = run(KIT, *args, cwd=case.parent)
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert "--rates" in refused.stderr.decode()
    (case.parent / "rates.yaml").write_text(RATES, encoding="utf-8")
    done = run(KIT, *args, "--rates", "rates.yaml", cwd=case.parent)
    assert done.returncode == 0, done.stderr.decode()
    assert "Moniteur belge, 14 January 2027" in done.stdout.decode()
    letter = ("case.yaml", "--stage", "3", "--date", on, "--allow", "no_second_reminder")
    assert run(LETTER, *letter, cwd=case.parent).returncode == 1
    made = run(LETTER, *letter, "--rates", "rates.yaml", cwd=case.parent)
    assert made.returncode == 0, made.stderr.decode()
    (case.parent / "rates.yaml").write_text(RATES.replace("source", "sorce"), encoding="utf-8")
    wrong = run(LETTER, *letter, "--rates", "rates.yaml", cwd=case.parent)
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert "rates.yaml:4: sorce" in wrong.stderr.decode()


def test_check_says_everything_with_its_severity(case: Path) -> None:
    args = ("check", "case.yaml", "--stage", "3", "--date", "2026-12-03")
    refused = run(KIT, *args, cwd=case.parent)
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert refused.stderr.decode().startswith("Warning [no_second_reminder] ")
    done = run(KIT, *args, "--allow", "no_second_reminder", cwd=case.parent)
    assert (done.returncode, done.stderr) == (0, b"")
    said = done.stdout.decode()
    assert said.startswith("Warning [no_second_reminder] ")
    assert said.endswith("Letter 3, dated 2026-12-03, may go out.\n")


def test_check_lists_notes_beside_what_refuses(case: Path) -> None:
    source = case.read_text(encoding="utf-8").replace(
        "language:", "deadline: 2026-11-20\nlanguage:", 1
    )
    case.write_text(source, encoding="utf-8")
    done = run(KIT, "check", "case.yaml", "--stage", "2", "--date", "2026-11-18", cwd=case.parent)
    assert done.returncode == 1
    said = done.stderr.decode()
    assert "Error [no_earlier_contact] " in said
    assert "Note [deadline_short] " in said


@pytest.mark.parametrize("language", ["en", "fr", "it", "nl"])
def test_check_in_the_reader_s_language(case: Path, language: str) -> None:
    args = ("check", "case.yaml", "--stage", "1", "--date", "2026-11-05", "--ui", language)
    done = run(KIT, *args, cwd=case.parent)
    assert done.returncode == 0, done.stderr.decode()
    assert "2026-11-05" in done.stdout.decode()


def test_check_takes_the_next_letter(case: Path) -> None:
    done = run(KIT, "check", "case.yaml", "--date", "2026-11-05", cwd=case.parent)
    assert done.returncode == 0
    assert "Stage 1" in done.stderr.decode()
    early = run(KIT, "check", "case.yaml", "--date", "2026-11-04", cwd=case.parent)
    assert early.returncode == 1
    assert "[before_its_day]" in early.stderr.decode()


def test_check_of_a_wrong_case(case: Path) -> None:
    case.write_text("law: BE\n", encoding="utf-8")
    done = run(KIT, "check", "case.yaml", "--stage", "1", cwd=case.parent)
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_warning_allowed_shows_in_the_letter(case: Path) -> None:
    args: dict[str, Any] = {"stage": 3, "on": date(2026, 12, 3)}
    with pytest.raises(Refused):
        compose(case, **args)
    made = compose(case, **args, allow=["no_second_reminder"])
    assert [(f.id, f.severity) for f in made.warnings] == [("no_second_reminder", WARNING)]


def test_no_error_can_be_allowed(case: Path) -> None:
    with pytest.raises(Refused) as raised:
        compose(case, stage=2, on=date(2026, 11, 19), allow=["no_earlier_contact"])
    assert [f.id for f in raised.value.findings] == ["no_earlier_contact"]


def test_what_a_consumer_does_not_owe_cannot_be_allowed() -> None:
    consumer = {"debtor": {"kind": "consumer", "form": "null"}, "terms": {"fee": "15.00"}}
    with pytest.raises(Refused) as raised:
        compose(situation(consumer), stage=3, on=date(2026, 12, 3), allow=["consumer_sum_not_owed"])
    assert [f.id for f in raised.value.findings] == ["consumer_sum_not_owed"]


def test_rates(tmp_path: Path) -> None:
    all_of = run(KIT, "rates", "--on", "2026-11-21", cwd=tmp_path).stdout.decode().splitlines()
    assert {line[:2] for line in all_of[1:]} == set(LAWS)
    one = run(KIT, "rates", "BE", "--on", "2026-11-21", cwd=tmp_path).stdout.decode().splitlines()
    assert [line.split()[:4] for line in one[1:]] == [["BE", "commercial", "2026-07-01", "10.50"]]
    every = run(KIT, "rates", "BE", cwd=tmp_path).stdout.decode().splitlines()
    assert len(every) == 1 + len(series("BE", "commercial").rates)
    unknown = FIRST_UNKNOWN.isoformat()
    later = run(KIT, "rates", "BE", "--on", unknown, cwd=tmp_path).stdout.decode()
    assert "not known" in later


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--expiring", "40d", "--date", "2026-11-21"), 0),
        (("--expiring", "41d", "--date", (FIRST_UNKNOWN - 41 * DAY).isoformat()), 1),
        (("BE", "--expiring", "40", "--date", "2026-11-21"), 0),
        (("BE", "--expiring", "60d", "--date", (FIRST_UNKNOWN - 41 * DAY).isoformat()), 1),
        (("--expiring", "soon"), 2),
        (("DE",), 2),
        (("--on", "soon"), 2),
    ],
)
def test_rates_that_run_out(args: tuple[str, ...], code: int, tmp_path: Path) -> None:
    done = run(KIT, "rates", *args, cwd=tmp_path)
    assert done.returncode == code, done.stderr.decode()
    assert bool(done.stdout) is (code == 0)
    if code == 1:
        assert "BE, `commercial`: known until 2026-12-31" in done.stderr.decode()


def test_the_commands_cost_a_letter_nothing() -> None:
    """What only ``letterkit claim`` and the like need is not imported to write a letter."""
    code = "import sys, letterkit.cli; print('letterkit.commands' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "False\n"


# Several formats at once


def to_client(case: Path) -> None:
    """The case with an address that e-mails can go to, and sent that way."""
    source = case.read_text(encoding="utf-8")
    source = re.sub(r"(?m)^debtor:.*\n", "\\g<0>  email: klant@client.example\n", source)
    case.write_text(re.sub(r"(?m)^send:", "#send:", source) + "\nsend: email\n", encoding="utf-8")


FIRST = ("case.yaml", "--stage", "1", "--date", "2026-11-05")


def test_several_formats_into_a_folder(case: Path) -> None:
    to_client(case)
    formats = ("--format", "docx, eml,txt,sms,txt", "--output-dir", "out")
    done = run(LETTER, *FIRST, *formats, cwd=case.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    made = {path.name: path.read_bytes()[:11] for path in (case.parent / "out").iterdir()}
    assert sorted(made) == [
        "case-1-nl-BE.docx",
        "case-1-nl-BE.eml",
        "case-1-nl-BE.sms.txt",
        "case-1-nl-BE.txt",
    ]
    assert made["case-1-nl-BE.docx"].startswith(b"PK\x03\x04")
    assert made["case-1-nl-BE.eml"] == b"X-Unsent: 1"


def test_what_word_leaves_out_is_said(case: Path) -> None:
    """Once, on standard error, and only where Word is among the formats."""
    source = own_text("examples", "ch-b2b.yaml")
    assert source is not None
    case.write_text(source, encoding="utf-8")
    first = ("case.yaml", "--stage", "1", "--date", "2026-11-09", "--language", "fr")
    for formats, said in (("docx,txt", 1), ("html,txt", 0)):
        to = ("--format", formats, "--output-dir", formats)
        done = run(LETTER, *first, *to, "--ui", "en", cwd=case.parent)
        assert done.returncode == 0
        assert done.stderr.decode().count("no Swiss payment slip") == said


def test_one_format_that_cannot_be_leaves_none(case: Path) -> None:
    formats = ("--format", "txt,docx,eml", "--output-dir", "out")
    done = run(LETTER, *FIRST, *formats, cwd=case.parent)
    assert done.returncode == 2
    assert b"debtor.email" in done.stderr
    assert not (case.parent / "out").exists()


def test_one_file_that_is_there_leaves_the_others_unwritten(case: Path) -> None:
    out = case.parent / "out"
    out.mkdir()
    (out / "case-1-nl-BE.docx").write_bytes(b"mine")
    formats = ("--format", "txt,docx", "--output-dir", "out")
    done = run(LETTER, *FIRST, *formats, cwd=case.parent)
    assert done.returncode == 2
    assert b"--force" in done.stderr
    assert [path.name for path in out.iterdir()] == ["case-1-nl-BE.docx"]
    assert (out / "case-1-nl-BE.docx").read_bytes() == b"mine"
    assert run(LETTER, *FIRST, *formats, "--force", cwd=case.parent).returncode == 0
    assert len(list(out.iterdir())) == 2


def test_a_folder_in_the_place_of_a_file_leaves_the_others_unwritten(case: Path) -> None:
    out = case.parent / "out"
    (out / "case-1-nl-BE.docx").mkdir(parents=True)
    formats = ("--format", "txt,docx", "--output-dir", "out", "--force")
    assert run(LETTER, *FIRST, *formats, cwd=case.parent).returncode == 2
    assert [path.name for path in out.iterdir()] == ["case-1-nl-BE.docx"]


def test_a_device_stays_what_it_is(case: Path) -> None:
    """A pipe stands for one: whoever may, must not lose /dev/null to a letter."""
    pipe = case.parent / "pipe"
    os.mkfifo(pipe)
    done = run(LETTER, *FIRST, "--output", "pipe", "--force", cwd=case.parent)
    assert done.returncode == 2
    assert b"pipe: " in done.stderr
    assert pipe.is_fifo()
    assert not (case.parent / ".pipe.part").exists()


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_nothing_is_written_through_a_link(case: Path, force: tuple[str, ...]) -> None:
    out, other = case.parent / "out", case.parent / "other"
    out.mkdir()
    other.write_text("other", encoding="utf-8")
    (out / "case-1-nl-BE.txt").symlink_to(other)
    (out / ".case-1-nl-BE.txt.part").symlink_to(other)
    done = run(LETTER, *FIRST, "--output-dir", "out", *force, cwd=case.parent)
    assert done.returncode == (0 if force else 2)
    assert other.read_text(encoding="utf-8") == "other"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Facture n° 12 – Zoë.yaml", "Facture-n-12-Zoe-1-nl-BE.txt"),
        ("-rf.yaml", "rf-1-nl-BE.txt"),
        ("CON.yaml", "CON-1-nl-BE.txt"),
        ("..a..b...yaml", "a.b-1-nl-BE.txt"),
        ("株.yaml", "letter-1-nl-BE.txt"),
        ("x" * 200 + ".yaml", "x" * 80 + "-1-nl-BE.txt"),
    ],
)
def test_safe_file_names(case: Path, name: str, expected: str) -> None:
    case.rename(case.with_name(name))
    args = (f"./{name}", "--stage", "1", "--date", "2026-11-05", "--output-dir", "out")
    done = run(LETTER, *args, cwd=case.parent)
    assert done.returncode == 0, done.stderr.decode()
    assert [path.name for path in (case.parent / "out").iterdir()] == [expected]


@pytest.mark.parametrize(
    ("args", "id"),
    [
        (("--format", "txt,docx"), "--output-dir"),
        (("--format", "txt,docx", "--output", "x"), "--output-dir"),
        (("--format", "docx", "--stage", "all"), "--output-dir"),
        (("--format", "txt,odt", "--output-dir", "out"), "docx"),
        (("--format", "", "--output-dir", "out"), "docx"),
    ],
)
def test_formats_with_nowhere_to_go(case: Path, args: tuple[str, ...], id: str) -> None:
    done = run(LETTER, *FIRST, *args, cwd=case.parent)
    assert (done.returncode, done.stdout) == (2, b"")
    assert id in done.stderr.decode()


def test_one_document_to_a_file_or_a_pipe_but_no_terminal(case: Path) -> None:
    piped = run(LETTER, *FIRST, "--format", "docx", cwd=case.parent)
    assert piped.stdout.startswith(b"PK")
    into = run(LETTER, *FIRST, "--format", "docx", "--output", "x.docx", cwd=case.parent)
    assert (into.returncode, into.stdout) == (0, b"")
    assert (case.parent / "x.docx").read_bytes() == piped.stdout
    reader, terminal = pty.openpty()
    done = subprocess.run(
        [*LETTER, *FIRST, "--format", "docx"],
        cwd=case.parent,
        env={"LANG": "C"},
        stdout=terminal,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(terminal)
    os.close(reader)
    assert done.returncode == 2
    assert b"--output letter.docx" in done.stderr


def test_an_e_mail_of_a_posted_letter_is_remarked_on(case: Path) -> None:
    to_client(case)
    by_email = run(LETTER, *FIRST, "--format", "eml", cwd=case.parent)
    assert (by_email.returncode, by_email.stderr) == (0, b"")
    source = case.read_text(encoding="utf-8").replace("\nsend: email\n", "\nsend: post\n")
    case.write_text(source, encoding="utf-8")
    by_post = run(LETTER, *FIRST, "--format", "eml", cwd=case.parent)
    assert by_post.returncode == 0
    assert b"send: {channel: email}" in by_post.stderr


def test_four_text_messages(case: Path) -> None:
    args = ("case.yaml", "--stage", "all", "--format", "sms")
    done = run(LETTER, *args, cwd=case.parent)
    assert done.returncode == 0, done.stderr.decode()
    assert len([line for line in done.stdout.decode().split("\n") if line]) == 4

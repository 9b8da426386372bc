"""``letterkit init``: a case that renders as it is, and our words to change."""

from __future__ import annotations

import io
import itertools
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from letterkit import case as case_reader
from letterkit import compose, console, kit, own_words, starting
from letterkit.data import example_names, own_yaml
from letterkit.errors import InputError, Refused
from letterkit.model import KINDS, LANGUAGES, LAWS, STAGES
from letterkit.render import planned, write
from letterkit.starting import Choices
from tests import gallery
from tests.test_cli import KIT, LETTER, run
from tests.test_schema import faults

EVERY = [
    Choices(country, tag, kind)
    for country in LAWS
    for tag in starting.spoken(country)
    for kind in KINDS
]


@pytest.mark.parametrize("chosen", EVERY, ids="-".join)
def test_a_case_renders_at_all_four_stages_as_it_is(chosen: Choices) -> None:
    source = starting.case(chosen, "nl")
    assert faults(source) == []
    case = case_reader.read(source.encode())
    assert (case.law, case.language, case.debtor.kind) == chosen
    assert case.sample
    assert case.contacts == ()
    for ui in LANGUAGES:
        assert case_reader.read(starting.case(chosen, ui).encode()) == case
    for stage in STAGES:
        sent, on = planned(source.encode(), stage)
        assert compose(sent, stage=stage, on=on).language == chosen.language


@pytest.mark.parametrize("name", example_names())
def test_an_example_renders_at_all_four_stages_with_one_edit_at_most(name: str) -> None:
    source = starting.example(name, "en")
    assert faults(source) == []
    for stage in STAGES:
        sent, on = planned(source.encode(), stage)
        compose(sent, stage=stage, on=on)


def test_the_remarks_are_in_the_language_of_the_screen() -> None:
    said = {ui: starting.case(Choices("BE", "nl-BE", "consumer"), ui) for ui in LANGUAGES}
    assert "\n# Your customer.\ndebtor:" in said["en"]
    assert "\n# Votre client.\ndebtor:" in said["fr"]
    assert "\n# Il vostro cliente.\ndebtor:" in said["it"]
    assert "\n# Uw klant.\ndebtor:" in said["nl"]
    assert len({str(yaml.safe_load(text)) for text in said.values()}) == 1
    assert "\n# contacts:\n#   - {date: 2026-10-26" in said["nl"]


def test_a_consumer_is_a_person() -> None:
    for country in LAWS:
        tag = starting.spoken(country)[0]
        debtor = case_reader.read(
            starting.case(Choices(country, tag, "consumer"), "en").encode()
        ).debtor
        assert (debtor.form, debtor.number, debtor.attention) == ("", "", None)
        assert not any(part in debtor.name for part in ("Ltd", "SA", "S.A", "S.p.A", "SAS", "B.V"))


def test_every_country_has_its_example() -> None:
    plans = own_yaml("locales", "start.yaml")
    assert sorted(plans["business"]) == sorted(LAWS)
    assert sorted({**plans["consumer"], **plans["person"]}) == sorted(LAWS)


def test_by_options(tmp_path: Path) -> None:
    args = ("init", "mine.yaml", "--country", "CH", "--language", "it", "--kind", "consumer")
    done = run(KIT, *args, "--ui", "it", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")
    assert "mine.yaml contiene un esempio" in done.stderr.decode()
    schema = json.loads((tmp_path / "letterkit.schema.json").read_text(encoding="utf-8"))
    source = (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    assert source.startswith("# yaml-language-server: $schema=letterkit.schema.json\n")
    loaded = yaml.load(source, Loader=yaml.BaseLoader)
    assert jsonschema.Draft202012Validator(schema).is_valid(loaded | {"sample": True})
    again = run(KIT, *args, cwd=tmp_path)
    assert again.returncode == 2
    letter = run(LETTER, "mine.yaml", "--stage", "1", cwd=tmp_path)
    assert letter.returncode == 0, letter.stderr.decode()
    assert "Lugano" in letter.stdout.decode()
    for wrong in (("--country", "US"), ("--language", "de"), ("--kind", "friend")):
        assert run(KIT, "init", "new.yaml", *wrong, cwd=tmp_path).returncode == 2
    assert not (tmp_path / "new.yaml").exists()


def test_questions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A wrong answer is asked again, an empty one takes what is offered."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(console, "is_conversation", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("mars\nlu\n\nCONSUMER\n"))
    assert kit.main(["init", "--ui", "fr"]) == 0
    case = case_reader.read("case.yaml")
    assert (case.law, case.language, case.debtor.kind) == ("LU", "fr-LU", "consumer")
    monkeypatch.setattr(sys, "stdin", io.StringIO("BE\n"))
    assert kit.main(["init", "other.yaml"]) == 130
    assert not Path("other.yaml").exists()


def test_on_a_terminal_it_asks(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = subprocess.Popen(
        [*KIT, "init", "--ui", "nl"],
        cwd=tmp_path,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={"PATH": "/usr/bin:/bin", "TERM": "dumb"},
    )
    os.close(theirs)
    os.write(ours, b"BE\nfr-BE\n\n")
    assert command.wait(timeout=60) == 0
    assert "Het recht van welk land?" in os.read(ours, 100_000).decode()
    os.close(ours)
    assert case_reader.read(tmp_path / "case.yaml").language == "fr-BE"


# --- Our words.


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every word of ours, copied asleep."""
    folder = tmp_path_factory.mktemp("own")
    for language, law in itertools.product(LANGUAGES, LAWS):
        files = own_words.copied(
            str(folder),
            language,
            [*map(str, STAGES), "courtesy", "thanks"],
            law=law,
            consumer=True,
            ui=language,
        )
        for path, raw in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
    return folder


def test_words_that_sleep_change_nothing(own: Path) -> None:
    for name, tag, stage in [cell for cell in gallery.cells() if cell[2] in "1234"][::3]:
        asleep = gallery.letter(name, tag, stage, templates=own)
        assert write(asleep, "txt") == write(gallery.letter(name, tag, stage), "txt")
    assert own_words.check(own, "en").startswith("0 of your own blocks")


def test_every_block_is_copied_with_its_note(own: Path) -> None:
    text = (own / "fr/3-final-demand.txt").read_text(encoding="utf-8")
    assert "{# crossed: Si le paiement et la lettre se croisent. #}\n{#\n{% block crossed" in text
    assert "law/BE.txt" in text.partition("{# title")[0]
    assert sorted(path.name for path in (own / "nl/special").iterdir()) == [
        "BE-consumer-1.txt",
        "NL-consumer-3.txt",
    ]


def words(folder: Path, text: str, name: str = "nl/1-reminder.txt") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_only_some_blocks_awake(tmp_path: Path) -> None:
    args = ("init", "--templates", "own", "--language", "nl", "--stage", "1")
    done = run(KIT, *args, "--block", "crossed", "--block", "demand", cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    text = (tmp_path / "own/nl/1-reminder.txt").read_text(encoding="utf-8")
    assert text.count("{% block") == 2
    assert not (tmp_path / "case.yaml").exists()
    checked = run(KIT, "check", "--templates", "own", cwd=tmp_path)
    assert checked.stdout == b"2 of your own blocks, in own: all is well.\n"
    again = run(KIT, *args, cwd=tmp_path)
    assert again.returncode == 2
    assert b"--force" in again.stderr
    unknown = run(KIT, *args, "--block", "nothing", "--force", cwd=tmp_path)
    assert unknown.returncode == 2
    assert b"crossed" in unknown.stderr
    assert run(KIT, "init", "--templates", "x", "--language", "de", cwd=tmp_path).returncode == 2
    assert run(KIT, "check", "--templates", "nothing", cwd=tmp_path).returncode == 2
    assert run(KIT, "check", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        (
            "{# x #}\n\n{% block crossed %}\nText {{ creditr }}.\n{% endblock %}",
            "nl/1-reminder.txt",
            [("template_name_unknown", "crossed", 4)],
        ),
        (
            "{% block title %}x{% endblock %}\n{% block facts %}\n{{ amount }\n",
            "fr/1-reminder.txt",
            [("template_syntax", "facts", 3)],
        ),
        (
            "{% block facts %}\n\n{% if several == many %}x{% endif %}{% endblock %}",
            "fr/law/BE.txt",
            [("template_grammar", "facts", 3)],
        ),
        (
            "\n{% block crosed %}x{% endblock %}",
            "en/consumer.txt",
            [("template_block_unknown", "", 2)],
        ),
        ("\n\n  stray words", "it/1-reminder.txt", [("template_text_outside", "", 3)]),
        ("", "it/1-remainder.txt", [("template_file_unknown", "", 0)]),
        ("stray words", "words.txt", [("template_file_unknown", "", 0)]),
    ],
)
def test_what_is_wrong_names_file_block_and_line(
    text: str, name: str, found: list[tuple[str, str, int]], tmp_path: Path
) -> None:
    with pytest.raises(InputError) as raised:
        own_words.check(words(tmp_path, text, name), "en")
    assert {f.file for f in raised.value.findings} == {str(tmp_path / name)}
    shown = [(f.id, f.path, f.line) for f in raised.value.findings]
    assert shown == found
    assert raised.value.explain("nl")


def test_all_that_is_wrong_comes_at_once(tmp_path: Path) -> None:
    words(tmp_path, "{% block facts %}{{ amout }}{% endblock %}")
    words(tmp_path, "{% block facts %}{{ amout }}{% endblock %}", "fr/1-reminder.txt")
    (tmp_path / "it").mkdir()
    (tmp_path / "it/1-reminder.txt").write_bytes(b"{% block facts %}caff\xe8{% endblock %}")
    with pytest.raises(InputError) as raised:
        own_words.check(tmp_path, "en")
    assert [f.id for f in raised.value.findings] == [
        "template_name_unknown",
        "file_encoding",
        "template_name_unknown",
    ]


def test_a_value_that_is_lost_is_told(tmp_path: Path) -> None:
    folder = words(tmp_path, "\n{% block demand %}\nBetaal.\n{% endblock %}")
    with pytest.raises(Refused) as raised:
        own_words.check(folder, "en")
    told = {(f.id, f.path, f.line, f.values["name"]) for f in raised.value.findings}
    assert told == {("template_value_lost", "demand", 2, "demanded")}
    sent, on = planned("examples/water-bottles.yaml", 1)
    with pytest.raises(Refused) as stopped:
        compose(sent, stage=1, on=on, templates=folder)
    assert [f.id for f in stopped.value.findings] == ["template_value_lost"]
    made = compose(sent, stage=1, on=on, templates=folder, allow=["template_value_lost"])
    assert [f.id for f in made.warnings] == ["template_value_lost"]


def test_a_value_may_move_to_another_block(tmp_path: Path) -> None:
    text = "{% block demand %}Betaal a.u.b.{% endblock %}"
    text += "{% block crossed %}Betaald? Anders {{ demanded }} {{ deadline | by }}.{% endblock %}"
    assert own_words.check(words(tmp_path, text), "en")

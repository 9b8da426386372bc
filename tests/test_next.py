"""``letterkit next``: which letter comes when and why; its calendar; and a whole chase, played."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import icalendar
import pytest
import yaml

from letterkit import calendar_file, upcoming
from letterkit.cli import render_letter
from letterkit.data import own_text
from letterkit.kit import main
from letterkit.model import LANGUAGES
from tests.test_cli import KIT, run
from tests.test_law import situation

# Due 2026-11-03; with letter 1 of 2026-11-05, its deadline is 2026-11-17.
FIRST = {"date": "2026-11-05", "channel": "post", "stage": 1, "deadline": "2026-11-17"}
INVOICE = {
    "number": "A",
    "issued": "2026-10-03",
    "due": "2026-11-03",
    "amount": "250.00",
    "currency": "EUR",
}
PROMISE = {
    "date": "2026-11-12",
    "channel": "phone",
    "result": "promised",
    "promise": {"date": "2026-11-26"},
}


def seen(on: str, **facts: Any) -> upcoming.Outlook:
    """The case of ``tests/law/base.yaml`` with other facts, seen from a day."""
    return upcoming.outlook(situation(facts), date.fromisoformat(on))


@pytest.mark.parametrize(
    ("facts", "stage", "due", "why"),
    [
        ({"contacts": []}, 1, "2026-11-05", "2 days after the oldest open invoice fell due"),
        ({"contacts": [FIRST]}, 2, "2026-11-19", "letter 1 gave until 2026-11-17"),
        ({"contacts": [FIRST, PROMISE]}, 2, "2026-11-27", "payment was promised for the day"),
        # A Saturday and the two days after: Monday is the first working day.
        (
            {"contacts": [FIRST], "policy": {"stage2": 18, "stage3": 33, "stage4": 50}},
            2,
            "2026-11-23",
            "18 days after the oldest open invoice fell due (2026-11-03). Moved on",
        ),
    ],
)
def test_which_letter_when_and_why(facts: Any, stage: int, due: str, why: str) -> None:
    found = seen("2026-11-18", **facts)
    assert found.due is not None
    assert (found.due.stage, found.due.date.isoformat()) == (stage, due)
    assert upcoming.why(found, "en").replace("\xa0", " ").startswith(why)


def test_the_four_dates_follow_from_each_other() -> None:
    """Letter 1 goes out late, on the day one looks; the others wait for its deadline."""
    steps = seen("2026-11-09", contacts=[]).steps
    dates = [(s.date.isoformat() if s.date else "", s.sent) for s in steps]
    # 12 days to 21 November, a Saturday: Monday 23 and two days; 12 days to 7 December; …
    assert dates[:2] == [("2026-11-09", False), ("2026-11-25", False)]
    later = seen("2026-11-20", contacts=[FIRST]).steps
    assert [(s.sent, s.deadline) for s in later][:1] == [(True, date(2026, 11, 17))]


def test_what_comes_later_is_not_known_yet() -> None:
    paid = [{**INVOICE, "payments": [{"date": "2026-11-30", "amount": "250.00"}]}]
    assert not seen("2026-11-20", contacts=[FIRST], invoices=paid).over
    over = seen("2026-12-01", contacts=[FIRST], invoices=paid)
    assert over.over
    assert [stop.id for stop in over.stops] == ["nothing_left"]
    assert [s.date for s in over.steps] == [date(2026, 11, 5), None, None, None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("be-b2b", "ch-b2b", "gb-b2b", "nl-b2c"):
        assert run(KIT, "init", "--example", name, f"{name}.yaml", cwd=tmp_path).returncode == 0
    return tmp_path


def test_many_cases_are_sorted_and_a_broken_one_is_told(folder: Path) -> None:
    (folder / "a.yaml").write_text("law: XX\n", encoding="utf-8")
    names = sorted(path.name for path in folder.glob("*.yaml"))
    done = run(KIT, "next", *names, "--date", "2026-11-06", cwd=folder)
    assert done.returncode == 2
    told, table = done.stderr.decode(), done.stdout.decode()
    assert re.findall(r"^(\S+\.yaml):\d+: law", told, re.MULTILINE) == ["a.yaml"]
    rows = table.splitlines()[1:5]
    assert [row[:10] for row in rows] == sorted(row[:10] for row in rows)
    assert [re.findall(r"\S+\.yaml", row)[0] for row in rows] == [
        "nl-b2c.yaml",
        "gb-b2b.yaml",
        "ch-b2b.yaml",
        "be-b2b.yaml",
    ]


def test_what_is_missing_is_told_before_its_day(folder: Path) -> None:
    path = folder / "gb-b2b.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^next_step:\n(  .*\n)+", "", text, flags=re.MULTILINE), "utf-8")
    for stage, day in ((1, "2026-11-05"), (2, "2026-11-19")):
        args = ("sent", "gb-b2b.yaml", "--stage", str(stage), "--date", day)
        assert run(KIT, *args, cwd=folder).returncode == 0
    done = run(KIT, "next", "gb-b2b.yaml", "--date", "2026-11-20", cwd=folder)
    assert done.returncode == 0
    assert "gb-b2b.yaml: next_step: This letter says what happens next" in done.stdout.decode()


def test_nothing_is_shown_where_every_case_is_broken(tmp_path: Path) -> None:
    done = run(KIT, "next", "nothing.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")


# --- The calendar.


def events(raw: bytes) -> list[Any]:
    read = icalendar.Calendar.from_ical(raw)
    assert isinstance(read, icalendar.Calendar)
    assert read.errors == []
    return list(read.walk("VEVENT"))


def test_the_calendar_reads_back(folder: Path) -> None:
    args = ("gb-b2b.yaml", "be-b2b.yaml", "--date", "2026-11-06", "--ui", "fr", "--ics")
    done = run(KIT, "next", *args, "letters.ics", cwd=folder)
    assert done.returncode == 0, done.stderr.decode()
    raw = (folder / "letters.ics").read_bytes()
    assert raw == run(KIT, "next", *args, "-", cwd=folder).stdout
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    found = events(raw)
    assert len(found) == 8
    assert len({str(event["UID"]) for event in found}) == 8
    assert {event["DTSTAMP"].dt.isoformat() for event in found} == {"2026-11-06T00:00:00+00:00"}
    first = next(e for e in found if "Brightwater" in e["SUMMARY"])
    assert str(first["SUMMARY"]) == "1 rappel\xa0: Brightwater Events Ltd"
    assert (first["DTSTART"].dt, first["DTEND"].dt) == (date(2026, 11, 6), date(2026, 11, 7))
    assert "\n2 jours après" in str(first["DESCRIPTION"]).replace("\xa0", " ")
    assert {str(event["STATUS"]) for event in found} == {"CONFIRMED"}
    again = run(KIT, "next", *args, "letters.ics", cwd=folder)
    assert again.returncode == 2
    assert b"--force" in again.stderr


def test_entries_keep_their_names_when_the_case_goes_on() -> None:
    """The same letter has the same UID on another day; a letter not to be sent is cancelled."""
    before = events(calendar_file.write([seen("2026-11-06", contacts=[])], date(2026, 11, 6), "en"))
    stopped = seen("2026-11-24", contacts=[FIRST], debtor={"insolvent": "2026-11-20"})
    after = events(calendar_file.write([stopped], date(2026, 11, 24), "en"))
    assert [e["UID"] for e in before] == [e["UID"] for e in after]
    assert all(a["SEQUENCE"] > b["SEQUENCE"] for a, b in zip(after, before, strict=True))
    assert [str(e["STATUS"]) for e in after] == ["CONFIRMED", *["CANCELLED"] * 3]
    assert str(after[0]["SUMMARY"]).startswith("Sent: 1 first reminder")


@pytest.mark.parametrize(
    "name", ["Müller; Söhne, \\ & Co", "é" * 119, "🙂" * 60, "BEGIN:VALARM"], ids=str.__len__
)
def test_any_name_comes_back_from_the_calendar(name: str) -> None:
    raw = calendar_file.write([seen("2026-11-06", debtor={"name": name})], date(2026, 11, 6), "en")
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    assert all(str(event["SUMMARY"]).endswith(name) for event in events(raw))


# --- A chase, from the first reminder to the thanks, with one case file.

PAID = {"en": "1 Dec", "fr": "1er déc", "it": "1º dic|1° dic|1 dic", "nl": "1 dec"}
REGION = {"en": "en-GB", "fr": "fr-BE", "it": "it-IT", "nl": "nl-BE"}


@pytest.mark.parametrize("ui", LANGUAGES)
def test_a_whole_chase_over_six_dates(
    ui: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(tmp_path)

    def kit(*args: str) -> str:
        return typed(main, *args)

    def letter(*args: str, code: int = 0) -> str:
        return typed(render_letter, "case.yaml", *args, code=code)

    def typed(command: Callable[[Sequence[str]], int], *args: str, code: int = 0) -> str:
        assert command([*args, "--ui", ui]) == code
        told = capfdbinary.readouterr()
        return (told.err if code else told.out).decode().replace("\xa0", " ")

    path = tmp_path / "case.yaml"
    source = own_text("examples", "water-bottles.yaml")
    assert source is not None
    text = source.replace("language: nl-BE ", f"language: {REGION[ui]} ")
    path.write_text(re.sub(r"  since: .*\n", "", text), encoding="utf-8")
    remarks = re.findall("#.*", path.read_text(encoding="utf-8"))

    # 5 November: the first reminder.
    assert "render-letter case.yaml --stage 1" in kit("next", "case.yaml", "--date", "2026-11-05")
    assert "2026-0412" in letter("--date", "2026-11-05")
    kit("sent", "case.yaml", "--date", "2026-11-05")

    # 12 November: the customer calls and promises to pay; we write that down by hand.
    with path.open("a", encoding="utf-8") as file:
        file.write(
            "  - date: 2026-11-12  # she called\n    channel: phone\n    by: them\n"
            "    result: promised\n    promise:\n      date: 2026-11-20\n      amount: 250.00\n"
        )
    assert "2026-11-23" in kit("next", "case.yaml", "--date", "2026-11-12")
    letter("--date", "2026-11-19", code=1)

    # 23 November: nothing came; the second reminder speaks of the first and of the promise.
    second = letter("--date", "2026-11-23")
    assert re.search(r"\b5 nov|November|novembre", second)
    kit("sent", "case.yaml", "--date", "2026-11-23", "--channel", "email")

    # 9 December: a part was paid; the final demand asks for the rest.
    text = path.read_text(encoding="utf-8")
    paid = "    payments: [{date: 2026-12-01, amount: 100.00}]\n"
    path.write_text(text.replace("    currency: EUR\n", "    currency: EUR\n" + paid), "utf-8")
    third = letter("--date", "2026-12-09")
    assert re.search(r"100[.,]00", third)
    assert re.search(PAID[ui], third)
    kit("sent", "case.yaml", "--date", "2026-12-09")

    # 30 December: the lawyer has had the file since the day before; the notice says so.
    assert "since: 2026-12-30" in letter("--date", "2026-12-30", code=1)
    lawyer = "  kind: lawyer\n"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(lawyer, lawyer + "  since: 2026-12-29\n"), "utf-8")
    assert "Els Peeters" in letter("--date", "2026-12-30")
    kit("sent", "case.yaml", "--date", "2026-12-30")

    # 8 January: all is paid.
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("00}]", "00}, {date: 2027-01-07, amount: 150.00}]"), "utf-8")
    assert "render-letter" not in kit("next", "case.yaml", "--date", "2027-01-08")
    assert "2026-0412" in letter("--stage", "thanks", "--date", "2027-01-08")

    # The file: four letters noted where they belong, our own remarks as we wrote them.
    contacts = yaml.safe_load(path.read_text(encoding="utf-8"))["contacts"]
    assert [(c.get("stage"), c["channel"]) for c in contacts] == [
        (1, "post"),
        (None, "phone"),
        (2, "email"),
        (3, "registered+post"),
        (4, "post"),
    ]
    assert set(remarks) - {"# the day you gave the file away; needed at stage 4"} <= set(
        re.findall("#.*", path.read_text(encoding="utf-8"))
    )

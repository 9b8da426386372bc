"""``letterkit sent``: the case file takes one more contact, and nothing else in it changes."""

from __future__ import annotations

import difflib
import os
import re
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from letterkit import case as case_reader
from letterkit import document, record
from letterkit.data import example_names, own_text
from letterkit.errors import InputError
from letterkit.model import Contact
from tests.test_cli import KIT, run

SENT = Contact(date(2026, 11, 20), "email", 1, date(2026, 12, 2))
FLOW = "{date: 2026-11-20, channel: email, stage: 1, deadline: 2026-12-02}"

HEAD = """\
# ours
creditor: {name: Dubreuil SRL, address: [Rue Haute 12, 1000 Bruxelles], country: BE}
debtor:
  kind: "business"   # quoted, with a remark
  name: 'Van Dijck BV'
  address: [Kerkstraat 8, 2000 Antwerpen]
  country: BE
invoices:
  - {number: 2026-0412, issued: 2026-10-03, due: 2026-11-03, amount: 250.00, currency: EUR}
"""

CALL = "{date: 2026-11-05, channel: phone}"
SECTION = f"<<\n\ncontacts:\n  - {FLOW}>>"
BLOCK = "- date: 2026-11-20\n    channel: email\n    stage: 1\n    deadline: 2026-12-02"

JSON = """\
{"creditor": {"name": "D", "address": ["a", "1000 b"], "country": "BE"},
 "debtor": {"kind": "business", "name": "V", "address": ["c", "2000 d"], "country": "BE"},
 "invoices": [{"number": "1", "issued": "2026-10-03", "due": "2026-11-03", "amount": 250,
   "currency": "EUR"}]"""

PLACES = {
    "no contacts": f"{HEAD[:-1]}{SECTION}\n",
    "a remark at the end": f"{HEAD[:-1]}{SECTION}\n# the end\n",
    "a remark in the last line": f"{HEAD}law: BE  # here{SECTION}\n",
    "a block of text at the end": f"{HEAD}credit_terms: |\n  cash\n  only{SECTION}\n\n\n",
    "contacts first": f"contacts:\n- {CALL}   # a call<<\n- {FLOW}>>\n# next comes\n{HEAD}",
    "block style": f"{HEAD}contacts:\n  # calls\n  - date: 2026-11-05   # first\n"
    "    channel: phone\n    result: other  # said nothing"
    f"<<\n  {BLOCK}>>\n  # no more\n\nlaw: BE\n",
    "a dash on a line of its own": f"{HEAD}contacts:\n  -\n    date: 2026-11-05\n"
    f"    channel: phone<<\n  {BLOCK}>>\n",
    "dashes far to the right": f"{HEAD}contacts:\n     -   date: 2026-11-05\n"
    "         channel: phone<<\n     -   date: 2026-11-20\n         channel: email\n"
    "         stage: 1\n         deadline: 2026-12-02>>\n",
    "a promise last": f"{HEAD}contacts:\n  - date: 2026-11-05\n    channel: phone\n"
    "    result: promised\n    promise:\n      date: 2026-11-18\n      amount: 200.00"
    f"<<\n  {BLOCK}>>\n",
    "nothing last": f"{HEAD}contacts:\n  - channel: phone\n    date: 2026-11-05\n    with:"
    f"<<\n  {BLOCK}>>\n",
    "a list on one line": f"{HEAD}contacts: [{CALL}<<, {FLOW}>>]  # all\n",
    "a list on several lines": f"{HEAD}contacts: [\n  {CALL}, # a call<<\n  {FLOW},>>\n]\n",
    "the same without a last comma": f"{HEAD}contacts: [\n  {CALL}"
    f"<<,>> # a call<<\n  {FLOW}>>\n]\n",
    "contacts with nothing": f"{HEAD}contacts:<<\n  - {FLOW}>>\nlaw: BE\n",
    "contacts with a remark": f"{HEAD}contacts:   # all of them<<\n  - {FLOW}>>\nlaw: BE\n",
    "the end of the document": f"{HEAD[:-1]}{SECTION}\n...\n",
    "the root to the right": "".join(f"  {line}\n" for line in HEAD.splitlines())[:-1]
    + f"<<\n\n  contacts:\n    - {FLOW}>>\n",
    "typography": HEAD.replace("Haute 12", "Haute 12 – l’étage 🙂")[:-1] + f"{SECTION}\n",
    "JSON": f"{JSON}<<, contacts: [{FLOW}]>>}}\n",
    "JSON with no contacts yet": f'{JSON}, "contacts":<< [{FLOW}]>>}}\n',
}
"""Cases; what goes in stands between << and >>."""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("final", [True, False], ids=["", "no newline at the end"])
@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
def test_only_the_contact_is_new(
    name: str, final: bool, end: str, loader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "LOADER", loader)
    shown = PLACES[name].replace("\n", end)
    shown = shown if final else shown.rstrip()
    old, new = re.sub("<<.*?>>", "", shown, flags=re.DOTALL), re.sub("<<|>>", "", shown)
    assert record.with_contact(old, SENT) == new
    before = case_reader.read(old.encode())
    assert case_reader.read(new.encode()) == before._replace(contacts=(*before.contacts, SENT))


@pytest.mark.parametrize("nothing", ["[]", "~", "null", "[ ]"])
def test_an_empty_list_gives_way(nothing: str) -> None:
    text = f"contacts: {nothing}   # all of them\n{HEAD}"
    wanted = f"contacts:   # all of them\n  - {FLOW}\n{HEAD}"
    assert record.with_contact(text, SENT) == wanted


@pytest.mark.parametrize("name", example_names())
def test_every_example_takes_a_note(name: str) -> None:
    source = own_text("examples", f"{name}.yaml")
    assert source is not None
    before = case_reader.read(source.encode())
    new = record.with_contact(source, SENT)
    assert case_reader.read(new.encode()) == before._replace(contacts=(*before.contacts, SENT))
    told = [line for line in difflib.ndiff(source.split("\n"), new.split("\n")) if line[0] in "-+"]
    assert {line[0] for line in told} == {"+"}
    assert len([line for line in told if line.strip("+ ")]) == (1 if before.contacts else 2)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode())
    return path


def test_the_deadline_printed_is_noted(case: Path) -> None:
    done = run(KIT, "sent", "case.yaml", "--date", "2026-11-05", cwd=case.parent)
    assert done.returncode == 0, done.stderr.decode()
    raw = case.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf# ours\r\n")
    noted = b"{date: 2026-11-05, channel: post, stage: 1, deadline: 2026-11-17}"
    assert raw.endswith(b"\r\n\r\ncontacts:\r\n  - " + noted + b"\r\n")
    assert noted in done.stdout


def test_what_was_changed_by_hand_may_be_said(case: Path) -> None:
    more = ("--stage", "3", "--channel", "registered+post", "--deadline", "2026-12-31")
    done = run(KIT, "sent", "case.yaml", "--date", "2026-12-03", *more, cwd=case.parent)
    assert done.returncode == 0, done.stderr.decode()
    (contact,) = case_reader.read(case).contacts
    assert contact == Contact(date(2026, 12, 3), "registered+post", 3, date(2026, 12, 31))


def test_a_repeat_is_noted_and_told(case: Path) -> None:
    for day in ("2026-11-05", "2026-11-12"):
        args = ("sent", "case.yaml", "--stage", "1", "--date", day)
        done = run(KIT, *args, cwd=case.parent)
        assert done.returncode == 0, done.stderr.decode()
    assert b"2026-11-05; this counts as sent once more" in done.stdout
    before = case.read_bytes()
    again = run(KIT, *args, cwd=case.parent)
    assert (again.returncode, again.stdout) == (2, b"")
    assert b"noted already" in again.stderr
    assert case.read_bytes() == before


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("-",), b"Name the case file"),
        (("case.yaml", "--stage", "thanks"), b"1, 2, 3, 4, claim"),
        (("case.yaml", "--stage", "5"), b"1, 2, 3, 4"),
        (("case.yaml", "--date", "2026-10-01"), b"before the first invoice"),
        (("case.yaml", "--date", "soon"), b"not a date"),
        (("case.yaml", "--date", "2026-11-05", "--deadline", "2026-11-04"), b"--deadline"),
        (("case.yaml", "--channel", "phone"), b"registered+post"),
        (("nothing.yaml",), b"no such file"),
    ],
)
def test_what_cannot_be_noted(args: tuple[str, ...], said: bytes, case: Path) -> None:
    before = case.read_bytes()
    done = run(KIT, "sent", *args, cwd=case.parent)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr
    assert b"fault" not in done.stderr
    assert case.read_bytes() == before
    assert [path.name for path in case.parent.iterdir()] == ["case.yaml"]


def test_a_letter_of_claim_is_noted(case: Path) -> None:
    args = ("sent", "case.yaml", "--stage", "claim", "--date", "2026-12-21", "--law", "GB")
    done = run(KIT, *args, cwd=case.parent)
    assert done.returncode == 0, done.stderr.decode()
    (contact,) = case_reader.read(case).contacts
    # thirty days: 20 January 2027, a Wednesday
    assert contact == Contact(date(2026, 12, 21), "post", deadline=date(2027, 1, 20), named="claim")
    again = run(KIT, *args, cwd=case.parent)
    assert b"noted already" in again.stderr


def test_no_fifth_letter(case: Path) -> None:
    args = ("sent", "case.yaml", "--stage", "4", "--date", "2026-12-21")
    assert run(KIT, *args, cwd=case.parent).returncode == 0
    done = run(KIT, "sent", "case.yaml", "--date", "2027-01-10", cwd=case.parent)
    assert done.returncode == 2
    assert b"The last of the four letters" in done.stderr


def test_a_place_that_is_not_sure_is_left_alone(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = case.read_bytes()
    monkeypatch.setattr(record, "with_contact", lambda text, contact: text + "law: BE\r\n")
    with pytest.raises(InputError) as raised:
        record.sent(case, "1", date(2026, 11, 5), ui="en")
    assert [f.id for f in raised.value.findings] == ["sent_by_hand"]
    assert "  - {date: 2026-11-05, channel: post" in raised.value.explain("en")
    assert case.read_bytes() == before


def test_rights_and_links_stay(case: Path) -> None:
    case.chmod(0o640)
    link = case.parent / "link.yaml"
    os.symlink("case.yaml", link)
    assert run(KIT, "sent", "link.yaml", "--date", "2026-11-05", cwd=case.parent).returncode == 0
    assert link.is_symlink()
    assert stat.S_IMODE(case.stat().st_mode) == 0o640
    assert len(case_reader.read(case).contacts) == 1


def test_own_details_stay_in_their_own_file(case: Path) -> None:
    text = HEAD.replace("creditor: ", "# ")
    case.write_text(text, encoding="utf-8")
    me = "name: Dubreuil SRL\naddress: [Rue Haute 12, 1000 Bruxelles]\ncountry: BE\n"
    (case.parent / "me.yaml").write_text(me, encoding="utf-8")
    args = ("sent", "case.yaml", "--date", "2026-11-05", "--creditor", "me.yaml")
    done = run(KIT, *args, cwd=case.parent)
    assert done.returncode == 0, done.stderr.decode()
    assert case.read_text(encoding="utf-8").startswith(text)


def test_a_letter_of_claim_is_noted_by_its_name(case: Path) -> None:
    args = ("sent", "case.yaml", "--stage", "claim", "--date", "2026-12-21", "--law", "GB")
    done = run(KIT, *args, cwd=case.parent)
    assert done.returncode == 0, done.stderr.decode()
    (contact,) = case_reader.read(case).contacts
    assert (contact.letter, contact.stage) == ("claim", None)
    assert run(KIT, *args, cwd=case.parent).returncode == 2


def test_files_beside_the_case_are_found(case: Path) -> None:
    """A logo is looked for in the folder of the case, when the note is read again, too."""
    text = HEAD.replace("country: BE}\n", "country: BE, logo: logo.svg}\n")
    case.write_text(text, encoding="utf-8")
    logo = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'
    (case.parent / "logo.svg").write_text(logo, encoding="utf-8")
    done = run(KIT, "sent", "case.yaml", "--date", "2026-11-05", cwd=case.parent)
    assert done.returncode == 0, done.stderr.decode()

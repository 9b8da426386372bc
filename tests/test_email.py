"""E-mail, parsed back: it says what the letter says, and nothing slips in."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest
import yaml

from letterkit import Letter, compose, data, render
from letterkit.data import own_text
from letterkit.errors import InputError
from letterkit.letter import compose_blank
from letterkit.model import Attachment, Block, Recipient
from letterkit.writers import eml, pdf
from letterkit.writers.txt import paragraphs
from tests import gallery
from tests.test_hostile import DAYS, planted

CELLS = [c for c in gallery.cells() if "Refused" not in gallery.path(*c).read_text("utf-8")[:8]]


@pytest.fixture(autouse=True)
def without_pdf(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where Typst is not installed: it takes its time; one test is about the PDF."""
    if "with_pdf" not in request.node.name:
        monkeypatch.setattr(eml, "find_spec", lambda name: None)


TO = Recipient(email="accounts@client.example", pec="client@pec.example")


def letter(name: str = "fr-b2b", tag: str = "fr-FR", stage: str = "3") -> Letter:
    return gallery.letter(name, tag, stage)._replace(to=TO)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk() if part.defects] == []
    assert [value for value in message.values() if getattr(value, "defects", ())] == []
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


def words(page: str) -> list[str]:
    return html.unescape(re.sub(r"<[^>]*>", " ", page)).split()


HEADING = {"place_date", "channel", "references", "subject"}


@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_says_what_the_text_says(cell: tuple[str, str, str]) -> None:
    """Sentence by sentence; greeting, closing and, of most, the heading are the e-mail's."""
    sent = letter(*cell)
    message = parsed(eml.write(sent))
    text = body(message, "plain").replace("\r\n", "\n")
    said = text.strip("\n").split("\n\n")
    alike = cell[2] in ("3", "4", "claim")
    own = {"salutation", "closing"} | (set() if alike else HEADING - {"references"})
    kept = [block for block in sent.blocks if block.name not in own]
    wanted = paragraphs(kept)
    assert [part for part in wanted if part not in said] == []
    rest = list(said)
    for part in wanted:
        rest.remove(part)
    named = sent.sender[0] in "".join(line for b in sent.blocks for line in b.lines)
    about_us = "\n".join(sent.sender[1:] if named else sent.sender)
    greeting, closing = sent.short["email_salutation"], sent.short["email_closing"]
    to_whom = ["\n".join(sent.recipient)] if alike else []
    assert sorted(rest) == sorted([greeting, closing, about_us, *to_whom])
    assert said.index(greeting) < said.index(closing) < said.index(about_us)
    # The HTML says the same; of a block with a table, that.
    plain_blocks = [b._replace(items=()) if b.table else b for b in eml.blocks(sent)]
    tables = [b.table() for b in sent.blocks if b.table]
    cells = [c for t in tables for row in (t.head, *t.rows, t.foot) for c in row]
    outside = "\n".join(paragraphs(plain_blocks)).replace("\n- ", "\n").removeprefix("- ").split()
    assert sorted(words(body(message, "html"))) == sorted([*outside, *" ".join(cells).split()])


def test_a_draft_for_any_mail_program() -> None:
    raw = eml.write(letter())
    assert raw.startswith(b"X-Unsent: 1\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert raw.isascii()
    message = parsed(raw)
    assert message.keys() == ["X-Unsent", "Subject", "From", "To", "MIME-Version", "Content-Type"]
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]  # the last one is what a program shows if it can
    for part in message.iter_parts():
        assert part["Content-Transfer-Encoding"] == "quoted-printable"
    assert raw == eml.write(letter())


def test_from_and_to() -> None:
    message = parsed(eml.write(letter()))
    assert str(message["From"]) == "Atelier Nord SARL <compta@ateliernord.example>"
    (to,) = message["To"].addresses
    assert (to.display_name, to.addr_spec) == ("Cabinet Rivière SAS", "accounts@client.example")
    nobody = parsed(eml.write(letter()._replace(reply_to="")))
    assert "From" not in nobody


def test_certified_e_mail_goes_to_its_own_address() -> None:
    pec = letter("it-b2b", "it-IT", "3")._replace(channel="pec")
    (to,) = parsed(eml.write(pec))["To"].addresses
    assert to.addr_spec == "client@pec.example"
    with pytest.raises(InputError) as wrong:
        eml.write(pec._replace(to=Recipient(email="accounts@client.example")))
    assert [f.path for f in wrong.value.findings] == ["debtor.pec"]


@pytest.mark.parametrize("stage", [3, 4])
@pytest.mark.parametrize(
    ("name", "tag"),
    [("fr-b2c", "fr-FR"), ("nl-b2c", "nl-NL"), ("be-b2c", "nl-BE"), ("be-b2c", "fr-BE")],
)
def test_nothing_of_the_debt_where_others_may_look(name: str, tag: str, stage: int) -> None:
    """To a consumer: a neutral subject, and the message begins with the address."""
    sent = letter(name, tag, str(stage))
    message = parsed(eml.write(sent))
    subject = str(message["Subject"])
    for telling in (sent.title, "demeure", "aanmaning", "gebreke", "EUR", "€", "factu", "impay"):
        assert telling.lower() not in subject.lower(), subject
    assert body(message, "plain").startswith(sent.recipient[0])


def test_no_address() -> None:
    with pytest.raises(InputError) as wrong:
        eml.write(letter()._replace(to=Recipient()))
    assert [(f.id, f.path) for f in wrong.value.findings] == [("email_missing", "debtor.email")]
    assert "debtor:\n    email: accounts@client.example" in str(wrong.value)


def test_the_letter_to_fill_in_is_not_sent() -> None:
    with pytest.raises(InputError) as wrong:
        eml.write(compose_blank(stage="1", language="en", law="GB"))
    assert [f.id for f in wrong.value.findings] == ["blank_not_sent"]


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example, c@evil.example",
        "a@b.example\r\nBcc: c@evil.example",
        "A <a@b.example>",
        "a",
        "",
    ],
)
def test_one_recipient_or_none(address: str) -> None:
    with pytest.raises(InputError):
        eml.write(letter()._replace(to=Recipient(email=address)))


@pytest.mark.parametrize(
    "name", ["x\r\nBcc: c@evil.example", '"; x" <c@evil.example>', "a, b", "é\nBcc: x"]
)
def test_no_header_slips_in(name: str) -> None:
    odd = letter()
    short: dict[str, str] = {**odd.short, "email_subject": name}
    raw = eml.write(odd._replace(sender=(name,), recipient=(name,), short=short))
    message = parsed(raw)
    assert message.keys() == ["X-Unsent", "Subject", "From", "To", "MIME-Version", "Content-Type"]
    (to,), (by,) = message["To"].addresses, message["From"].addresses
    assert (to.addr_spec, by.addr_spec) == ("accounts@client.example", odd.reply_to)
    assert to.display_name == by.display_name == str(message["Subject"]) == " ".join(name.split())


@pytest.mark.parametrize("name", ["Z" * 120, "Ž" * 120, "Vennootschap " * 9, "société " * 15])
def test_long_names_are_folded(name: str) -> None:
    long = letter()._replace(sender=(name,), recipient=(name,))
    raw = eml.write(long)
    to, _ = parseaddr(message_from_bytes(raw)["To"])  # `default` parts encoded words by a space
    assert str(make_header(decode_header(to))).split() == name.split()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


# Files that go along


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """A case in a folder of its own, with ``enclosures``."""

    def make(*enclosures: dict[str, str]) -> Path:
        source = own_text("examples", "fr-b2b.yaml")
        assert source is not None
        case: dict[str, Any] = yaml.load(source, yaml.BaseLoader)
        case["debtor"]["email"] = "accounts@client.example"
        case["enclosures"] = list(enclosures)
        home = tmp_path / "case"
        (home / "below").mkdir(parents=True, exist_ok=True)
        (home / "case.yaml").write_text(yaml.safe_dump(case), encoding="utf-8")
        (tmp_path / "secret.pdf").write_bytes(b"secret")
        return home

    return make


def written(home: Path, format: str = "eml") -> Any:
    return render(home / "case.yaml", stage=1, on=gallery_day(), format=format)


def gallery_day() -> Any:
    on = gallery.letter("fr-b2b", "fr-FR", "1").on
    assert on is not None
    return on


def test_files_of_the_case_are_attached(folder: Callable[..., Path]) -> None:
    home = folder(
        {"code": "invoice", "file": "Facture n° 12 – été.PDF"},
        {"code": "statement", "file": "below/x.dat"},
        {"code": "order", "file": "below/Facture n° 12 – ete.pdf"},
    )
    first, second = bytes(range(256)) * 50, b"--=_mixed--\r\n"
    (home / "Facture n° 12 – été.PDF").write_bytes(first)
    (home / "below/x.dat").write_bytes(second)
    (home / "below/Facture n° 12 – ete.pdf").write_bytes(b"")
    message = parsed(written(home))
    assert message.get_content_type() == "multipart/mixed"
    files = [
        (part.get_filename(), part.get_content_type(), part.get_content())
        for part in message.iter_attachments()
        if part.get_filename() and not str(part.get_filename()).startswith("Rappel")
    ]
    assert files == [
        ("Facture-n-12-ete.PDF", "application/pdf", first),
        ("x.dat", "application/octet-stream", second),
        ("3-Facture-n-12-ete.pdf", "application/pdf", b""),
    ]
    first_part = next(iter(message.iter_parts()))
    assert first_part.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(("name", "tag"), [("fr-b2b", "fr-FR"), ("nl-b2c", "nl-NL")])
def test_with_pdf_the_letter_goes_along(name: str, tag: str) -> None:
    sent = letter(name, tag, "3")
    raw = eml.write(sent)
    (attached,) = parsed(raw).iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == pdf.write(sent)
    file_name = attached.get_filename()
    assert file_name == f"{data.file_name(sent.short['email_subject'])}.pdf"
    assert raw == eml.write(sent)


def test_a_missing_file_stops_the_letter(folder: Callable[..., Path]) -> None:
    home = folder({"code": "invoice", "file": "a.pdf"}, {"code": "order", "file": "below"})
    with pytest.raises(InputError) as wrong:
        written(home)
    assert [(f.id, f.path, f.seen) for f in wrong.value.findings] == [
        ("enclosure_missing", "enclosures[0].file", "a.pdf"),
        ("enclosure_missing", "enclosures[1].file", "below"),
    ]


def test_no_link_leads_out_of_the_folder(folder: Callable[..., Path]) -> None:
    home = folder({"code": "invoice", "file": "a.pdf"})
    (home / "a.pdf").symlink_to(home.parent / "secret.pdf")
    with pytest.raises(InputError):
        written(home)
    (home / "a.pdf").unlink()
    (home / "below/b.pdf").write_bytes(b"ours")
    (home / "a.pdf").symlink_to(home / "below/b.pdf")
    assert b"b3Vycw==" in written(home)


def test_a_case_without_a_folder_has_no_files(folder: Callable[..., Path]) -> None:
    home = folder({"code": "invoice", "file": "a.pdf"})
    (home / "a.pdf").write_bytes(b"x")
    raw = (home / "case.yaml").read_bytes()
    with pytest.raises(InputError) as wrong:
        render(raw, stage=1, on=gallery_day())
    assert [f.id for f in wrong.value.findings] == ["enclosure_no_folder"]


@pytest.mark.parametrize(("size", "noted"), [(10_000_000, False), (10_000_001, True)])
def test_heavy_files_are_noted(folder: Callable[..., Path], size: int, noted: bool) -> None:
    home = folder({"code": "invoice", "file": "a.pdf"})
    with open(home / "a.pdf", "wb") as file:
        file.truncate(size)
    ids = [f.id for f in compose(home / "case.yaml", stage=1, on=gallery_day()).warnings]
    assert ("attachments_heavy" in ids) is noted


def test_an_attachment_reads_its_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    assert Attachment("a", tmp_path / "a").content() == b"x"


def test_values_stay_text() -> None:
    case = planted("debtor.name", "<script>alert(1)</script> & Zn")
    case["debtor"]["email"] = "a@client.example"
    raw = render(case, stage=1, on=DAYS[1], format="eml")
    assert isinstance(raw, bytes)
    page = body(parsed(raw), "html")
    assert "<script" not in page
    extra = letter()._replace(blocks=(Block("facts", ("<b>x</b> & y",)),))
    assert "<p>&lt;b&gt;x&lt;/b&gt; &amp; y</p>" in body(parsed(eml.write(extra)), "html")

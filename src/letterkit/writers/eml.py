"""E-mail: a draft that mail programs open ready to send, as text and as HTML.

``X-Unsent: 1`` makes Outlook and Thunderbird open it for writing; there is no
``Date`` and no ``Message-ID``, which belong to the program that sends. Lines end in
CRLF and both bodies are quoted-printable, as RFC 5322 and 2045 have it. The
subject is the letter's own for e-mails; to consumers the final demand and the
notice of referral name no debt in it.

The standard library encodes each part; the parts are put together here, because
`email.message` takes longer for that than a letter takes to write.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable, Iterator, Sequence
from email.header import Header
from email.utils import quote
from functools import lru_cache
from html import escape
from importlib.util import find_spec

from letterkit import data
from letterkit.errors import Finding, InputError
from letterkit.model import Block, Letter, Table
from letterkit.writers import txt

_HEADING = ("place_date", "channel", "references", "subject")
_LIKE_A_LETTER = ("3", "4", "claim")
"""Letters whose e-mail keeps address, date and subject: as evidence, and so that nothing of the
debt stands first, where a list of mails shows how each begins."""

_KINDS = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
}
"""Ending of a file → what is said to be in it, the same on every machine."""

CRLF = "\r\n"
_ONE_ADDRESS = re.compile(r'[^\s,;:<>()\[\]"\\@]+@[^\s,;:<>()\[\]"\\@]+', re.ASCII)
_HEADER_LINE = 76

_FONT = "font-family:Arial,Helvetica,sans-serif;font-size:11pt;line-height:1.4;color:#1a1a1a"
_TABLE = '<table cellpadding="0" cellspacing="0" style="margin:0 0 11pt;border-collapse:collapse'


def write(letter: Letter) -> bytes:
    """The e-mail to the debtor; certified (PEC) where the letter is.

    Raises `InputError` when there is no address to send it to.
    """
    to = _recipient(letter)
    said = list(blocks(letter))
    plain = "\n\n".join(txt.paragraphs(said)) + "\n"
    bodies = (_body("plain", plain), _body("html", _page(letter.language, said)))
    whole = _multipart("alternative", bodies)
    files = [_file(name, content) for name, content in _attached(letter)]
    if files:
        whole = _multipart("mixed", (whole, *files))
    headers = [
        "X-Unsent: 1",
        _header("Subject", letter.short["email_subject"]),
        *([_address("From", letter.sender[0], letter.reply_to)] if letter.reply_to else []),
        _address("To", letter.recipient[0], to),
        "MIME-Version: 1.0",
    ]
    return (CRLF.join(headers) + CRLF).encode("ascii") + whole


def _recipient(letter: Letter) -> str:
    if letter.on is None:
        raise InputError([Finding("blank_not_sent", seen="eml")])
    field = "pec" if letter.channel == "pec" else "email"
    address: str = getattr(letter.to, field)
    if not address:
        example = f"debtor:\n  {field}: accounts@client.example"
        raise InputError(
            [Finding("email_missing", path=f"debtor.{field}", values={"example": example})]
        )
    return address


# What it says


def blocks(letter: Letter) -> Iterator[Block]:
    """The letter as one writes it in an e-mail: greeting and closing of its own.

    The e-mail's own heading says what most letters say in theirs, and the
    sender's details stand under the signature.
    """
    alike = letter.stage in _LIKE_A_LETTER
    references = [block for block in letter.blocks if block.name == "references"]
    yield from (block for block in letter.blocks if block.name == "sample")
    if alike:
        yield Block("recipient", lines=letter.recipient)
        yield from (block for block in letter.blocks if block.name in _HEADING)
    yield Block("salutation", (letter.short["email_salutation"],))
    for block in letter.blocks:
        if block.name == "closing":
            yield Block("closing", (letter.short["email_closing"],))
        elif block.name == "signature":
            yield block
            named = letter.sender[0] in block.lines
            yield Block("sender", lines=letter.sender[1:] if named else letter.sender)
            yield from () if alike else references
        elif block.name not in ("sample", "salutation", *_HEADING):
            yield block


def _page(language: str, blocks: Iterable[Block]) -> str:
    """The same in the HTML that mail programs know: styles in place, the font again in cells."""
    body = "".join(part for block in blocks for part in _parts(block))
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8"></head>\n<body>\n'
        f'<div lang="{language}" style="max-width:42em;{_FONT}">\n{body}</div>\n</body>\n</html>\n'
    )


def _parts(block: Block) -> Iterator[str]:
    for paragraph in block.paragraphs:
        said = escape(paragraph)
        yield f"<p>{f'<strong>{said}</strong>' if block.name == 'subject' else said}</p>\n"
    if block.lines:
        yield f"<p>{'<br>'.join(map(escape, block.lines))}</p>\n"
    if block.pairs:
        yield f'{_TABLE}" role="presentation">\n'
        yield from (_row(pair, (), "padding:0 16px 0 0") for pair in block.pairs)
        yield "</table>\n"
    if block.table:
        yield from _table(block.table())
    elif block.items:
        yield f"<ul>\n{''.join(f'<li>{escape(item)}</li>{chr(10)}' for item in block.items)}</ul>\n"


def _table(table: Table) -> Iterator[str]:
    yield f'{_TABLE};width:100%">\n<thead>\n'
    yield _row(table.head, table.numeric, "border-bottom:1px solid #333;font-weight:normal", "th")
    yield "</thead>\n<tbody>\n"
    for row in table.rows:
        yield _row(row, table.numeric, "border-bottom:1px solid #bbb")
    if table.foot:
        yield _row(table.foot, table.numeric, "border-top:1px solid #333;font-weight:bold")
    yield "</tbody>\n</table>\n"


def _row(cells: Sequence[str], numeric: Sequence[int], look: str, tag: str = "td") -> str:
    scope = ' scope="col"' if tag == "th" else ""
    made = [
        f'<{tag}{scope} style="vertical-align:top;text-align:{"right" if n in numeric else "left"};'
        f'{look};{_FONT}">{escape(cell)}</{tag}>'
        for n, cell in enumerate(cells)
    ]
    return f"<tr>{''.join(made)}</tr>\n"


def _attached(letter: Letter) -> Iterator[tuple[str, bytes]]:
    """The letter as PDF where Typst is installed, and the sender's files, by name."""
    if find_spec("typst"):
        from letterkit.writers import pdf

        yield f"{data.file_name(letter.short['email_subject'])}.pdf", pdf.write(letter)
    for attachment in letter.attachments:
        yield attachment.name, attachment.content()


# How it travels


def _header(name: str, text: str) -> str:
    """A header of one field, in encoded words (RFC 2047) where it needs them."""
    text = " ".join(text.split())  # no line can be added to the headers
    if text.isascii() and len(name) + 2 + len(text) <= _HEADER_LINE:
        return f"{name}: {text}"
    coded = Header(text, "us-ascii" if text.isascii() else "utf-8", _HEADER_LINE, name)
    return f"{name}: {coded.encode(linesep=CRLF)}"


@lru_cache(maxsize=1000)  # of a batch, all e-mails have the same sender
def _address(header: str, name: str, address: str) -> str:
    """Exactly one mailbox with its name; raises `InputError` if it is not one address."""
    if not _ONE_ADDRESS.fullmatch(address):
        raise InputError([Finding("email_form", seen=address)])
    name = " ".join(name.split())
    named = f'{header}: "{quote(name)}"' if name.isascii() else _header(header, name)
    fits = len(named.rpartition("\n")[2]) + len(address) + 3 <= _HEADER_LINE
    return f"{named}{' ' if fits else CRLF + ' '}<{address}>"


def _body(kind: str, text: str) -> bytes:
    return (
        f"Content-Type: text/{kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode() + b2a_qp(text.replace("\n", "\r\n").encode())


def _file(name: str, content: bytes) -> bytes:
    kind = _KINDS.get(name.rpartition(".")[2].lower(), "application/octet-stream")
    return (
        f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    ).encode() + encodebytes(content).replace(b"\n", b"\r\n")


def _multipart(kind: str, parts: Iterable[bytes]) -> bytes:
    boundary = f"=_{kind}"  # such a line cannot stand in an encoded body
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n'
    each = b"".join(f"\r\n--{boundary}\r\n".encode() + part for part in parts)
    return head.encode() + each + f"\r\n--{boundary}--\r\n".encode()

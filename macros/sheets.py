"""A letter as the pages show it: on paper, by e-mail, as a text message, with its buttons.

`sheet` is one line of HTML. What it shows stands in slots (``data-slot``); `part` gives the same
slots of another letter, for the script of the chooser to put in their place. A letter's page
consists of ``p``, ``ul`` and ``table``, from which that script makes both the plain text and the
text for Word that a button copies (docs/theme/assets/site.js).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from letterkit.errors import LetterkitError
from letterkit.letter import compose
from letterkit.model import Block, Case, Letter, Table
from letterkit.typography import gsm7_length
from letterkit.writers import eml

FORMATS = {"docx": "Word", "html": "HTML", "txt": "TXT"}
"""The downloads: a format of `letterkit.writers.WRITERS` and what its link says. A format that is
added there is offered everywhere by a line here."""

ON_PAPER = {"pdf": "PDF"}
"""The download of those letters that stand in a page: see `press`."""

PICTURE = (198, 280)
"""Width and height of the PDF's picture in the page, in CSS pixels: half of those it has."""

_TEXTS = {"sms": "sms", "sms_discreet": "discreet"}
"""The text messages that are shown, and the word that says which."""

Escape = Callable[[str], str]


def literal(text: str) -> str:
    """``text`` without its last line end, safe from Markdown and HTML.

    >>> literal("Van *Dijck*")
    'Van &#42;Dijck&#42;'
    """
    return "".join(
        mark if mark.isalnum() or mark == " " else f"&#{ord(mark)};" for mark in text.rstrip("\n")
    )


def mail(case: Case, letter: Letter) -> Letter | None:
    """The letter as an e-mail: composed for that channel, with the parts that `eml` writes.

    None where the law asks for another channel.
    """
    assert letter.on is not None
    sent = case._replace(send={"": "email"})
    try:
        found = compose(sent, stage=letter.stage, on=letter.on, language=letter.language)
    except LetterkitError:
        return None
    return found._replace(sender=(), recipient=(), blocks=tuple(eml.blocks(found)))


def paper(letter: Letter, escape: Escape = literal) -> str:
    """The letter as ``p``, ``ul`` and ``table``; the first of a block carries its name."""
    head = [("sender", letter.sender), ("recipient", letter.recipient)]
    blocks = [Block(name, lines=lines) for name, lines in head if lines]
    return "".join(_block(block, escape) for block in (*blocks, *letter.blocks))


def _block(block: Block, escape: Escape) -> str:
    said = list(elements(block, escape))
    return said[0].replace(">", f' data-block="{block.name}">', 1) + "".join(said[1:])


def elements(block: Block, escape: Escape = literal) -> Iterator[str]:
    """A block as HTML, in the order in which `writers.txt` writes it."""
    for text in block.paragraphs:
        said = escape(text)
        yield f"<p><strong>{said}</strong></p>" if block.name == "subject" else f"<p>{said}</p>"
    if block.lines:
        yield _lines(block.lines, escape)
    if block.pairs:
        yield _lines((f"{label} {value}" for label, value in block.pairs), escape)
    if block.items:
        yield "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in block.items) + "</ul>"
    if block.table:
        yield _table(block.table(), escape)


def _lines(lines: Iterable[str], escape: Escape) -> str:
    return f"<p>{'<br>'.join(map(escape, lines))}</p>"


def _table(table: Table, escape: Escape) -> str:
    def row(cells: tuple[str, ...], tag: str = "td") -> str:
        said = (
            f"<{tag}{' align=right' if n in table.numeric else ''}>{escape(cell)}</{tag}>"
            for n, cell in enumerate(cells)
        )
        return f"<tr>{''.join(said)}</tr>"

    rows = [row(cells) for cells in (*table.rows, table.foot) if cells]
    return f"<table class=items>{row(table.head, 'th')}{''.join(rows)}</table>"


def slots(letter: Letter, by_mail: Letter | None, escape: Escape = literal) -> dict[str, str]:
    """What a sheet shows of a letter, by the name of its place; the letter first."""
    start = f'<article lang="{letter.language}" aria-label="{html.escape(letter.title)}">'
    found = {"letter": f"{start}{paper(letter, escape)}</article>"}
    if by_mail:
        found["subject"] = escape(by_mail.short["email_subject"])
        found["mail"] = f"{start}{paper(by_mail, escape)}</article>"
    for name in _TEXTS:
        if letter.on and name in letter.short:
            text = letter.short[name]
            found[name] = f'<p lang="{letter.language}">{escape(text)}</p>'
            found[f"{name}_length"] = f"{gsm7_length(text)}/160"
    return found


def slug(letter: Letter) -> str:
    """What a file of the letter is called when it is saved."""
    return re.sub(r"\W+", "-", letter.title).strip("-").lower()


def part(
    letter: Letter, by_mail: Letter | None, formats: Iterable[str], escape: Escape = html.escape
) -> str:
    """The slots as a file of their own, and the formats in which the letter lies beside it."""
    said = {
        "name": slug(letter),
        "formats": " ".join(formats),
        **slots(letter, by_mail, escape),
    }
    return "".join(f'<div data-slot="{name}">{inner}</div>\n' for name, inner in said.items())


def sheet(
    filled: Mapping[str, str],
    file: str,
    name: str,
    parts: str,
    words: Mapping[str, Any],
    on_paper: bool,
) -> str:
    """A letter to read, copy, print and download, as one line of HTML.

    ``filled`` are its `slots`, ``file`` the address of its downloads without
    their ending, ``name`` what a download is called, ``parts`` the address of
    the annotated letter, ``words`` those of the page; ``on_paper`` says that there is a PDF,
    with its picture.
    """

    def button(kind: str, word: str) -> str:
        return f'<button type="button" class="sheet__{kind}">{words[word]}</button>'

    def slot(name: str, tag: str = "div") -> str:
        return f'<{tag} data-slot="{name}">{filled.get(name, "")}</{tag}>'

    def hidden(name: str) -> str:
        return "" if name in filled else " hidden"

    def tools(*buttons: str) -> str:
        return f'<p class="sheet__tools">{"".join(buttons)}</p>'

    def fold(name: str, word: str, inside: str) -> str:
        return f"<details{hidden(name)}><summary>{words[word]}</summary>{inside}</details>"

    def text(name: str, word: str) -> str:
        length = slot(f"{name}_length", "small")
        return (
            f'<div class="piece"{hidden(name)}><p>{words[word]} {length}</p>'
            f"{slot(name)}{tools(copy)}</div>"
        )

    copy, rich = button("copy", "copy"), button("rich", "copy_rich")
    links = "".join(
        f' <a href="{file}.{format}" data-format="{format}" download="{name}.{format}">{label}</a>'
        for format, label in ({**ON_PAPER, **FORMATS} if on_paper else FORMATS).items()
    )
    width, height = PICTURE
    picture = (
        f'<a class="sheet__paper" href="{file}.pdf" data-format="pdf"><img src="{file}.png"'
        f' alt="{words["picture"]}" width="{width}" height="{height}" loading="lazy"></a>'
    )
    mail = (
        f'<div class="piece"><p>{words["mail_subject"]} {slot("subject", "strong")}</p>'
        f"{tools(copy, rich)}{slot('mail')}</div>"
    )
    return (
        '<section class="sheet" data-search-exclude><div class="piece">'
        f"{tools(copy, rich, button('print', 'print_letter'))}{slot('letter')}</div>"
        f'<p class="sheet__files">{picture if on_paper else ""}'
        f"<span>{words['download']}{links}</span>"
        f' <a class="sheet__why" href="{parts}">{words["why"]}</a></p>'
        f"{fold('mail', 'by_mail', mail)}"
        f"{fold('sms', 'by_sms', ''.join(map(text, _TEXTS, _TEXTS.values())))}"
        f"{_said(words)}</section>"
    )


def _said(words: Mapping[str, Any]) -> str:
    """Where the page says that it copied."""
    return (
        f'<p class="sheet__said" role="status" data-copied="{words["copied"]}"'
        f' data-select="{words["select"]}"></p>'
    )


def case_sheet(text: str, words: Mapping[str, Any]) -> str:
    """A case file to read and copy."""
    return (
        '<section class="sheet sheet--case" data-search-exclude><div class="piece">'
        f'<p class="sheet__tools"><button type="button" class="sheet__copy">{words["copy_case"]}'
        f'</button></p><div data-slot="case"><pre tabindex="0">{literal(text)}</pre></div></div>'
        f"{_said(words)}</section>"
    )

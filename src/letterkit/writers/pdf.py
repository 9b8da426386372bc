"""PDF for print and archive: one letter on A4, set by Typst from ``templates/page.typ``.

The file is PDF/UA-1 (tagged, for screen readers) and PDF/A-3a (for the archive) at
once; the claim goes along as ``claim.json``. The letter reaches Typst as
JSON only, so that no word of it can be read as an instruction, and the same letter
gives the same bytes.
"""

from __future__ import annotations

import functools
import json
import re
from base64 import b64encode
from datetime import date
from decimal import Decimal
from typing import Any

from letterkit.errors import Finding, InputError
from letterkit.model import Block, Box, Envelope, Letter, Logo, PaymentCode, Table, Text
from letterkit.writers import codes, layout, metrics, txt, typesetting
from letterkit.writers.typesetting import TypesettingError

TEMPLATE = "page.typ"

ROOMY, CLOSE, TIGHT = 2450, 3250, 4200
"""How long a letter may be to stay on one sheet in each setting: see `layout.length`.

Only a guess to begin with. One that is too long for the tight setting goes over two sheets in the
close one.
"""

_OUTSIDE = r'\s"\\[\]{},:\u00a0\u202f'
_LONG_IN_COLUMN, _LONG_IN_LINES = 30, 45
_LONG_WORD = {
    least: re.compile(f"(?<![^{_OUTSIDE}])[^{_OUTSIDE}]{{{least},}}")
    for least in (_LONG_IN_COLUMN, _LONG_IN_LINES)
}
_LINES = ("body", "ending", "reply", "enclosed", "link")
"""What is set in the width of the sheet; the rest, in a narrow column."""
_BREAKS = re.compile(r"[/@._-]+(?=\w)|\w{20}(?=\w)")
_WHOLE = re.compile(
    r"(?:[\w.+-]+@\w+-[\w.-]*\w|[\w.+]+-[\w.+-]*@[\w.-]*\w|\b[Ee]-mail\w*|https?://[\w-]+) ?"
)
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)


def write(letter: Letter) -> bytes:
    """The letter as PDF.

    Raises `InputError` when Typst is not installed, when the font lacks a character
    or when the address has no room in the window.
    """
    try:
        return _set(letter)[0]
    except TypesettingError as error:
        raise _explained(error, letter) from None


def with_picture(letter: Letter, ppi: float) -> tuple[bytes, bytes]:
    """The letter as PDF, and its first page as PNG with so many pixels an inch.

    Typst remembers what it has set: both take little longer than one. Raises as `write` does.
    """
    try:
        made, given = _set(letter)
        return made, typesetting.picture(TEMPLATE, given, letter.on, ppi)
    except TypesettingError as error:
        raise _explained(error, letter) from None


def _set(letter: Letter) -> tuple[bytes, typesetting.Given]:
    """The letter in the first setting that keeps it on one sheet, and what it was set from."""
    placed = layout.place(letter)
    given = {"letter": "", "code": "", "logo": "", "claim": ""}
    if letter.logo:
        given["logo"] = _drawing(letter.logo)
    if letter.claim:
        given["claim"] = json.dumps(_plain(letter.claim), ensure_ascii=False)
    content = _content(letter, placed)
    code = letter.payment.code if letter.payment else None
    if code:
        given["code"], modules = codes.svg(code)
        content["code"] = _code(code, modules)
    length = layout.length(placed, content["envelope"]["below"])
    sheets = 1 + len(placed.enclosed) + bool(code and code.slip)  # a slip may need one more
    made = b""
    settings = _settings(length)
    for tries, density in enumerate(settings, 1):
        content["density"] = density
        # To ask which page it is on costs time: only where a second one may be kept.
        content["running"] = sheets > 1 or tries == len(settings)
        given["letter"] = _json(content)
        made = typesetting.pdf(TEMPLATE, given, letter.on)
        if _pages(made) <= sheets:
            break
    return made, given


def calibration(envelope: Envelope, title: str, steps: list[str], source: str, lang: str) -> bytes:
    """A page to print and fold, that shows what ``envelope`` shows of the sheet.

    Its words are given: ``steps`` say what to do, ``source`` where the measures are from.
    """
    assert envelope.address
    assert envelope.shown
    content = {
        "title": title,
        "steps": steps,
        "source": source,
        "lang": lang,
        "folds": envelope.folds,
        "address": envelope.address._asdict(),
        "shown": envelope.shown._asdict(),
    }
    return typesetting.pdf(
        "calibration.typ", {"words": json.dumps(content, ensure_ascii=False)}, None
    )


def _settings(length: float) -> tuple[int, ...]:
    """In which settings to try a letter of this length, until it is on one sheet."""
    if length > TIGHT:
        return (1,)
    return (0, 1, 2, 1)[(length > ROOMY) + (length > CLOSE) :]


@functools.lru_cache(maxsize=8)  # of a batch, all letters have the same
def _drawing(logo: Logo) -> str:
    """The logo as SVG: what Typst is given must be text."""
    if logo.kind == "svg":
        return logo.raw.decode()
    width, height = int.from_bytes(logo.raw[16:20]), int.from_bytes(logo.raw[20:24])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,'
        f'{b64encode(logo.raw).decode()}"/></svg>'
    )


def _json(content: dict[str, Any]) -> str:
    """The content with spaces that do not break, and marks where long words do.

    In JSON, what stands beside such a space is in a text; so is a long run of what is
    no mark of JSON. The title is no part of the page.
    """
    lines = {name: content[name] for name in _LINES}
    column = {name: said for name, said in content.items() if name not in ("title", *_LINES)}
    texts, marked = [], False
    for part, least in ((column, _LONG_IN_COLUMN), (lines, _LONG_IN_LINES)):
        text = layout.UNPARTED.sub("\u00a0", json.dumps(part, ensure_ascii=False))
        if max(map(len, text.split())) >= least:
            text, found = _LONG_WORD[least].subn(
                lambda word: _BREAKS.sub("\\g<0>\u200b", word[0]), text
            )
            marked |= bool(found)
        texts.append(text[1:-1])
    rest = {"title": content["title"], "long_words": marked}
    texts.append(json.dumps(rest, ensure_ascii=False)[1:-1])
    return f"{{{', '.join(texts)}}}"


def _pages(made: bytes) -> int:
    found = re.search(rb"/Type/Pages/Count (\d+)", made)
    assert found
    return int(found[1])


def _content(letter: Letter, placed: layout.Placed) -> dict[str, Any]:
    """What the template shows, all of it finished text."""
    language, _, region = letter.language.partition("-")
    on = letter.on
    return {
        "title": layout.subject(letter),
        "lang": language,
        "region": region,
        "date": [on.year, on.month, on.day] if on else None,
        "sender": letter.sender,
        "recipient": letter.postal,
        "recipient_width": metrics.widest(letter.postal),
        "return_line": ", ".join(letter.sender[:3]),
        "envelope": _envelope(letter.envelope, len(letter.postal)),
        "link": letter.payment.link if letter.payment else "",
        "code": None,
        "whole": _whole(placed),
        "notice": list(map(_block, placed.notice)),
        "heading": list(map(_block, placed.heading)),
        "body": [list(map(_block, run)) for run in placed.body],
        "ending": [{**_block(block), "width": _width(block)} for block in placed.ending],
        "reply": list(map(_block, placed.reply)),
        "enclosed": list(map(_block, placed.enclosed)),
    }


def _whole(placed: layout.Placed) -> list[str]:
    """Words not broken at their hyphen, the longest last: addresses of e-mail, links.

    Each with the space behind it: at a line's end that would be lost to whoever copies.
    """
    found = set()
    for run in placed.body:
        for block in run:
            for text in (*block.paragraphs, *(value for _, value in block.pairs)):
                if "@" in text or "-mail" in text or "://" in text:
                    found.update(_WHOLE.findall(text))
    return sorted((w for w in found if f"{w} " not in found), key=lambda word: (len(word), word))


def _block(block: Block) -> dict[str, Any]:
    table = block.table() if block.table else None
    return {
        **block._asdict(),
        "table": _table(table) if table else None,
        "pair_widths": [metrics.widest(column) for column in zip(*block.pairs, strict=True)],
    }


def _table(table: Table) -> dict[str, Any]:
    """The table, and how wide its columns are where no line breaks, in em."""
    columns = zip(table.head, *table.rows, strict=True)
    widths = [metrics.widest(column) for column in columns]
    total = [metrics.width(cell, "semibold") for cell in table.foot]
    return {**table._asdict(), "widths": list(map(max, widths, total or widths))}


def _width(block: Block) -> float:
    """How wide a block without pairs and tables is where no line breaks, in em."""
    items = metrics.widest(f"– {item}" for item in block.items)
    return max(metrics.widest((*block.paragraphs, *block.lines)), items and items + 0.6)


def _code(code: PaymentCode, modules: int) -> dict[str, Any]:
    """What stands around the code, which is so many modules wide."""
    slip = code.slip
    return {
        "kind": code.kind,
        "modules": modules,
        "label": code.label,
        "caption": code.caption,
        "slip": {**slip._asdict(), "words": dict(slip.words)} if slip else None,
    }


def _envelope(envelope: Envelope, lines: int) -> dict[str, Any]:
    """Where the address stands, how far the other column reaches, and where the letter begins."""
    place, shown = envelope.address, envelope.shown
    if place is None or shown is None:
        place = shown = Box(25 if envelope.side == "left" else 115, 40, 80, 5 * lines)
    return {
        "side": envelope.side,
        "address": place._asdict(),
        "set": "bottom" if envelope.bottom else "top",
        "free": shown.x if envelope.side == "right" else shown.x + shown.width,
        "below": shown.y + shown.height,
        "folds": envelope.folds,
        "return_line": envelope.return_line,
    }


def _plain(value: Any) -> Any:
    """A claim as JSON can hold it: amounts and dates as text."""
    if isinstance(value, Text):
        return value.by_language or value.text
    if hasattr(value, "_asdict"):
        return {name: _plain(inner) for name, inner in value._asdict().items()}
    if isinstance(value, Decimal | date):
        return str(value)
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    if hasattr(value, "items"):
        return {name: _plain(inner) for name, inner in value.items()}
    return value


def _explained(error: TypesettingError, letter: Letter) -> Exception:
    """What the sender can mend; anything else is a fault of ours."""
    said = str(error)
    lacking = _NO_GLYPH.search(said)
    if lacking:
        texts = (*letter.sender, *letter.postal, *txt.text(letter).split("\n"))
        where = next((text for text in texts if lacking[1] in text), lacking[1])
        return InputError([Finding("glyph_missing", seen=lacking[1], values={"where": where})])
    if "the address does not fit" in said:
        values = {"envelope": letter.envelope.name}
        return InputError([Finding("address_no_room", path="debtor.address", values=values)])
    if letter.logo and typesetting.NO_PICTURE.search(said):
        return InputError([Finding("logo_broken", path="creditor.logo", seen=letter.logo.kind)])
    return error

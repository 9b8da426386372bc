"""The marks between the words: apostrophes, quotes, spaces that do not break; the alphabet of SMS.

Which rules a language follows stands in the `typography:` part of its file in
``locales/``; here is only how they are applied, once, when a text is loaded.

>>> swiss = Typesetter({"high_punctuation": "tight", "guillemets": "tight", "number_signs": []}, [])
>>> swiss.letter("Bon à savoir : l'« échéance »")
'Bon à savoir: l’«échéance»'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

NBSP = "\u00a0"
ONE_SMS = 160
"""Septets in one part of GSM 03.38."""

_SPACES = " \n\u00a0\u202f"
_GUILLEMETS = re.compile(rf"«[{_SPACES}]*|[{_SPACES}]*»")
# Marks that end a word: not those of https://, of 9:00, of a link's ?a=1.
_MARK = r"(?=[:;?!]+(?:[\s»”)]|$))"
_SPACE_BEFORE_MARK = re.compile(rf"[{_SPACES}]+{_MARK}")
_BEFORE_MARK = re.compile(rf"(?<![:;?!{_SPACES}])[{_SPACES}]*{_MARK}")
_PLAIN = {
    NBSP: " ",
    "\u202f": " ",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "…": "...",
}
_TYPED = re.compile(f"[{''.join(_PLAIN)}]")
_GSM7 = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_TWO = "\f^{}\\[~]|€"
_IN_GSM7 = re.compile(f"[{re.escape(_GSM7 + _GSM7_TWO)}]*")
_LIGATURES = {"œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"}
_TAKES_TWO = re.compile(f"[{re.escape(_GSM7_TWO)}]")


class Typesetter:
    """The rules of one locale.

    ``rules``: ``high_punctuation`` and ``guillemets`` are ``spaced`` or
    ``tight``, ``number_signs`` are not parted from what follows. ``units`` are
    the words not parted from a number before them: units, months.
    """

    def __init__(self, rules: Mapping[str, Any], units: Iterable[str]) -> None:
        self.spaced = rules["high_punctuation"] == "spaced"
        self._inside = NBSP if rules["guillemets"] == "spaced" else ""
        signs = "|".join(rf"(?<=\b{re.escape(sign)})" for sign in rules["number_signs"])
        after_sign = rf"(?:{signs})[ \n](?=\S*\d|[{{\[]|$)|" if signs else ""
        self._unbreakable = re.compile(
            after_sign
            + rf"(?:(?<=\d)|(?<=\d°)|(?<=\der))[ \n](?=(?:{'|'.join(units)})\b|[€%]|\d\d\d(?!\d))"
            + r"|(?:(?<=€)|(?<=£)|(?<=\bCHF)|(?<=\bEUR)|(?<=\bGBP))[ \n](?=\d)",
            re.IGNORECASE,
        )

    def letter(self, text: str) -> str:
        """``text``, typed with plain ' and spaces, as a letter prints it.

        A text that ends in a number sign and a space waits for a value.
        Applied twice it changes nothing more.
        """
        text = text.replace("'", "’")
        text = _GUILLEMETS.sub(self._guillemet, text)
        before_mark, space = (_BEFORE_MARK, NBSP) if self.spaced else (_SPACE_BEFORE_MARK, "")
        return self._unbreakable.sub(NBSP, before_mark.sub(space, text))

    def sms(self, text: str) -> str:
        """``text`` with plain marks; spaces before punctuation stay where the language has them."""
        if not self.spaced:
            text = _SPACE_BEFORE_MARK.sub("", text)
        return plain(_GUILLEMETS.sub('"', text))

    def _guillemet(self, found: re.Match[str]) -> str:
        return f"«{self._inside}" if "«" in found[0] else f"{self._inside}»"


def plain(text: str) -> str:
    """``text`` with the spaces, apostrophes, quotes and dashes that every telephone knows.

    >>> plain("l’8\\u00a0novembre – grazie")
    "l'8 novembre - grazie"
    """
    return _TYPED.sub(lambda mark: _PLAIN[mark[0]], text)


def gsm7(text: str) -> str:
    """``text`` in plain marks, and without the accents that the alphabet of SMS lacks.

    >>> gsm7("Françoise Lefèvre, à Kraków")
    'Francoise Lefèvre, à Krakow'
    """
    text = plain(text)
    if _IN_GSM7.fullmatch(text):
        return text
    return "".join(c if _IN_GSM7.fullmatch(c) else _bare(c) for c in text)


def _bare(letter: str) -> str:
    base = _LIGATURES.get(letter) or unicodedata.normalize("NFKD", letter)[:1]
    return base if _IN_GSM7.fullmatch(base) else letter


def gsm7_length(text: str) -> int | None:
    """The septets of ``text`` in the default alphabet of GSM 03.38 (3GPP TS 23.038).

    None when a character is missing there, which would make the message UCS-2
    and 70 characters long instead of 160.

    >>> gsm7_length("€5"), gsm7_length("août")
    (3, None)
    """
    if not _IN_GSM7.fullmatch(text):
        return None
    return len(text) + len(_TAKES_TWO.findall(text))

"""Text message: one part of plain GSM 03.38, which every telephone shows the same way."""

from __future__ import annotations

from letterkit.errors import Finding, InputError, Refused
from letterkit.model import Letter
from letterkit.typography import ONE_SMS, gsm7_length


def write(letter: Letter) -> bytes:
    """The text message that goes with the letter, on one line, as UTF-8.

    Raises `Refused` where the letter must not be a text message, `InputError`
    where it has none or the sender's own values do not fit into one part.
    """
    if letter.no_sms:
        raise Refused([letter.no_sms])
    if letter.on is None:
        raise InputError([Finding("blank_not_sent", seen="sms")])
    text = letter.short["sms"]
    septets = gsm7_length(text)
    if septets is None:
        odd = "".join(sorted({sign for sign in text if gsm7_length(sign) is None}))
        raise InputError([Finding("sms_alphabet", seen=odd, values={"text": text})])
    if septets > ONE_SMS:
        values = {"septets": str(septets), "most": str(ONE_SMS)}
        raise InputError([Finding("sms_too_long", seen=text, values=values)])
    return f"{text}\n".encode()

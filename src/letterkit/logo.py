"""The logo of the letterhead: an SVG or PNG file beside the case, checked before it is used.

An SVG may hold shapes only: nothing that is loaded from elsewhere, no script and no
text (whose look would depend on fonts that are not there). What a file says beyond
that is refused by name.

>>> picture(b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h4v1z"/></svg>').kind
'svg'
>>> picture(b"GIF89a")
Traceback (most recent call last):
letterkit.payment.FieldError: logo_kind
"""

from __future__ import annotations

import re
import zlib
from xml.etree import ElementTree

from letterkit.model import Logo
from letterkit.payment import FieldError

MAX_BYTES = 500_000
MAX_SIDE = 4000
"""The largest file, in bytes, and the longest side of a PNG, in pixels."""

_SVG = "{http://www.w3.org/2000/svg}"
_PNG = b"\x89PNG\r\n\x1a\n"
_SHAPES = {
    *("svg", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line"),
    *("polyline", "polygon", "linearGradient", "radialGradient", "stop", "clipPath", "mask"),
    *("pattern", "title", "desc", "metadata", "style"),
}
_ELSEWHERE = re.compile(r"@import|url\(\s*['\"]?\s*(?!#|['\"]?#)", re.I)


def picture(raw: bytes) -> Logo:
    """The logo in ``raw``; raises `FieldError` where it cannot be used."""
    if len(raw) > MAX_BYTES:
        raise FieldError("logo_too_big", most=str(MAX_BYTES // 1000))
    if raw.startswith(_PNG):
        _check_png(raw)
        return Logo("png", raw)
    if b"<svg" in raw:
        _check_svg(raw)
        return Logo("svg", raw)
    raise FieldError("logo_kind")


def _check_png(raw: bytes) -> None:
    """Whole, with every check sum right, and of a size that can be unpacked."""
    at, names, packed = len(_PNG), [], []
    while at + 12 <= len(raw):
        size = int.from_bytes(raw[at : at + 4])
        name, end = raw[at + 4 : at + 8], at + 8 + size
        if zlib.crc32(raw[at + 4 : end]) != int.from_bytes(raw[end : end + 4]):
            break
        names.append(name)
        if name == b"IDAT":
            packed.append(raw[at + 8 : end])
        at = end + 4
    if not names or names[0] != b"IHDR" or names[-1] != b"IEND":
        raise FieldError("logo_broken")
    sides = int.from_bytes(raw[16:20]), int.from_bytes(raw[20:24])
    if not all(0 < side <= MAX_SIDE for side in sides):
        raise FieldError("logo_sides", most=str(MAX_SIDE))
    most = 8 * (sides[0] + 1) * sides[1]  # no dot has more than four shades of two bytes
    unpacked = zlib.decompressobj()
    try:
        unpacked.decompress(b"".join(packed), most)
    except zlib.error:
        raise FieldError("logo_broken") from None
    if not unpacked.eof:
        raise FieldError("logo_broken")


def _check_svg(raw: bytes) -> None:
    if re.search(rb"<!ENTITY|<!DOCTYPE[^>]*\[", raw):
        raise FieldError("logo_content", what="<!ENTITY>")
    try:
        root = ElementTree.fromstring(raw.decode("utf-8"))
    except (ElementTree.ParseError, ValueError, LookupError):
        raise FieldError("logo_broken") from None
    if root.tag != f"{_SVG}svg":
        raise FieldError("logo_broken")
    for element in root.iter():
        tag = element.tag.removeprefix(_SVG)
        if "}" in tag:  # an editor's own notes, which nobody draws
            continue
        if tag not in _SHAPES:
            raise FieldError("logo_content", what=f"<{tag}>")
        if _ELSEWHERE.search(element.text or "") and tag == "style":
            raise FieldError("logo_content", what="<style>")
        for key, value in element.attrib.items():
            name = key.rpartition("}")[2]
            away = name == "href" and not value.startswith("#")
            if away or name.startswith("on") or _ELSEWHERE.search(value):
                raise FieldError("logo_content", what=f"{name}=")

"""Payment-reminder letters that a professional would sign.

Six names: `render` makes a letter in a format, `compose` the `Letter` itself,
`read_case` reads a `Case`; `LetterkitError` is what they raise.
"""

from __future__ import annotations

from letterkit.case import read as read_case
from letterkit.errors import LetterkitError
from letterkit.letter import compose
from letterkit.model import Case, Letter
from letterkit.render import render

__version__ = "0.1.0"
__all__ = ["Case", "Letter", "LetterkitError", "compose", "read_case", "render"]

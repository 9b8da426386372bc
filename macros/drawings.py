"""The drawings of the guide as SVG: the timetable, the ladder of tone, the expected gain.

Geometry, days and figures stand here, once for all languages; the words stand in
``docs/drawings.yaml``. Each drawing is made twice, for a phone and for a wide column, in units of
one CSS pixel there; the style sheet shows the one that has room and gives the colours, by the
classes ``drawing__*``. A browser breaks no lines in SVG, so they are broken here.

>>> broken("Un exemple, aux chiffres inventés.", "plain", 150)
['Un exemple, aux', 'chiffres inventés.']
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from letterkit import locale
from letterkit.data import as_yaml
from letterkit.typography import NBSP

NARROW, WIDE = 328, 688
"""The text column, in CSS pixels, of a phone of 360 and of a desktop."""

WORDS = Path(__file__).parents[1] / "docs/drawings.yaml"
CURRENCY = {"en": "GBP"}  # elsewhere EUR


class Step(NamedTuple):
    """Something to do from day ``first`` to day ``last`` after the invoice.

    ``letter`` is the stage of a letter; ``lane`` how far below the line of the wide drawing
    the words stand, 0 above it.
    """

    name: str
    first: int
    last: int
    letter: int = 0
    lane: int = 0


DUE = 30
STEPS = (
    Step("sent", 0, 0),
    Step("arrived", 3, 7, lane=1),
    Step("in_order", 23, 23, lane=3),
    Step("check", 31, 31, lane=2),
    Step("reminder", 32, 35, letter=1),
    Step("call", 35, 40, lane=1),
    Step("second", 45, 50, letter=2),
    Step("manager", 55, 60, lane=1),
    Step("demand", 60, 70, letter=3),
    Step("referral", 75, 85, letter=4),
)

LETTERS = [step.name for step in STEPS if step.letter]


class Bill(NamedTuple):
    """An invented claim, in whole units of the currency."""

    balance: Decimal
    costs: Decimal
    time: Decimal
    chance: Decimal = Decimal(60)  # percent

    @property
    def parts(self) -> dict[str, Decimal]:
        """The sum, line by line: what comes in, what goes off it, what remains."""
        income = self.balance * self.chance / 100
        gain = income - self.costs - self.time
        return {"income": income, "costs": -self.costs, "time": -self.time, "gain": gain}


BILLS = {
    "small": Bill(Decimal(50), Decimal(60), Decimal(40)),
    "large": Bill(Decimal(10_000), Decimal(900), Decimal(300)),
}


def drawing(name: str, language: str) -> str:
    """The drawing ``name`` (timetable, ladder, gain) in ``language``, as one line of HTML.

    Raises `KeyError` for another name or a missing word, `InputError` for another language.
    """
    speech = Speech(name, language)
    figure = Element("figure", {"class": "drawing", "data-search-exclude": ""})
    for layout, width in (("narrow", NARROW), ("wide", WIDE)):
        sheet = Sheet(f"{name}-{layout}", width)
        sheet.root.set("class", f"drawing__{layout}")
        for part in ("title", "desc"):
            sheet.describe(part, speech(part, **speech.bills))
        DRAWINGS[name](sheet, speech)
        figure.append(sheet.finished())
    return tostring(figure, encoding="unicode")


# Words


class Speech:
    """The words of one drawing in one language, typeset, and how it writes amounts and days."""

    def __init__(self, name: str, language: str) -> None:
        self.language = language
        self.locale = locale.get(locale.settle(language, "", ""))
        self._words: Mapping[str, Any] = as_yaml(WORDS.read_text(encoding="utf-8"))[name]

    def __call__(self, *path: str, **values: str) -> str:
        """The words at ``path``, with ``values`` in their places."""
        found: Any = self._words
        for key in (*path, self.language):
            found = found[key]
        return self.locale.typography(found).format_map(values)

    def money(self, amount: Decimal) -> str:
        """A whole amount with its currency, without cents and with a true minus: ``−70 €``."""
        written = self.locale.money(amount, CURRENCY.get(self.language, "EUR"))
        return re.sub(r"[.,]00(?!\d)", "", written).replace("-", "−")

    @property
    def bills(self) -> dict[str, str]:
        return {name: self.money(bill.balance) for name, bill in BILLS.items()}

    def days(self, step: Step) -> list[str]:
        """The two clocks of a step: days from the invoice, days before or after the due date."""
        number = self._span(step.first, step.last)
        clocks = [self("day" if step.first == step.last else "days", n=number)]
        if step.first > DUE:
            clocks.append(self("late", days=self._count(step.first - DUE, step.last - DUE)))
        elif step.name == "in_order":
            clocks.append(self("early", days=self._count(DUE - step.last, DUE - step.first)))
        return clocks

    def _span(self, first: int, last: int) -> str:
        return str(first) if first == last else self("range", first=str(first), last=str(last))

    def _count(self, first: int, last: int) -> str:
        return self.locale.days(last).replace(str(last), self._span(first, last))


# Paper

TYPE = {  # size and height of a line
    "plain": (14, 18),
    "quiet": (14, 18),
    "strong": (15, 18),
    "number": (14, 18),
    "verb": (18, 24),
}
BOLD = ("strong", "number", "verb")
OTHER_FONTS = 1.04
"""How much wider than Helvetica, which is measured here, a reader's type may run."""

# Helvetica's widths in thousandths of the type size (Adobe Font Metrics, Core 14): Arial's too.
ADVANCE = {
    mark: width
    for width, marks in {
        222: "ijl’‘",
        278: " \N{NO-BREAK SPACE}!,./:;I[]ft·",
        333: "()-r",
        500: "Jcksvxyz",
        556: "#$€£?L_0123456789abdeghnopqu–«»",
        584: "+<=>−×",
        611: "FTZ",
        667: "&ABEKPSVXY",
        722: "CDHNRUw",
        778: "GOQ",
        833: "Mm",
        889: "%",
        944: "W",
        1000: "…—",
    }.items()
    for mark in marks
}


def measure(text: str, style: str) -> float:
    """How wide ``text`` may run, in units."""
    letters = (unicodedata.normalize("NFD", mark)[0] for mark in text)
    em = sum(ADVANCE[letter] for letter in letters) / 1000
    return em * TYPE[style][0] * OTHER_FONTS * (1.07 if style in BOLD else 1)


def broken(text: str, style: str, width: float) -> list[str]:
    """``text`` in as few lines as ``width`` allows, of about the same length."""
    lines = _filled(text, style, width)
    while len(lines) > 1:
        narrower = max(measure(line, style) for line in lines) - 1
        evener = _filled(text, style, narrower)
        if len(evener) > len(lines) or max(measure(line, style) for line in evener) > narrower:
            break
        lines = evener
    return lines


def _filled(text: str, style: str, width: float) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and measure(longer, style) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def tall(text: str, style: str, width: float) -> float:
    """The height of ``text`` broken to ``width``."""
    return len(broken(text, style, width)) * TYPE[style][1]


class Sheet:
    """One SVG in the making, ``width`` units wide; ``height`` grows with what is put on it."""

    def __init__(self, name: str, width: float) -> None:
        self.name, self.width, self.height = name, width, 0.0
        self.root = Element("svg", {"role": "img"})
        self._group = self.root

    def describe(self, part: str, text: str) -> None:
        """A ``title`` or ``desc``, by which a screen reader knows the drawing."""
        SubElement(self.root, part, {"id": f"{self.name}-{part}"}).text = text
        known = self.root.get("aria-labelledby", "")
        self.root.set("aria-labelledby", f"{known} {self.name}-{part}".strip())

    def group(self) -> None:
        """What follows belongs together: a box and the words in it."""
        self._group = SubElement(self.root, "g")

    def shape(self, tag: str, kind: str, **place: float) -> None:
        """A rect, line or circle of the class ``drawing__kind``."""
        numbers = {name: f"{value:g}" for name, value in place.items()}
        SubElement(self._group, tag, {"class": f"drawing__{kind}", **numbers})
        self._reach(place.get("y", 0) + place.get("height", 0))

    def write(
        self,
        x: float,
        y: float,
        text: str,
        style: str = "plain",
        *,
        width: float = 1e9,
        anchor: str = "start",
    ) -> float:
        """``text`` below ``y``, broken to ``width``; returns where it ends."""
        size, leading = TYPE[style]
        attributes = {"class": f"drawing__{style}", "font-size": f"{size}"}
        if style in BOLD:
            attributes["font-weight"] = "700"
        if anchor != "start":
            attributes["text-anchor"] = anchor
        for line in broken(text, style, width):
            place = {"x": f"{x:g}", "y": f"{y + 0.78 * leading:.1f}"}
            SubElement(self._group, "text", {**place, **attributes}).text = line
            y += leading
        self._reach(y)
        return y

    def _reach(self, y: float) -> None:
        self.height = max(self.height, y)

    def finished(self) -> Element:
        self.root.set("viewBox", f"0 0 {self.width:g} {self.height + 2:.0f}")
        return self.root


# The timetable: to scale, from top to bottom on a phone, from left to right where there is room


def timetable(sheet: Sheet, speech: Speech) -> None:
    (_timetable_across if sheet.width == WIDE else _timetable_down)(sheet, speech)


def _words(step: Step, speech: Speech, room: float) -> list[tuple[str, str]]:
    """The lines of a step with their styles; its two clocks share a line where they can."""
    said = (speech("steps", step.name), "strong" if step.letter else "plain")
    clocks = speech.days(step)
    joined = " · ".join(clocks)
    if measure(joined, "quiet") <= room:
        clocks = [joined]
    return [said, *((clock, "quiet") for clock in clocks)]


def _timetable_down(sheet: Sheet, speech: Speech) -> None:
    axis, left, day, top = 25, 58, 10, 9
    room = sheet.width - left

    def y(days: float) -> float:
        return top + days * day

    sheet.shape("line", "axis", x1=axis, x2=axis, y1=y(0), y2=y(STEPS[-1].last))
    sheet.shape("line", "due", x1=0, x2=sheet.width, y1=y(DUE), y2=y(DUE))
    due = f"{speech('due')} · {speech('day', n=str(DUE))}"
    sheet.write(sheet.width, y(DUE) - 21, due, "quiet", anchor="end")
    free = 0.0
    for step in STEPS:
        sheet.group()
        begin, end = y(step.first), y(step.last)
        middle = (begin + end) / 2
        at = max(middle - 9, free, y(DUE) + 7 if step.first > DUE else 0)
        edge = axis if step.letter else axis + 8
        sheet.shape("line", "leader", x1=edge, x2=left - 6, y1=middle, y2=at + 9)
        if step.letter:
            sheet.shape("rect", "letter", x=0, width=20, y=begin, height=end - begin, rx=4)
            sheet.write(10, middle - 9, str(step.letter), "number", anchor="middle")
        elif begin == end:
            sheet.shape("circle", "moment", cx=axis, cy=begin, r=4.5)
        else:
            sheet.shape("rect", "contact", x=axis + 3, width=6, y=begin, height=end - begin, rx=3)
        for text, style in _words(step, speech, room):
            at = sheet.write(left, at, text, style, width=room)
        free = at + 10


def _timetable_across(sheet: Sheet, speech: Speech) -> None:
    day, gap, pole = 7.7, 8, 7
    due, due_day = speech("due"), speech("day", n=str(DUE))
    lanes = range(max(step.lane for step in STEPS) + 1)

    def x(days: float) -> float:
        return 5 + days * day

    def room(step: Step) -> float:
        """From a step's pole to the next that its words would meet."""
        others = [s for s in STEPS if s.first > step.first and bool(s.lane) == bool(step.lane)]
        ends = [x(other.first) for other in others if other.lane >= step.lane]
        if not step.lane and step.first < DUE:
            ends.append(x(DUE) - pole - max(measure(text, "quiet") for text in (due, due_day)))
        return min([*ends, sheet.width + gap]) - gap - x(step.first) - pole

    words = {step: _words(step, speech, room(step)) for step in STEPS}
    heights = {
        step: sum(tall(text, style, room(step)) for text, style in words[step]) for step in STEPS
    }
    deep = [max(heights[step] for step in STEPS if step.lane == lane) + gap for lane in lanes]
    axis = deep[0] + 28
    foot = axis - 33  # of what stands above the line
    sheet.shape("line", "axis", x1=x(0), x2=x(STEPS[-1].last), y1=axis, y2=axis)
    sheet.shape("line", "due", x1=x(DUE), x2=x(DUE), y1=foot - 36, y2=axis + 24)
    for height, text in ((36, due), (18, due_day)):
        sheet.write(x(DUE) - pole, foot - height, text, "quiet", anchor="end")
    for step in STEPS:
        sheet.group()
        begin, length = x(step.first), (step.last - step.first) * day
        top = axis + 20 + sum(deep[1 : step.lane]) if step.lane else foot - heights[step]
        sheet.shape("line", "leader", x1=begin, x2=begin, y1=axis, y2=top + 2)
        if step.letter:
            sheet.shape("rect", "letter", x=begin, width=length, y=axis - 23, height=20, rx=4)
            number = str(step.letter)
            sheet.write(begin + length / 2, axis - 22, number, "number", anchor="middle")
        elif not length:
            sheet.shape("circle", "moment", cx=begin, cy=axis, r=4.5)
        else:
            sheet.shape("rect", "contact", x=begin, width=length, y=axis + 3, height=6, rx=3)
        for text, style in words[step]:
            top = sheet.write(begin + pole, top, text, style, width=room(step))


# The ladder: a step for each letter, from the bottom up on a phone, from left to right where
# there is room


def ladder(sheet: Sheet, speech: Speech) -> None:
    wide, pad, rise = sheet.width == WIDE, 10, 32
    tread = sheet.width / len(LETTERS) if wide else 22
    texts = [
        [
            (f"{number}{2 * NBSP}{speech('steps', name, 'letter')}", "plain"),
            (speech("steps", name, "verb"), "verb"),
            (speech("steps", name, "voice"), "quiet"),
        ]
        for number, name in enumerate(LETTERS, 1)
    ]
    widths = [tread if wide else sheet.width - number * tread for number in range(len(LETTERS))]
    heights = [
        2 * pad + sum(tall(text, style, width - 2 * pad) for text, style in lines)
        for lines, width in zip(texts, widths, strict=True)
    ]
    if wide:
        heights = [max(heights) + rise * number for number in range(len(LETTERS))]
    bottom = 2 + (max(heights) if wide else sum(heights))
    for number, (lines, width, height) in enumerate(zip(texts, widths, heights, strict=True)):
        x, y = number * tread, bottom - height
        shade = {"fill-opacity": 0.05 + 0.04 * number}
        sheet.group()
        sheet.shape("rect", "step", x=x, y=y, width=width, height=height, **shade)
        sheet.shape("line", "tread", x1=x, x2=x + width, y1=y, y2=y)
        y += pad
        for text, style in lines:
            y = sheet.write(x + pad, y, text, style, width=width - 2 * pad)
        bottom -= 0 if wide else height


# The expected gain: two bills, each a sum in four bars, all to the scale of their bill


def gain(sheet: Sheet, speech: Speech) -> None:
    wide = sheet.width == WIDE
    top = sheet.write(0, 0, speech("example"), "quiet", width=sheet.width)
    top = sheet.write(0, top, speech("scale"), "quiet", width=sheet.width) + 14
    x = 0.0
    for name, bill in BILLS.items():
        bottom = _sum(sheet, speech, name, bill, x, top)
        x, top = (WIDE - NARROW, top) if wide else (0, bottom + 28)


def _sum(sheet: Sheet, speech: Speech, name: str, bill: Bill, x: float, y: float) -> float:
    """One bill's bars between ``x`` and a phone's width from there; returns where they end."""
    right, pad = x + NARROW, 12
    shares = [low for each in BILLS.values() for low in _ends(each)]
    unit = (NARROW - 2) / float(max(shares) - min(shares))
    zero = x + 1 - float(min(shares)) * unit
    sheet.group()
    heading = speech("bill", amount=speech.money(bill.balance))
    y = sheet.write(x, y, heading, "strong") + 8
    reached = Decimal(0)
    chance = speech.locale.percent(bill.chance)
    values = {"balance": speech.money(bill.balance), "chance": chance}
    for part, amount in bill.parts.items():
        if part == "gain":
            sheet.shape("line", "rule", x1=x, x2=right, y1=y - 2, y2=y - 2)
            y, reached = y + 8, Decimal(0)
        style = "strong" if part == "gain" else "plain"
        sheet.write(right - 1, y, speech.money(amount), style, anchor="end")
        y = sheet.write(x, y, speech("rows", part, **values), style) + 4
        begin, end = sorted((reached, reached + amount))
        kind = {"income": "plus", "gain": "gain"}.get(part, "minus")
        start, length = (float(v / bill.balance) * unit for v in (begin, end - begin))
        sheet.shape("rect", kind, x=zero + start, width=length, y=y, height=8)
        sheet.shape("line", "zero", x1=zero, x2=zero, y1=y - 4, y2=y + 12)
        reached, y = reached + amount, y + 22
    sheet.group()
    advice, room = speech("advice", name), NARROW - 2 * pad
    height = tall(advice, "plain", room) + 2 * pad
    sheet.shape("rect", "advice", x=x + 1, width=NARROW - 2, y=y, height=height, rx=4)
    sheet.write(x + pad, y + pad, advice, "plain", width=room)
    return y + height


def _ends(bill: Bill) -> tuple[Decimal, Decimal]:
    """How far its bars reach to the left and to the right of nought, as shares of the bill."""
    parts = bill.parts
    return min(parts["gain"], Decimal(0)) / bill.balance, parts["income"] / bill.balance


DRAWINGS: dict[str, Callable[[Sheet, Speech], None]] = {
    "timetable": timetable,
    "ladder": ladder,
    "gain": gain,
}

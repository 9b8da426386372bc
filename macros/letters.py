"""The macros of the pages, each one line into the package, and the other languages' builds.

In a page::

    {{ letter("be-b2b", "1", "nl") }}                   a case's letter of stage 1, in Dutch
    {{ blank("1", "nl-BE", "BE", "business") }}         the same letter, to fill in by hand
    {{ case("be-b2b") }}                                the case file it was written from
    {{ chooser() }}                                     every letter, to choose from
    {{ annotated("gb-b2b", "3", "en") }}                a letter, and why each part is there
    {{ drawing("timetable") }}                          a drawing, in the page's language
    {{ owed("BE", "consumer") }}                        a table of the law: see macros/law.py
    {{ law("GB", "before_court.0.days") }}              one figure of it, in a sentence

Each gives one line of HTML in which every mark that could mean something to
Markdown or HTML is a character reference, so that a name such as ``*A* <b>``
stands in the page as it stands in the letter.
"""

from __future__ import annotations

import functools
import runpy
import sys
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config

FILES = "files/"
"""Where the letters lie as files, from the site's root."""


def define_env(env: Any) -> None:
    """Give the pages their macros, from a freshly read package: `mkdocs serve` builds again
    when words, rules or code change, and the package keeps what it has read."""
    first, language = env.conf["extra"]["languages"][0]["lang"], env.conf["theme"]["language"]
    if language == first:
        for name in [name for name in sys.modules if name.split(".")[0] == "letterkit"]:
            del sys.modules[name]
    from letterkit import jurisdiction, locale, showcase
    from letterkit import letter as letters
    from letterkit.data import own_text
    from letterkit.model import LAWS

    sheets, chooser, parts = (beside(name) for name in ("sheets", "chooser", "parts"))
    press = env.conf["extra"].setdefault("press", beside("press")["Press"]())
    words = env.conf["extra"]["words"]
    read = {
        law.lower(): max(source["read"] for source in jurisdiction.table(law)["sources"].values())
        for law in LAWS
    }
    spoken = locale.get(locale.settle(language, chooser["HOME"][language], ""))
    days = {**read, "all": min(read.values())}
    env.conf["extra"]["checked"] = {name: spoken.date(day) for name, day in days.items()}

    def to(path: str) -> str:
        """The way from this page to one below the language's root."""
        return "../" * int(env.page.url.count("/")) + path

    def files() -> str:
        return to(FILES if language == first else f"../{FILES}")

    def sheet(letter: Any, mail: Any, file: str) -> str:
        filled, name = sheets["slots"](letter, mail), sheets["slug"](letter)
        on_paper = env.conf["extra"]["pdf"]
        if on_paper:
            press.put(file, letter)
        where = (files() + file, name, to("letters/parts/"))
        return str(sheets["sheet"](filled, *where, words, on_paper))

    def letter(example: str, stage: str, spoken: str) -> str:
        case, on = showcase.situation(example, stage)
        made = letters.compose(case, stage=stage, on=on, language=spoken)
        return sheet(made, sheets["mail"](case, made), chooser["file"](example, stage, spoken[:2]))

    def blank(stage: str, spoken: str, law: str, kind: str) -> str:
        made = letters.compose_blank(stage=stage, language=spoken, law=law, kind=kind)
        file = chooser["blank_file"](law, kind, stage, spoken[:2])
        return str(chooser["meant_for"](law, kind, to("letters/"), words)) + sheet(made, None, file)

    def case(example: str) -> str:
        text = own_text("examples", f"{example}.yaml")
        assert text is not None, f"there is no example {example}"
        return str(sheets["case_sheet"](text, words))

    def choose() -> str:
        law = chooser["HOME"][language]
        shown = letter(showcase.cell(law, "business"), "1", language)
        return str(chooser["page"](language, shown, files(), words))

    def annotated(example: str, stage: str, spoken: str) -> str:
        case, on = showcase.situation(example, stage)
        made = letters.compose(case, stage=stage, on=on, language=spoken)
        return str(parts["annotated"](made, language, sheets["elements"]))

    def drawing(name: str) -> str:
        return str(beside("drawings")["drawing"](name, language))

    for macro in (letter, blank, case, annotated, drawing):
        env.macro(macro)
    env.macro(choose, "chooser")
    law = beside("law")
    for name in ("owed", "overview", "history", "sources", "worked", "terms"):
        env.macro(functools.partial(law[name], language=language), name)
    env.macro(functools.partial(law["figure"], language=language), "law")


def on_post_page_macros(env: Any) -> None:
    """Where a letter is explained before it is shown: below the title, the way straight there."""
    first_tab = "\n/// tab"
    if not env.page.url.startswith("letters/") or first_tab not in env.markdown:
        return
    way = f"[{env.conf['extra']['words']['to_letter']}](#letter)"
    title, rest = env.markdown.lstrip().split("\n", 1)
    shown = rest.replace(first_tab, f'\n<div id="letter"></div>\n{first_tab}', 1)
    env.markdown = f"{title}\n\n{way}\n{{ .to-letter data-search-exclude }}\n{shown}"


def beside(name: str) -> dict[str, Any]:
    """What a module beside this one holds; read anew with the package it imports."""
    return runpy.run_path(str(Path(__file__).with_name(f"{name}.py")))


def on_post_build(env: Any) -> None:
    """After the first language, whose build empties the site's folder: the other languages,
    and the letters as files.

    Runs within `mkdocs build` and `mkdocs serve` alike; under ``--strict`` a
    fault in any language stops the whole.
    """
    conf = env.conf
    first, *others = conf["extra"]["languages"]
    press = conf["extra"]["press"]
    if conf["theme"]["language"] != first["lang"]:
        return
    for other in others:
        config = load_config(
            str(Path(conf["config_file_path"]).with_name(f"mkdocs.{other['lang']}.yml")),
            site_dir=str(Path(conf["site_dir"]) / other["path"]),
            site_url=conf["site_url"] + other["path"],
            strict=conf["strict"],
        )
        config["extra"]["press"] = press
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        config.plugins.on_shutdown()
    sheets = beside("sheets")
    folder = Path(conf["site_dir"]) / FILES
    beside("chooser")["write"](folder, sheets["part"], sheets["mail"], sheets["FORMATS"], press)
    press.write(folder)

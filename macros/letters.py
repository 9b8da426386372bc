"""The macros of the pages, each one line into the package, and the other languages' builds.

In a page::

    {{ letter("be-b2b", "1", "nl") }}                   a case's letter of stage 1, in Dutch
    {{ blank("1", "nl-BE", "BE", "business") }}         the same letter, to fill in by hand
    {{ case("be-b2b") }}                                the case file it was written from
    {{ drawing("timetable") }}                          a drawing, in the page's language
    {{ owed("BE", "consumer") }}                        a table of the law: see macros/law.py

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


def define_env(env: Any) -> None:
    """Give the pages their macros, from a freshly read package: `mkdocs serve` builds again
    when words, rules or code change, and the package keeps what it has read."""
    for name in [name for name in sys.modules if name.split(".")[0] == "letterkit"]:
        del sys.modules[name]
    from letterkit.data import own_text
    from letterkit.render import blank as blank_letter
    from letterkit.render import example as example_letter

    draw = runpy.run_path(str(Path(__file__).with_name("drawings.py")))["drawing"]
    words = env.conf["extra"]["words"]

    def letter(example: str, stage: str, language: str) -> str:
        return sheet("letter", example_letter(example, stage, language), language, words)

    def blank(stage: str, language: str, law: str, kind: str) -> str:
        return sheet("letter", blank_letter(stage, language, law, kind), language, words)

    def case(example: str) -> str:
        return sheet("case", own_text("examples", f"{example}.yaml"), "en", words)

    def drawing(name: str) -> str:
        return str(draw(name, env.conf["theme"]["language"]))

    for macro in (letter, blank, case, drawing):
        env.macro(macro)
    law = runpy.run_path(str(Path(__file__).with_name("law.py")))
    for name in ("owed", "overview", "history", "sources", "worked", "terms"):
        env.macro(functools.partial(law[name], language=env.conf["theme"]["language"]), name)


def sheet(kind: str, text: str | bytes | None, language: str, words: dict[str, str]) -> str:
    """A text to read, copy and print, as one line of HTML; ``kind`` is letter or case."""
    if not isinstance(text, str):
        raise TypeError(f"no text for this {kind}: is the example's name right?")
    return (
        f'<div class="sheet sheet--{kind}"><div class="sheet__tools">'
        f'<button type="button" class="sheet__copy">{words[f"copy_{kind}"]}</button>'
        f'<button type="button" class="sheet__print">{words["print_letter"]}</button>'
        f'<span class="sheet__said" role="status" data-copied="{words["copied"]}"'
        f' data-select="{words["select"]}"></span></div>'
        f'<pre class="sheet__text" lang="{language}">{literal(text)}</pre></div>'
    )


def literal(text: str) -> str:
    """``text`` without its last line end, safe from Markdown and HTML.

    >>> literal("Van *Dijck*")
    'Van &#42;Dijck&#42;'
    """
    return "".join(
        mark if mark.isalnum() or mark == " " else f"&#{ord(mark)};" for mark in text.rstrip("\n")
    )


def on_post_build(env: Any) -> None:
    """After the first language, whose build empties the site's folder, build the others.

    Runs within `mkdocs build` and `mkdocs serve` alike; under ``--strict`` a
    fault in any language stops the whole.
    """
    conf = env.conf
    first, *others = conf["extra"]["languages"]
    if conf["theme"]["language"] != first["lang"]:
        return
    for other in others:
        config = load_config(
            str(Path(conf["config_file_path"]).with_name(f"mkdocs.{other['lang']}.yml")),
            site_dir=str(Path(conf["site_dir"]) / other["path"]),
            site_url=conf["site_url"] + other["path"],
            strict=conf["strict"],
        )
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        config.plugins.on_shutdown()

"""The words of the templates: grammar, parity over the languages, lint, spelling."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, nodes

from letterkit import facts, locale, phrases, wording
from letterkit.errors import InputError
from letterkit.model import LANGUAGES, LAWS, LOCALES
from tests.conftest import ROOT

TEMPLATES = ROOT / "templates"
STAGE_FILES = list(wording.STAGE_FILES.values())
LINT = yaml.safe_load((Path(__file__).parent / "lint.yaml").read_text(encoding="utf-8"))
TAGS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def files(language: str) -> list[Path]:
    return sorted((TEMPLATES / language).rglob("*.txt"))


HOME = {"en": "en-GB", "fr": "fr-FR", "it": "it-IT", "nl": "nl-NL"}


def tree(path: Path) -> nodes.Template:
    """The file as Jinja reads it, of whose grammar ours is a part."""
    return Environment().parse(path.read_text(encoding="utf-8"))


def blocks(path: Path) -> dict[str, nodes.Block]:
    return {block.name: block for block in tree(path).find_all(nodes.Block)}


def said(block: nodes.Block) -> set[str]:
    """The values a block may print (not those it only tests), words apart."""
    printed = set()
    for output in block.find_all(nodes.Output):
        for name in output.find_all(nodes.Name):
            if name.name in facts.VALUES or name.name in phrases.NAMES.values:
                printed.add(name.name)
    return printed


@pytest.mark.parametrize("tag", LOCALES)
@pytest.mark.parametrize("person", [True, False])
def test_every_file_keeps_to_the_grammar(tag: str, person: bool) -> None:
    for path in files(tag[:2]):
        names = phrases.NAMES if path.name == "lines.txt" else facts.NAMES
        source = path.read_text(encoding="utf-8")
        wording.read_file(source, str(path), tag, names, person=person)


def test_the_four_languages_have_the_same_files() -> None:
    wanted = {*(f"{name}.txt" for name in STAGE_FILES), "lines.txt", "consumer.txt"}
    for language in LANGUAGES:
        folder = TEMPLATES / language
        assert {path.name for path in folder.glob("*.txt")} == wanted
        assert {path.stem for path in (folder / "law").glob("*.txt")} <= set(LAWS)


@pytest.mark.parametrize("name", [*STAGE_FILES, "lines"])
def test_stage_files_have_the_same_blocks(name: str) -> None:
    found = {lang: sorted(blocks(TEMPLATES / lang / f"{name}.txt")) for lang in LANGUAGES}
    assert found == dict.fromkeys(LANGUAGES, found["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_special_block_belongs_to_a_letter(language: str) -> None:
    known = {b for name in STAGE_FILES for b in blocks(TEMPLATES / language / f"{name}.txt")}
    for path in files(language):
        if path.stem not in [*STAGE_FILES, "lines"]:
            for name in blocks(path):
                staged = wording.STAGED.match(name)
                base = staged[1] if staged else name
                assert base in known, f"{path}: {name}"


FREELY_CHOSEN = yaml.safe_load((TEMPLATES / "parity.yaml").read_text(encoding="utf-8"))
"""Values that a language may leave unsaid in a block, each with its reason."""


@pytest.mark.parametrize("name", [*STAGE_FILES, "lines"])
def test_the_languages_say_the_same_values(name: str) -> None:
    """A sum or a date that one language prints in a letter, the others print as well."""
    found = {}
    for language in LANGUAGES:
        letter = blocks(TEMPLATES / language / f"{name}.txt").values()
        found[language] = set().union(
            *(said(b) for b in letter if b.name not in wording.SMS_BLOCKS)
        )
    everything = set().union(*found.values())
    for language, values in found.items():
        free = {key.removeprefix(f"{name} ") for key in FREELY_CHOSEN}
        missing = everything - values - free
        assert missing == set(), f"{language}/{name} never says {sorted(missing)}"


def test_regions_of_a_language_have_the_same_words() -> None:
    for language in LANGUAGES:
        tags = [tag for tag in LOCALES if tag.startswith(language)]
        keys = {tag: sorted(locale.get(tag).words) for tag in tags}
        assert keys == dict.fromkeys(tags, keys[tags[0]])


def test_every_value_has_a_label() -> None:
    for language in LANGUAGES:
        labels = set(locale.get(HOME[language]).labels)
        wanted = set(facts.VALUES) - facts.ABSENT_WHEN_BLANK - facts.WORKED_OUT
        heading = {"sender_lines", "recipient_lines", "place", "signatory"}
        assert wanted | heading <= labels, language


def sentences(path: Path) -> Iterator[str]:
    text = TAGS.sub("\0", path.read_text(encoding="utf-8"))
    for part in re.split(r"\0|(?<=[.?:;])\s|\n\s*\n", text):
        folded = " ".join(part.split()).strip(" ,.;:")
        if len(folded.split()) >= 8:
            yield folded


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_stands_in_two_files(language: str) -> None:
    found = Counter(s for path in files(language) for s in set(sentences(path)))
    assert [sentence for sentence, n in found.items() if n > 1] == []


def masked(path: Path) -> str:
    """A template's words, with a capital letter where a value would stand."""
    source = path.read_text(encoding="utf-8")
    source = re.sub(r"\{\{.*?\}\}", "X", source, flags=re.DOTALL)
    return TAGS.sub(" ", source)


@pytest.mark.parametrize("language", LANGUAGES)
def test_lint(language: str) -> None:
    """The editor's patterns: a hit is a question; one that was answered is in `allow`."""
    hits = []
    for path in files(language):
        text = " ".join(masked(path).split())
        for pattern in LINT["patterns"]["all"] + LINT["patterns"][language]:
            for match in re.finditer(pattern, text, re.IGNORECASE):
                where = f"{path.relative_to(TEMPLATES)}: {match[0]!r}"
                if where not in LINT["allow"]:
                    hits.append(f"{where} ({pattern})")
    assert hits == []


def test_lint_answers_are_still_needed() -> None:
    for where in LINT["allow"]:
        name, _, found = where.partition(": ")
        assert found.strip("'") in " ".join(masked(TEMPLATES / name).split()), where


DICTIONARIES = {"en": "en_GB", "fr": "fr_FR", "it": "it_IT", "nl": "nl_NL"}


def misspelt(text: str, language: str) -> set[str]:
    """Words that hunspell does not know, our own list apart."""
    listed = (Path(__file__).parent / f"words.{language}.txt").read_text(encoding="utf-8")
    ours = {line.split("#")[0].strip() for line in listed.splitlines()}
    text = text.replace("’", "'")
    done = subprocess.run(
        ["hunspell", "-i", "utf-8", "-d", DICTIONARIES[language], "-l"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    return {word for word in done.stdout.split() if word not in ours and word != "X"}


def misspelt_in(texts: Mapping[str, str], language: str) -> dict[str, list[str]]:
    """Misspelt word → the texts it stands in; the dictionary is loaded once for all of them."""
    wrong = misspelt("\n".join(texts.values()), language)
    plain = {name: text.replace("’", "'") for name, text in texts.items()}
    return {word: [name for name in plain if word in plain[name]] for word in sorted(wrong)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_spelling(language: str) -> None:
    texts = {str(path.relative_to(ROOT)): masked(path) for path in files(language)}
    for tag in LOCALES:
        if tag.startswith(language):
            words = " \n".join(locale.get(tag).words.values())
            texts[tag] = re.sub(r"\{\w+\}", "X", words)
    assert misspelt_in(texts, language) == {}


BROKEN = {
    "{% block facts %}{{ amout }}{% endblock %}": "template_name_unknown",
    "{% block facts %}{{ word.nothing }}{% endblock %}": "template_word_unknown",
    "{% block facts %}{{ amount.real }}{% endblock %}": "template_grammar",
    "{% block facts %}{{ amount() }}{% endblock %}": "template_grammar",
    "{% block facts %}{{ amount | upper }}{% endblock %}": "template_grammar",
    "{% block facts %}{{ due | by(1) }}{% endblock %}": "template_grammar",
    "{% block facts %}{{ amount ~ total }}{% endblock %}": "template_grammar",
    "{% block facts %}{% if amount == total %}x{% endif %}{% endblock %}": "template_grammar",
    "{% block facts %}{% if several and many %}x{% endif %}{% endblock %}": "template_grammar",
    "{% block facts %}{% if many %}x{% elif several %}{% endif %}{% endblock %}": (
        "template_grammar"
    ),
    "{% block facts %}{% for x in amount %}x{% endfor %}{% endblock %}": "template_grammar",
    "{% block facts %}{% set x = amount %}{% endblock %}": "template_grammar",
    "{% include 'x' %}": "template_grammar",
    "{% extends 'x' %}": "template_grammar",
    "{% import 'x' as y %}": "template_grammar",
    "{% block facts %}{% block items %}x{% endblock %}{% endblock %}": "template_block_nested",
    "text {% block facts %}x{% endblock %}": "template_text_outside",
    "{% if several %}{% block facts %}x{% endblock %}{% endif %}": "template_grammar",
    "{% block facts %}{{ amount }": "template_syntax",
    "{% block facts %}x": "template_syntax",
    "{% block facts %}{% if many %}x{% endblock %}": "template_syntax",
    "{% block facts %}{% else %}x{% endblock %}": "template_syntax",
    "{% block facts %}x{% endblock %} text": "template_text_outside",
    "{% block facts %}x{% endblock %}{{ amount }}": "template_grammar",
    "{% block facts %}x{% endblock %}{% if": "template_syntax",
}


@pytest.mark.parametrize("source", BROKEN)
def test_the_grammar_refuses(source: str) -> None:
    with pytest.raises(InputError) as caught:
        wording.read_file(source, "own.txt", "en-GB", facts.NAMES)
    finding = caught.value.findings[0]
    assert finding.id == BROKEN[source]
    assert finding.file == "own.txt"
    assert finding.explain("en").startswith("own.txt")


def test_what_is_refused_has_its_line() -> None:
    for wrong in ("{{ amout }}", "{{ amount }", "{% if many %}", "{% set x = 1 %}"):
        source = f"{{# two\nlines #}}\n{{% block facts %}}\n{wrong}{{% endblock %}}"
        with pytest.raises(InputError) as caught:
            wording.read_file(source, "own.txt", "en-GB", facts.NAMES)
        assert caught.value.findings[0].line == 4


def test_a_block_is_filled_anew_for_each_letter() -> None:
    """Values and answers of one letter never show in the next; what they hold is only text."""
    source = (
        "{% block facts %}100 % of {{ amount }} {% if several %}(all){% endif %} now.{% endblock %}"
    )
    block = wording.read_file(source, "own.txt", "en-GB", facts.NAMES).blocks["facts"]

    def said(amount: str, several: bool) -> tuple[str, ...]:
        known: wording.Facts = {"amount": amount, "several": several}
        return block.variant(known).paragraphs(known)

    assert said("£5", True) == ("100\u00a0% of £5 (all) now.",)
    assert said("%s {{ x }}", False) == ("100\u00a0% of %s {{ x }} now.",)
    assert said("£5\n\n6  7", True) == ("100\u00a0% of £5", "6 7 (all) now.")
    assert said("£5", True) == ("100\u00a0% of £5 (all) now.",)

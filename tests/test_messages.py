"""The sentences on the screen: the same messages in four languages."""

from __future__ import annotations

import itertools
import re
from string import Formatter

import pytest

from letterkit import data, schema
from letterkit.errors import Finding
from letterkit.model import LANGUAGES
from tests.conftest import ROOT
from tests.test_schema import fields

ENGLISH = data.messages("en")
OTHERS = [language for language in LANGUAGES if language != "en"]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_ids(language: str) -> None:
    assert sorted(data.messages(language)) == sorted(ENGLISH)


@pytest.mark.parametrize("id", ENGLISH)
def test_the_same_places(id: str) -> None:
    for language, (part, text) in itertools.product(OTHERS, ENGLISH[id].items()):
        assert places(data.messages(language)[id][part]) == places(text), (language, part)


@pytest.mark.parametrize("id", ENGLISH)
def test_a_message_says_itself(id: str) -> None:
    names = {name for text in ENGLISH[id].values() for name in places(text)}
    given = {"path", "seen", "file", "line", "article"}
    finding = Finding(id, path="a.b", seen="x", values=dict.fromkeys(names - given, "v"))
    for language in LANGUAGES:
        assert finding.explain(language).startswith("a.b: "), language


def test_every_id_is_used_somewhere() -> None:
    sources = [
        *(ROOT / "src").rglob("*.py"),
        *(ROOT / "jurisdictions").glob("*.yaml"),
    ]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    words = set(re.findall(r"\w+", code))
    built = re.compile(
        r"number_[A-Z]{2}|(payments|credits|disputed)_too_much|want_\w+|(none|severity|next|schema)_\w+"
    )
    unused = [id for id in ENGLISH if id not in words and not built.fullmatch(id)]
    assert unused == []


# --- What a refusal says: what is wrong, and what to write.

SCREEN = re.compile(
    r"(claim|none|severity|next|schema|init|words)_\w+|rates_(country|series|since|rate|known|"
    r"always|none|last)|sent_(noted|again)|letter_may_go|stage_taken|template_words_fit"
)
"""Ids that word what a command prints; they refuse nothing."""

NOTES = {
    "agreed_rate_instead",
    "deadline_short",
    "interest_not_on_invoice",
    "interest_without_delivery",
    "interest_invoice_late",
    "interest_from_reminder",
    "later_facts_left_out",
    "later_letters_left_out",
    "limitation_near_letter",
    "limitation_shorter",
    "payment_term_too_long",
    "small_instalments_unchecked",
    "sums_given_up",
    "claim_agreement_undated",
    "claim_forms",
    "attachments_heavy",
    "code_amount",
}
"""Notes: they pass, and there is nothing to write."""

NO_LINE = {
    "the file, not what stands in it": "file_missing file_is_folder file_unreadable file_too_big "
    "file_binary file_encoding source_unknown too_many_values too_many_findings yaml_documents "
    "yaml_syntax too_deep cannot_write our_fault template_missing",
    "a value of a program, not of a file": "float_given type_unknown",
    "something is to go, or to move": "hidden_character key_twice item_empty too_long rate_twice "
    "invoice_twice currency_mixed credits_too_much region_outside_gb "
    "code_misspelt rate_differs rates_until debtor_insolvent amount_too_big key_unknown",
    "an argument: the choices are named": "stage_unknown format_unknown example_unknown "
    "kind_unknown sent_channel words_block_unknown case_missing shell_unknown command_unknown "
    "reference_form envelope_unknown new_reference_rf",
    "a picture, a file or a program that is not there or not fit": "logo_kind logo_too_big "
    "logo_sides logo_broken logo_content pdf_missing word_no_picture enclosure_missing "
    "enclosure_no_folder",
    "a text that has to be shorter, or in other signs": "code_character code_too_long "
    "code_too_large code_qrr glyph_missing sms_alphabet sms_too_long",
    "a template, not a case: what may stand there is shown": "template_syntax template_grammar "
    "template_text_outside template_block_nested template_block_unknown template_name_unknown "
    "template_word_unknown template_file_unknown template_folder_empty",
    "where the next rate is published is said": "rates_expiring",
}
WITHOUT_A_LINE = {id for ids in NO_LINE.values() for id in ids.split()}
REFUSALS = [
    id for id in ENGLISH if (not SCREEN.fullmatch(id) or "mend" in ENGLISH[id]) and id not in NOTES
]
LINE = re.compile(
    r"^\s*(- )?[{\w}]+:( \S|$)|`[{\w}.]+:( [^`]+)?`|`--\w[^`]*`|--[\w-]+ |^\{(example|line)\}$|"
    r"\{path\}:|letterkit \w+ |\{example\}$",
    re.MULTILINE,
)


def test_every_refusal_says_what_to_do() -> None:
    without = [id for id in REFUSALS if "mend" not in ENGLISH[id]]
    assert set(without) <= {"rates_expiring", "template_missing"}
    assert {id for id in NOTES if ENGLISH[id].get("mend")} == set()


@pytest.mark.parametrize("id", [id for id in REFUSALS if id not in WITHOUT_A_LINE])
def test_every_refusal_shows_the_line_that_mends_it(id: str) -> None:
    """A line of the case as it should stand, or the option to type; and what is wrong, and why."""
    for language in LANGUAGES:
        message = data.messages(language)[id]
        assert LINE.search(message["mend"]), (language, message["mend"])
        assert len(message["what"].split()) >= 2, (language, message["what"])


def test_no_line_is_missed_without_a_reason() -> None:
    assert set(ENGLISH) >= WITHOUT_A_LINE
    shown = {id for id in WITHOUT_A_LINE if LINE.search(ENGLISH[id].get("mend", ""))}
    assert shown <= {"template_folder_empty", "template_file_unknown", "our_fault"}


KEYS = {path.split(".")[-1] for path, _ in fields(schema.schema("en"))} | {
    "rates",  # of a file of rates
    "series",
    "source",
    "until",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_are_lines_of_a_case(language: str) -> None:
    """Every key that a message shows at the start of a line is a field that there is."""
    for id, message in data.messages(language).items():
        for key in re.findall(r"^ *(?:- )?([a-z_]+):(?= |$)", message.get("mend", ""), re.M):
            assert key in KEYS, f"{id}: {key}"


@pytest.mark.parametrize("id", [id for id in REFUSALS if id not in WITHOUT_A_LINE])
def test_the_lines_are_the_same_in_every_language(id: str) -> None:
    """What is to be written is no matter of language."""

    def lines(language: str) -> list[str]:
        mend = data.messages(language)[id]["mend"]
        found = re.findall(r"^ *(?:- )?(?:[a-z_]+|\{key\}|\{home\}):.*$", mend, re.MULTILINE)
        return [re.sub(r"#.*|: [^\d{\[].*", "", line).rstrip() for line in found]

    assert {language: lines(language) for language in LANGUAGES} == dict.fromkeys(
        LANGUAGES, lines("en")
    )


def test_every_rule_of_the_law_cites_its_article() -> None:
    """Whatever the law forbids says where it stands: a finding of `legality` has an article."""
    source = (ROOT / "src/letterkit/legality.py").read_text(encoding="utf-8")
    findings = re.findall(r"Finding\((.*?)\n    ?\)|Finding\(([^\n]*)\)", source, re.DOTALL)
    bare = [a or b for a, b in findings if "article" not in (a or b)]
    known = ("terms.interest_until", "deadline_short", "paid_too_much")  # of no rule of the law
    assert [text for text in bare if not any(word in text for word in known)] == []

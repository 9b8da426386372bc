"""From a case to a finished letter: settle, check, gather the facts, fill the blocks.

`compose` is the only way to a `Letter` about a case; it asks `law.check` first
and raises `Refused` (or `InputError`, where the case lacks what this letter
needs). `compose_blank` makes the letter to fill in by hand, without a case.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from letterkit import case as case_reader
from letterkit import (
    data,
    envelopes,
    facts,
    jurisdiction,
    locale,
    parts,
    payment,
    payment_code,
    phrases,
    rate_file,
    schedule,
    wording,
)
from letterkit import law as rules
from letterkit.claims import Asked
from letterkit.errors import ERROR, NOTE, WARNING, Finding, InputError, Refused
from letterkit.facts import Facts, Situation
from letterkit.locale import Locale
from letterkit.model import (
    KINDS,
    Attachment,
    Block,
    Case,
    Contact,
    Enclosure,
    Letter,
    PaymentOrder,
    Recipient,
    Text,
)
from letterkit.stops import Draft
from letterkit.typography import ONE_SMS, gsm7, gsm7_length

HEAVY = 10_000_000  # bytes that not every mail system takes

CLAIM_FORMS = ("statement", "information_sheet", "reply_form", "financial_statement")
"""What a letter of claim encloses in any case (debt protocol 3.1(b) to (d))."""

Source = str | Path | bytes | Mapping[str, Any] | Case


def compose(
    case: Source,
    *,
    stage: int | str,
    on: date,
    language: str | None = None,
    law: str | None = None,
    allow: Sequence[str] = (),
    templates: str | Path | None = None,
    creditor: str | Path | Mapping[str, Any] | None = None,
    chosen: bool = True,
    rates: rate_file.Given = (),
) -> Letter:
    """The letter of ``stage`` for ``case``, dated ``on``.

    ``case`` is a path, YAML as bytes, a mapping or a `Case`; ``stage`` is 1 to
    4 or one of `model.NAMED`; ``language`` is a tag (``fr-BE``) or a language
    (``fr``), ``law`` a country code; None means as the case says. ``allow``
    names the warnings to let pass; ``templates`` is a folder of the user's own
    words, ``creditor`` the sender's details (a file or a mapping), ``rates``
    rates of the user's own (see `rate_file`). ``chosen`` is False when nobody
    named the stage: then a letter may not be dated before the last contact.

    Raises `InputError` when the case is wrong or lacks what this letter needs,
    `Refused` when a rule says that this letter must not be sent.
    """
    full = case_reader.read(case, creditor=creditor)
    stage = stage_name(stage)
    governing = rules.settle(full, law or "")
    tag = locale.settle(language or full.language, full.debtor.country, full.creditor.country)
    spoken = locale.get(tag)
    own = rate_file.read(rates)
    draft = rules.draft(full, stage, on, law=governing, chosen=chosen, rates=own)
    known, claim = draft.case, draft.about
    findings = [*draft.notes, *rules.objections(draft), *_other_language(known, spoken)]
    _stop(findings, allow)
    findings += _forms(draft)
    order, about_code = _order(draft, spoken)
    findings += about_code
    enclosed = _enclosed(known.enclosures, stage)
    if enclosed is not known.enclosures:
        known = known._replace(enclosures=enclosed)
    attachments = _attachments(full, known.enclosures)
    findings += _heavy(attachments)
    channel = known.channel(stage)
    vat = rules.vat_on_costs(known, governing)
    person = rules.is_person(known)
    situation = Situation(
        case=known,
        contacts=sorted(known.contacts, key=lambda c: c.date),
        asked=Asked(claim, draft.shown, known.terms, draft.demanded, vat),
        stage=stage,
        on=on,
        deadline=draft.deadline,
        channel=channel,
        order=order,
        letter_of_claim=rules.letter_of_claim(known, governing),
        law=governing,
        person=person,
        addressee=facts.addressee(known.debtor, person),
        others=draft.others,
        fallen_due=draft.fallen_due,
        final=draft.repeats.claim if draft.repeats else None,
    )
    page = _page(spoken, governing, stage, situation.consumer, person, templates)
    _stop(page.lost, allow)
    findings += page.lost
    said = Facts(situation, spoken, spoken, page.phrase)
    words = page.words(said)
    said["title"] = title = words.line("title")
    said.work_out(page.asked)
    blocks = [
        *parts.heading(known, spoken, on, channel),
        *_body(words, _attached(situation, page, said), parts.signature(known, spoken)),
        *parts.enclosures(
            known.enclosures,
            spoken,
            several=bool(said["several"]),
            calculation=bool(said["calculation_enclosed"]),
        ),
    ]
    if said["calculation_enclosed"]:
        blocks.append(parts.calculation(situation.asked, spoken, page.phrase))
    if known.sample:
        blocks.insert(0, Block("sample", (spoken.words["sample_notice"],)))

    def short() -> dict[str, str]:
        sms = page.words(Facts(situation, spoken, spoken.sms, page.phrase))
        return {
            "email_subject": words.line("email_subject"),
            "email_salutation": spoken.email_salutation(**situation.addressed, stage=stage),
            "email_closing": spoken.email_closing(stage, named=bool(situation.addressee)),
            **_sms(sms, shared=known.debtor.shared_phone),
        }

    recipient, postal = parts.addresses(known, spoken)
    return Letter(
        stage=stage,
        language=spoken.tag,
        law=governing,
        kind=known.debtor.kind,
        on=on,
        deadline=draft.deadline,
        title=title,
        channel=channel,
        sender=parts.sender(known, spoken),
        recipient=recipient,
        blocks=tuple(blocks),
        short=Short(short),
        payment=situation.order,
        to=Recipient(known.debtor.email, known.debtor.pec, known.debtor.phone),
        claim=claim,
        enclosures=known.enclosures,
        warnings=tuple(findings),
        reply_to=str(said["email"]),
        attachments=attachments,
        no_sms=_no_sms(draft),
        postal=postal,
        envelope=envelopes.profile(
            known.envelope or envelopes.usual(known.creditor.country), known.creditor.country
        ),
        logo=known.creditor.logo,
    )


class Short(Mapping[str, str]):
    """The texts beside a letter, by name; written when somebody first asks for one."""

    def __init__(self, write: Callable[[], dict[str, str]]) -> None:
        self._write = write

    @functools.cached_property
    def _texts(self) -> dict[str, str]:
        return self._write()

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __repr__(self) -> str:
        return repr(self._texts)


def _sms(words: wording.Words, *, shared: bool) -> dict[str, str]:
    """The text messages there are: ``sms`` is the one to send.

    One that needs two parts gives way to the compact one, and to the discreet
    one where others may read it (``shared``).
    """
    said = {name: gsm7(words.line(name)) for name in wording.SMS_BLOCKS}
    if shared and said["sms_discreet"]:
        said["sms"] = said["sms_discreet"]
    if (gsm7_length(said["sms"]) or 0) > ONE_SMS:
        said["sms"] = said["sms_compact"]
    return {name: text for name, text in said.items() if text}


def _no_sms(draft: Draft) -> Finding | None:
    """Why the letter must not be a text message: a reminder that gives a consumer a legal term.

    From stage 3 on a text message only says that there is a letter.
    """
    given = jurisdiction.term(draft.law, draft.case.debtor.kind, draft.stage)
    if not given or draft.stage not in ("1", "2"):
        return None
    article = jurisdiction.article(draft.law, given["article"], draft.on)
    return Finding("sms_legal_notice", ERROR, article=article, values={"stage": draft.stage})


def _attachments(case: Case, enclosed: Sequence[Enclosure]) -> tuple[Attachment, ...]:
    """The files among what is enclosed, under different names; raises `InputError`."""
    found: dict[str, Attachment] = {}
    wrong = []
    for n, enclosure in enumerate(case.enclosures):
        if not enclosure.file or enclosure not in enclosed:
            continue
        path = data.inside(case.folder, enclosure.file) if case.folder else None
        if path is None:
            id = "enclosure_missing" if case.folder else "enclosure_no_folder"
            field, seen = f"enclosures[{n}].file", enclosure.file
            wrong.append(Finding(id, path=field, seen=seen, file=case.source))
        else:
            name = data.file_name(path.name)
            name = f"{n + 1}-{name}" if name.lower() in found else name
            found[name.lower()] = Attachment(name, path)
    if wrong:
        raise InputError(wrong)
    return tuple(found.values())


def _heavy(attachments: Sequence[Attachment]) -> list[Finding]:
    """A note where the files are more than most mail systems take."""
    size = sum([attached.path.stat().st_size for attached in attachments])
    if size <= HEAVY:
        return []
    return [Finding("attachments_heavy", NOTE, "enclosures", values={"size": f"{size / 1e6:.0f}"})]


def _order(draft: Draft, spoken: Locale) -> tuple[PaymentOrder | None, list[Finding]]:
    """How to pay what the letter asks for, if anything; of a plan, its first instalment."""
    sum_, plan = draft.demanded, draft.case.plan
    if draft.stage == "plan" and plan:
        _, sum_ = parts.instalments(plan, sum_, draft.working_days_of)[0]
    if not sum_:
        return None, []
    handed_over = draft.stage == "4"
    order = payment.order(draft.case, draft.about, sum_, to_agent=handed_over)
    if order is None:
        return None, []
    return payment_code.add(order, draft.case, draft.about, spoken, to_agent=handed_over)


def _enclosed(given: tuple[Enclosure, ...], stage: str) -> tuple[Enclosure, ...]:
    """What goes with the letter of ``stage``: none of the documents where they are known by now."""
    if stage in ("call", "plan", "thanks"):
        return ()
    if stage == "4":  # whoever has the file has the documents
        return tuple(e for e in given if e.text or e.code == "statement")
    if stage == "claim":
        there = {e.code for e in given}
        return (*given, *(Enclosure(code) for code in CLAIM_FORMS if code not in there))
    return given


def _forms(draft: Draft) -> list[Finding]:
    """Where the forms that a letter of claim encloses are to be had: a note."""
    if draft.stage != "claim":
        return []
    term = jurisdiction.term(draft.law, draft.case.debtor.kind, draft.stage)
    source = jurisdiction.table(draft.law)["sources"][term["source"]]
    values = {"address": source["address"], "days": str(term["days"])}
    return [Finding("claim_forms", NOTE, values=values)]


def compose_blank(
    *,
    stage: int | str,
    language: str,
    law: str,
    kind: str = "business",
    templates: str | Path | None = None,
) -> Letter:
    """The letter of ``stage`` to fill in by hand: every value is its label in brackets.

    ``language`` is a tag or a language, ``law`` a country code, ``kind``
    business or consumer. The next step is a list to tick; the notice of
    stage 4 is that of a referral, so that it lists agents only, no court or office.
    """
    stage = stage_name(stage)
    governing = rules.known(law)
    if kind not in KINDS:
        raise InputError([Finding("kind_unknown", seen=kind, values={"choices": ", ".join(KINDS)})])
    spoken = locale.get(locale.settle(language, governing, governing))
    if stage == "claim" and not rules.knows_letter_of_claim(governing):
        raise Refused([Finding("claim_unknown_here", path="law", seen=governing)])
    consumer = kind == "consumer"
    page = _page(spoken, governing, stage, consumer, consumer or stage == "claim", templates)
    steps = rules.next_steps(governing)
    if stage == "4":
        steps = tuple(step for step in steps if step not in ("court", "debt_enforcement"))
    said = facts.blank(spoken, stage, kind, steps[0], governing)
    said["letter_of_claim"] = consumer and rules.knows_letter_of_claim(governing)
    said["title"] = title = page.words(said).line("title")
    words = page.words(said)

    pairs = parts.pay_blank(spoken, governing, stage)
    attached: dict[str, dict[str, Any]] = {"pay": {"pairs": pairs}}
    if len(steps) > 1:
        names = spoken.labels
        each = [
            said | dict.fromkeys(steps, False) | {step: True, "agent": names[f"agent_{step}"]}
            for step in steps
        ]
        for name in ("next_step", "referral"):
            options = tuple("\u2610 " + page.words(ticked).line(name) for ticked in each)
            attached[name] = {"paragraphs": (), "items": options}
    if said["claimed"]:
        attached["claim"] = {"items": parts.claim_blank(said, spoken, page.phrase)}
    if stage == "plan":
        attached["plan"] = {"items": parts.instalment_blank(spoken, page.phrase)}
    labels = spoken.labels
    signature = Block("signature", lines=(labels["signatory"], labels["creditor"]))
    return Letter(
        stage=stage,
        language=spoken.tag,
        law=governing,
        kind=kind,
        on=None,
        deadline=None,
        title=title,
        channel="post",
        sender=tuple(labels["sender_lines"].split("\n")),
        recipient=tuple(labels["recipient_lines"].split("\n")),
        blocks=(
            Block("place_date", (spoken.place_date(labels["place"], labels["date"]),)),
            *_body(words, attached, signature),
            *parts.enclosures(_enclosed((), stage), spoken, several=False, calculation=False),
        ),
        short={"email_subject": words.line("email_subject")},
        payment=None,
        to=Recipient(),
        claim=None,
        enclosures=(),
        postal=tuple(labels["recipient_lines"].split("\n")),
        envelope=envelopes.profile(envelopes.usual(governing)),
    )


def stage_name(stage: int | str) -> str:
    """The stage as its name (``"1"``); raises `InputError` for one that there is not."""
    name = str(stage)
    if name not in wording.STAGE_FILES:
        choices = ", ".join(wording.STAGE_FILES)
        raise InputError([Finding("stage_unknown", seen=name, values={"choices": choices})])
    return name


def _page(
    spoken: Locale, law: str, stage: str, consumer: bool, person: bool, templates: Any
) -> _Page:
    if templates is None:
        return _own_page(spoken, law, stage, consumer, person)
    return _Page(spoken, law, stage, consumer, person, Path(templates))


@functools.cache
def _own_page(spoken: Locale, law: str, stage: str, consumer: bool, person: bool) -> _Page:
    return _Page(spoken, law, stage, consumer, person, None)


class _Page:
    """Where a letter's words come from.

    ``asked`` are the facts that its conditions ask for, ``lost`` warnings of
    values that the user's own words leave out.
    """

    def __init__(
        self,
        spoken: Locale,
        law: str,
        stage: str,
        consumer: bool,
        person: bool,
        folder: Path | None,
    ) -> None:
        self.spoken = spoken
        self._law, self._consumer, self._person = law, consumer, person
        self._folder = folder
        self._letter = self._files(stage, facts.NAMES)
        self._phrases = self._files("lines", phrases.NAMES)
        self.asked = self._letter.body.asked
        self.lost = self._phrases.lost + self._letter.lost

    def _files(self, stage: str, names: wording.Names) -> wording.Chain:
        return wording.chain(
            stage,
            self.spoken.tag,
            self._law,
            consumer=self._consumer,
            person=self._person,
            names=names,
            folder=self._folder,
        )

    def words(self, said: wording.Facts) -> wording.Words:
        """The words of this letter, filled with ``said``."""
        return wording.Words(self._letter, said)

    def phrase(self, name: str, said: wording.Facts) -> str:
        """A phrase of ``lines.txt``."""
        return " ".join(self._phrases.blocks[name].paragraphs(said))

    def title(self, stage: str, said: wording.Facts) -> str:
        """The title of the letter of ``stage``, which need not be this one."""
        return wording.Words(self._files(stage, facts.NAMES), said).line("title")


def _stop(findings: Sequence[Finding], allow: Sequence[str]) -> None:
    """Raise for what stops the letter: a rule that refuses before an input that is missing."""
    stopping = [
        f for f in findings if f.severity == ERROR or (f.severity == WARNING and f.id not in allow)
    ]
    if not stopping:
        return
    refused = [f for f in stopping if f.id not in rules.NEEDS_INPUT]
    if refused:
        raise Refused(refused)
    raise InputError(stopping)


def _other_language(case: Case, spoken: Locale) -> list[Finding]:
    """The sender's own words, when they are in another language than the letter: notes."""
    found = []
    for path, text in _own_texts(case):
        if spoken.language in text.by_language:
            continue
        written = next(iter(text.by_language), case.language[:2])
        if written not in ("", spoken.language):
            values = {"written": written, "language": spoken.language}
            seen = text.in_language(spoken.language)
            found.append(Finding("text_language", NOTE, path, seen, values=values))
    return found


def _own_texts(case: Case) -> Iterator[tuple[str, Text]]:
    """The sender's own words, and where they stand in the case."""
    signatory, suspension = case.creditor.signatory, case.suspension
    for n, invoice in enumerate(case.invoices):
        if invoice.description:
            yield f"invoices[{n}].description", invoice.description
    if case.terms.clause:
        yield "terms.clause", case.terms.clause
    if case.creditor.hours:
        yield "creditor.hours", case.creditor.hours
    if signatory and signatory.role:
        yield "creditor.signatory.role", signatory.role
    if suspension and suspension.clause:
        yield "suspension.clause", suspension.clause
    for n, invoice in enumerate(case.invoices):
        if invoice.disputed and invoice.disputed.answer:
            yield f"invoices[{n}].disputed.answer", invoice.disputed.answer
    for n, enclosure in enumerate(case.enclosures):
        if enclosure.text:
            yield f"enclosures[{n}]", enclosure.text


def _body(
    words: wording.Words, attached: Mapping[str, Mapping[str, Any]], signature: Block
) -> list[Block]:
    """The blocks of the stage file, in its order; one that comes out empty is left out.

    The signature follows the closing; what stands after it is for the reader to fill in.
    """
    blocks = []
    for name, block in words.body():
        if name in attached:
            paragraphs = block.paragraphs if block else ()
            blocks.append(Block(**{"name": name, "paragraphs": paragraphs, **attached[name]}))
        elif block:
            blocks.append(block)
        if name == "closing":
            blocks.append(signature)
    return blocks


def _attached(situation: Situation, page: _Page, said: Facts) -> dict[str, dict[str, Any]]:
    """What the machine puts below a block's own words, by the block's name."""
    spoken, asked, plan = page.spoken, situation.asked, situation.case.plan
    claim = asked.claim
    found: dict[str, dict[str, Any]] = {}
    if said["listed"]:
        found["items"] = {
            "items": parts.invoice_lines(claim, spoken, page.phrase),
            "table": parts.InvoiceTable(claim, spoken),
        }
    if said["claimed"]:
        found["claim"] = parts.claim(asked, spoken, page.phrase)
        split = parts.imputed_lines(asked, spoken, page.phrase)
        if split:
            told = len(split) == sum(len(i.imputed) for i in claim.items)
            rest = (
                () if told and not said["credits"] else page.words(said).paragraphs("part_payment")
            )
            found["part_payment"] = {"paragraphs": (*split, *rest)}
    if said["contact_list"]:

        def contact(c: Contact) -> str:
            title = page.title(c.letter, said) if c.letter and c.by == "us" else ""
            return page.phrase("contact", phrases.contact(c, title, claim.currency, spoken))

        found["previous"] = {"items": tuple(contact(c) for c in situation.listed_contacts)}
    if plan and situation.stage != "4":
        country = schedule.calendar_of(situation.case, situation.law)
        dated = parts.instalments(plan, asked.total, country)
        found["plan"] = {
            "items": parts.instalment_lines(dated, claim.currency, spoken, page.phrase)
        }
    if situation.order:
        amount = spoken.money(situation.order.amount, claim.currency)
        found["pay"] = {"pairs": parts.pay(situation.order, amount, spoken)}
    return found

"""The frozen types that travel down the line: a `Case` in, a `Letter` out.

Nothing here computes or reads a file. Money is `Decimal` with two decimals in
the case's one currency; dates are `datetime.date`; a language is a tag such as
``fr-BE``; a law is one of the eight country codes in `LAWS`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from letterkit import data
from letterkit.errors import Finding

LAWS = ("BE", "CH", "FR", "GB", "IE", "IT", "LU", "NL")
LANGUAGES = ("en", "fr", "it", "nl")
LOCALES = (
    "en-GB",
    "en-IE",
    "fr-BE",
    "fr-CH",
    "fr-FR",
    "fr-LU",
    "it-CH",
    "it-IT",
    "nl-BE",
    "nl-NL",
)
CURRENCIES = ("CHF", "EUR", "GBP")
KINDS = ("business", "consumer", "public")
CHANNELS = ("post", "registered", "registered+post", "pec", "email")
CONTACT_CHANNELS = (*CHANNELS, "phone", "sms", "visit")
CONTACT_RESULTS = ("promised", "no_answer", "disputed", "message", "other")
NEXT_STEPS = ("lawyer", "agency", "bailiff", "court", "debt_enforcement")
ENCLOSURES = (
    "invoice",
    "statement",
    "contract",
    "order",
    "delivery_note",
    "terms",
    "letters",
)
STAGES = (1, 2, 3, 4)
NAMED = ("courtesy", "call", "dispute", "plan", "thanks", "claim")  # beside the four stages
DEMANDING = ("3", "claim")  # the letters that ask for more than the invoices, where it is owed
NOTHING: Mapping[str, Any] = MappingProxyType({})
CENT = Decimal("0.01")
ZERO = Decimal("0.00")
_WIDE = Context(prec=60)


def cents(amount: Decimal) -> Decimal:
    """The one rounding rule for money: half up to the cent.

    >>> cents(Decimal("0.125"))
    Decimal('0.13')
    """
    return amount.quantize(CENT, ROUND_HALF_UP, _WIDE)


class Text(NamedTuple):
    """Words of the sender: one text, or one per language.

    >>> Text("", {"fr": "artisan", "nl": "vakman"}).in_language("nl")
    'vakman'
    """

    text: str
    by_language: Mapping[str, str] = NOTHING

    def in_language(self, language: str) -> str:
        """The words for ``language`` (``fr``), else the ones there are."""
        found = self.by_language.get(language) or self.text
        return found or next(iter(self.by_language.values()), "")


class Person(NamedTuple):
    """A person named in the letter; ``title`` is a code: mr, ms or none."""

    name: str
    title: str = "none"
    role: Text | None = None
    phone: str = ""
    email: str = ""


class Postal(NamedTuple):
    """An address in its parts, where the case gives it so; ``number`` is the house's."""

    street: str
    number: str
    postcode: str
    town: str


class Creditor(NamedTuple):
    """Who writes. ``address`` is the postal lines; ``town`` stands in the date line."""

    name: str
    address: tuple[str, ...]
    country: str
    town: Text = Text("")
    number: str = ""
    email: str = ""
    phone: str = ""
    iban: str = ""
    bic: str = ""
    payee: str = ""
    payment_link: str = ""
    sort_code: str = ""
    account_number: str = ""
    signatory: Person | None = None
    contact: Person | None = None
    hours: Text | None = None
    privacy: str = ""
    sme: bool = False
    vat: str = ""
    postal: Postal | None = None  # the parts of `address`
    payment_code: bool | None = None  # None: where the debtor's bank is known to read it
    slip_language: str = ""  # de | fr | it | en; "" = the letter's, English where it has none
    logo: Logo | None = None
    envelope: str = ""


class Debtor(NamedTuple):
    """Who owes. An unknown ``kind`` was read as consumer."""

    name: str
    address: tuple[str, ...]
    country: str
    kind: str = "consumer"
    form: str = ""  # company | sole_trader | individual
    number: str = ""
    customer: str = ""
    email: str = ""
    pec: str = ""
    phone: str = ""
    attention: Person | None = None
    title: str = "none"  # civility of a debtor who is a person: mr | ms | none
    insolvent: date | None = None
    region: str = ""  # england_wales | scotland | northern_ireland
    postal: Postal | None = None  # the parts of `address`
    shared_phone: bool = False  # others may read what is sent to ``phone``


class Payment(NamedTuple):
    """Money received on an invoice."""

    date: datetime.date
    amount: Decimal


class Credit(NamedTuple):
    """A credit note that lowers an invoice."""

    number: str
    date: datetime.date
    amount: Decimal


class Dispute(NamedTuple):
    """A contested invoice; ``amount`` None means all of it. ``answer`` is what we say to it."""

    amount: Decimal | None = None
    since: date | None = None
    answer: Text | None = None


class Invoice(NamedTuple):
    """One invoice, VAT included."""

    number: str
    issued: date
    due: date
    amount: Decimal
    currency: str
    received: date | None = None
    order: str = ""
    delivered: date | None = None
    description: Text | None = None
    reference: str = ""
    payments: tuple[Payment, ...] = ()
    credits: tuple[Credit, ...] = ()
    disputed: Dispute | None = None
    goods: str = ""


class Promise(NamedTuple):
    """What the debtor undertook; ``amount`` None means everything."""

    date: datetime.date
    amount: Decimal | None = None


class Contact(NamedTuple):
    """One earlier contact. ``stage`` is set when it was one of the four letters.

    ``named`` is ``claim`` when it was a Letter of Claim.
    """

    date: datetime.date
    channel: str
    stage: int | None = None
    deadline: datetime.date | None = None
    by: str = "us"  # us | them
    person: str = ""
    result: str = ""
    promise: Promise | None = None
    named: str = ""

    @property
    def letter(self) -> str:
        """Which letter it was: ``"1"`` to ``"4"``, ``"claim"``; empty if it was none of these."""
        return str(self.stage) if self.stage else self.named


class Contract(NamedTuple):
    """What the invoices rest on."""

    date: datetime.date | None = None
    number: str = ""
    interest_on_invoice: bool = False
    due_agreed: bool = False  # the day of payment was agreed, not only printed on the invoice


class AgreedRate(NamedTuple):
    """An agreed rate of interest: percent per ``per`` (year or month)."""

    rate: Decimal
    per: str


class Terms(NamedTuple):
    """What was agreed on late payment."""

    interest: str | AgreedRate = "statutory"  # statutory | none | AgreedRate
    compensation: str | Decimal = "statutory"  # statutory | none | amount
    clause: Text | None = None
    show_interest: str = ""  # silent | announced | claimed; "" = the letter's default
    show_compensation: str = ""
    waive_if_paid: bool = False
    interest_until: date | None = None
    fee: Decimal | None = None
    imputation: str = "legal"  # legal | principal
    days: str = ""  # another way to count days, where the law leaves it open: 30/360
    runs: str = ""  # another reading of how the rate applies, where there are two: split


class Plan(NamedTuple):
    """Instalments; the last one takes the rest.

    ``due_if_missed``: it was agreed that the rest falls due when one is missed.
    """

    instalments: int
    first: date
    every: str = "month"  # week | month
    due_if_missed: bool = False


class Suspension(NamedTuple):
    """Deliveries or services that stop, and the clause that allows it."""

    start: date
    clause: Text | None = None


class NextStep(NamedTuple):
    """The one true next step; ``since`` is the day of the mandate (stage 4)."""

    kind: str
    name: str = ""
    reference: str = ""
    since: date | None = None
    address: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    iban: str = ""
    register: str = ""
    postal: Postal | None = None  # the parts of `address`


class Enclosure(NamedTuple):
    """A code from `ENCLOSURES`, or the sender's own words; ``file`` goes with an e-mail."""

    code: str = ""
    text: Text | None = None
    file: str = ""


class Policy(NamedTuple):
    """The sender's calendar, in calendar days overdue; ``deadline_days`` for stages 1 to 3."""

    stage1: int = 2
    stage2: int = 16
    stage3: int = 30
    stage4: int = 48
    deadline_days: tuple[int, int, int] = (12, 12, 15)
    post_days: int = 2

    def days(self, stage: int) -> int:
        """Days overdue at which ``stage`` (1 to 4) is due."""
        return (self.stage1, self.stage2, self.stage3, self.stage4)[stage - 1]


class Case(NamedTuple):
    """Everything the sender knows: who, what is owed, what was done so far.

    ``law`` and ``language`` are empty when the file leaves them to the
    defaults. ``send`` and ``deadline`` are keyed by stage name (``"1"``), with
    ``""`` for every stage not named.
    """

    creditor: Creditor
    debtor: Debtor
    invoices: tuple[Invoice, ...]
    law: str = ""
    language: str = ""
    reference: str = ""
    send: Mapping[str, str] = NOTHING
    deadline: Mapping[str, date] = NOTHING
    policy: Policy = Policy()
    contract: Contract = Contract()
    contacts: tuple[Contact, ...] = ()
    terms: Terms = Terms()
    plan: Plan | None = None
    credit_terms: str | Text = ""  # "prepayment" or own words
    suspension: Suspension | None = None
    next_step: NextStep | None = None
    enclosures: tuple[Enclosure, ...] = ()
    paid_until: date | None = None
    envelope: str = ""  # a profile, or none; "" = as usual in the sender's country
    sample: bool = False
    source: str = ""  # where it was read, for messages
    folder: str = ""  # where it lies, if it is a file: what is enclosed lies there too

    @property
    def currency(self) -> str:
        """The one currency of the case."""
        return self.invoices[0].currency

    def channel(self, stage: str) -> str:
        """How the letter of ``stage`` (``"1"``) goes out."""
        return self.send.get(stage) or self.send.get("") or "post"


class Segment(NamedTuple):
    """Interest of one stretch of days, both ends counted, with one base and one rate.

    ``rate`` is percent a year; ``amount`` is rounded half up to the cent.
    """

    first: date
    last: date
    days: int
    base: Decimal
    rate: Decimal
    amount: Decimal
    source: str = ""


class Imputed(NamedTuple):
    """How a payment was set off: so much against interest, the rest against principal."""

    date: datetime.date
    amount: Decimal
    interest: Decimal
    principal: Decimal


class OpenItem(NamedTuple):
    """One invoice as the letter counts it on its date.

    ``balance`` is the invoice less payments, credit notes and the contested
    part: what a letter that claims nothing prints. ``principal`` and
    ``interest`` are what is left of both after the payments were set off in
    the order of the law; ``unknown`` is the first day whose rate is not known.
    """

    invoice: Invoice
    paid: Decimal
    credited: Decimal
    disputed: Decimal
    balance: Decimal
    days_overdue: int
    principal: Decimal
    interest: Decimal = ZERO
    compensation: Decimal = ZERO
    interest_from: date | None = None
    segments: tuple[Segment, ...] = ()
    settled: tuple[Segment, ...] = ()  # those that payments were set off against, in a letter
    imputed: tuple[Imputed, ...] = ()
    unknown: date | None = None
    per_day: Decimal = ZERO


class Basis(NamedTuple):
    """Where an amount of the claim comes from: how the article is cited, and source."""

    article: Mapping[str, str] = NOTHING  # language → label
    source: str = ""


class Claim(NamedTuple):
    """What may be asked for on a day, with everything needed to work it out again by hand.

    ``rate`` is the yearly percentage in force on the day, where interest runs
    or may run; ``per_day`` the interest of each further day, rounded to be
    shown; ``costs_paid`` what payments were set off against costs; ``coming``
    what a consumer will owe besides once a legal term has run out unpaid;
    ``beyond`` what was paid on settled invoices toward the costs and fixed sums
    of the whole claim;
    ``bases`` says for ``interest``, ``compensation`` and ``costs`` where they
    come from, or, where one is nothing, ``why`` (an id).
    """

    on: date
    currency: str
    items: tuple[OpenItem, ...]  # due, with something undisputed left
    disputed: tuple[OpenItem, ...]  # due, wholly disputed: left out
    not_due: tuple[Invoice, ...]  # left out: not due yet
    principal: Decimal
    interest: Decimal = ZERO
    compensation: Decimal = ZERO
    costs: Decimal = ZERO
    costs_paid: Decimal = ZERO
    coming: Decimal = ZERO
    beyond: Decimal = ZERO
    rate: Decimal | None = None
    per_day: Decimal | None = None
    days: str = "act/365"
    bases: Mapping[str, Basis] = NOTHING
    why: Mapping[str, str] = NOTHING

    @property
    def balance(self) -> Decimal:
        """The invoices less payments, credit notes and contested parts."""
        return sum([item.balance for item in self.items], ZERO)

    @property
    def total(self) -> Decimal:
        """Everything added up."""
        return self.principal + self.interest + self.compensation + self.costs

    @property
    def unknown(self) -> date | None:
        """The first day whose rate is not known; None when every day's is."""
        return min((item.unknown for item in self.items if item.unknown), default=None)


class Table(NamedTuple):
    """A table for HTML: heads, body rows, and a foot (the total), all finished strings.

    ``numeric`` says which columns are figures, to be aligned on the right.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    foot: tuple[str, ...] = ()
    numeric: tuple[int, ...] = ()


class Block(NamedTuple):
    """One part of a letter, finished plain text.

    ``paragraphs`` come first; then ``lines`` (an address: one under the other),
    ``pairs`` (label with its colon, value), ``items`` (a list of sentences). A
    ``table`` makes a table of the same as ``items``, for outputs that can draw one.
    """

    name: str
    paragraphs: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()
    table: Callable[[], Table] | None = None


class Slip(NamedTuple):
    """What a Swiss payment slip prints, finished; what is empty is left out or drawn as a box.

    ``words`` are the fixed texts by name, in ``language``; ``creditor`` and
    ``debtor`` are name, street and place, any of the last two perhaps empty.
    """

    language: str
    words: Mapping[str, str]
    account: str
    creditor: tuple[str, str, str]
    debtor: tuple[str, str, str] | None
    reference: str
    message: str
    currency: str
    amount: str


class PaymentCode(NamedTuple):
    """A code that the payer's banking app reads; a writer draws it.

    ``kind`` is epc or qr_bill; ``payload`` its text, to be written in ``encoding``
    (utf-8 or iso-8859-1) at error correction level M; ``caption`` stands beside
    an EPC code, or says where the ``slip`` is in which a Swiss code stands;
    ``label`` says what it is to whoever does not see it.
    """

    kind: str
    payload: str
    encoding: str = "utf-8"
    caption: str = ""
    label: str = ""
    slip: Slip | None = None


class PaymentOrder(NamedTuple):
    """How the money should arrive; ``account`` is an IBAN without spaces."""

    payee: str
    account: str
    amount: Decimal
    currency: str
    reference: str
    link: str = ""
    bic: str = ""
    sort_code: str = ""
    account_number: str = ""
    code: PaymentCode | None = None


class Box(NamedTuple):
    """A part of the sheet: millimetres from its left and upper edge."""

    x: float
    y: float
    width: float
    height: float


class Envelope(NamedTuple):
    """Where the address stands so that the envelope shows it; ``address`` None: there is no window.

    ``shown`` is everything that can be seen through the window, wherever the sheet
    slides: nothing but the address may stand there. ``bottom``: the address
    fills its place from below. ``folds`` are millimetres from the upper edge.
    """

    name: str
    side: str  # left | right
    address: Box | None = None
    shown: Box | None = None
    bottom: bool = False
    folds: tuple[float, ...] = ()
    return_line: bool = False


class Logo(NamedTuple):
    """The picture of the letterhead: ``kind`` is svg or png."""

    kind: str
    raw: bytes


class Recipient(NamedTuple):
    """Where a letter may be sent besides the post."""

    email: str = ""
    pec: str = ""
    phone: str = ""


class Attachment(NamedTuple):
    """A file of the sender's that goes with an e-mail: under which name, and where it lies."""

    name: str
    path: Path

    def content(self) -> bytes:
        """What is in it."""
        return data.contents(self.path)


class Letter(NamedTuple):
    """A finished letter: plain text in blocks, for the writers to lay out.

    ``stage`` is ``"1"`` to ``"4"`` or the name of a special letter; ``short``
    maps the e-mail texts and the SMS that this letter has by name
    (``email_subject``, ``sms``…). ``reply_to`` is the sender's e-mail address;
    ``no_sms`` says why the letter must not be a text message, if so. ``postal`` is
    the recipient as the post of that country wants it in the window of the
    ``envelope``.
    """

    stage: str
    language: str
    law: str
    kind: str
    on: date | None
    deadline: date | None
    title: str
    channel: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    blocks: tuple[Block, ...]
    short: Mapping[str, str]
    payment: PaymentOrder | None
    to: Recipient
    claim: Claim | None
    enclosures: tuple[Enclosure, ...]
    warnings: tuple[Finding, ...] = ()
    sources: tuple[str, ...] = ()
    reply_to: str = ""
    attachments: tuple[Attachment, ...] = ()
    no_sms: Finding | None = None
    postal: tuple[str, ...] = ()
    envelope: Envelope = Envelope("none", "left")
    logo: Logo | None = None

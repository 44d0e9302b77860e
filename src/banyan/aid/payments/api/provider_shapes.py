"""What the API says of providers, templates, accounts, files and statements."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import StringConstraints

# Text that no column can hold is refused by its shape, not by the database.
Word = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.-]+$")]
Currency = Annotated[str, StringConstraints(min_length=3, max_length=3, pattern=r"^[A-Z]{3}$")]
Note = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
Amount = Annotated[Decimal, Field(ge=0, max_digits=19, decimal_places=4)]
MechanismWord = Literal["cash", "mobile_money", "bank", "card", "voucher"]
FormatWord = Literal["xlsx", "csv", "pain001", "govstack_json", "govstack_csv"]
OutcomeWord = Literal["", "delivered", "returned", "failed", "unclaimed"]


class PaymentTemplateColumn(Schema):
    """One column of a provider's list: its header, and what stands in it."""

    header: Word
    source: Word


class PaymentTemplateIn(Schema):
    """The columns of a provider's list, in order."""

    name: Annotated[Word, StringConstraints(min_length=1)]
    columns: Annotated[list[PaymentTemplateColumn], Field(max_length=100)]


class PaymentTemplateOut(Schema):
    """A template as it is now."""

    id: UUID
    name: str
    columns: list[PaymentTemplateColumn]
    changed_by_label: str
    changed_at: datetime


class PaymentProviderIn(Schema):
    """A provider. debtor_account is locked at once and never given back; left empty it stays as it is."""

    code: Code
    name: Name
    organisation_id: UUID | None = None
    mechanisms: Annotated[list[MechanismWord], Field(min_length=1, max_length=5)]
    currencies: Annotated[list[Currency], Field(min_length=1, max_length=20)]
    fee_fixed: Amount = Decimal(0)
    fee_percent: Annotated[Decimal, Field(ge=0, le=100, max_digits=7, decimal_places=4)] = Decimal(0)
    least: Amount | None = None
    most: Amount | None = None
    debtor_name: Annotated[Word, StringConstraints(max_length=120)] = ""
    debtor_account: Annotated[str, StringConstraints(max_length=44, pattern=r"^[^\x00]*$")] = ""
    debtor_agent: Annotated[str, StringConstraints(max_length=11, pattern=r"^([A-Z0-9]{8}([A-Z0-9]{3})?)?$")] = ""
    template_id: UUID | None = None
    recipient: Annotated[Word, StringConstraints(max_length=120)] = ""


class PaymentProviderOut(Schema):
    """A provider as it is now; of its account only the end."""

    id: UUID
    code: str
    name: str
    organisation_id: UUID | None
    mechanisms: list[str]
    currencies: list[str]
    fee_fixed: Decimal
    fee_percent: Decimal
    least: Decimal | None
    most: Decimal | None
    debtor_name: str
    debtor_hint: str
    debtor_agent: str
    template_id: UUID | None
    recipient: str
    retired_at: datetime | None


class PaymentAccountIn(Schema):
    """Where somebody is paid by a mechanism from now on."""

    mechanism: MechanismWord
    number: Annotated[str, StringConstraints(min_length=1, max_length=44, pattern=r"^[^\x00]*$")]
    holder: Word = ""


class PaymentAccountOut(Schema):
    """An account; of its number only the end."""

    id: UUID
    person_id: UUID
    mechanism: str
    hint: str
    holder: str
    since: datetime
    ended_at: datetime | None


class PaymentFileIn(Schema):
    """In which format the file is made."""

    format: FormatWord


class PaymentFileOut(Schema):
    """A file to a provider with its control totals and checksum (SHA-256 of what the provider reads)."""

    id: UUID
    plan_id: UUID
    provider_id: UUID
    format: str
    name: str
    checksum: str
    rows: int
    amount: Decimal
    currency: str
    encrypted: bool
    made_by_label: str
    made_at: datetime


class PaymentStatementOut(Schema):
    """What a provider reported. A table without a mapping waits for one; `counts` says what its rows came to."""

    id: UUID
    provider_id: UUID
    name: str
    kind: str
    checksum: str
    headers: list[str]
    mapping: dict[str, Any] | None
    whole: list[list[str]] = Field(description="Of a status report: status, reason and message of a file as a whole")
    rows: int
    counts: dict[str, int]
    received_by_label: str
    received_at: datetime
    settled_at: datetime | None


class PaymentMappingIn(Schema):
    """How to read a table: fields by header, words by outcome, how days are written, whether amounts add up or are totals."""

    columns: Annotated[dict[Word, Word], Field(max_length=20)]
    words: Annotated[dict[Word, Word], Field(max_length=100)] = {}
    days: Literal["iso", "dmy", "mdy"] = "iso"
    amounts: Literal["each", "total"] = "each"


class PaymentStatementRowOut(Schema):
    """A row of a statement: what it said, what it came to, what was recorded of the line, and by how much it was too much."""

    id: UUID
    file_id: UUID
    no: int
    line_id: UUID | None
    amount: Decimal | None
    currency: str
    on_day: date | None
    outcome: str
    reference: str
    reason: str
    verdict: str
    why: str
    counted: Decimal | None
    excess: Decimal | None
    decided_by_label: str
    decided_at: datetime | None
    note: str


class PaymentDecisionIn(Schema):
    """Which line a row is about; none: it is not ours. The rest says what a row meant that could not be read."""

    line_id: UUID | None
    note: Note
    outcome: OutcomeWord = ""
    amount: Amount | None = None
    on_day: date | None = None

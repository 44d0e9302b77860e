"""What the API of the register gives and takes. Names are the register's own: the description knows schemas by name."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import StringConstraints

# Text that no column can hold is refused by its shape, not by the database.
Plain = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2100, 1, 1))]
Purpose = Literal["identity", "assistance", "protection", "correction", "contact", "complaint", "audit"]
SUBJECTS = Literal["people", "households"]


class RegistryAges(Schema):
    """Completed years today: equal when the birthday is known."""

    youngest: int
    oldest: int


class RegistryPersonLine(Schema):
    """A person as lists and searches show them."""

    id: UUID
    reference: str
    full_name: str
    name_original: str
    sex: str
    birth_date: str | None
    place_id: UUID | None
    household_id: UUID | None
    status: str
    registered_on: date
    operation_id: UUID
    version: int


class RegistryPeoplePage(Schema):
    """A page of people in the order of their ids; continue with `after`."""

    items: list[RegistryPersonLine]
    after: UUID | None


class RegistryHouseholdLine(Schema):
    """A household as lists show it."""

    id: UUID
    reference: str
    head_name: str | None
    size: int
    place_id: UUID | None
    residence_status: str
    status: str
    registered_on: date
    operation_id: UUID
    version: int


class RegistryHouseholdsPage(Schema):
    """A page of households in the order of their ids; continue with `after`."""

    items: list[RegistryHouseholdLine]
    after: UUID | None


class RegistryListFilter(Schema):
    """Which records, and where to continue. Nothing here names a person: for that there is search."""

    operation: Plain = ""
    place: Plain = ""
    status: Plain = ""
    sex: Plain = ""
    age_from: Plain = ""
    age_to: Plain = ""
    registered_from: Plain = ""
    registered_to: Plain = ""
    need: Plain = ""
    residence: Plain = ""
    group: Plain = ""
    headed: Plain = ""
    batch: Plain = ""
    after: UUID | None = None

    def values(self) -> dict[str, list[str]]:
        """As the lists read them."""
        return {name: [value] for name, value in self.dict(exclude={"after"}).items() if value}


class RegistrySearchIn(Schema):
    """What is known about somebody; empty where it is not."""

    text: Plain = ""
    document: Plain = ""
    phone: Plain = ""
    reference: Plain = ""
    household: Plain = ""
    place: UUID | None = None
    born: Short = ""
    sex: Short = ""
    operation: UUID | None = None


class RegistryFound(Schema):
    """Somebody whom a search found: who, how well they fit (0 to 1) and why."""

    person: RegistryPersonLine
    score: float
    why: list[str]


class RegistryDocument(Schema):
    """A document; the number is masked unless asked for."""

    type: str
    number: str
    issuer: str
    issued_on: str | None
    expires_on: str | None
    is_current: bool


class RegistryNeed(Schema):
    """A specific need; what it is is masked unless asked for."""

    code: str
    since: date | None
    until: date | None
    note: str


class RegistryNotice(Schema):
    """A notice about the use of data, and what was agreed to."""

    id: UUID
    version: str
    language: str
    given_on: date
    purposes: dict[str, bool]
    legal_basis: str
    withdrawn_on: date | None


class RegistryMember(Schema):
    """A person's place in a household."""

    person_id: UUID
    household_id: UUID
    reference: str
    full_name: str
    relationship: str
    is_head: bool
    is_collector: bool
    is_alternate: bool
    since: date
    until: date | None
    ages: RegistryAges | None


class RegistryAlias(Schema):
    """Another registration of the same person, merged into this one."""

    id: UUID
    reference: str
    full_name: str
    since: date | None
    merge_id: UUID | None


class RegistryPerson(Schema):
    """A person with what belongs to them. Sensitive values are masked (•••) unless `shown`.

    `merged_into`: the registration that stands for this one since both were found to be one person; look there.
    """

    id: UUID
    reference: str
    operation_id: UUID
    version: int
    number: str
    full_name: str
    given_name: str
    middle_name: str
    family_name: str
    name_original: str
    mother_name: str
    father_name: str
    sex: str
    birth_date: str | None
    ages: RegistryAges | None
    nationality: str
    origin_country: str
    marital_status: str
    legal_status: str
    arrived_on: str | None
    education: str
    occupation: str
    difficulties: dict[str, str]
    place_id: UUID | None
    address: str
    language: str
    contact_preference: str
    email: str
    has_photo: bool
    photo_taken_on: date | None
    biometric_status: str
    needs_screened_on: date | None
    born_in_asylum: bool
    status_decided_on: str | None
    entered_on: date | None
    verified_on: date | None
    registered_on: date
    status: str
    status_reason: str
    status_since: date | None
    household_id: UUID | None
    documents: list[RegistryDocument]
    phones: list[str]
    needs: list[RegistryNeed]
    notices: list[RegistryNotice]
    extras: dict[str, str]
    merged_into: UUID | None
    aliases: list[RegistryAlias]
    shown: bool


class RegistryHousehold(Schema):
    """A household with its members on a day. Telephone, position and sensitive further answers are masked unless `shown`."""

    id: UUID
    reference: str
    operation_id: UUID
    version: int
    number: str
    place_id: UUID | None
    address: str
    phone: str
    residence_status: str
    origin_country: str
    language: str
    size: int
    size_reported: int | None
    registered_on: date
    registration_group: str
    status: str
    status_reason: str
    on: date
    members: list[RegistryMember]
    notices: list[RegistryNotice]
    extras: dict[str, str]
    lat: float | None
    lon: float | None
    shown: bool


class RegistryShowIn(Schema):
    """For what sensitive values are asked for; it is written into the log of reads."""

    purpose: Purpose


class RegistryNewDocument(Schema):
    """A document of somebody who is being registered."""

    type: Short
    number: Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]*$")]


class RegistryNewMember(Schema):
    """A member of a household that is being registered."""

    full_name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    name_original: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = ""
    sex: Short
    birth_date: Short = ""
    age: Annotated[int, Field(ge=0, le=130)] | None = None
    relationship: Short = ""
    is_head: bool = False
    phone: Short = ""
    nationality: Short = ""
    document: RegistryNewDocument | None = None


class RegistryNewHousehold(Schema):
    """A household to register. `none_of_these`: the people who look the same were looked at and are others."""

    operation: UUID
    area: Short = ""
    place: Short = ""
    address: Plain = ""
    phone: Short = ""
    residence_status: Short = ""
    registered_on: Day | None = None
    registration_group: Short = ""
    number: Short = ""
    consent: bool | None = None
    people: Annotated[list[RegistryNewMember], Field(min_length=1, max_length=40)]
    none_of_these: bool = False


class RegistryRegistered(Schema):
    """The household that was registered."""

    household_id: UUID


class RegistryNoticeIn(Schema):
    """A notice that was given."""

    version: Short = ""
    language: Annotated[str, StringConstraints(max_length=12, pattern=r"^[^\x00]*$")] = ""
    given_on: Day
    purposes: dict[Literal["registration", "assistance", "sharing", "contact", "photo", "statistics"], bool]
    legal_basis: Literal["consent", "vital-interest", "mandate", "legitimate-interest", "legal-obligation"] = "consent"


class RegistryExportIn(Schema):
    """What to export, for what."""

    subject: SUBJECTS
    filters: dict[Short, Plain] = {}
    file_format: Literal["csv", "xlsx"] = "csv"
    use: Literal["work", "sharing"] = "work"
    reason: Annotated[str, StringConstraints(min_length=10, max_length=300, pattern=r"^[^\x00]*$")]
    with_sensitive: bool = False


class RegistryExport(Schema):
    """An export: whether its file is ready, and how long it is kept. Large ones are written in the background (`job`)."""

    id: UUID
    subject: str
    file_format: str
    use: str
    reason: str
    rows: int
    left_out: int
    size: int
    ready: bool
    asked_at: datetime
    expires_at: datetime
    job: UUID | None


def partial(value: Any) -> str | None:
    """A partial date as its text."""
    return str(value) if value else None


class RegistryPair(Schema):
    """A suspected duplicate. `resolution`: "" while nobody decided, same, different."""

    id: UUID
    first_id: UUID
    second_id: UUID
    since: date
    reason: str
    noted_by_label: str
    resolution: str
    resolved_on: date | None


class RegistryPairIn(Schema):
    """The other person, and why they may be the same."""

    other: UUID
    reason: str = Field("", max_length=300)


class RegistryPairDecision(Schema):
    """What was found out: same or different."""

    resolution: str = Field(max_length=10)

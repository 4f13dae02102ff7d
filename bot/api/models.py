"""What may be asked of the read API, and what it answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(pattern="^[0-9]{1,32}$", description="Division code of an area")]
FormId = Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_.-]{0,127}$")]
State = Literal[
    "not_due",
    "open",
    "due_soon",
    "overdue",
    "missed",
    "done_on_time",
    "done_late",
    "exempt",
    "cancelled",
]
Item = TypeVar("Item")


class Page(BaseModel):
    """Which page: `cursor` is the `next` of the page before, as it is."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=100, ge=1, le=200)
    cursor: str | None = Field(default=None, pattern="^[A-Za-z0-9_-]{1,400}$")


class SubmissionsWanted(Page):
    """Which records; days are those of the visit, both included."""

    form: FormId | None = None
    area: Code | None = None
    since: date | None = None
    until: date | None = None
    superseded: bool = False


class ObligationsWanted(Page):
    """Which duties."""

    area: Code | None = None
    state: State | None = None


class SubjectsWanted(Page):
    """Which households or people."""

    kind: Literal["household", "person"] = "person"
    area: Code | None = None


class Form(BaseModel):
    """A form on offer."""

    form_id: str
    version: str
    titles: dict[str, str]
    published_at: datetime


class Area(BaseModel):
    """A node of the tree of areas."""

    code: str
    level: str
    name: str
    parent: str | None


class Submission(BaseModel):
    """One version of a record. `worker` is the code of an account."""

    instance_id: str
    form_id: str
    form_version: str
    area_code: str
    subject_kind: str
    subject_code: str | None
    worker: str
    channel: str
    visit_date: date
    entered_at: datetime
    mode: str | None
    outcome: str | None
    deprecated_id: str | None
    state: str
    answers: dict[str, Any]


class Obligation(BaseModel):
    """One duty: a rule, a subject, a period. `worker` is the code of an account."""

    id: int
    rule_id: str
    period: str
    area_code: str
    subject_kind: str
    subject_code: str | None
    worker: str | None
    opens: datetime
    due: datetime
    overdue: datetime
    closes: datetime | None
    state: str


class File(BaseModel):
    """What only a token with files reads."""

    name: str
    sex: str
    birth_date: date
    tags: list[str]


class Subject(BaseModel):
    """A household or a person. A household's surname is its head's."""

    kind: str
    code: str
    surname: str
    area_code: str
    file: File | None = None


class Listed(BaseModel, Generic[Item]):
    """One page; `next` is the cursor of the next one, null at the end."""

    items: list[Item]
    next: str | None = None


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""

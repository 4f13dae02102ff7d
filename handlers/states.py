"""Where someone stands in a conversation: a small typed union, stored as JSON with a version.

A stored state that no longer loads becomes `Idle`; the open interview stays among the drafts.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from core.messages import Picture
from core.sensitive import Kind

VERSION: Final = 1


class _State(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    takes: ClassVar[frozenset[Kind]] = frozenset()
    """Numbers of people that are asked for here; any other is not kept (`handlers.screening`)."""


class Idle(_State):
    """At the menu."""

    kind: Literal["idle"] = "idle"


class Said(_State):
    """The last answer, if it was typed: by which message, to which question."""

    message: str
    ref: str


class Listing(_State):
    """Looking through the households or people of one's area; typed words search."""

    kind: Literal["listing"] = "listing"
    what: Literal["household", "person"]
    query: str = ""
    page: int = 0


class Filling(_State):
    """Answering the questions of an interview.

    `picked` holds what is chosen so far in a select_multiple, a rank or a run of pins; `query` and
    `page` a search in long choice lists; `month` the calendar's page, such as ``2026-11``;
    `wants` the kind of file that is asked for; `moment` a date that still waits for its time;
    `guided` whether the form's longer explanation is shown. `notes` and `pictures` are what stands
    in the question's message beside the question, so that a redrawn one still has it.
    """

    kind: Literal["filling"] = "filling"
    interview: str
    picked: tuple[str, ...] | None = None
    query: str = ""
    page: int = 0
    month: str = ""
    wants: str = ""
    moment: str = ""
    guided: bool = False
    notes: str = ""
    pictures: tuple[Picture, ...] = ()
    said: Said | None = None


class Reviewing(_State):
    """Reading the answers before submission."""

    kind: Literal["reviewing"] = "reviewing"
    interview: str
    page: int = 0
    said: Said | None = None


class Explaining(_State):
    """Asked why a file outside of one's area or role is to be opened, by its `code`."""

    kind: Literal["explaining"] = "explaining"
    code: str


class Inviting(_State):
    """Asked how somebody is called who is to be let in as `role` for `area`, in place of the
    account that they take over from, if they do."""

    kind: Literal["inviting"] = "inviting"
    role: str
    area: str
    replaces: str = ""


class Returning(_State):
    """Asked why a record is sent back: by its first version, for the question `ref`, or for all of
    it where that is empty. The `mark` tells what was seen of it from what it may be by then."""

    kind: Literal["returning"] = "returning"
    root: str
    ref: str = ""
    mark: str = ""


class Requesting(_State):
    """Asked for a word of explanation why a duty is to be lifted, by the id of its obligation."""

    kind: Literal["requesting"] = "requesting"
    obligation: int
    reason: str


class Leaving(_State):
    """Asked whether an interview is to be kept as a draft or dropped."""

    kind: Literal["leaving"] = "leaving"
    interview: str


class Pension(_State):
    """Talking about pensions.

    `view` are the words of the page that is shown, as its button would have them, and `asks` what
    may be typed there. `person` is the code of the person it is about, if there are several. The
    rest was typed: `birth` as an ISO date, `years` paid, `balance` in yuan.
    """

    kind: Literal["pension"] = "pension"
    view: tuple[str, ...] = ()
    asks: Literal["", "birth", "years", "balance", "tier", "employee"] = ""
    person: str = ""
    birth: str = ""
    years: int | None = None
    balance: str = ""


class Proving(_State):
    """A resident proves who they are: the next `step`, and keyed hashes of what was told before."""

    takes: ClassVar[frozenset[Kind]] = frozenset({"id_number", "phone"})
    kind: Literal["proving"] = "proving"
    step: Literal["name", "number", "contact"]
    name_hash: str = ""
    id_hash: str = ""


class Entrusting(_State):
    """A worker records that the person of `code` lets a relative act for them, for so many
    months."""

    kind: Literal["entrusting"] = "entrusting"
    code: str
    surname: str
    agreed: bool = False
    relation: str = ""
    months: int = 0


class Telling(_State):
    """A resident was asked what is wrong in a record: that of the person of `code`, by default
    their own."""

    kind: Literal["telling"] = "telling"
    code: str = ""


class Answering(_State):
    """A worker answers a resident's request."""

    kind: Literal["answering"] = "answering"
    request: int


State = Annotated[
    Idle
    | Listing
    | Filling
    | Reviewing
    | Leaving
    | Explaining
    | Inviting
    | Pension
    | Returning
    | Requesting
    | Proving
    | Entrusting
    | Telling
    | Answering,
    Field(discriminator="kind"),
]

_adapter: Final[TypeAdapter[State]] = TypeAdapter(State)


def load(stored: dict[str, Any]) -> State:
    """The state of a conversation as it was stored."""
    if stored.get("version") != VERSION:
        return Idle()
    try:
        return _adapter.validate_python(stored.get("state"))
    except ValidationError:
        return Idle()


def dump(state: State) -> dict[str, Any]:
    """What is stored of a state."""
    return {"version": VERSION, "state": state.model_dump(mode="json", exclude_defaults=False)}

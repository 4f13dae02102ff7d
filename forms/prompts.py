"""What an interview says and hears: plain, frozen results without any behaviour.

This is the whole surface between the form engine and those who talk to people. Nothing here knows
a messenger, and nothing here can be changed by its receiver.

A `ref` names one node of one interview: its absolute path with stable row ids in the place of
positions, such as ``/household_visit/roster[r2]/m_birth``. It stays the same when other rows come
and go, and it is safe to keep in a stored state. Outside repeats it is the plain path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal


class Kind(StrEnum):
    """The XLSForm type of a question, as a person meets it."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    DATE = "date"
    TIME = "time"
    DATETIME = "dateTime"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    RANK = "rank"
    NOTE = "note"
    ACKNOWLEDGE = "acknowledge"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"
    GEOPOINT = "geopoint"
    GEOTRACE = "geotrace"
    GEOSHAPE = "geoshape"
    BARCODE = "barcode"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select. `value` is the stored name, `label` what the person reads."""

    value: str
    label: str
    media: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChoicePage:
    """One page of a select's options, after a search if there was one. Pages count from 0."""

    choices: tuple[Choice, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the person stands: question `at` of about `about`, both counted from 1."""

    at: int
    about: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits that a constraint or a range states as plain numbers or ISO dates; None is open."""

    minimum: str | None = None
    maximum: str | None = None
    step: str | None = None


OPEN: Final = Bounds()
"""No limits."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question as it is to be asked now.

    `label`, `hint` and `guidance` are in the interview's language, `<output>` resolved and quoted
    by `Env.quote`, with the Markdown of the author left in. `media` are file names by kind (image,
    big-image, audio, video). `value` is the stored answer ('' if none); `shown` is the same for a
    person (labels instead of names). `groups` are the labels of the groups around it, outer first,
    those of repeat rows numbered (``Member 2``, ``Member 2 / 3``); a group is in `entered` the
    first time that the walk enters it. `rev` goes back with the answer.
    """

    ref: str
    kind: Kind
    label: str
    rev: int
    hint: str = ""
    guidance: str = ""
    media: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    readonly: bool = False
    value: str = ""
    shown: str = ""
    appearance: tuple[str, ...] = ()
    bounds: Bounds = OPEN
    parameters: Mapping[str, str] = field(default_factory=dict)
    choices_total: int = 0
    groups: tuple[str, ...] = ()
    entered: tuple[str, ...] = ()
    progress: Progress = Progress(1, 1)


@dataclass(frozen=True, slots=True)
class RepeatPrompt:
    """Asks whether one more row of a repeat is wanted. `count` rows stand now."""

    ref: str
    label: str
    count: int
    can_add: bool
    can_remove: bool
    rev: int
    progress: Progress = Progress(1, 1)


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One answered question as the person reviews it."""

    ref: str
    label: str
    value: str
    shown: str
    kind: Kind
    readonly: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class RepeatLine:
    """One repeat as the person reviews it: its rows can be added to or taken away."""

    ref: str
    label: str
    rows: tuple[str, ...]
    can_add: bool
    can_remove: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row of a repeat as the person reviews it; its answers follow. `label` is numbered."""

    ref: str
    label: str
    can_remove: bool
    depth: int = 0


SummaryPart = SummaryLine | RepeatLine | RowLine


@dataclass(frozen=True, slots=True)
class Summary:
    """The end of the walk: everything said, ready to be edited or submitted."""

    lines: tuple[SummaryPart, ...]
    problems: tuple[Problem, ...]
    rev: int


@dataclass(frozen=True, slots=True)
class Done:
    """The interview was finalised; nothing more can be asked."""


Current = Prompt | RepeatPrompt | Summary | Done


@dataclass(frozen=True, slots=True)
class Effects:
    """What a change did to other answers, by ref. `cleared` no longer apply, or of several choices
    only some still do; those in rows that a count leaves out are among them. `restored` apply
    again, `recomputed` have another calculated value."""

    cleared: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    recomputed: tuple[str, ...] = ()


NO_EFFECTS: Final = Effects()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer stands. The rest is what it did to others, as in `Effects`."""

    ref: str
    value: str
    shown: str
    cleared: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    recomputed: tuple[str, ...] = ()


Reason = Literal["type", "required", "constraint", "choice", "stale", "readonly", "media", "length"]


@dataclass(frozen=True, slots=True)
class Rejected:
    """The answer does not stand and nothing changed.

    `message` is the form author's own sentence in the interview's language, or '' where the author
    gave none; the caller then says it in its own words by `reason`.
    """

    ref: str
    reason: Reason
    message: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an interview can't be finalised yet."""

    ref: str
    reason: Reason
    message: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """A file given as an answer. `name` is what the submission's node will hold."""

    name: str
    mime: str
    sha256: str
    size: int
    file_id: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """A finished, immutable record. `xml` never changes again, to the byte.

    `answers` are the relevant answers as plain typed values, nested by group, a list for a repeat.
    """

    instance_id: str
    form_id: str
    version: str
    xml: bytes
    answers: Mapping[str, Any]
    media: tuple[Media, ...] = ()
    deprecated_id: str | None = None
    entities: tuple[Mapping[str, Any], ...] = ()

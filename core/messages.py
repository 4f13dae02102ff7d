"""What comes in and what goes out, in words that belong to no messenger.

A channel turns its updates into `Inbound` and renders `Reply` as well as it can. Both are frozen
and travel as JSON: an inbound waits in the inbox, a reply in the outbox.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.ids import hide_id_numbers


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# --- in ------------------------------------------------------------------------------------------


class Text(_Frozen):
    """Typed words."""

    kind: Literal["text"] = "text"
    text: str


class Command(_Frozen):
    """A command such as /start ABC: `name` in lower case without its slash, `argument` the rest."""

    kind: Literal["command"] = "command"
    name: str
    argument: str = ""


class Tap(_Frozen):
    """A pressed button, by its token."""

    kind: Literal["tap"] = "tap"
    token: str


class Location(_Frozen):
    """A position: degrees WGS 84, metres."""

    kind: Literal["location"] = "location"
    latitude: float
    longitude: float
    altitude: float = 0.0
    accuracy: float = 0.0


class File(_Frozen):
    """A photo, voice message, video or document. `file_id` is what the channel fetches it by."""

    kind: Literal["file"] = "file"
    media: Literal["photo", "audio", "video", "document"]
    file_id: str
    name: str = ""
    mime: str = ""
    size: int = 0
    caption: str = ""


class Contact(_Frozen):
    """A shared telephone number; `own` if the messenger vouches that it is the sender's."""

    kind: Literal["contact"] = "contact"
    phone: str
    own: bool = False


class Edited(_Frozen):
    """A changed earlier message: its new words, and the channel's id of that message."""

    kind: Literal["edited"] = "edited"
    text: str
    message: str


class Other(_Frozen):
    """Something that can't be an answer, such as a sticker; `what` names it."""

    kind: Literal["other"] = "other"
    what: str


Event = Annotated[
    Text | Command | Tap | Location | File | Contact | Edited | Other, Field(discriminator="kind")
]


class Inbound(_Frozen):
    """One thing that one person did.

    `address` is where an answer goes (a chat id, a web address). `key` is unique within a channel
    and the same when the channel hands the thing over twice. `message` is the channel's id of the
    message that was sent or tapped. `private` is false in groups and channels. What
    was sent together carries the same `album`.
    """

    channel: str
    address: str
    key: str
    event: Event
    message: str | None = None
    language: str | None = None
    private: bool = True
    album: str | None = None


def without_id_numbers(inbound: Inbound) -> Inbound:
    """The same without the ID number that was typed, for where nobody may keep one."""
    event = inbound.event
    hidden: Event
    match event:
        case Text(text=said) | Edited(text=said):
            hidden = event.model_copy(update={"text": hide_id_numbers(said)})
        case Command(argument=said):
            hidden = event.model_copy(update={"argument": hide_id_numbers(said)})
        case File(caption=said):
            hidden = event.model_copy(update={"caption": hide_id_numbers(said)})
        case _:
            return inbound
    return inbound if hidden == event else inbound.model_copy(update={"event": hidden})


# --- out -----------------------------------------------------------------------------------------


class Button(_Frozen):
    """`token` comes back when it is pressed: at most 64 bytes, opaque, nothing personal in it."""

    text: str
    token: str = Field(max_length=64)
    style: Literal["plain", "primary", "danger", "chosen"] = "plain"


class Picture(_Frozen):
    """A stored file to be shown or handed over, by its key in the media store. `caption` are plain
    words under it. An edited reply repeats the pictures that belong to it."""

    media: str
    name: str
    mime: str
    as_file: bool = False
    caption: str = ""


class Entry(_Frozen):
    """What kind of thing is to be typed or sent next. A channel that has a fitting keyboard, date
    picker or upload button shows it; one that has not ignores it. `minimum`, `maximum` are numbers
    or ISO dates."""

    kind: Literal[
        "none", "text", "multiline", "integer", "decimal", "date", "month", "year", "time",
        "dateTime", "photo", "audio", "video", "file", "location", "contact",
    ]  # fmt: skip
    minimum: str | None = None
    maximum: str | None = None
    placeholder: str = ""


class Progress(_Frozen):
    """Question `at` of about `about`."""

    at: int
    about: int


class MenuCommand(_Frozen):
    """A command as a messenger's menu offers it: `name` without its slash, and what it does."""

    name: str
    description: str


class Reply(_Frozen):
    """What the bot says.

    `text` may hold a little Markdown (bold, italics, links, code, lists). A reply with a `slot` can
    be changed later: a reply that `edits` that slot takes its place (or is sent anew where the
    channel can't edit any more). An edit without buttons takes the buttons away.
    `commands` are what this chat's command menu offers from now on; none leave it as it is.
    `keyboard_up` if a keyboard may still be up that an earlier reply's `entry` brought, for a place
    or a telephone number: this one takes it away, unless it wants the same.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    pictures: tuple[Picture, ...] = ()
    entry: Entry | None = None
    progress: Progress | None = None
    slot: str | None = None
    edits: str | None = None
    urgent: bool = False
    commands: tuple[MenuCommand, ...] = ()
    keyboard_up: bool = False

    @property
    def shares(self) -> bool:
        """Whether it asks for something that a messenger may have a keyboard of its own for."""
        return self.entry is not None and self.entry.kind in ("location", "contact")

    @property
    def only_closes(self) -> bool:
        """Whether it does no more than take the buttons from an earlier one."""
        return self.edits is not None and not self.buttons and self.slot is None

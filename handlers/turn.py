"""One turn of a conversation: what a handler gets, and what it may use."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Protocol

from core.messages import Event, Inbound, Reply
from core.texts import say
from handlers.kept import KeptInterviews
from handlers.shelf import Shelf
from handlers.states import Idle, State
from storage.conversations import Conversation
from storage.ending_drafts import USUAL, DraftTerm
from storage.unit import UnitOfWork

if TYPE_CHECKING:
    from handlers.fetched import Fetched
    from pension import RuleBook
    from scheduler.ground import Ground


class Phone(Protocol):
    """An office that can be called."""

    @property
    def number(self) -> str:
        """What to dial."""
        ...

    def name(self, language: str) -> str:
        """Whose number it is."""
        ...


def _three_years(_form_id: str, _declared: str) -> int | None:
    return 36


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be had: what there is of an area in a month, or if not `monthly` one paper,
    which is the same whatever is asked for."""

    id: str
    title: str
    monthly: bool = True


class Tables(Protocol):
    """What is handed on each month, as files."""

    async def offered(self, uow: UnitOfWork, language: str) -> Sequence[Table]:
        """Each table that is for the actor."""
        ...

    async def may_tell_of_children(self, uow: UnitOfWork, table: str) -> bool:
        """Whether a table is made only for a purpose that is written down."""
        ...

    async def make(
        self, uow: UnitOfWork, table: str, area: str, days: tuple[date, date], language: str
    ) -> bytes | None:
        """A workbook of what the actor may see of `days`; None for one that is too long, or that
        there is not."""
        ...


def _built_in() -> RuleBook:
    from pension import built_in  # a tenth of a second, for who asks first

    return built_in()


@dataclass(frozen=True, slots=True)
class House:
    """What all conversations of this deployment share.

    `parameters` gives the numbers that forms read, on a day in an area; `phones` the offices for a
    use (``report``, ``office`` …) in an area; `zone` is the deployment's time zone; `ground` what
    obligations are computed with, None where nothing is owed; `pension` gives the rules of
    pensions; `open_on` the channels on which a resident may prove by ID number who they are, and
    sees amounts; `url` is where people find the web chat and the office; `kept_for` gives the
    months for which records are kept, by a form's id and the class that it names, None for good;
    `tables` are the files of a month, None where there are none; `drafts` is how long a draft is
    kept that nobody goes on with.
    """

    shelf: Shelf
    zone: tzinfo
    parameters: Callable[[date, str], Mapping[str, str]]
    phones: Callable[[str, str], Sequence[Phone]]
    language: str = "zh"
    kept: KeptInterviews = field(default_factory=KeptInterviews)
    ground: Callable[[], Ground] | None = None
    pension: Callable[[], RuleBook] = _built_in
    open_on: frozenset[str] = frozenset({"web"})
    bot: str = ""
    url: str = ""
    kept_for: Callable[[str, str], int | None] = _three_years
    tables: Tables | None = None
    drafts: DraftTerm = USUAL

    def shows_amounts(self, channel: str) -> bool:
        """Whether a channel shows a resident the amounts of their account."""
        return channel in self.open_on

    def hands_out_files(self, channel: str) -> bool:
        """Whether files that hold personal data may go by a channel: its servers are here."""
        return channel in self.open_on


@dataclass(slots=True)
class Turn:
    """One inbound being handled. Handlers read it, set `state`, and return replies.

    `fetched` is a file that was sent: empty if the messenger would not give it, None where the
    channel has kept the file itself or the open question wants none. `known` is what was read for
    a step before its transaction (`handlers.read_first`); None where the turn is no step.
    `committed` is called once what the turn did is kept. With `erase` the message is then taken out
    of the chat.
    """

    house: House
    uow: UnitOfWork
    chat: Conversation
    inbound: Inbound
    state: State = field(default_factory=Idle)
    fetched: Fetched | None = None
    known: Mapping[Hashable, object] | None = None
    committed: Callable[[], None] = lambda: None
    erase: bool = False

    @property
    def event(self) -> Event:
        """What the person did."""
        return self.inbound.event

    @property
    def language(self) -> str:
        """The language that the person reads."""
        return self.chat.language

    @property
    def now(self) -> datetime:
        """The present moment in the deployment's zone."""
        return self.uow.now.astimezone(self.house.zone)

    @property
    def today(self) -> date:
        """Today's date in the deployment's zone."""
        return self.now.date()

    def say(self, key: str, /, **values: object) -> str:
        """A text in the person's language."""
        return say(self.language, key, **values)


Replies = list[Reply]

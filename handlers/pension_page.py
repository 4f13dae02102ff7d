"""One page of a talk about pensions: its text, its buttons, and the reasoning behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from core.messages import Button, Entry
from handlers.pension_case import Case
from handlers.pension_words import PensionWords
from handlers.tokens import PENSION, token
from pension import Reasoning, RuleBook
from pension.tables import Scheme

SLOT: Final = "pension"
WIDTH: Final = 4

Row = tuple[Button, ...]
Asks = Literal["", "birth", "years", "balance", "tier", "employee"]


@dataclass(frozen=True, slots=True)
class Talk:
    """What every page is made from. `number` is the line to call, `phones` a list of all;
    `requests` are the buttons by which a resident asks for something."""

    words: PensionWords
    today: date
    case: Case
    number: str
    phones: str
    requests: tuple[Row, ...] = ()

    @property
    def book(self) -> RuleBook:
        """The rules."""
        return self.words.book

    @property
    def scheme(self) -> Scheme:
        """The scheme of the place today. Raises Refused where none is on record."""
        return self.book.scheme_in_force(self.case.region, self.today)

    def say(self, key: str, /, **values: object) -> str:
        """A text of the catalogue ``pension``."""
        return self.words.say(key, **values)

    def button(self, key: str, *words: object, **values: object) -> Button:
        """A button with the text ``pension.button.{key}`` that leads to a page."""
        text = self.say(f"button.{key}", **values)
        return Button(text=text, token=token(PENSION, *words))

    @property
    def estimate(self) -> str:
        """The words under every estimate."""
        return self.say("estimate", final=self.final)

    @property
    def final(self) -> str:
        """Whose word counts."""
        return self.say("final", number=self.number)


@dataclass(frozen=True, slots=True)
class Page:
    """`asks` is what may be typed while it is shown; `entry` tells a channel about that."""

    text: str
    rows: tuple[Row, ...] = ()
    why: Reasoning = field(default_factory=Reasoning)
    asks: Asks = ""
    entry: Entry | None = None


def lines(*some: str) -> str:
    """Lines of text, empty ones left out."""
    return "\n".join(line for line in some if line)


def paragraphs(*some: str) -> str:
    """Paragraphs, empty ones left out."""
    return "\n\n".join(part for part in some if part)


def grid(buttons: list[Button], width: int = WIDTH) -> tuple[Row, ...]:
    """Buttons in rows."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))

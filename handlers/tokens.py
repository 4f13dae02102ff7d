"""What a button carries: what it belongs to, and the revision that it was shown for.

A token is ``area:word:word…`` within 64 bytes, with nothing personal in it: codes, counts, hashes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_DIGITS: Final = 9  # a longer number is a forged one
_ID_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class Token:
    """A taken-apart token. `area` names the module that owns the button."""

    area: str
    words: tuple[str, ...]

    def word(self, index: int) -> str:
        """The word at `index`, or '' if there is none."""
        return self.words[index] if index < len(self.words) else ""

    def number(self, index: int) -> int:
        """The word at `index` as a number, or -1 if it is none."""
        word = self.word(index)
        return int(word) if word.isascii() and word.isdigit() and len(word) <= _DIGITS else -1

    def row(self, index: int) -> int:
        """The word at `index` as the id of a row, or -1 if it is none."""
        word = self.word(index)
        return int(word) if word.isascii() and word.isdigit() and len(word) <= _ID_DIGITS else -1


def token(area: str, *words: object) -> str:
    """A button's token."""
    return ":".join((area, *map(str, words)))


def record_word(root_id: str) -> str:
    """What a record is called in tokens, and where an interview's id is wanted and it has none: the
    id of its first version without its scheme."""
    return root_id.removeprefix("uuid:")


def parse(text: str) -> Token:
    """A token taken apart; anything at all can be given."""
    area, *words = text.split(":")
    return Token(area, tuple(words))


MENU = "m"
LIST = "l"
FORM = "f"
DRAFT = "d"
QUESTION = "q"
REVIEW = "r"
LEAVE = "x"
LANGUAGE = "g"
HELP = "h"
UPGRADE = "v"
RECORD = "s"
DUTY = "o"
RECALL = "k"
PENSION = "p"
BIND = "b"
PROXY = "y"
REQUEST = "z"
FILE = "w"
STAFF = "a"
OVERSEE = "u"

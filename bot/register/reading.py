"""Reads a file of people that was sent, and puts its rows together as households."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.register.files import read_content
from bot.register.households import by_household
from bot.register.rows import Entry, entries
from bot.register.tables import Problem

MOST: Final = 20_000
"""Rows of one file: more of them are split by township."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The people of a file by household, in the order of household codes, and what is wrong with
    single cells."""

    homes: Sequence[Sequence[Entry]]
    problems: Sequence[Problem]

    @property
    def people(self) -> Sequence[Entry]:
        """Everybody in it."""
        return [one for members in self.homes for one in members]


def read(name: str, content: bytes, today: date) -> Sent:
    """What stands in a file. Raises NotATableError."""
    found, problems = entries(read_content(name, content), today)
    if len(found) > MOST:
        problems.append(found[MOST].problem(None, "too_many_rows", most=MOST))
        found = found[:MOST]
    return Sent(list(by_household(found)), problems)

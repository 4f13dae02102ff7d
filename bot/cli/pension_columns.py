"""The columns of a pension file, and their names in both languages."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Final

from bot.register.columns import plain
from core.texts import LANGUAGES, say


class Column(StrEnum):
    """One column; its names are ``pensionfile.column.{value}`` in the catalogues."""

    PERSON = "person"
    ID_NUMBER = "id_number"
    SCHEME = "scheme"
    REGION = "region"
    JOINED_ON = "joined_on"
    AS_OF = "as_of"
    YEARS_PAID = "years_paid"
    BALANCE = "balance"
    BENEFITS_FROM = "benefits_from"
    BENEFIT = "benefit"
    CERTIFIED_ON = "certified_on"
    WAY = "way"
    LAUNCH = "launch"
    OTHER_PENSION = "other_pension"
    YEAR = "year"
    MONTHS = "months"
    TIER = "tier"
    PAID = "paid"
    SUBSIDY = "subsidy"
    COLLECTIVE = "collective"
    AID = "aid"

    def heading(self, language: str) -> str:
        """What stands at the head of this column."""
        return say(language, f"pensionfile.column.{self.value}")


_WHOSE: Final = (Column.PERSON, Column.ID_NUMBER)

CONTRIBUTIONS: Final = (
    *_WHOSE,
    Column.YEAR,
    Column.MONTHS,
    Column.TIER,
    Column.PAID,
    Column.SUBSIDY,
    Column.COLLECTIVE,
    Column.AID,
)
"""A sheet of what was paid: a row for each person and year. It is known by its year."""

ACCOUNTS: Final = (
    *_WHOSE,
    *(column for column in Column if column not in CONTRIBUTIONS),
)
"""A sheet of accounts: a row for each person."""


@cache
def columns_by_title() -> dict[str, Column]:
    """Columns by every name under which a file may have them, as `plain` writes it."""
    found = {}
    for column in Column:
        for language in LANGUAGES:
            also = say(language, f"pensionfile.also.{column.value}")
            for title in (column.heading(language), column.value, *also.split("|")):
                found[plain(title)] = column
    return found


@cache
def choices(name: str) -> dict[str, str]:
    """What may stand in the column `name`, by every way to write it: ``pensionfile.choice.…``."""
    found: dict[str, str] = {}
    for choice in _CHOICES[name]:
        for language in LANGUAGES:
            written = say(language, f"pensionfile.choice.{name}.{choice}")
            found |= dict.fromkeys(map(plain, (choice, *written.split("|"))), choice)
    return found


_CHOICES: Final = {
    "scheme": ("resident", "employee", "none"),
    "way": ("matched", "self", "home", "office", "unknown"),
    "yes_no": ("yes", "no"),
}

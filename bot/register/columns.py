"""The columns of a register file, their names in both languages, and the tags."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Final

from core.texts import LANGUAGES, catalogue, say


class Column(StrEnum):
    """One column; its names are ``cli.column.{value}`` in the catalogues."""

    HOUSEHOLD = "household"
    AREA = "area"
    ADDRESS = "address"
    NAME = "name"
    SEX = "sex"
    BIRTH_DATE = "birth_date"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    HEAD = "head"
    TAGS = "tags"
    AREA_NAME = "area_name"

    def heading(self, language: str) -> str:
        """What stands at the head of this column."""
        return say(language, f"cli.column.{self.value}")


PEOPLE: Final = tuple(column for column in Column if column is not Column.AREA_NAME)
"""The columns of a file of people, in the order of the template."""

PEOPLE_REQUIRED: Final = (Column.HOUSEHOLD, Column.NAME)
"""Those that every file of people has; the others may be left out if nothing is known."""

AREAS: Final = (Column.AREA, Column.AREA_NAME)
"""The columns of a file of areas, each required."""


@cache
def columns_by_title() -> dict[str, Column]:
    """Columns by every name under which a file may have them, as `plain` writes it."""
    found = {}
    for column in Column:
        for language in LANGUAGES:
            also = say(language, f"cli.column_also.{column.value}")
            for title in (column.heading(language), column.value, *also.split("|")):
                found[plain(title)] = column
    return found


@cache
def left_alone() -> frozenset[str]:
    """Names of columns that many lists have and that tell nothing of anybody, as `plain` writes
    them: a running number, a remark."""
    also = (say(language, "cli.column_also.left_alone") for language in LANGUAGES)
    return frozenset(plain(title) for one in also for title in one.split("|"))


@cache
def tags_by_name() -> dict[str, str]:
    """Tags by every name under which a file may have them, as `plain` writes it."""
    return {
        plain(name): tag
        for tag in tags()
        for name in (tag, *(say(language, f"tags.{tag}") for language in LANGUAGES))
    }


@cache
def tags() -> tuple[str, ...]:
    """Every tag that the catalogues name, in their order."""
    return tuple(key.removeprefix("tags.") for key in catalogue("zh") if key.startswith("tags."))


def plain(title: str) -> str:
    """A name without case, spaces, underlines and stars."""
    return "".join(title.replace("_", " ").replace("*", " ").split()).casefold()

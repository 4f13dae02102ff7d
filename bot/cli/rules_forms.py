"""The forms that rules may name: those on offer in the database, with their questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.settings import Settings
from handlers.shelf import Shelf
from scheduler.rule_names import Questions
from storage.database import sqlite_file
from storage.policy import OPERATOR

if TYPE_CHECKING:
    from storage.database import Database


def questions(settings: Settings) -> Questions | None:
    """The names of the questions of each form on offer, by form id; None if there is no form yet.
    A database that is not there is not made."""
    from bot.cli.opening import with_database

    file = sqlite_file(settings.database_url)
    if file is not None and not file.exists():
        return None
    return with_database(lambda _, database: _read(database)) or None


async def _read(database: Database) -> dict[str, frozenset[str]]:
    shelf = Shelf()
    async with database.unit(OPERATOR, "rules check", "cli") as uow:
        found: dict[str, frozenset[str]] = {}
        for version in await uow.forms.all():
            if version.state not in ("published", "local"):  # a county's rule names its own forms
                continue
            form = (await shelf.get(uow, version.sha256)).form
            found[version.form_id] = found.get(version.form_id, frozenset()) | {
                one.path.rpartition("/")[2]
                for one in form.elements  # calculations are named too
            }
    return found

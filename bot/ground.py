"""What obligations are computed with in the running program: read when first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.settings import Settings
from core.log import log

if TYPE_CHECKING:
    from scheduler.ground import Ground
    from scheduler.rulebook import RuleShelf


class Grounds:
    """The rules as their files stand. `house_of` has found out before that they can be read."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shelf: RuleShelf | None = None
        self._ground: Ground | None = None

    def current(self) -> Ground:
        """What is in force."""
        return self._ground or self.refreshed()

    def refreshed(self) -> Ground:
        """The same, after a look at whether a file has changed. While one can't be used, the former
        rules stay, and what is wrong is logged once."""
        from bot import rules
        from scheduler.ground import Ground

        if self._shelf is None:
            self._shelf = rules.shelf(self._settings)
        for one in self._shelf.refresh():
            log.error("rule file", file=one.file, rule=one.rule, field=one.field, code=one.code)
        if self._ground is None or self._ground.book is not self._shelf.rulebook:
            days = rules.working_days(self._settings)
            self._ground = Ground(self._shelf.rulebook, self._settings.zone, days)
        return self._ground

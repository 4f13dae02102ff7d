"""Files that wait to be confirmed, compared with the register: kept at hand while they are looked
at, as to read and compare a large one takes seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.office.visit import Visit
from bot.register.applying import changes_of
from bot.register.planning import Plan, plan
from bot.register.reading import Sent, read
from bot.register.telling import Line, fingerprint, lines
from bot.register.work import imports_of, scope_of
from storage.register_imports import Import

_AT_HAND: Final = 4  # files
_FOR: Final = 600.0  # seconds after it was last looked at: ID numbers stay in memory no longer
_PURPOSE: Final = "register import"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would change, line by line, and what tells it from another one (`seen`)."""

    plan: Plan
    lines: Sequence[Line]
    seen: str

    @property
    def elsewhere(self) -> int:
        """How many ID numbers the file names of people that are not the sender's to see."""
        return sum(one.code == "person_elsewhere" for one in self.plan.problems)


@dataclass(slots=True)
class _Held:
    sent: Sent
    timer: asyncio.TimerHandle
    preview: Preview | None = None


class Previews:
    """The last few files. They are forgotten some minutes after nobody looks at them any more."""

    def __init__(self) -> None:
        self._held: dict[int, _Held] = {}

    def keep(self, number: int, sent: Sent) -> None:
        """Keep the rows of a file at hand."""
        self.drop(number)
        while len(self._held) >= _AT_HAND:
            self.drop(next(iter(self._held)))
        self._held[number] = _Held(sent, self._timer(number))

    def drop(self, number: int) -> None:
        """Forget a file."""
        held = self._held.pop(number, None)
        if held is not None:
            held.timer.cancel()

    async def look(self, visit: Visit, one: Import, *, again: bool) -> Preview | None:
        """What a file would change: now with `again`, else as it was last looked at. None once the
        file is gone."""
        sent = await self._rows(visit, one)
        if sent is None:
            return None
        held = self._held.get(one.id)
        if held is not None and held.preview is not None and not again:
            return held.preview
        async with visit.reading(_PURPOSE) as uow:
            scope = await scope_of(uow, one.sender, ends_tags=one.ends_tags)
            planned = await plan(changes_of(uow), sent, scope)
        preview = await asyncio.to_thread(_preview, planned)
        if held is not None:
            held.preview = preview
        return preview

    async def _rows(self, visit: Visit, one: Import) -> Sent | None:
        if held := self._held.get(one.id):
            held.timer.cancel()
            held.timer = self._timer(one.id)
            return held.sent
        async with visit.reading(_PURPOSE) as uow:
            content = await imports_of(uow).content(one.id)
        if content is None:
            return None
        day = one.sent_at.astimezone(visit.database.zone).date()
        sent = await asyncio.to_thread(read, one.name, content, day)
        self.keep(one.id, sent)
        return sent

    def _timer(self, number: int) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(_FOR, self.drop, number)


def _preview(planned: Plan) -> Preview:
    return Preview(planned, lines(planned), fingerprint(planned))

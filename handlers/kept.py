"""Interviews as the engine has them, kept between two steps of a person.

To read an interview back costs far more than a step on it. A step takes one out, and it comes back
only after that step was committed: whatever failed, what is kept is what is stored. Another process
or another chat may have gone on meanwhile, so the stored revision is compared before it is used.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from storage.interviews import StoredInterview

if TYPE_CHECKING:  # the engine is loaded by the first form that is opened
    from forms import Interview

_KEEP: Final = 256  # the people who fill in something at this moment


@dataclass(frozen=True, slots=True)
class Kept:
    """An interview at `rev`. Its world is that of a chat on a day: what is relevant may depend on
    today's date, and a preload on the chat."""

    stored: StoredInterview
    iv: Interview
    rev: int
    chat: int
    day: date


class KeptInterviews:
    """A few interviews, the latest used."""

    def __init__(self, keep: int = _KEEP) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._keep = keep

    def take(self, interview_id: str, chat: int, day: date) -> Kept | None:
        """Take one out, if it is of this chat and day."""
        found = self._kept.pop(interview_id, None)
        return found if found and (found.chat, found.day) == (chat, day) else None

    def put(self, one: Kept) -> None:
        """Keep one, now that what it holds is committed. One that was changed after it had been
        saved is dropped."""
        if one.iv.rev != one.rev:
            return
        self._kept[one.stored.id] = one
        if len(self._kept) > self._keep:
            _, oldest = self._kept.popitem(last=False)
            oldest.iv.take_apart()

"""Several visits in one home: after one form the next that is due there, with what they share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from core.messages import Button
from handlers import duties
from handlers.owing import Duty
from handlers.tokens import DUTY, token
from handlers.turn import Turn
from handlers.visits import find
from storage.interviews import StoredInterview
from storage.obligations_facts import Facts

NEXT: Final = "next"  # in a token: o:next:<duty>:<interview>
CARRIED: Final = ("visit_date", "mode", "companions")
"""The questions that visits in one home share; forms ask them by these names."""

_OFFERED: Final = 3

Row = tuple[Button, ...]


async def rows(turn: Turn, stored: StoredInterview, form_id: str) -> list[Row]:
    """A button for each of the next forms that the person owes in the home of the visit `stored`,
    by the form `form_id`; what is due first before the rest. A correction is no visit."""
    if turn.house.ground is None or turn.chat.account_id is None or stored.subject_id is None:
        return []
    if stored.corrects:
        return []
    found = await Facts(turn.uow.connection).whose(stored.subject_kind, stored.subject_id)
    if found is None:
        return []
    owed = await duties.in_home(turn.uow, turn.house.ground(), turn.chat.account_id, found[1])
    some: dict[tuple[str, str], Duty] = {}
    done = (stored.subject.get("code"), form_id)
    for one in owed:
        if one.form and (one.code, one.form) != done:
            some.setdefault((one.code, one.form), one)
    return [(_button(turn, one, stored.id),) for one in list(some.values())[:_OFFERED]]


def _button(turn: Turn, one: Duty, interview: str) -> Button:
    text = turn.say(
        "owed.home.form",
        code=one.code,
        surname=one.surname,
        title=one.titles.of(turn.language),
    )
    return Button(text=text, token=token(DUTY, NEXT, one.id, interview), style="primary")


async def carried(turn: Turn, interview: str) -> dict[str, Any]:
    """What the visit that was handed in by this interview of the person's own shares with the next
    one, by question; empty if it is not there any more."""
    filed = await turn.uow.corrections.filed(interview)
    record = await turn.uow.submissions.get(filed.instance_id) if filed else None
    answers: Mapping[str, Any] = record[0].answers if record else {}
    found = {name: find(answers, name) for name in CARRIED}
    return {name: value for name, value in found.items() if value}

"""A submission is also a visit, which may meet what is owed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.turn import House
from storage.submissions import Record
from storage.unit import UnitOfWork


async def hand_in(house: House, uow: UnitOfWork, record: Record, root: str) -> None:
    """Let the actor's `record`, whose first version is `root`, meet what it fits and take
    effect."""
    if house.ground is None:
        return
    from scheduler.visiting import HandedIn, take  # rules are loaded when first wanted

    ground, actor = house.ground(), uow.actor
    handed = HandedIn(
        root_id=root,
        corrected=record.deprecated_id is not None,
        form_id=record.form_id,
        subject_kind=record.subject_kind,
        subject_id=record.subject_id,
        account_id=record.account_id,
        account_area=actor.area or record.area_code,
        role=actor.role.value,
        visit_date=record.visit_date,
        entered_at=record.entered_at,
        mode=record.mode,
        outcome=record.outcome,
        answers={
            name: _text(value)
            for name in ground.book.questions(record.form_id)
            if (value := find(record.answers, name)) is not None
        },
    )
    await take(uow, ground, handed)


def find(answers: Mapping[str, Any], name: str) -> Any:
    """The answer to the question `name` outside repeats, wherever its groups put it."""
    if name in answers:
        return answers[name]
    for value in answers.values():
        if isinstance(value, Mapping) and (found := find(value, name)) is not None:
            return found
    return None


def _text(value: Any) -> str:
    """An answer as rules compare it: the names of several choices with spaces between."""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)

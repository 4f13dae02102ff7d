"""What a form may know about its subject: the register's facts, the last record, the parameters.

They come in as secondary instances and are kept with the interview, so that a draft that is taken
up again a week later still reads what it read at first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.turn import Turn
from storage.formshelf import FormVersion
from storage.register import PersonFile, Subject

Rows = list[dict[str, str]]


async def gather(
    turn: Turn, version: FormVersion, subject: Subject | None, person: PersonFile | None
) -> dict[str, Rows]:
    """The rows of every instance that the register provides, by instance name."""
    area = subject.area_code if subject else turn.chat.actor.area or ""
    parameters = turn.house.parameters(turn.today, area)
    facts: dict[str, Rows] = {
        "parameters": [{"key": key, "value": value} for key, value in parameters.items()],
        "subject": [],
        "subjects": [],
        "previous": [],
    }
    if subject is not None:
        facts["subject"] = [subject_row(subject, person)]
        facts["subjects"] = [choice_row(subject)]
        facts["previous"] = await _previous(turn, version, subject)
    return facts


def subject_row(subject: Subject, person: PersonFile | None) -> dict[str, str]:
    """What a form may read of its subject."""
    row = {
        "key": "subject",
        "code": subject.code,
        "kind": subject.kind,
        "surname": subject.surname,
        "area": subject.area_code,
        "sex": "",
        "birth_date": "",
        "tags": "",
    }
    if person is not None:
        row |= {
            "sex": person.sex,
            "birth_date": person.birth_date.isoformat(),
            "tags": " ".join(person.tags),
        }
    return row


def choice_row(subject: Subject) -> dict[str, str]:
    """A subject among those that a form lets choose from."""
    label = f"{subject.code} {subject.surname}".strip()
    return {"name": subject.code, "value": subject.code, "label": label, "code": subject.code}


async def _previous(turn: Turn, version: FormVersion, subject: Subject) -> Rows:
    answers = await turn.uow.submissions.previous(version.form_id, subject.kind, subject.id)
    return [{"key": "previous"} | flat(answers)] if answers else []


def flat(answers: Mapping[str, Any]) -> dict[str, str]:
    """Every single answer by its question's name; repeats have no single one and stay out."""
    found: dict[str, str] = {}
    for name, value in answers.items():
        if isinstance(value, Mapping):
            found |= flat(value)
        elif isinstance(value, list):
            if all(isinstance(item, str) for item in value):
                found[name] = " ".join(value)
        elif value is not None:
            found[name] = str(value)
    return found

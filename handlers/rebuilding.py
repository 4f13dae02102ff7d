"""The interview of a record that was filled in elsewhere, made from what the record says.

With it the record is read, sent back and corrected in the chat, question by question, as if it had
been filled in there. Where it would not say the same, there is none: a record with files, or one
whose answers a question of ours does not take.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import to_jsonable_python

from forms import Kind
from handlers import alerts, interviews, subjects
from handlers.facts import gather
from handlers.tokens import record_word
from handlers.turn import Turn
from storage.interviews import SUBMITTED, StoredInterview

if TYPE_CHECKING:
    from handlers.interviews import Session
    from storage.submissions import Record

_ID: Final = re.compile(r"uuid:[A-Za-z0-9._-]{8,36}")


async def rebuilt(turn: Turn, instance_id: str, root: str, entered: datetime) -> Session | None:
    """The finished interview that says what the version `instance_id` says of the record `root`,
    which came in at `entered`; None if there can be none."""
    found = await turn.uow.submissions.get(instance_id) if _ID.fullmatch(root) else None
    version = await turn.uow.forms.get(found[0].form_sha256) if found else None
    if found is None or version is None:
        return None
    record = found[0]
    subject, person = await subjects.find(turn, record.subject_kind, record.subject_code or "")
    if subject is None and record.subject_code:
        return None
    facts = await gather(turn, version, subject, person)
    facts["previous"] = []  # the last record by now is this one
    shelved = await turn.house.shelf.get(turn.uow, version.sha256)
    from forms import Interview, Submission

    language = interviews.language_for(shelved.form, turn.language)
    env = interviews.environment(turn, entered)
    iv = Interview.start(shelved.form, env, language, instances=facts)
    iv.recall(record.answers, {shelved.form.elements[0].name}, answered=True, whole=True)
    done = iv.finalize()
    asked = {one.name for one in shelved.form.questions if one.kind is not Kind.NOTE}
    if not isinstance(done, Submission) or not _same(record.answers, done.answers, asked):
        return None
    stored = _stored(turn, record, record_word(root), dict(facts))
    stored.state, stored.alerts = iv.dump(), alerts.flags(iv.values())
    return interviews.Session(stored, iv, shelved)


def _stored(turn: Turn, record: Record, name: str, facts: dict[str, Any]) -> StoredInterview:
    """What would be at rest of it. It is never kept: a correction begins one of its own."""
    return StoredInterview(
        id=name,
        conversation_id=turn.chat.id,
        account_id=record.account_id,
        form_sha256=record.form_sha256,
        subject_kind=record.subject_kind,
        subject_id=record.subject_id,
        status=SUBMITTED,
        facts=facts,
        state={},
        started_at=record.entered_at,
        updated_at=record.entered_at,
    )


def _same(said: Mapping[str, Any], again: Mapping[str, Any], asked: Collection[str]) -> bool:
    return _asked(said, asked) == _asked(to_jsonable_python(dict(again)), asked)


def _asked(answers: Mapping[str, Any], asked: Collection[str]) -> dict[str, Any]:
    """The answers to questions: without what is reckoned, and without groups that hold nothing."""
    found: dict[str, Any] = {}
    for name, value in answers.items():
        if name in asked:
            kept = value
        elif isinstance(value, Mapping):
            kept = _asked(value, asked)
        elif isinstance(value, list):
            kept = [_asked(one, asked) for one in value if isinstance(one, Mapping)]
        else:
            continue
        if kept not in (None, "", [], {}):
            found[name] = kept
    return found

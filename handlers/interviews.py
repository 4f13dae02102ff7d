"""Starting, opening and keeping interviews: the engine between two turns."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from forms import Env, Form, Interview, Kind, Prompt
from handlers.facts import gather
from handlers.turn import Turn
from storage.formshelf import FormVersion
from storage.interviews import OPEN, StoredInterview
from storage.register import PersonFile, Subject

SUBJECT_QUESTIONS = frozenset({"subject", "house_code"})


@dataclass(slots=True)
class Session:
    """An open interview: as the engine has it, and as it is stored."""

    stored: StoredInterview
    iv: Interview
    form: Form

    async def keep(self, turn: Turn) -> None:
        """Write everything said so far; the turn's commit makes it last."""
        self.stored.state = self.iv.dump()
        self.stored.conversation_id = turn.chat.id
        await turn.uow.interviews.save(self.stored)


async def start(
    turn: Turn, version: FormVersion, subject: Subject | None, person: PersonFile | None
) -> Session:
    """Begin to fill in a form for a subject."""
    form = await turn.house.shelf.get(turn.uow, version.sha256)
    facts = await gather(turn, version, subject, person)
    iv = Interview.start(form, _env(turn), language_for(form, turn.language), instances=facts)
    answer_subject(iv, facts)
    named = (subject.kind, subject.id) if subject else ("none", None)
    stored = await turn.uow.interviews.start(
        turn.chat.id, version.sha256, named, dict(facts), iv.dump()
    )
    return Session(stored, iv, form)


async def open_session(turn: Turn, interview_id: str) -> Session | None:
    """Take up an interview of the person's own; None if there is none (any more)."""
    stored = await turn.uow.interviews.get(interview_id)
    if stored is None or stored.status not in (OPEN, "kept"):
        return None
    form = await turn.house.shelf.get(turn.uow, stored.form_sha256)
    iv = Interview.load(form, stored.state, _env(turn), instances=stored.facts)
    return Session(stored, iv, form)


def answer_subject(iv: Interview, facts: Mapping[str, list[dict[str, str]]]) -> bool:
    """Answer the question for whom the form is, if that is what is asked: the menu knew it."""
    current = iv.current()
    if not (isinstance(current, Prompt) and is_subject_question(current)) or not facts["subject"]:
        return False
    iv.answer(facts["subject"][0]["code"])
    return True


def is_subject_question(prompt: Prompt) -> bool:
    """Whether `prompt` asks for whom the form is filled in."""
    name = prompt.ref.rsplit("/", 1)[-1]
    return prompt.kind is Kind.SELECT_ONE and name in SUBJECT_QUESTIONS


def language_for(form: Form, language: str) -> str | None:
    """The form's translation for a person's language: ``中文 (zh)`` for ``zh``; None is its own."""
    for name in form.languages:
        if name == language or name.endswith(f"({language})"):
            return name
    return None


def _env(turn: Turn) -> Env:
    account = turn.chat.account_id
    return Env(
        now=lambda: turn.now,
        tz=turn.house.zone,
        uuid=lambda: str(uuid.uuid4()),
        random_seed=secrets.randbits(32),
        properties={
            "username": f"account:{account}" if account else "",
            "deviceid": f"{turn.chat.channel}:{turn.chat.id}",
        },
    )

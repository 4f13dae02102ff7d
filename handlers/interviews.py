"""Starting, opening and keeping interviews: the engine between two turns."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from core.log import log
from forms import Env, Kind, Prompt
from forms.languages import language_code
from handlers import evidence, spoken
from handlers.facts import gather
from handlers.kept import Kept
from handlers.markup import literal
from handlers.shelf import Shelved, title_of
from handlers.turn import Turn
from storage.corrections import Filed
from storage.formshelf import FormVersion
from storage.interviews import KEPT, OPEN, SUBMITTED, StoredInterview
from storage.register import PersonFile, Subject

if TYPE_CHECKING:  # the engine is loaded by the first form that is opened
    from forms import Form, Interview

_ROW: Final = re.compile(r"\[[^]]*\]")


@dataclass(slots=True)
class Session:
    """An open interview: as the engine has it, and as it is stored."""

    stored: StoredInterview
    iv: Interview
    shelved: Shelved

    @property
    def form(self) -> Form:
        """The form that is filled in."""
        return self.shelved.form

    @property
    def subject_answered(self) -> bool:
        """Whether the menu answered the form's question for whom it is."""
        return self.shelved.subject_path is not None and bool(self.stored.facts.get("subject"))

    async def title(self, turn: Turn) -> str:
        """What menus call the form at this moment, in the person's language."""
        version = await turn.uow.forms.get(self.stored.form_sha256)
        return title_of(version, turn.language) if version else self.form.title

    def answer_subject(self) -> None:
        """Answer the question for whom the form is, if that is what is asked now."""
        answer_subject(self.iv, self.shelved, self.stored.facts)

    def spoken(self, ref: str, value: str, shown: str, language: str) -> str:
        """The answer at `ref` in words: what is read-only is read by its own kind too."""
        question = self.form.question(_ROW.sub("", ref))
        kind, appearance = (question.kind, question.appearance) if question else (Kind.TEXT, ())
        return spoken.answer(kind, value, shown, appearance, language)

    async def keep(self, turn: Turn) -> None:
        """Write everything said so far; the turn's commit makes it last."""
        self.stored.state = self.iv.dump()
        self.stored.conversation_id = turn.chat.id
        await turn.uow.interviews.save(self.stored)
        if self.stored.status == OPEN:
            kept = Kept(self.stored, self.iv, self.iv.rev, turn.chat.id, turn.today)
            turn.committed = partial(turn.house.kept.put, kept)


async def start(
    turn: Turn,
    version: FormVersion,
    subject: Subject | None,
    person: PersonFile | None,
    *,
    duty: Mapping[str, str] | None = None,
    first: Mapping[str, Any] | None = None,
) -> Session:
    """Begin to fill in a form for a subject; `duty` is what it reads of the duty that it is for.
    The questions of `first`, by name, are asked with these answers standing there."""
    shelved = await turn.house.shelf.get(turn.uow, version.sha256)
    facts = await gather(turn, version, subject, person)
    if evidence.TABLE in shelved.form.secondary:
        facts[evidence.TABLE] = await evidence.rows(turn)
    if duty is not None:
        facts["duty"] = [dict(duty)]
    language = language_for(shelved.form, turn.language)
    from forms import Interview

    dates = _dates(shelved.form, first or {})
    iv = Interview.start(shelved.form, environment(turn), language, dates, facts)
    answer_subject(iv, shelved, facts)
    if first:
        iv.recall(_placed(shelved.form, first), first.keys(), answered=False)
    named = (subject.kind, subject.id) if subject else ("none", None)
    stored = await turn.uow.interviews.start(
        turn.chat.id, version.sha256, named, dict(facts), iv.dump()
    )
    return Session(stored, iv, shelved)


def _dates(form: Form, first: Mapping[str, Any]) -> dict[str, str]:
    """First answers to questions for a day, by path: they win over a default such as today."""
    asked = [one for one in form.questions if one.name in first and one.kind is Kind.DATE]
    return {one.path: str(first[one.name]) for one in asked}


def _placed(form: Form, first: Mapping[str, Any]) -> dict[str, Any]:
    """First answers by question name as answers of `form`, nested by its groups."""
    answers: dict[str, Any] = {}
    for question in form.questions:
        if question.name in first:
            *groups, name = question.path.split("/")[2:]
            inner = answers
            for group in groups:
                inner = inner.setdefault(group, {})
            inner[name] = first[question.name]
    return answers


async def open_session(turn: Turn, interview_id: str) -> Session | None:
    """Take up an interview of the person's own; None if there is none (any more)."""
    kept = turn.house.kept.take(interview_id, turn.chat.id, turn.today)
    stored = await turn.uow.interviews.get(interview_id, kept.stored if kept else None)
    if stored is None or stored.status not in (OPEN, KEPT):
        return None
    if kept is not None and stored is kept.stored:
        return Session(stored, kept.iv, await turn.house.shelf.get(turn.uow, stored.form_sha256))
    return await _session(turn, stored, stored.as_of)


async def open_record(turn: Turn, filed: Filed) -> Session | None:
    """The finished interview of a record of the person's own; None if it is not there any more."""
    stored = await turn.uow.interviews.get(filed.interview_id) if filed.interview_id else None
    return await read(turn, stored, filed.first_entered) if stored else None


async def read(turn: Turn, stored: StoredInterview, entered: datetime) -> Session | None:
    """The finished interview `stored` of a record that came in at `entered`, to be read by whoever
    may; None if it is not there any more."""
    return await _session(turn, stored, entered) if stored.status == SUBMITTED else None


async def reopen(turn: Turn, session: Session, filed: Filed) -> Session:
    """A new draft that begins with the answers of the record `filed` and is to replace it.

    Its rules read the moment at which the record was first handed in as now: what was right then,
    such as a visit within the last days, stays right.
    """
    before = session.stored
    session.iv.reopen()
    stored = await turn.uow.interviews.start(
        turn.chat.id,
        before.form_sha256,
        (before.subject_kind, before.subject_id),
        before.facts,
        session.iv.dump(),
        corrects=filed.instance_id,
        as_of=filed.first_entered,
    )
    stored.alerts = list(before.alerts)
    return Session(stored, session.iv, session.shelved)


async def _session(turn: Turn, stored: StoredInterview, as_of: datetime | None) -> Session | None:
    shelved = await turn.house.shelf.get(turn.uow, stored.form_sha256)
    env = environment(turn, as_of)
    from forms import Interview, StateError

    try:
        iv = Interview.load(shelved.form, stored.state, env, instances=stored.facts)
    except StateError:  # an engine of another time wrote it; it stays among the drafts
        log.error("interview unreadable", interview=stored.id)
        return None
    return Session(stored, iv, shelved)


def answer_subject(iv: Interview, shelved: Shelved, facts: Mapping[str, Any]) -> None:
    """Answer the question for whom the form is, if that is what is asked: the menu knew it."""
    current = iv.current()
    asked = isinstance(current, Prompt) and current.ref == shelved.subject_path
    if asked and facts.get("subject"):
        iv.answer(facts["subject"][0]["code"])


def language_for(form: Form, language: str) -> str | None:
    """The form's translation for a person's language: ``中文 (zh)`` for ``zh``; None is its own."""
    for name in form.languages:
        if language_code(name) == language:
            return name
    return None


def environment(turn: Turn, as_of: datetime | None = None) -> Env:
    """What an interview may know of this turn's world; `as_of` stands in for the present moment."""
    account = turn.chat.account_id
    clock, zone = turn.uow.clock, turn.house.zone
    return Env(
        now=lambda: as_of or clock.now().astimezone(zone),
        tz=zone,
        uuid=lambda: str(uuid.uuid4()),
        random_seed=secrets.randbits(32),
        quote=literal,
        properties={
            "username": f"account:{account}" if account else "",
            "deviceid": f"{turn.chat.channel}:{turn.chat.id}",
        },
    )

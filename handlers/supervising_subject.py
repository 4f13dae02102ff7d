"""One household or person through time: what was owed, and the visits that were made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.messages import Button
from core.texts import known
from handlers import purposes, window_words
from handlers.markup import literal
from handlers.shelf import title_of
from handlers.supervising_page import area_name, button, in_rows, page, rule_title, say, someone
from handlers.tokens import OVERSEE, Token, record_word, token
from handlers.turn import Replies, Turn
from storage.overdue import Call, Case, Overdue
from storage.register import PersonFile, Subject

DUTIES: Final = 8
CALLS: Final = 5


async def show(turn: Turn, pressed: Token, lead: str = "") -> Replies:
    """Its duties and its visits, the latest first: ``w:person:PAAAAAA``. Opening it is logged."""
    found, person = await _subject(turn, pressed.word(1), pressed.word(2))
    if found is None:
        return page(turn, [turn.say("chat.list.unknown")], [(button(turn, "late", "h"),)])
    if person is not None and await purposes.missing(turn, person.id, person.birth_date):
        return purposes.ask(turn, found.code, found.surname)
    await turn.uow.record("open", found.code)
    overdue = Overdue(turn.uow.connection, turn.uow.actor, turn.uow.now)
    cases = await overdue.history(found.kind, found.id, found.area_code, DUTIES)
    calls = await overdue.calls(found.kind, found.id, CALLS)
    name = someone(turn, found.kind, found.code, found.surname)
    area = await area_name(turn, found.area_code)
    text = [lead, ""] if lead else []
    text.append(say(turn, "subject.title", subject=name, area=area))
    text += ["", say(turn, "subject.duties")]
    text += [_duty(turn, n, one) for n, one in enumerate(cases, 1)] or [
        say(turn, "subject.nothing")
    ]
    text += ["", say(turn, "subject.calls")]
    text += await _calls(turn, calls) or [say(turn, "subject.nothing")]
    rows = [
        *in_rows([_to_duty(turn, n, one) for n, one in enumerate(cases, 1) if _alive(one)], 2),
        *in_rows([_to_record(turn, one) for one in calls], 2),
        (button(turn, "village", "l", found.area_code[:12], 0, ""),),
    ]
    return page(turn, text, rows)


async def _subject(turn: Turn, kind: str, code: str) -> tuple[Subject | None, PersonFile | None]:
    if kind == "household":
        return await turn.uow.register.household(code), None
    person = await turn.uow.register.person(code)
    return (person.subject if person else None), person


def _duty(turn: Turn, number: int, case: Case) -> str:
    return say(
        turn,
        "subject.duty",
        n=number,
        title=rule_title(turn, case),
        window=window_words.any_day(case.opens_on, case.due_on, turn.today, turn.language),
        state=state(turn, case),
    )


def state(turn: Turn, case: Case) -> str:
    """Where a duty stands, with the reason for which it was lifted."""
    words = say(turn, f"state.{case.state}")
    if case.state == "exempt" and case.reason:
        return turn.say("rulewords.is", name=words, value=reason(turn, case.reason))
    return words


def reason(turn: Turn, name: str) -> str:
    """A reason for which a duty is lifted; a county's own as its rules call it."""
    return turn.say(f"rulewords.reason.{name}") if known(f"rulewords.reason.{name}") else name


async def _calls(turn: Turn, calls: Sequence[Call]) -> list[str]:
    titles: dict[str, str] = {}
    for form_id in {one.form_id for one in calls}:
        version = await turn.uow.forms.latest(form_id)
        titles[form_id] = title_of(version, turn.language) if version else form_id
    return [
        say(
            turn,
            "subject.call",
            day=window_words.day(one.visit_date, turn.today, turn.language),
            form=literal(titles[one.form_id]),
            outcome=outcome(turn, one.outcome),
            worker=one.worker,
        )
        for one in calls
    ]


def outcome(turn: Turn, name: str | None) -> str:
    """What came of a visit; a county's own outcomes as their forms call them."""
    if not name:
        return say(turn, "outcome.none")
    return say(turn, f"outcome.{name}") if known(f"supervise.outcome.{name}") else literal(name)


def _alive(case: Case) -> bool:
    return case.state in ("open", "due_soon", "overdue", "missed")


def _to_duty(turn: Turn, number: int, case: Case) -> Button:
    text = say(turn, "button.duty", n=number, rule=case.rule_id)
    return Button(text=text, token=token(OVERSEE, "d", case.id), style="primary")


def _to_record(turn: Turn, call: Call) -> Button:
    day = f"{call.visit_date:%m-%d}"
    record = record_word(call.root_id)
    return Button(text=say(turn, "button.record", day=day), token=token(OVERSEE, "c", record, 0))

"""One duty, and what can be done about it: remind, give away, lift for a reason."""

from __future__ import annotations

from core.messages import Button
from handlers import notices, window_words
from handlers.supervising_page import (
    Row,
    area_name,
    button,
    page,
    rule_title,
    say,
    subject,
)
from handlers.supervising_subject import reason as reason_words
from handlers.supervising_subject import state
from handlers.tokens import OVERSEE, Token, token
from handlers.turn import House, Replies, Turn
from storage.four_eyes import is_own
from storage.late_entries import LateEntries
from storage.overdue import Case, Overdue
from storage.reviews import Nudged


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A button of a duty's page: what it does, then the duty's id."""
    case = await find(turn, pressed.number(1))
    if case is None:
        return page(turn, [say(turn, "gone")], [(button(turn, "late", "h"),)])
    match pressed.word(0):
        case "remind":
            return await _remind(turn, case)
        case "lift":
            return await _lift(turn, case, pressed.word(2))
        case _:
            return await show(turn, case)


async def show(turn: Turn, case: Case, lead: str = "") -> Replies:
    """The duty: what, whom, when, who owes it, where it stands."""
    title = rule_title(turn, case)
    text = [lead, ""] if lead else []
    text += [
        say(turn, "duty.title", title=title, id=case.rule_id),
        say(
            turn,
            "duty.whom",
            subject=subject(turn, case),
            area=await area_name(turn, case.area_code),
        ),
        say(
            turn,
            "duty.window",
            window=window_words.any_day(case.opens_on, case.due_on, turn.today, turn.language),
        ),
        say(turn, "duty.worker", worker=case.worker) if case.worker else say(turn, "duty.nobody"),
        say(turn, "duty.state", state=state(turn, case)),
    ]
    return page(turn, text, await _ways(turn, case))


async def _ways(turn: Turn, case: Case) -> list[Row]:
    from scheduler.deciding import is_open

    rows: list[Row] = []
    if is_open(case):
        if case.account_id is not None:
            rows.append((button(turn, "remind", "remind", case.id),))
        lift = () if is_own(turn.uow.actor, case.account_id) else (_to_lift(turn, case),)
        rows.append((button(turn, "give", "give", case.id, 0), *lift))
    elif case.state == "missed" and await _came_late(turn, case):
        accept = button(turn, "entry_accept", "entry", case.id)
        rows.append((accept, button(turn, "entry_refuse", "unfit", case.id)))
    return [*rows, _back(turn, case)]


async def _came_late(turn: Turn, case: Case) -> bool:
    entries = LateEntries(turn.uow.connection, turn.uow.actor, turn.uow.now)
    return await entries.waits(case.id)


def _to_lift(turn: Turn, case: Case) -> Button:
    return button(turn, "lift", "lift", case.id)


def _back(turn: Turn, case: Case) -> Row:
    if case.code:
        return (button(turn, "subject", "w", case.kind, case.code),)
    return (button(turn, "late", "h"),)


async def find(turn: Turn, number: int) -> Case | None:
    """A duty, if it is the person's to oversee."""
    return await Overdue(turn.uow.connection, turn.uow.actor, turn.uow.now).one(number)


# --- reminding -----------------------------------------------------------------------------------


async def _remind(turn: Turn, case: Case) -> Replies:
    """One message a day about one subject, whoever presses how often."""
    nudged = await remind(turn, case)
    key = "done" if nudged == "now" else nudged
    return await show(turn, case, say(turn, f"remind.{key}", worker=case.worker))


async def remind(turn: Turn, case: Case) -> Nudged:
    """Remind whoever owes a duty, if anybody does; that they were is logged."""
    nudged = "already" if case.account_id is None else await notices.remind(turn, case)
    if nudged == "now":
        await turn.uow.record("remind", f"{case.rule_id}:{case.period_key}:{case.code}")
    return nudged


# --- lifting -------------------------------------------------------------------------------------


async def _lift(turn: Turn, case: Case, reason: str) -> Replies:
    reasons = reasons_to_lift(turn.house, case)
    if reason not in reasons:
        rows: list[Row] = [
            (Button(text=reason_words(turn, name), token=token(OVERSEE, "lift", case.id, name)),)
            for name in reasons
        ]
        text = [say(turn, "lift.ask", what=what(turn, case))]
        return page(turn, text, [*rows, (button(turn, "back", "d", case.id),)])
    if not await lift(turn, case, reason):
        own = is_own(turn.uow.actor, case.account_id)
        return await show(turn, case, say(turn, "own" if own else "gone"))
    case = await find(turn, case.id) or case
    return await show(turn, case, say(turn, "lift.done"))


def reasons_to_lift(house: House, case: Case) -> tuple[str, ...]:
    """For which reasons a duty is lifted, by its rule."""
    ground = house.ground() if house.ground is not None else None
    rule = ground.rule(case.rule_id, case.rule_version, case.rule_region) if ground else None
    return rule.limits.exempt if rule else ("other",)


async def lift(turn: Turn, case: Case, reason: str) -> bool:
    """Lift a duty for a reason, and tell whoever owed it; False if it has ended meanwhile."""
    from scheduler.deciding import exempt

    if not await exempt(turn.uow, case, reason):
        return False
    await notices.about(turn, case, "lifted", {"reason": reason})
    return True


def what(turn: Turn, case: Case) -> str:
    """A duty in few words: whom it concerns, and its rule."""
    title = rule_title(turn, case)
    return say(turn, "late.what", subject=subject(turn, case), title=title).strip()

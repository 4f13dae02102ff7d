"""Giving duties to somebody else: one home, or all that a worker has, for good.

What is open moves at once; what opens later follows, for the successor is charged with the homes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.messages import Button
from handlers import notices, supervising_duty
from handlers.supervising_duty import find, what
from handlers.supervising_page import PAGE, Row, button, page, pager, say
from handlers.tokens import OVERSEE, Token, token
from handlers.turn import Replies, Turn
from storage.overdue import Case
from storage.reassigning import Colleague, Reassigning
from storage.takers import why_not


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A button on the way: ``give:17:0``, then ``to:17:5``, then ``home:17:5`` or ``all:17:5``."""
    case = await find(turn, pressed.number(1))
    if case is None:
        return page(turn, [say(turn, "gone")], [(button(turn, "late", "h"),)])
    if pressed.word(0) == "give":
        return await _whom(turn, case, max(pressed.number(2), 0))
    chosen = await _reassigning(turn).colleague(
        case.area_code, pressed.number(2), home=case.household_id
    )
    if chosen is None or chosen.id == case.account_id:
        return await supervising_duty.show(turn, case, say(turn, "gone"))
    match pressed.word(0):
        case "home":
            return await _give(turn, case, chosen)
        case "all" if case.account_id is not None:
            return await _give_all(turn, case, case.account_id, chosen)
        case _:
            return await _how_much(turn, case, chosen)


def _reassigning(turn: Turn) -> Reassigning:
    return Reassigning(turn.uow.connection, turn.uow.actor, turn.uow.now)


async def _whom(turn: Turn, case: Case, shown: int) -> Replies:
    """Who could take it over, who works nearest first."""
    found, total = await _reassigning(turn).colleagues(
        case.area_code, case.account_id, shown, PAGE, home=case.household_id
    )
    text = [say(turn, "give.ask", what=what(turn, case)) if found else say(turn, "give.nobody")]
    rows: list[Row] = []
    for one in found:
        role = turn.say(f"chat.role.{one.role.value}")
        words = say(turn, "button.to", code=one.code, surname=one.surname, role=role, n=one.open)
        rows.append((Button(text=words, token=token(OVERSEE, "to", case.id, one.id)),))
    rows += pager(shown, total, PAGE, "give", str(case.id), "{}")
    return page(turn, text, [*rows, (button(turn, "back", "d", case.id),)])


async def _how_much(turn: Turn, case: Case, chosen: Colleague) -> Replies:
    """One home, or everything: asked once more, for it is for good. What would stay behind is told
    with the reason."""
    key = "give_home" if case.household_id is not None else "give_one"
    rows: list[Row] = [(button(turn, key, "home", case.id, chosen.id),)]
    if case.worker:
        rows.append((button(turn, "give_all", "all", case.id, chosen.id, former=case.worker),))
    text = [say(turn, "give.how", worker=chosen.code, former=case.worker or "—")]
    if case.account_id is not None:
        root = turn.chat.actor.area or ""
        outlook = await _reassigning(turn).outlook(case.account_id, chosen, root)
        if outlook.stay:
            why = say(turn, f"give.why.{why_not(chosen.role)}")
            homes = say(turn, "give.between").join(outlook.homes)
            text.append(say(turn, "give.stay", n=outlook.stay, homes=homes, why=why))
    return page(turn, text, [*rows, (button(turn, "back", "give", case.id, 0),)])


async def _give(turn: Turn, case: Case, chosen: Colleague) -> Replies:
    n = await give(turn, case, chosen)
    case = await find(turn, case.id) or case
    key = "give.done" if case.household_id is not None else "give.done_one"
    done = say(turn, key, worker=chosen.code, n=n)
    return await supervising_duty.show(turn, case, done)


async def give_some(turn: Turn, cases: Sequence[Case], chosen: Colleague) -> int:
    """Give `chosen` the homes of several duties, and tell everybody once; how many duties moved."""
    lost: Counter[int | None] = Counter()
    for case in cases:
        if case.account_id != chosen.id:
            lost[case.account_id] += await _move(turn, case, chosen)
    n = lost.total()
    if n:
        await notices.tell(turn, chosen.id, "given_some", {"n": n})
    for former, some in lost.items():
        if some:
            await notices.tell(turn, former, "taken_some", {"n": some, "to": chosen.code})
    return n


async def give(turn: Turn, case: Case, chosen: Colleague) -> int:
    """Give a duty's home to `chosen`, or the duty alone if it belongs to none, and tell both; how
    many duties moved."""
    n = await _move(turn, case, chosen)
    given = "given" if case.household_id is not None else "given_one"
    for reader, key in ((chosen.id, given), (case.account_id, "taken")):
        if reader is not None:
            await notices.about(turn, case, key, {"n": n, "to": chosen.code}, reader)
    return n


async def _move(turn: Turn, case: Case, chosen: Colleague) -> int:
    reassigning = _reassigning(turn)
    if case.household_id is not None:
        role = await _role(turn, case)
        n = await reassigning.give_home(case.household_id, role, case.account_id, chosen.id)
    else:
        n = await reassigning.give_one(case.id, chosen.id)
    thing = case.code or case.area_code
    await turn.uow.record("reassign", f"{thing}:{case.worker or '-'}:{chosen.code}")
    return n


async def _role(turn: Turn, case: Case) -> str:
    """As whom the former owner did it: the successor does in the home what that role would."""
    former = await turn.uow.accounts.get(case.account_id) if case.account_id else None
    return former.role.value if former else case.role


async def _give_all(turn: Turn, case: Case, former: int, chosen: Colleague) -> Replies:
    root = turn.chat.actor.area or ""
    moved = await _reassigning(turn).hand_over(former, chosen.id, root)
    await turn.uow.record("hand_over", f"{case.worker}:{chosen.code}:{root}")
    names = {"n": moved.duties, "from": case.worker, "to": chosen.code}
    await notices.tell(turn, chosen.id, "all_given", names)
    await notices.tell(turn, former, "all_taken", names)
    lead = say(turn, "give.done", worker=chosen.code, n=moved.duties)
    if moved.stay:
        lead += "\n" + say(turn, "give.stayed", former=case.worker, n=moved.stay)
    if moved.drafts:
        lead += "\n" + say(turn, "give.left", former=case.worker, n=len(moved.drafts))
    return await supervising_duty.show(turn, await find(turn, case.id) or case, lead)

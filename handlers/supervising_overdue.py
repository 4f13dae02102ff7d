"""What is overdue: by village, then whom it concerns, what closes soonest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from core.messages import Button
from handlers import window_words
from handlers.markup import literal
from handlers.read_first import read_first
from handlers.supervising_page import (
    PAGE,
    Row,
    area_name,
    button,
    ground_of,
    page,
    pager,
    rule_title,
    say,
    subject,
)
from handlers.tokens import OVERSEE, Token, token
from handlers.turn import Replies, Turn
from storage.overdue import Case, Overdue, Tally
from storage.unit import UnitOfWork


async def home(turn: Turn, *, edit: bool = True) -> Replies:
    """How much is overdue in each village, by rule."""
    from scheduler.coverage import below

    root = turn.chat.actor.area or ""

    async def read(uow: UnitOfWork) -> Sequence[Tally]:
        return await Overdue(uow.connection, uow.actor, uow.now).tally(root, below(root))

    tallies = await read_first(turn, "overdue", read)
    names = {area.code: area.name for area in await turn.uow.areas.all(root)} if tallies else {}
    by_place: dict[str, list[str]] = defaultdict(list)
    totals: dict[str, int] = defaultdict(int)
    for one in tallies:
        title = _title(turn, one)
        by_place[one.area_code].append(say(turn, "late.rule", title=title, n=one.n))
        totals[one.area_code] += one.n
    text = [say(turn, "late.title", n=sum(totals.values())) if tallies else say(turn, "late.none")]
    for code, rules in by_place.items():
        words = turn.say("chat.card.separator").join(rules)
        name = literal(names.get(code, code))
        text.append(say(turn, "late.place", area=name, n=totals[code], rules=words))
    rows = [
        (button(turn, "place", "l", code, 0, "", area=names.get(code, code), n=n),)
        for code, n in totals.items()
    ]
    return page(turn, text, [*rows, (button(turn, "over", "o"),)], edit=edit)


def _title(turn: Turn, one: Tally) -> str:
    """What a rule is called where it is counted; its id if no file has it any more."""
    book = ground_of(turn).book
    return literal(book.title(one.rule_id, one.area_code, turn.today, turn.language))


async def listed(turn: Turn, pressed: Token) -> Replies:
    """Whom it concerns in an area, of one rule or of all: ``l:990101001001:0:C01``."""
    code, shown, name = pressed.word(1), max(pressed.number(2), 0), pressed.word(3)
    overdue = Overdue(turn.uow.connection, turn.uow.actor, turn.uow.now)
    cases, total = await overdue.page(code, name, shown, PAGE) if code else ([], 0)
    if not cases:
        return await home(turn)
    await turn.uow.record("list_overdue", code)
    text = [say(turn, "late.list", area=await area_name(turn, code), n=total), ""]
    text += [
        say(turn, "late.entry", n=number, words=line(turn, one))
        for number, one in enumerate(cases, shown * PAGE + 1)
    ]
    rows: list[Row] = [
        (
            Button(
                text=say(turn, "button.entry", n=number, code=one.code or one.rule_id),
                token=_to(one),
                style="primary",
            ),
        )
        for number, one in enumerate(cases, shown * PAGE + 1)
    ]
    rows += pager(shown, total, PAGE, "l", code, "{}", name)
    return page(turn, text, [*rows, (button(turn, "late", "h"),)])


def line(turn: Turn, case: Case) -> str:
    """A duty in one line: whom it concerns, what, since when, until when it can still be done."""
    due = window_words.day(case.due_on, turn.today, turn.language)
    late = (turn.today - case.due_on).days
    words = [
        say(turn, "late.what", subject=subject(turn, case), title=rule_title(turn, case)).strip(),
        say(turn, "late.due", day=due, n=late),
    ]
    if case.counts_until is not None:
        last = window_words.day(case.counts_until, turn.today, turn.language)
        over = case.counts_until < turn.today
        words.append(say(turn, "late.over" if over else "late.until", day=last))
    return say(turn, "late.join").join(words)


def _to(case: Case) -> str:
    """To the subject, or where there is none, to the duty itself."""
    if case.code:
        return token(OVERSEE, "w", case.kind, case.code)
    return token(OVERSEE, "d", case.id)

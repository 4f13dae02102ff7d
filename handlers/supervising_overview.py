"""The overview: how much of what each rule asks for is done, with both numbers, and by village."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from core.messages import Button, Picture, Reply
from handlers.markup import literal
from handlers.overview_picture import Bar, draw, layout
from handlers.read_first import read_first
from handlers.supervising_months import last_day, month_name, month_of, months_row, root_of
from handlers.supervising_page import (
    PAGE,
    Row,
    area_name,
    button,
    ground_of,
    in_rows,
    page,
    pager,
    say,
)
from handlers.tokens import OVERSEE, Token, token
from handlers.turn import Replies, Turn

if TYPE_CHECKING:
    from scheduler.coverage import Covered, Place
    from storage.unit import UnitOfWork

TOWNSHIP: Final = 9
"""How long the code of a township is: an area with a shorter one is looked at by township first."""


async def show(turn: Turn, pressed: Token, *, edit: bool = True) -> Replies:
    """Every rule, as it stands at the end of a month, in an area: ``o:202611:990101001:0``."""
    root = root_of(turn, pressed.word(2))
    month = month_of(turn, pressed.word(1))
    found = await _found(turn, month, root)
    pages = max(-(-len(found) // PAGE), 1)
    shown = min(max(pressed.number(3), 0), pages - 1)
    here = found[shown * PAGE : (shown + 1) * PAGE]
    text = [
        say(turn, "over.title", month=month_name(turn, month), area=await area_name(turn, root))
    ]
    text += _all_lines(turn, here, shown * PAGE) if found else [say(turn, "over.none")]
    key = f"{month:%Y%m}"
    numbers = [
        Button(text=f"{number} · {one.rule_id}", token=token(OVERSEE, "r", key, root, one.rule_id))
        for number, one in enumerate(here, shown * PAGE + 1)
    ]
    rows = [
        *in_rows(numbers, 3),
        *pager(shown, len(found), PAGE, "o", key, root, "{}"),
        *await _townships(turn, root, key),
        months_row(turn, month, "o", root),
        *([(button(turn, "picture", "p", key, root),)] if found else []),
        _further(turn, key, root),
    ]
    return page(turn, text, rows, edit=edit)


def _further(turn: Turn, month: str, root: str) -> Row:
    """The way to the month's files, if there are any, and for who oversees to what is overdue."""
    actor = turn.chat.actor
    hands_on = turn.house.tables is not None and (actor.may_export or actor.powers.reports)
    files = (button(turn, "files", "f", month, root),) if hands_on else ()
    return (button(turn, "late", "h"), *files) if actor.may_approve else files


async def picture(turn: Turn, pressed: Token) -> Replies:
    """The same as a picture below the page: ``p:202611:990101001``."""
    root = root_of(turn, pressed.word(2))
    month = month_of(turn, pressed.word(1))
    found = await _found(turn, month, root)
    if not found:
        return await show(turn, pressed)
    area = await turn.uow.areas.get(root)
    title = say(turn, "picture.title", area=area.name if area else root)
    subtitle = say(turn, "picture.subtitle", month=month_name(turn, month))
    drawing = layout(title, subtitle, [_bar(turn, one) for one in found])
    content = await read_first(turn, drawing, lambda _uow: asyncio.to_thread(draw, drawing))
    key = f"overview:{hashlib.sha256(content).hexdigest()}"
    stored = await turn.uow.media.put(content, "overview.png", "image/png", key)
    shown = Picture(media=stored.id, name=stored.name, mime=stored.mime)
    return [Reply(text=say(turn, "picture.text", title=literal(title)), pictures=(shown,))]


def _bar(turn: Turn, one: Covered) -> Bar:
    whole = one.total
    return Bar(
        title=_plain_title(turn, one),
        numbers=_numbers(turn, one, whole),
        share=whole.done / whole.owed if whole.owed else 1.0,
        target=one.target,
        met=one.met,
    )


async def _found(turn: Turn, month: date, root: str) -> list[Covered]:
    """The rules that ask for something at the end of a month in an area."""
    found = await _counted(turn, month, root)
    return [one for one in found if one.total.owed or one.total.exempt]


async def _counted(turn: Turn, month: date, root: str, *rules: str) -> list[Covered]:
    """How much is done at the end of a month in an area, of all rules or of `rules`. In a large
    county that takes a second."""
    from scheduler.coverage import coverage

    ground, day = ground_of(turn), last_day(turn, month)

    async def read(uow: UnitOfWork) -> list[Covered]:
        return await coverage(uow, ground, day, root, rules)

    return await read_first(turn, ("coverage", day, root, rules), read)


async def rule(turn: Turn, pressed: Token) -> Replies:
    """One rule by the areas next below: ``r:202611:990101001:C01``."""
    root, name = root_of(turn, pressed.word(2)), pressed.word(3)
    month = month_of(turn, pressed.word(1))
    found = await _counted(turn, month, root, name) if name else []
    if not found:
        return await show(turn, pressed)
    (one,) = found
    names = {area.code: area.name for area in await turn.uow.areas.all(root)}
    text = [
        say(turn, "over.rule", title=_title(turn, one), id=literal(one.rule_id)),
        say(turn, "over.where", month=month_name(turn, month), area=literal(names.get(root, root))),
        "",
        say(turn, "over.all", numbers=_numbers(turn, one, one.total)),
        *(
            say(
                turn,
                "over.place",
                area=literal(names.get(each.area_code, each.area_code)),
                numbers=_numbers(turn, one, each),
            )
            for each in one.places
        ),
    ]
    rows = [
        *_late_places(turn, one, names),
        months_row(turn, month, "r", root, name),
        (button(turn, "over", "o", f"{month:%Y%m}", root, 0),),
    ]
    return page(turn, text, rows)


def _late_places(turn: Turn, one: Covered, names: Mapping[str, str]) -> Iterator[Row]:
    """Where something of the rule is overdue, the way to whom it concerns."""
    for each in one.places if turn.chat.actor.may_approve else ():
        if each.overdue:
            name = names.get(each.area_code, each.area_code)
            words = ("l", each.area_code, 0, one.rule_id)
            yield (button(turn, "place", *words, area=name, n=each.overdue),)


def _all_lines(turn: Turn, found: list[Covered], before: int) -> Iterator[str]:
    for number, one in enumerate(found, before + 1):
        title = _title(turn, one)
        yield ""
        yield say(turn, "over.entry", n=number, title=title, id=literal(one.rule_id))
        yield _numbers(turn, one, one.total)


def _title(turn: Turn, one: Covered) -> str:
    return literal(_plain_title(turn, one))


def _plain_title(turn: Turn, one: Covered) -> str:
    return one.rule.titles.of(turn.language) if one.rule else one.rule_id


def _numbers(turn: Turn, one: Covered, place: Place) -> str:
    """Both numbers, their share and the target, then what is overdue and what was lifted."""
    parts = [say(turn, "over.numbers", done=place.done, owed=place.owed)]
    if place.owed:
        percent = f"{place.done * 100 // place.owed}%"  # never 100% before all is done
        parts[0] = say(turn, "over.share", numbers=parts[0], percent=percent)
    if one.target is not None and place.area_code == "":
        key = "over.target_met" if one.met else "over.target"
        parts.append(say(turn, key, percent=f"{one.target:.0%}"))
    parts += [
        say(turn, f"over.{key}", n=n)
        for key, n in (("late", place.late), ("overdue", place.overdue), ("exempt", place.exempt))
        if n
    ]
    return say(turn, "over.join").join(parts)


async def _townships(turn: Turn, root: str, month: str) -> list[Row]:
    """From a county the way to its townships, and from one back to the whole county."""
    own = turn.chat.actor.area or ""
    if root != own:
        return [(button(turn, "whole", "o", month, own, 0),)]
    if len(root) >= TOWNSHIP:
        return []
    areas = [one for one in await turn.uow.areas.all(root) if len(one.code) == TOWNSHIP]
    return in_rows(
        [Button(text=one.name, token=token(OVERSEE, "o", month, one.code, 0)) for one in areas], 3
    )

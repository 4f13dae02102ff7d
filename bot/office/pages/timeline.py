"""What happened to a household or person, in words for its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.office import words
from bot.office.office import Desk
from bot.office.pages.overdue import rule_title
from bot.office.pages.register_words import tag
from bot.office.visit import Visit
from core.texts import known, say
from storage.register import Subject
from storage.timeline import Event, Timeline
from storage.unit import UnitOfWork

PAGE: Final = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """A page (from 0) of lines, and whether later and earlier ones can be turned to."""

    page: int
    more: bool
    lines: tuple[Mapping[str, str], ...]


async def shown(
    desk: Desk, visit: Visit, uow: UnitOfWork, subject: Subject, names: Mapping[str, str]
) -> Shown:
    """The page of a subject's timeline that the address names; the subject was opened before."""
    page = visit.number("page")
    timeline = Timeline(uow.connection, uow.actor, uow.now, desk.database.zone)
    events, more = await timeline.page(subject.kind, subject.id, page, PAGE)
    forms = [one.thing for one in events if one.kind == "visit"]
    titles = await words.form_titles(visit, uow, forms)
    lines = tuple(_line(desk, visit, one, titles, names) for one in events)
    return Shown(page, more, lines)


def _line(
    desk: Desk,
    visit: Visit,
    one: Event,
    titles: Mapping[str, str],
    names: Mapping[str, str],
) -> dict[str, str]:
    return {
        "day": one.on.isoformat(),
        "kind": one.kind,
        "kind_name": say(visit.language, f"timeline.kind.{one.kind}"),
        "text": _text(desk, visit, one, titles, names),
        "words": words.reason(visit, one.words),
        "link": one.link,
        "by": one.by,
    }


def _text(
    desk: Desk,
    visit: Visit,
    one: Event,
    titles: Mapping[str, str],
    names: Mapping[str, str],
) -> str:
    def tell(key: str, **values: str) -> str:
        return say(visit.language, f"timeline.{key}", **values)

    title = rule_title(desk, visit, *one.rule) if one.rule else ""
    match one.kind:
        case "visit":
            parts = (titles[one.thing], words.outcome(visit, one.what))
            return tell("comma").join(part for part in parts if part)
        case "duty":
            state = tell("opened") if one.what == "opened" else words.state(visit, one.what)
            return tell("duty", title=title, state=state)
        case "class":
            return tell(f"class.{one.what}", tag=tag(visit, one.thing))
        case "move":
            return tell(f"move.{one.what}", to=words.area_path(one.thing, names))
        case "review":
            return tell(f"review.{one.what}")
    key = f"request.{one.what}"
    return tell(key if known(f"timeline.{key}") else "request.other", title=title)

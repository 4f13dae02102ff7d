"""From what the tables keep of a subject to the subject as rules see it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, tzinfo
from typing import Final

from scheduler.subjects import Event, Spell, Stay, Subject, Visit
from storage.obligations_facts import Dossier, EventTold, VisitMade

_ALWAYS: Final = date(1900, 1, 1)


def subject(dossier: Dossier, zone: tzinfo) -> Subject:
    """The subject of a dossier. It lives where it is registered, since it was entered."""
    entered = dossier.entered_at
    since = _ALWAYS if entered is None else entered.astimezone(zone).date()
    dates: dict[str, list[date]] = defaultdict(list)
    for name, day in dossier.days:
        dates[name].append(day)
    return Subject(
        kind=dossier.whose.kind,
        stays=(Stay(dossier.whose.area_code, since),),
        tags=tuple(Spell(*one) for one in dossier.tags),
        tiers=tuple(Spell(*one) for one in dossier.tiers),
        birth_date=dossier.birth_date,
        dates={name: tuple(sorted(days)) for name, days in dates.items()},
        events=tuple(_event(one) for one in dossier.events),
        visits=tuple(visit_of(one) for one in dossier.visits),
        members=tuple(subject(one, zone) for one in dossier.members),
        left_on=dossier.left_on,
    )


def visit_of(made: VisitMade) -> Visit:
    """A visit that was kept, as rules see it."""
    return Visit(
        form=made.form_id,
        on=made.visit_date,
        entered=made.entered_at,
        mode=made.mode,
        outcome=made.outcome,
        role=made.role,
        answers=made.answers,
    )


def _event(told: EventTold) -> Event:
    return Event(told.name, told.key, told.on_day, told.at, told.stated)

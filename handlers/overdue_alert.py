"""What who oversees reads of duties that are overdue: subjects by village and rule, no workers.

What became overdue now is listed by subject; what they heard of before is only counted. Nobody is
compared with anybody: 国办函〔2026〕12号 forbids rankings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from core.messages import Button, Reply
from core.texts import say
from handlers import notices, window_words
from handlers.markup import literal
from handlers.owing import Moment
from handlers.request_terms import NONE, SOONEST, Terms, terms
from handlers.tokens import OVERSEE, REQUEST, token
from handlers.turn import House
from scheduler.coverage import below
from scheduler.ground import Ground
from scheduler.intents import OVERDUE, Intent
from scheduler.telling import put_off, still_fits
from storage.outbox import Parcel
from storage.priorities import DIGEST
from storage.resident_requests import with_a_term
from storage.told import Batch, Late, Tally, Told
from storage.unanswered import NOTHING, Unanswered, heard, unanswered
from storage.unit import UnitOfWork

SUBJECTS: Final = 12
"""So many subjects are named in one message; where there are more, all are only counted."""
PLACES: Final = 6
RULES: Final = 3
"""So many areas, and rules in each, are counted in one message; the list has them all."""


@dataclass(frozen=True, slots=True)
class News:
    """What a message is about: subjects, counts, the names of areas by code, and the length of the
    codes by which areas are told apart; what residents have `asked`, and where the `terms` of that
    stand."""

    late: Sequence[Late]
    tallies: Sequence[Tally]
    areas: Mapping[str, str]
    length: int
    urgent: bool = False
    asked: Unanswered = NOTHING
    terms: Terms = NONE


async def prepare(uow: UnitOfWork, parcel: Parcel, house: House) -> Reply | None:
    """A queued alert, of what of it is still not done; None if all is, or if it has to wait."""
    intent = Intent.of(parcel.body)
    chat = await uow.conversations.get(parcel.conversation_id)
    if chat is None or chat.actor.account_id != intent.account or house.ground is None:
        return None
    if not await still_fits(uow, house.zone, intent.account, through=intent.through):
        await put_off(uow, house.zone, intent, own=False)
        if "digest" in intent.ways and await unanswered(uow.connection, chat.actor, uow.now):
            free = notices.free_at(chat, uow.now, house.zone)
            await uow.outbox.queue_kind(chat.id, OVERDUE, parcel.body, DIGEST, not_before=free)
        return None
    told = Told(uow.connection, chat.actor, uow.now)
    batch = Batch(intent.account, intent.at, intent.ways)
    length = below(chat.actor.area or "")
    tallies = await told.tally(batch, length)
    asked = NOTHING
    if "digest" in intent.ways:
        asked = await unanswered(uow.connection, chat.actor, uow.now)
    if not tallies and not asked:
        return None
    stand = NONE
    if asked:
        await heard(uow.connection, intent.account, uow.now)
        before = uow.now - SOONEST
        since = await with_a_term(uow.connection, chat.actor, uow.today, before)
        stand = terms(house, since, uow.today)
    late = await told.first(batch, SUBJECTS)
    codes = {one.area_code[:length] for one in late} | {one.area_code for one in tallies}
    areas = [await uow.areas.get(code) for code in sorted(codes)]
    names = {area.code: area.name for area in areas if area}
    news = News(late, tallies, names, length, intent.urgent, asked, stand)
    return page(news, house.ground(), Moment(uow.now, house.zone), parcel.language)


def page(news: News, ground: Ground, at: Moment, language: str) -> Reply:
    """The message, with the way to the list."""
    return _Page(news, ground, at, language).reply()


class _Page:
    def __init__(self, news: News, ground: Ground, at: Moment, language: str) -> None:
        self._news = news
        self._ground = ground
        self._at = at
        self._language = language

    def reply(self) -> Reply:
        """All of it."""
        news, text = self._news, [self._title(), *self._counts()]
        earlier = [one for one in news.tallies if one.stage == "still"]
        now = [one for one in news.tallies if one.stage != "still"]
        if sum(one.n for one in now) > SUBJECTS:
            text += ["", *self._counted(now)]
        else:
            for code, some in groupby(news.late, lambda one: one.area_code[: news.length]):
                text += ["", self._say("place", area=self._area(code)), *self._subjects(some)]
        if earlier:
            text += ["", self._say("earlier"), *self._counted(earlier)]
        rows: list[tuple[Button, ...]] = []
        if news.tallies:
            rows.append((Button(text=self._say("list"), token=token(OVERSEE, "h")),))
        if news.asked:
            text += ["", *self._asked()]
            rows.append((Button(text=self._say("requests"), token=token(REQUEST, "list")),))
        return Reply(text="\n".join(text), buttons=tuple(rows), urgent=news.urgent)

    def _title(self) -> str:
        if self._news.urgent:
            return self._say("urgent")
        today, title = self._at.today, "title" if self._news.tallies else "asked_title"
        return self._say(title, day=window_words.weekday(today, today, self._language))

    def _asked(self) -> Iterator[str]:
        """Lines about what residents ask for and nobody has answered."""
        asked, stand = self._news.asked, self._news.terms
        counts = {"asked_new": asked.new, "asked_late": asked.late}
        counts |= {"asked_near": stand.near, "asked_over": stand.over}
        return (self._say(key, n=n) for key, n in counts.items() if n)

    def _counts(self) -> Iterator[str]:
        totals: dict[str, int] = defaultdict(int)
        for one in self._news.tallies:
            totals[one.stage] += one.n
        stages = [stage for stage in ("open", "new", "still") if totals[stage]]
        if stages:
            yield " ".join(self._say(stage, n=totals[stage]) for stage in stages)

    def _subjects(self, some: Iterable[Late]) -> Iterator[str]:
        """A line for each rule."""
        for (rule, version, region), late in groupby(some, _rule):
            words = self._say("between").join(filter(None, map(self._subject, late)))
            title = self._title_of(rule, version, region)
            yield self._say("entry", title=title, subjects=words) if words else title

    def _subject(self, one: Late) -> str:
        words = self._name(one)
        if one.due_at is None or one.stage != "open":
            return words
        at = self._at
        moment = window_words.moment(one.due_at, at.zone, at.today, self._language)
        return self._say("due", subject=words, moment=moment).strip()

    def _name(self, one: Late) -> str:
        if not one.code:
            return ""
        key = one.kind if one.surname else "other"
        code, surname = literal(one.code), literal(one.surname)
        return say(self._language, f"owing.{key}", code=code, surname=surname)

    def _counted(self, tallies: Sequence[Tally]) -> Iterator[str]:
        """A line for each area, of counts only."""
        places = [(code, list(some)) for code, some in groupby(tallies, lambda x: x.area_code)]
        for code, some in places[:PLACES]:
            some.sort(key=lambda one: (-one.n, one.rule_id))
            words = [
                self._say("rule", title=self._title_of(*_rule(one)), n=one.n)
                for one in some[:RULES]
            ]
            if len(some) > RULES:
                words.append(self._say("others", n=sum(one.n for one in some[RULES:])))
            rules = self._say("between").join(words)
            yield self._say("counted", area=self._area(code), rules=rules)
        if len(places) > PLACES:
            yield self._say("elsewhere", n=len(places) - PLACES)

    def _title_of(self, rule_id: str, version: int, region: str) -> str:
        rule = self._ground.rule(rule_id, version, region)
        return literal(rule.titles.of(self._language) if rule else rule_id)

    def _area(self, code: str) -> str:
        return literal(self._news.areas.get(code, code))

    def _say(self, key: str, /, **values: object) -> str:
        return say(self._language, f"remind.overdue.{key}", **values)


def _rule(one: Late | Tally) -> tuple[str, int, str]:
    return one.rule_id, one.rule_version, one.rule_region

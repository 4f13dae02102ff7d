"""A submission becomes a visit: it meets what is owed, and what it tells takes effect at once.

All of it belongs to the step that keeps the submission. First the visit goes to what was open when
it was made; then its effects open, move and cancel. A correction is the same visit, known by its
root: all that the former version told is taken back first. What later records told of the classes
of the same subject is told again after it, so that all stands as if the correct one had come first.
Only what a supervisor has confirmed, or what is closed for good, stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from scheduler.effects import Change, changes
from scheduler.ground import Ground
from scheduler.meeting import give
from scheduler.population import LEVELS
from scheduler.reckoning import reckon, reckon_home
from storage.obligation_tables import NO_ONE
from storage.obligations import Obligations
from storage.obligations_facts import EventTold, Facts, VisitMade, Whose
from storage.spells import Spells
from storage.unit import UnitOfWork

_NAME: Final = 20  # letters of an event's name in its key, which has 64


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A submission as rules see it. `root_id` is the id of its first version, `corrected` tells
    that this is a later one. The subject is a person or a household; of any other kind it is the
    area of who handed it in. `answers` are those of `Rulebook.questions`, as text, choices of a
    select_multiple with spaces between."""

    root_id: str
    corrected: bool
    form_id: str
    subject_kind: str
    subject_id: int | None
    account_id: int
    account_area: str
    role: str
    visit_date: date
    entered_at: datetime
    mode: str | None
    outcome: str | None
    answers: Mapping[str, str]


async def take(uow: UnitOfWork, ground: Ground, handed: HandedIn) -> None:
    """Keep the visit, and change whatever follows from it."""
    await _Taking(uow, ground, handed).run()


async def confirm_departure(uow: UnitOfWork, ground: Ground, person_id: int, by: int) -> str | None:
    """The account `by` confirms that somebody moved away or died: what is open of them is
    cancelled. ``moved`` or ``deceased``; None if no form told it, or it was confirmed before."""
    kind = await Facts(uow.connection).confirm(person_id, by, uow.now)
    if kind is not None:
        dossier = await Facts(uow.connection).dossier("person", person_id)
        assert dossier is not None and dossier.household_id is not None
        await reckon_home(uow, ground, person_id, dossier.household_id, dossier.left_on)
    return kind


class _Taking:
    def __init__(self, uow: UnitOfWork, ground: Ground, handed: HandedIn) -> None:
        self._uow = uow
        self._ground = ground
        self._handed = handed
        self._facts = Facts(uow.connection)
        self._spells = Spells(uow.connection)
        self._obligations = Obligations(uow.connection)
        self._key = handed.root_id.removeprefix("uuid:")

    async def run(self) -> None:
        handed, made, since = self._handed, self._made(), self._handed.visit_date
        later: Sequence[VisitMade] = ()
        whose, home = await self._subject()
        if handed.corrected and (former := await self._facts.visit(handed.root_id)):
            later = await self._facts.visits_after(whose, former.entered_at)
            since = min(since, former.visit_date)
            await self._take_back(whose, former, later)
            made = replace(made, entered_at=former.entered_at, role=former.role)
        await self._facts.add_visit(whose, made, handed.account_id, home)
        await self._meet(whose, home, made)
        told = self._changes(made)
        for change in told:
            await self._apply(change, whose, made)
        for one in later:
            for change in self._changes(one):
                await self._apply_class(change, whose, one)
        if whose.kind != "area" or told or handed.corrected:  # a report alone changes no duty of it
            await self._reckon(whose, home, since)

    def _changes(self, made: VisitMade) -> list[Change]:
        return changes(self._ground.book.effects, made.form_id, made.answers)

    async def _take_back(self, whose: Whose, former: VisitMade, later: Sequence[VisitMade]) -> None:
        """Undo the former version, and for as long as that what later ones told of classes."""
        await self._obligations.unlink(former.root_id, self._uow.now)
        for one in (*reversed(later), former):
            await self._spells.take_back(whose.kind, whose.id, one.root_id, one.visit_date)
        person = whose.id if whose.kind == "person" else None
        await self._facts.take_back(person, former.root_id, self._key)

    async def _subject(self) -> tuple[Whose, int | None]:
        handed = self._handed
        if handed.subject_kind in ("person", "household") and handed.subject_id is not None:
            found = await self._facts.whose(handed.subject_kind, handed.subject_id)
            if found is not None:
                return found
        return Whose("area", NO_ONE, handed.account_area), None

    def _made(self) -> VisitMade:
        handed = self._handed
        return VisitMade(
            root_id=handed.root_id,
            form_id=handed.form_id,
            visit_date=handed.visit_date,
            entered_at=handed.entered_at,
            mode=handed.mode,
            outcome=handed.outcome,
            role=handed.role,
            answers=handed.answers,
        )

    async def _meet(self, whose: Whose, home: int | None, made: VisitMade) -> None:
        """One visit to a person is one to their household too, and one more of the worker's quota.
        Without a subject it may be a report for an area."""
        subjects = [whose] if whose.kind != "area" else []
        if home is not None and whose.kind == "person":
            subjects.append(Whose("household", home, whose.area_code))
        around = self._around() if whose.kind == "area" else ()
        rows = await self._obligations.fitting(
            made.visit_date, subjects, self._handed.account_id, around
        )
        await give(self._obligations, self._ground, rows, [made], self._uow.now)

    def _around(self) -> list[str]:
        """The area of who handed it in, and those around it."""
        code = self._handed.account_area
        return [code[:length] for length in LEVELS.values() if length <= len(code)]

    async def _apply(self, change: Change, whose: Whose, made: VisitMade) -> None:
        day = made.visit_date
        if change.what == "event":
            key = f"{self._key}.{change.name[:_NAME]}"
            at = change.at or self._handed.entered_at
            await self._facts.tell(whose, EventTold(change.name, key, day, at, change.day))
        elif change.what == "leaves" and whose.kind == "person":
            now = self._uow.now
            await self._facts.leaves(whose.id, change.name, day, made.root_id, now)
        else:
            await self._apply_class(change, whose, made)

    async def _apply_class(self, change: Change, whose: Whose, made: VisitMade) -> None:
        """Begin and end tags and tiers of a person, and keep the days of any subject."""
        day, root = made.visit_date, made.root_id
        if change.what == "date":
            told = change.day or day
            await self._spells.add_day(whose.kind, whose.id, change.name, told, root)
        if whose.kind != "person":
            return
        match change.what:
            case "tag":
                await self._spells.begin("tag", whose.id, change.name, day, root)
            case "untag":
                await self._spells.end("tag", whose.id, change.name, day, source=root)
            case "tier":
                family, name = change.name.partition(".")[0] + ".", change.name
                await self._spells.end("tier", whose.id, family, day, source=root, but=name)
                await self._spells.begin("tier", whose.id, name, day, root)

    async def _reckon(self, whose: Whose, home: int | None, since: date) -> None:
        if whose.kind == "area":
            code = whose.area_code
            await reckon(self._uow, self._ground, "area", NO_ONE, code=code, since=since)
        elif whose.kind == "person" and home is not None:
            await reckon_home(self._uow, self._ground, whose.id, home, since)
        else:
            await reckon(self._uow, self._ground, whose.kind, whose.id, since=since)

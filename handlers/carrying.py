"""What a worker takes along where there is no network: forms, and tables of their own subjects.

A table holds the rows that a form can be about and the columns that it reads, and no more.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handlers.facts import choice_row, flat, subject_row
from handlers.offering import concerns, given
from handlers.turn import House
from storage.formshelf import FormVersion
from storage.register import PersonFile, Subject
from storage.unit import UnitOfWork

_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "subjects": ("name", "label"),
    "subject": ("key", "code"),
    "previous": ("key", "code"),
    "parameters": ("key", "value"),
}
"""The tables that the chat fills, and the columns that each has in any case."""

_OF_SUBJECTS: Final = frozenset({"subjects", "subject", "previous"})
_AT_A_TIME: Final = 200

Row = dict[str, str]
Columns = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Carried:
    subject: Subject
    person: PersonFile | None


async def offered(uow: UnitOfWork) -> Sequence[FormVersion]:
    """The forms that the actor fills in, in the order of menus."""
    return [one for one in await uow.forms.offered() if given(one.offer, uow.actor)]


def portable(version: FormVersion, subject_path: str | None, files: Collection[str]) -> bool:
    """Whether a form can be begun without us: it asks for whom it is, and reads of no duty."""
    asks = version.offer.subject == "none" or subject_path is not None
    return asks and "duty.csv" not in files


async def tables(
    house: House, uow: UnitOfWork, version: FormVersion, columns: Columns, names: Collection[str]
) -> dict[str, bytes]:
    """Those tables of a form whose file names are among `names`, as CSV. `columns` are those that
    the form reads of ``subject`` and ``previous``."""
    wanted = [name for name in _HEADS if f"{name}.csv" in names]
    about = _OF_SUBJECTS.intersection(wanted)
    carried = await _subjects(uow, version) if about else []
    found: dict[str, bytes] = {}
    for name in wanted:
        heads = (*_HEADS[name], *sorted(columns.get(name, frozenset()) - {"code"}))
        match name:
            case "subjects":
                rows = [choice_row(one.subject) for one in carried]
            case "subject":
                rows = [subject_row(one.subject, one.person) for one in carried]
            case "previous":
                rows = await _previous(uow, version, carried)
            case _:
                numbers = house.parameters(uow.today, uow.actor.area or "")
                rows = [{"key": key, "value": value} for key, value in numbers.items()]
        found[f"{name}.csv"] = _csv(heads, rows)
    return found


async def _subjects(uow: UnitOfWork, version: FormVersion) -> list[_Carried]:
    """Everybody whom the form is offered for, by code."""
    found: list[_Carried] = []
    if version.offer.subject == "household":
        homes = await uow.register.homes_after("", _AT_A_TIME)
        while homes:
            found += [_Carried(one, None) for one in homes]
            await asyncio.sleep(0)
            homes = await uow.register.homes_after(homes[-1].code, _AT_A_TIME)
    elif version.offer.subject == "person":
        people = await uow.register.people_after("", _AT_A_TIME)
        while people:
            fitting = [one for one in people if concerns(version.offer, one, uow.today)]
            found += [_Carried(one.subject, one) for one in fitting]
            await asyncio.sleep(0)
            people = await uow.register.people_after(people[-1].code, _AT_A_TIME)
    return found


async def _previous(
    uow: UnitOfWork, version: FormVersion, carried: Sequence[_Carried]
) -> list[Row]:
    rows: list[Row] = []
    for start in range(0, len(carried), _AT_A_TIME):
        codes = {one.subject.id: one.subject.code for one in carried[start : start + _AT_A_TIME]}
        said = await uow.submissions.all_previous(
            version.form_id, version.offer.subject, list(codes)
        )
        rows += [flat(said[one]) | {"key": "previous", "code": codes[one]} for one in said]
        await asyncio.sleep(0)
    return rows


def _csv(heads: Sequence[str], rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, heads, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()

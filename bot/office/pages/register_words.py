"""What pages say of an import: its findings and its changes, in the visitor's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.office import words
from bot.office.visit import Visit
from bot.register.columns import Column
from bot.register.tables import Problem
from bot.register.telling import Line, Part
from core.texts import known, say

_KINDS: Final = 8  # of findings that are told first


def teller(visit: Visit) -> Callable[..., str]:
    """The texts of imports and changes, for templates."""

    def tell(key: str, /, **values: object) -> str:
        return say(visit.language, f"enrol.{key}", **values)

    return tell


def problem(visit: Visit, one: Problem) -> dict[str, object]:
    """A finding: where it stands, and what it is."""
    return {
        "sheet": one.sheet,
        "row": one.row,
        "place": one.letter,
        "column": one.heading(visit.language),
        "text": one.sentence(visit.language),
    }


def kinds(visit: Visit, problems: Sequence[Problem]) -> list[dict[str, object]]:
    """Of which kinds findings are, the most frequent first, each in the words of its first one."""
    first = {(one.column, one.code): one for one in reversed(problems)}
    counted = Counter((one.column, one.code) for one in problems)
    return [problem(visit, first[kind]) | {"n": n} for kind, n in counted.most_common(_KINDS)]


def line(visit: Visit, one: Line, names: Mapping[str, str]) -> dict[str, object]:
    """What becomes of a person or a household."""
    return {
        "sheet": one.sheet,
        "row": one.row,
        "household": one.household,
        "code": one.code,
        "name": one.name,
        "new": "new" in one.groups,
        "parts": [_part(visit, part, names) for part in one.parts],
    }


def _part(visit: Visit, part: Part, names: Mapping[str, str]) -> str:
    tell = teller(visit)
    if part.field == "tag":
        key = "part.begins" if part.new else "part.ends"
        return tell(key, tag=tag(visit, part.new or part.old))
    if part.field == "household":
        return tell("part.household", code=part.new)
    area = part.field == "area"
    field = visit.say("area") if area else Column(part.field).heading(visit.language)
    old, new = (_value(visit, part.field, one, names) for one in (part.old, part.new))
    if not part.old:
        return tell("part.is", field=field, value=new)
    if old == new:
        return tell("part.differs", field=field, value=new)
    return tell("part.was", field=field, old=old, new=new or "—")


def _value(visit: Visit, field: str, value: str, names: Mapping[str, str]) -> str:
    if field == "area":
        return words.area_path(value, names) if value else ""
    if field == "sex" and value:
        return say(visit.language, f"enrol.sex.{value}")
    if field == "head":
        return say(visit.language, "enrol.yes" if value == "True" else "enrol.no")
    return value


def tag(visit: Visit, name: str) -> str:
    """What a tag is called; a county's own by its name in the files."""
    return say(visit.language, f"tags.{name}") if known(f"tags.{name}") else name

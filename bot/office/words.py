"""Names of areas, forms, rules and subjects, as pages write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.office.visit import Visit
from core.texts import known, say
from handlers.shelf import title_of
from storage.unit import UnitOfWork


async def area_names(uow: UnitOfWork, root: str) -> dict[str, str]:
    """The names of `root` and all areas below it, by code."""
    return {one.code: one.name for one in await uow.areas.all(root)}


async def names_of(uow: UnitOfWork, codes: Iterable[str]) -> dict[str, str]:
    """The names of these areas, a few hundred at most, and of those that they lie in, by code."""
    wanted = {code[:length] for code in codes for length in (9, 12, 15, len(code))}
    return {one.code: one.name for one in await uow.areas.some(wanted)}


def area_path(code: str, names: Mapping[str, str]) -> str:
    """An area with those it lies in, from the village up: ``柳树村第一网格``."""
    parts = [names[code[:length]] for length in (12, 15) if code[:length] in names]
    found = dict.fromkeys(parts)  # a village's own code is its first twelve digits
    return "".join(found) or names.get(code, code)


async def form_titles(visit: Visit, uow: UnitOfWork, form_ids: Iterable[str]) -> dict[str, str]:
    """What menus call these forms, by form id."""
    titles = {}
    for form_id in set(form_ids):
        version = await uow.forms.latest(form_id)
        titles[form_id] = title_of(version, visit.language) if version else form_id
    return titles


def percent(done: int, owed: int) -> str:
    """A share in words, never 100% before all is done; '' where nothing is owed."""
    return f"{done * 100 // owed}%" if owed else ""


def outcome(visit: Visit, name: str | None) -> str:
    """What came of a visit; a county's own outcomes by the names that their forms give them."""
    key = f"supervise.outcome.{name}"
    return say(visit.language, key) if name and known(key) else name or ""


def state(visit: Visit, name: str) -> str:
    """Where a duty stands."""
    return say(visit.language, f"supervise.state.{name}")


def role(visit: Visit, name: str) -> str:
    """What somebody is; who is nobody of the staff, as the log calls them."""
    key = f"chat.role.{name}"
    return say(visit.language, key) if known(key) else visit.say(f"role.{name}")


def reason(visit: Visit, name: str | None) -> str:
    """Why a duty is lifted; a county's own reasons as its rules call them."""
    key = f"rulewords.reason.{name}"
    return say(visit.language, key) if name and known(key) else name or ""


def level(visit: Visit, name: str) -> str:
    """What areas of a level are called."""
    return visit.say(f"level.{name}")

"""The forms: every version, what changed between two of them, retiring and offering again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.office.office import Desk
from bot.office.visit import Visit
from core.texts import say
from handlers.shelf import title_of
from storage.formshelf import FormVersion
from storage.policy import Actor
from storage.unit import UnitOfWork

if TYPE_CHECKING:
    from forms import Form
    from forms.diff import Difference

_PATH: Final = "/office/forms"


def routes(desk: Desk) -> list[web.RouteDef]:
    """The list, retiring, offering again, and two versions side by side."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    async def retire(visit: Visit) -> web.Response:
        return await _retire(visit)

    async def offer(visit: Visit) -> web.Response:
        return await _offer_again(visit)

    async def compare(visit: Visit) -> web.Response:
        return await _compare(desk, visit)

    return [
        desk.get(_PATH, may, show),
        desk.post(f"{_PATH}/retire", may, retire),
        desk.post(f"{_PATH}/offer", may, offer),
        desk.get(f"{_PATH}/diff", may, compare),
    ]


def may(actor: Actor) -> bool:
    """Whether somebody keeps the forms."""
    return actor.may_administer


async def _show(desk: Desk, visit: Visit) -> web.Response:
    async with visit.reading("forms") as uow:
        versions = await uow.forms.all()
        for_all = await uow.areas.keeps_all()
    newest = {one.form_id: one.sha256 for one in reversed(versions) if one.state == "published"}
    zone = desk.database.zone
    return desk.shell.page(
        visit,
        "forms.html",
        for_all=for_all,
        offers=lambda key: say(visit.language, f"offers.{key}"),
        forms=[
            {
                "id": one.form_id,
                "sha": one.sha256,
                "version": one.version,
                "title": title_of(one, visit.language),
                "state": one.state,
                "state_name": say(visit.language, f"shelf.state.{one.state}"),
                "subject": visit.say(f"forms.subject.{one.offer.subject}"),
                "at": f"{one.published_at.astimezone(zone):%Y-%m-%d}",
                "offered": newest.get(one.form_id, ""),
            }
            for one in sorted(versions, key=lambda one: (one.state != "published", one.form_id))
        ],
    )


async def _retire(visit: Visit) -> web.Response:
    form_id = (await visit.words("form"))["form"]
    async with visit.unit("forms") as uow:
        done = await uow.forms.retire(form_id)
        if done:
            await uow.record("retire", form_id)
    return visit.go(_PATH, "form_retired" if done else "gone", what=form_id)


async def _offer_again(visit: Visit) -> web.Response:
    sha256 = (await visit.words("form"))["form"]
    async with visit.unit("forms") as uow:
        found = await uow.forms.bring_back(sha256)
        if found:
            await uow.record("publish", f"{found.form_id}:{found.version}")
    if found is None:
        return visit.go(_PATH, "gone")
    return visit.go(_PATH, "form_published", what=found.form_id)


# --- two versions --------------------------------------------------------------------------------


async def _compare(desk: Desk, visit: Visit) -> web.Response:
    async with visit.reading("forms") as uow:
        versions = {one.sha256: one for one in await uow.forms.all()}
        old, new = (versions.get(visit.query(name)) for name in ("old", "new"))
        if old is None or new is None:
            raise web.HTTPNotFound
        changes = changes_of(visit, await form_of(desk, uow, old), await form_of(desk, uow, new))
    return desk.shell.page(
        visit,
        "form_diff.html",
        title=title_of(new, visit.language),
        old=old.version,
        new=new.version,
        changes=changes,
    )


async def form_of(desk: Desk, uow: UnitOfWork, version: FormVersion) -> Form:
    """A version as it is asked."""
    return (await desk.house.shelf.get(uow, version.sha256)).form


def changes_of(visit: Visit, old: Form, new: Form) -> list[dict[str, object]]:
    """What a new version of a form asks otherwise than the old one."""
    from forms.diff import diff

    return [_change(visit, one) for one in diff(old, new)]


def _change(visit: Visit, one: Difference) -> dict[str, object]:
    def told(key: str, **values: object) -> str:
        return say(visit.language, f"shelf.{key}", **values)

    rules: Sequence[str] = [
        told("rule", aspect=told(f"aspect.{rule.aspect}"), was=rule.was or "—", now=rule.now or "—")
        for rule in one.rules
    ]
    return {
        "path": one.path,
        "what": told(f"what.{one.what}", was=one.was),
        "aspects": [told(f"aspect.{name}") for name in one.aspects],
        "rules": rules,
    }

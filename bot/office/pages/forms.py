"""The forms: every version, a check of a new one before it is published, what changed, retiring."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.office import words
from bot.office.held import File, Held
from bot.office.office import Desk
from bot.office.visit import Visit
from core.texts import say
from handlers.shelf import title_of
from storage.formshelf import FormVersion, Offer
from storage.policy import FIELD_ROLES, Actor
from storage.unit import UnitOfWork

if TYPE_CHECKING:
    from forms import Form
    from forms.diff import Difference
    from forms.intake import Intake

LARGEST: Final = 10 * 2**20
_PATH: Final = "/office/forms"
_SUBJECTS: Final = ("household", "person", "none")


def routes(desk: Desk) -> list[web.RouteDef]:
    """The list, a check, publishing, retiring, offering again, and two versions side by side."""
    held = Held()

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    async def check(visit: Visit) -> web.Response:
        return await _check(desk, visit, held)

    async def publish(visit: Visit) -> web.Response:
        return await _publish(visit, held)

    async def retire(visit: Visit) -> web.Response:
        return await _retire(visit)

    async def offer(visit: Visit) -> web.Response:
        return await _offer_again(visit)

    async def compare(visit: Visit) -> web.Response:
        return await _compare(desk, visit)

    return [
        desk.get(_PATH, may, show),
        desk.post(f"{_PATH}/check", may, check),
        desk.post(f"{_PATH}/publish", may, publish),
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


# --- a new one -----------------------------------------------------------------------------------


async def _check(desk: Desk, visit: Visit, held: Held) -> web.Response:
    """What intake says of a file; nothing is published yet."""
    from forms.intake import intake

    file = await visit.file("file", LARGEST)
    if file is None:
        return visit.go(_PATH, "no_file", n=LARGEST // 2**20)
    taken = await asyncio.to_thread(intake, file.content, file.name)
    before, changes = None, None
    async with visit.reading("forms") as uow:
        if taken.form is not None:
            before = await uow.forms.latest(taken.form.form_id)
        if before is not None and taken.form is not None:
            changes = _changes(visit, await _form(desk, uow, before), taken.form)
    assert visit.actor.account_id is not None
    name = ""
    if taken.form is not None and not taken.attachments_needed:
        name = held.keep(visit.actor.account_id, file, visit.now)
    offer = before.offer if before else Offer()
    return desk.shell.page(
        visit,
        "form_check.html",
        title=taken.title or file.name,
        form_id=taken.form_id or "",
        version=taken.version or "",
        questions=len(taken.verdicts),
        findings=_findings(visit, taken),
        files=taken.attachments_needed,
        held=name,
        known=before is not None,
        changes=changes,
        subjects=_SUBJECTS,
        roles=[(one.value, words.role(visit, one)) for one in FIELD_ROLES],
        offer=offer,
    )


def _findings(visit: Visit, taken: Intake) -> list[dict[str, str]]:
    from bot.cli.form_report import sentence, where

    ordered = sorted(taken.findings, key=lambda one: -one.severity)
    return [
        {
            "severity": one.severity.name.lower(),
            "severity_name": say(visit.language, f"forms.severity.{one.severity.name.lower()}"),
            "place": where(one.place, visit.language),
            "question": one.question,
            "text": sentence(one, visit.language),
        }
        for one in ordered
    ]


async def _publish(visit: Visit, held: Held) -> web.Response:
    from forms.intake import intake
    from handlers.forms import publish

    said = await visit.words("held", "subject")
    sent = await visit.posted()
    roles = tuple(one.value for one in FIELD_ROLES if one.value in sent.getall("role", []))
    assert visit.actor.account_id is not None
    file: File | None = held.get(visit.actor.account_id, said["held"], visit.now)
    if file is None or said["subject"] not in _SUBJECTS:
        return visit.go(_PATH, "no_longer_held")
    taken = await asyncio.to_thread(intake, file.content, file.name)
    if taken.form is None:
        return visit.go(_PATH, "no_longer_held")
    async with visit.unit("forms") as uow:
        before = await uow.forms.latest(taken.form.form_id)
        offer = _offered(before.offer if before else Offer(), said["subject"], roles)
        titles = dict(before.titles) if before else None
        done = await publish(uow, taken, file.content, titles=titles, offer=offer)
    held.drop(said["held"])
    return visit.go(_PATH, f"form_{done}", what=taken.form.form_id)


def _offered(before: Offer, subject: str, roles: tuple[str, ...]) -> Offer:
    from dataclasses import replace

    return replace(before, subject=subject, roles=roles)


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
        changes = _changes(visit, await _form(desk, uow, old), await _form(desk, uow, new))
    return desk.shell.page(
        visit,
        "form_diff.html",
        title=title_of(new, visit.language),
        old=old.version,
        new=new.version,
        changes=changes,
    )


async def _form(desk: Desk, uow: UnitOfWork, version: FormVersion) -> Form:
    return (await desk.house.shelf.get(uow, version.sha256)).form


def _changes(visit: Visit, old: Form, new: Form) -> list[dict[str, object]]:
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

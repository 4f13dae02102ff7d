"""A new form: checked together with its files, and then published.

Between the two it waits in the database, for whichever process is asked to publish it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.office import words
from bot.office.office import Desk
from bot.office.pages.forms import changes_of, form_of, may
from bot.office.visit import Visit
from core.texts import say
from storage.formshelf import Offer
from storage.policy import FIELD_ROLES
from storage.sent_files import File, SentFiles
from storage.unit import UnitOfWork

if TYPE_CHECKING:
    from forms.intake import Intake

LARGEST: Final = 10 * 2**20
"""Of a form; and of all its files together, as they come in with it or after it."""

_PATH: Final = "/office/forms"
_SUBJECTS: Final = ("household", "person", "none")
_LACKING: Final = "file_missing"
"""What intake finds where a list or a table is not there. Of pictures and sounds that are not, only
the words are shown: that may be."""


def routes(desk: Desk) -> list[web.RouteDef]:
    """A check, and publishing."""

    async def check(visit: Visit) -> web.Response:
        return await _check(desk, visit)

    async def publish(visit: Visit) -> web.Response:
        return await _publish(desk, visit)

    return [
        desk.post(f"{_PATH}/check", may, check),
        desk.post(f"{_PATH}/publish", may, publish),
    ]


@dataclass(frozen=True, slots=True)
class _Sent:
    """A form and the files that belong to it, as they were sent."""

    form: File
    files: Sequence[File]

    async def taken(self) -> Intake:
        from forms.intake import intake

        attached = {one.name: one.content for one in self.files}
        return await asyncio.to_thread(intake, self.form.content, self.form.name, attached)


async def _check(desk: Desk, visit: Visit) -> web.Response:
    """What intake says of a form with its files; nothing is published yet. Files can be added to a
    form that was sent before."""
    held = (await visit.words("held"))["held"]
    before = await _held(visit, held)
    form = before.form if before else await visit.file("file", LARGEST)
    if form is None:
        return visit.go(_PATH, "no_longer_held" if held else "no_file", n=LARGEST // 2**20)
    kept = {one.name: one for one in before.files} if before else {}
    more = await visit.files("attachment", LARGEST - sum(len(one.content) for one in kept.values()))
    if more is None:
        return visit.go(_PATH, "no_file", n=LARGEST // 2**20)
    kept |= {one.name: one for one in more}
    sent = _Sent(form, list(kept.values()))
    return await _report(desk, visit, sent, await sent.taken(), held)


async def _report(desk: Desk, visit: Visit, sent: _Sent, taken: Intake, held: str) -> web.Response:
    before, changes, name = None, None, ""
    if taken.form is not None:
        async with visit.reading("forms") as uow:
            before = await uow.forms.latest(taken.form.form_id)
            if before is not None:
                changes = changes_of(visit, await form_of(desk, uow, before), taken.form)
        async with visit.unit("forms") as uow:
            await _files(uow).drop(held)
            name = await _files(uow).keep([sent.form, *sent.files])
    given = {one.name for one in sent.files}
    return desk.shell.page(
        visit,
        "form_check.html",
        title=taken.title or sent.form.name,
        form_id=taken.form_id or "",
        version=taken.version or "",
        questions=len(taken.verdicts),
        findings=_findings(visit, taken),
        files=[(one, one in given) for one in taken.attachments_needed],
        lacking=_lacking(taken),
        held=name,
        changes=changes,
        subjects=_SUBJECTS,
        roles=[(one.value, words.role(visit, one)) for one in FIELD_ROLES],
        offer=before.offer if before else Offer(),
    )


def _lacking(taken: Intake) -> list[str]:
    """The files without which a form is not published."""
    return sorted({str(one.values["file"]) for one in taken.findings if one.code == _LACKING})


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


async def _publish(desk: Desk, visit: Visit) -> web.Response:
    """Publish what was checked; what still lacks a file, or has a fault by now, is shown again."""
    from handlers.forms import publish

    said = await visit.words("held", "subject")
    chosen = (await visit.posted()).getall("role", [])
    roles = tuple(one.value for one in FIELD_ROLES if one.value in chosen)
    sent = await _held(visit, said["held"])
    if sent is None or said["subject"] not in _SUBJECTS:
        return visit.go(_PATH, "no_longer_held")
    taken = await sent.taken()
    if taken.form is None or _lacking(taken):  # nothing is published; what was sent is kept anew
        return await _report(desk, visit, sent, taken, said["held"])
    async with visit.unit("forms") as uow:
        before = await uow.forms.latest(taken.form.form_id)
        offer = before.offer if before else Offer()
        offer = replace(offer, subject=said["subject"], roles=roles)
        titles = dict(before.titles) if before else None
        done = await publish(uow, taken, sent.form.content, titles=titles, offer=offer)
        await _files(uow).drop(said["held"])
    return visit.go(_PATH, f"form_{done}", what=taken.form.form_id)


async def _held(visit: Visit, name: str) -> _Sent | None:
    """What this account has sent under a name, not long ago."""
    async with visit.reading("forms") as uow:
        found = await _files(uow).get(name)
    return _Sent(found[0], found[1:]) if found else None


def _files(uow: UnitOfWork) -> SentFiles:
    return SentFiles(uow.connection, uow.actor, uow.now)

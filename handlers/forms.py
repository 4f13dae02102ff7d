"""Publishing forms: from a file to something that menus offer, without a restart."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from forms import library
from storage.database import Database
from storage.formshelf import FormSource, FormVersion, Offer, Published
from storage.policy import OPERATOR
from storage.unit import UnitOfWork

if TYPE_CHECKING:  # loaded only when there is a form to take in
    from forms.intake import Intake

_EVERYBODY: Final = Offer()


async def publish(
    uow: UnitOfWork,
    taken: Intake,
    source: bytes,
    *,
    titles: Mapping[str, str] | None = None,
    offer: Offer = _EVERYBODY,
) -> Published:
    """Offer the form that intake took from the file `source`, to everybody or to the county of who
    publishes; what came of it.

    Of a version that is known already only the titles and the offer can change. Interviews under
    way stay on their version. Raises ValueError for a form that was refused.
    """
    if taken.form is None:
        raise ValueError("a refused form can't be published")
    from forms.privacy import declared
    from handlers import pictures

    version = FormVersion(
        sha256=taken.form.sha256,
        form_id=taken.form.form_id,
        version=taken.form.version,
        source_sha256=hashlib.sha256(source).hexdigest(),
        titles=titles or {"zh": taken.form.title, "en": taken.form.title},
        state="published",
        published_at=uow.now,
        offer=offer,
        privacy=declared(taken.form.settings),
    )
    kept = FormSource(taken.xform, dict(taken.attachments), taken.form.dumps())
    await pictures.keep(uow, version.sha256, kept.attachments)
    done = await uow.forms.publish(version, kept)
    if done != "unchanged":
        await uow.record("publish", f"{version.form_id}:{version.version}")
    return done


async def publish_builtin(database: Database) -> list[str]:
    """Offer the built-in forms that are new or changed; returns their ids.

    A form that the operator retired or replaced by another file of the same id stays so.
    """
    async with database.unit(OPERATOR, "start") as uow:
        versions = [one for one in await uow.forms.all() if one.state != "local"]
    sources = {one.source_sha256 for one in versions}
    known = {one.sha256 for one in versions}
    published = []
    for name in library.names():
        source = library.source(name)
        if hashlib.sha256(source).hexdigest() in sources:
            continue
        from forms.intake import intake

        taken = await asyncio.to_thread(intake, source, f"{name}.md")
        if taken.form is not None and taken.form.sha256 in known:
            continue  # another file of the same form: what the operator said of it stands
        titles, offer = _offer(library.offers()[name])
        async with database.unit(OPERATOR, "start") as uow:
            await publish(uow, taken, source, titles=titles, offer=offer)
        published.append(name)
    return published


def _offer(entry: Mapping[str, Any]) -> tuple[Mapping[str, str], Offer]:
    fields = {name: value for name, value in entry.items() if name != "titles"}
    for name in ("roles", "tags"):
        fields[name] = tuple(fields.get(name, ()))
    return entry["titles"], Offer(**fields)

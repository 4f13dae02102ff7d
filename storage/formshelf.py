"""Published forms: every version for ever, by hash; one version of an id is offered."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import bindparam, select, update

from core.ports import Clock
from storage.areas import keeps_all
from storage.connection import Connection
from storage.dialects import insert_if_new
from storage.policy import Actor
from storage.ready import Ready
from storage.tables import form

Published = Literal["published", "updated", "unchanged"]
"""What came of publishing a version: it is on offer from now on; it was, and only its titles or its
offer changed; nothing changed."""


@dataclass(frozen=True, slots=True)
class Offer:
    """To whom a form is offered, for which subjects. Empty `roles` or `tags` means any;
    `maximum_age` in years keeps a form for children to children. For `correction_days` after the
    day of entry the author of a record may correct it."""

    subject: str = "none"  # household | person | none
    roles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    minimum_age: int | None = None
    maximum_age: int | None = None
    order: int = 100
    correction_days: int = 30


@dataclass(frozen=True, slots=True)
class FormVersion:
    """One version of a form. `titles` are by language code; `offer` says whom it concerns, and
    `privacy` holds the settings in which its author declares legal basis, consent and retention."""

    sha256: str
    form_id: str
    version: str
    source_sha256: str
    titles: Mapping[str, str]
    state: str
    published_at: datetime
    offer: Offer = field(default_factory=Offer)
    privacy: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormSource:
    """What a form is compiled from, and the kept result of that."""

    xform: bytes
    attachments: Mapping[str, bytes]
    compiled: bytes | None = None


class Forms:
    """Reads form versions, which hold nothing of anybody; writes them for who administers."""

    def __init__(self, connection: Connection, clock: Clock, actor: Actor) -> None:
        self._connection = connection
        self._clock = clock
        self._actor = actor

    async def publish(self, version: FormVersion, source: FormSource) -> Published:
        """Offer this version from now on, with its titles and its offer. Of a version that is
        known already nothing else changes. Raises PermissionError."""
        await self._only_administrators()
        known = await self.get(version.sha256)
        if known and known.state == "published":
            if (known.titles, known.offer) == (version.titles, version.offer):
                return "unchanged"
            await self._change(version)
            return "updated"
        await self._connection.execute(
            update(form)
            .where(form.c.form_id == version.form_id, form.c.state == "published")
            .values(state="replaced")
        )
        row = insert_if_new(self._connection.dialect.name, form, ["sha256"]).values(
            _row(version, source)
        )
        if not (await self._connection.execute(row)).rowcount:
            await self._change(version, state="published", published_at=self._clock.now())
        return "published"

    async def _only_administrators(self) -> None:
        if not await keeps_all(self._connection, self._actor):
            raise PermissionError("only who administers the whole deployment publishes forms")

    async def _change(self, version: FormVersion, **more: object) -> None:
        """Write the titles and the offer of a version that is known already."""
        await self._connection.execute(
            update(form)
            .where(form.c.sha256 == version.sha256)
            .values(titles=dict(version.titles), offer=_offer(version.offer), **more)
        )

    async def retire(self, form_id: str) -> bool:
        """Offer this form no more; False if it was not offered. Raises PermissionError."""
        await self._only_administrators()
        done = await self._connection.execute(
            update(form)
            .where(form.c.form_id == form_id, form.c.state == "published")
            .values(state="retired")
        )
        return bool(done.rowcount)

    async def published(self, form_id: str) -> FormVersion | None:
        """The offered version of a form."""
        found = [one for one in await self.offered() if one.form_id == form_id]
        return found[0] if found else None

    async def latest(self, form_id: str) -> FormVersion | None:
        """The version of a form that was published last, on offer or not."""
        query = _versions().where(form.c.form_id == form_id).order_by(form.c.published_at.desc())
        found = (await self._connection.execute(query.limit(1))).first()
        return _version(found._mapping) if found else None

    async def numbered(self, form_id: str, version: str) -> FormVersion | None:
        """A version of a form by its number, the latest of those that bear it."""
        query = _versions().where(form.c.form_id == form_id, form.c.version == version)
        ordered = query.order_by(form.c.published_at.desc()).limit(1)
        found = (await self._connection.execute(ordered)).first()
        return _version(found._mapping) if found else None

    async def offered(self) -> Sequence[FormVersion]:
        """Every offered form, in the order that menus show them."""
        found = [_version(row) for row in await _OFFERED.all(self._connection, {})]
        return sorted(found, key=lambda one: (one.offer.order, one.form_id))

    async def all(self) -> Sequence[FormVersion]:
        """Every version ever published, newest first."""
        rows = await self._connection.execute(_versions().order_by(form.c.published_at.desc()))
        return [_version(row._mapping) for row in rows]

    async def get(self, sha256: str) -> FormVersion | None:
        """One version by its hash."""
        found = await _GET.first(self._connection, {"of_sha256": sha256})
        return _version(found) if found else None

    async def source(self, sha256: str) -> FormSource:
        """What a version is compiled from. Raises NoResultFound."""
        columns = (form.c.xform, form.c.attachments, form.c.compiled)
        row = (
            await self._connection.execute(select(*columns).where(form.c.sha256 == sha256))
        ).one()
        files = {name: base64.b64decode(content) for name, content in row.attachments.items()}
        return FormSource(bytes(row.xform), files, row.compiled)

    async def keep_compiled(self, sha256: str, compiled: bytes) -> None:
        """Keep the result of compiling, so that the next start is quick."""
        await self._connection.execute(
            update(form).where(form.c.sha256 == sha256).values(compiled=compiled)
        )


def _versions() -> Any:
    return select(
        form.c.sha256,
        form.c.form_id,
        form.c.version,
        form.c.source_sha256,
        form.c.titles,
        form.c.offer,
        form.c.state,
        form.c.published_at,
        form.c.privacy,
    )


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "subject": offer.subject,
        "roles": list(offer.roles),
        "tags": list(offer.tags),
        "minimum_age": offer.minimum_age,
        "maximum_age": offer.maximum_age,
        "order": offer.order,
        "correction_days": offer.correction_days,
    }


def _row(version: FormVersion, source: FormSource) -> dict[str, Any]:
    return {
        "sha256": version.sha256,
        "form_id": version.form_id,
        "version": version.version,
        "source_sha256": version.source_sha256,
        "titles": dict(version.titles),
        "offer": _offer(version.offer),
        "state": "published",
        "xform": source.xform,
        "attachments": {
            name: base64.b64encode(content).decode() for name, content in source.attachments.items()
        },
        "compiled": source.compiled,
        "published_at": version.published_at,
        "privacy": dict(version.privacy),
    }


def _version(row: Any) -> FormVersion:
    offer = dict(row["offer"])
    offer["roles"], offer["tags"] = tuple(offer["roles"]), tuple(offer["tags"])
    return FormVersion(
        row["sha256"],
        row["form_id"],
        row["version"],
        row["source_sha256"],
        row["titles"],
        row["state"],
        row["published_at"],
        Offer(**offer),
        row["privacy"] or {},
    )


# --- statements that a step needs are written once -----------------------------------------------

_OFFERED: Final = Ready(_versions().where(form.c.state == "published"))
_GET: Final = Ready(_versions().where(form.c.sha256 == bindparam("of_sha256")))

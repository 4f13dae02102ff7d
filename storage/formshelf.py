"""Published forms: every version for ever, by hash; one version of an id is offered to somebody."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
    update,
)

from core.ports import Clock
from storage.areas import keeps_all
from storage.connection import Connection
from storage.dialects import insert_if_new
from storage.form_offers import COUNTY_DIGITS, CommonShelf, CountyShelf, county_of, offer_row
from storage.offer_tables import county_form
from storage.policy import Actor
from storage.ready import Ready
from storage.tables import Instant, form, person

Published = Literal["published", "updated", "unchanged"]
"""What came of publishing a version: it is on offer from now on; it was, and only its titles or its
offer changed; nothing changed."""


_HASH: Final = re.compile(r"[0-9a-f]{1,64}")


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
    """Reads form versions, which hold nothing of anybody; writes them for who administers.

    Where several counties share a deployment, a county's own word about a form stands before
    everybody's: who belongs to it sees the forms that it offers, and none that only others have.
    """

    def __init__(self, connection: Connection, clock: Clock, actor: Actor) -> None:
        self._connection = connection
        self._clock = clock
        self._actor = actor
        self._county = county_of(actor)

    # --- writing ---------------------------------------------------------------------------------

    async def publish(self, version: FormVersion, source: FormSource) -> Published:
        """Offer this version from now on, with its titles and its offer: to everybody, or to the
        actor's county if there are others. Of a version that is known already nothing else
        changes. Raises PermissionError."""
        shelf = await self._shelf()
        before = await self.published(version.form_id)
        if before is not None and before.sha256 == version.sha256:
            if (before.titles, before.offer) == (version.titles, version.offer):
                return "unchanged"
            await shelf.offer(replace(version, published_at=before.published_at))
            return "updated"
        state = "local" if isinstance(shelf, CountyShelf) else "published"
        if not await self._keep(replace(version, state=state), source):
            version = replace(version, published_at=self._clock.now())
        await shelf.offer(version)
        return "published"

    async def retire(self, form_id: str) -> bool:
        """Offer this form no more; False if it was not offered. Raises PermissionError."""
        shelf = await self._shelf()
        version = await self.published(form_id)
        if version is None:
            return False
        await shelf.withdraw(version)
        return True

    async def bring_back(self, sha256: str) -> FormVersion | None:
        """Offer a version again that was offered before, in place of any other; None if the actor
        knows of none. Raises PermissionError."""
        shelf = await self._shelf()
        version = next((one for one in await self.all() if one.sha256 == sha256), None)
        if version is not None and version.state != "published":
            await shelf.offer(replace(version, published_at=self._clock.now()))
        return version

    async def _shelf(self) -> CommonShelf | CountyShelf:
        """Where the actor says what is offered."""
        common = CommonShelf(self._connection, self._county)
        if await keeps_all(self._connection, self._actor):
            return common
        if not (self._actor.may_administer and self._county):
            raise PermissionError("only who administers publishes forms")
        return CountyShelf(self._connection, self._county)

    async def _keep(self, version: FormVersion, source: FormSource) -> bool:
        """Keep a version; whether nobody had it yet."""
        row = insert_if_new(self._connection.dialect.name, form, ["sha256"])
        return bool((await self._connection.execute(row.values(_row(version, source)))).rowcount)

    # --- reading ---------------------------------------------------------------------------------

    async def published(self, form_id: str) -> FormVersion | None:
        """The offered version of a form."""
        return await self._one_offered(_OFFERED_AS, {"of_form": form_id})

    async def hashed(self, beginning: str) -> FormVersion | None:
        """The offered version whose hash begins so; None for what begins none."""
        if not _HASH.fullmatch(beginning):
            return None
        end = beginning + "g"  # behind every hexadecimal digit
        return await self._one_offered(_OFFERED_HASHED, {"of_hash": beginning, "of_end": end})

    async def _one_offered(self, ready: Ready, values: Mapping[str, str]) -> FormVersion | None:
        rows = await ready.all(self._connection, {"of_county": self._county, **values})
        found = sorted((_version(row) for row in rows), key=_placed)
        return found[0] if found else None

    async def latest(self, form_id: str) -> FormVersion | None:
        """The version of a form that was published last, on offer or not."""
        return await self._newest(form.c.form_id == form_id)

    async def latest_of(self, form_ids: Iterable[str]) -> Mapping[str, FormVersion]:
        """The same of each of these forms, by its id."""
        found: dict[str, FormVersion] = {}
        query = self._newest_first(form.c.form_id.in_(tuple(form_ids)))
        for row in await self._connection.execute(query, {"of_county": self._county}):
            version = _version(row._mapping)
            found.setdefault(version.form_id, version)
        return found

    async def numbered(self, form_id: str, version: str) -> FormVersion | None:
        """A version of a form by its number, the latest of those that bear it."""
        return await self._newest(form.c.form_id == form_id, form.c.version == version)

    async def _newest(self, *where: ColumnElement[bool]) -> FormVersion | None:
        query = self._newest_first(*where).limit(1)
        row = (await self._connection.execute(query, {"of_county": self._county})).first()
        return _version(row._mapping) if row else None

    def _newest_first(self, *where: ColumnElement[bool]) -> Select[Any]:
        """What stands in the county is newer than what others have."""
        own = case((county_form.c.state != "replaced", 0), (form.c.state != "local", 1), else_=2)
        query = _versions().where(self._seen(), *where)
        return query.order_by(own, form.c.published_at.desc())

    async def offered(self) -> Sequence[FormVersion]:
        """Every offered form, in the order that menus show them."""
        return await self._offered(self._county)

    async def offered_to(self, person_id: int) -> Sequence[FormVersion]:
        """Every form that is offered where a person lives."""
        query = select(person.c.area_code).where(person.c.id == person_id)
        area = (await self._connection.execute(query)).scalar()
        return await self._offered((area or "")[:COUNTY_DIGITS])

    async def _offered(self, county: str) -> Sequence[FormVersion]:
        rows = await _OFFERED.all(self._connection, {"of_county": county})
        return sorted((_version(row) for row in rows), key=_placed)

    async def all(self) -> Sequence[FormVersion]:
        """Every version ever published that concerns the actor, newest first, in the state in which
        it is for them. One that only some counties have is ``local`` to who belongs to none."""
        query = _versions().where(self._seen())
        rows = await self._connection.execute(query, {"of_county": self._county})
        found = sorted(
            [_version(row._mapping) for row in rows],
            key=lambda one: one.published_at,
            reverse=True,
        )
        offered = {one.sha256 for one in await self.offered()}
        return [
            replace(one, state="replaced")
            if one.state == "published" and one.sha256 not in offered
            else one
            for one in found
        ]

    def _seen(self) -> ColumnElement[bool]:
        """A condition: the version is everybody's, or the county's own."""
        if self._actor.everything:
            return true()
        return or_(form.c.state != "local", county_form.c.state.is_not(None))

    async def get(self, sha256: str) -> FormVersion | None:
        """One version by its hash."""
        values = {"of_sha256": sha256, "of_county": self._county}
        found = await _GET.first(self._connection, values)
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


# What a county says of a version of everybody's counts while it stands; of its own for ever.
_OWN: Final = and_(
    county_form.c.form_sha256 == form.c.sha256,
    county_form.c.area_code == bindparam("of_county", type_=String),
    or_(county_form.c.state != "replaced", form.c.state == "local"),
)


def _versions() -> Select[Any]:
    return select(
        form.c.sha256,
        form.c.form_id,
        form.c.version,
        form.c.source_sha256,
        func.coalesce(county_form.c.titles, form.c.titles, type_=JSON).label("titles"),
        func.coalesce(county_form.c.offer, form.c.offer, type_=JSON).label("offer"),
        func.coalesce(county_form.c.state, form.c.state, type_=String).label("state"),
        func.coalesce(county_form.c.published_at, form.c.published_at, type_=Instant).label(
            "published_at"
        ),
        form.c.privacy,
    ).select_from(form.outerjoin(county_form, _OWN))


def _row(version: FormVersion, source: FormSource) -> dict[str, Any]:
    return {
        "sha256": version.sha256,
        "form_id": version.form_id,
        "version": version.version,
        "source_sha256": version.source_sha256,
        "titles": dict(version.titles),
        "offer": offer_row(version.offer),
        "state": version.state,
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


def _placed(version: FormVersion) -> tuple[int, str]:
    return version.offer.order, version.form_id


# --- statements that a step needs are written once -----------------------------------------------

_elsewhere = county_form.alias()
_on_offer = _versions().where(
    or_(
        county_form.c.state == "published",
        and_(
            form.c.state == "published",
            ~exists().where(
                _elsewhere.c.area_code == bindparam("of_county", type_=String),
                _elsewhere.c.form_id == form.c.form_id,
                _elsewhere.c.state != "replaced",
            ),
        ),
    )
)
_OFFERED: Final = Ready(_on_offer)
_OFFERED_AS: Final = Ready(_on_offer.where(form.c.form_id == bindparam("of_form")))
_OFFERED_HASHED: Final = Ready(
    _on_offer.where(form.c.sha256.between(bindparam("of_hash"), bindparam("of_end")))
)
_GET: Final = Ready(_versions().where(form.c.sha256 == bindparam("of_sha256")))

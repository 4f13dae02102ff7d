"""Who says which forms are offered: one word for the whole deployment, and each county's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, select, update

from storage.connection import Connection
from storage.dialects import upsert
from storage.offer_tables import county_form
from storage.policy import Actor
from storage.tables import form

if TYPE_CHECKING:
    from storage.formshelf import FormVersion, Offer

COUNTY_DIGITS: Final = 6


def county_of(actor: Actor) -> str:
    """The code of the county that an actor works in; '' for who works in none, or above."""
    area = "" if actor.everything else actor.area or ""
    return area[:COUNTY_DIGITS] if len(area) >= COUNTY_DIGITS else ""


def offer_row(offer: Offer) -> dict[str, Any]:
    """An offer as it is kept."""
    return {
        "subject": offer.subject,
        "roles": list(offer.roles),
        "tags": list(offer.tags),
        "minimum_age": offer.minimum_age,
        "maximum_age": offer.maximum_age,
        "order": offer.order,
        "correction_days": offer.correction_days,
    }


@dataclass(frozen=True, slots=True)
class CommonShelf:
    """What is offered everywhere. What the `county` of who writes said before gives way to it."""

    connection: Connection
    county: str

    async def offer(self, version: FormVersion) -> None:
        """Offer a kept version in place of any other of its form."""
        await CountyShelf(self.connection, self.county).follow(version.form_id)
        await self._end(version.form_id, "replaced")
        await self.connection.execute(
            update(form)
            .where(form.c.sha256 == version.sha256)
            .values(
                state="published",
                titles=dict(version.titles),
                offer=offer_row(version.offer),
                published_at=version.published_at,
            )
        )

    async def withdraw(self, version: FormVersion) -> None:
        """Offer no version of this form."""
        await CountyShelf(self.connection, self.county).follow(version.form_id)
        await self._end(version.form_id, "retired")

    async def _end(self, form_id: str, state: str) -> None:
        offered = and_(form.c.form_id == form_id, form.c.state == "published")
        await self.connection.execute(update(form).where(offered).values(state=state))


@dataclass(frozen=True, slots=True)
class CountyShelf:
    """What one county says of forms; of what it says nothing, everybody's offer holds there."""

    connection: Connection
    county: str

    async def offer(self, version: FormVersion) -> None:
        """Offer a kept version in place of any other of its form. What is offered everywhere just
        so is followed from then on."""
        await self.follow(version.form_id)
        if not await self._everywhere(version):
            await self._say(version, "published")

    async def withdraw(self, version: FormVersion) -> None:
        """Offer no version of this form, whatever others offer."""
        await self.follow(version.form_id)
        await self._say(version, "retired")

    async def follow(self, form_id: str) -> None:
        """Say nothing of a form any more."""
        stands = and_(
            county_form.c.area_code == self.county,
            county_form.c.form_id == form_id,
            county_form.c.state != "replaced",
        )
        await self.connection.execute(update(county_form).where(stands).values(state="replaced"))

    async def _everywhere(self, version: FormVersion) -> bool:
        """Whether a version is offered everywhere by the same titles and to the same people."""
        query = select(form.c.titles, form.c.offer).where(
            form.c.sha256 == version.sha256, form.c.state == "published"
        )
        row = (await self.connection.execute(query)).first()
        said = (dict(version.titles), offer_row(version.offer))
        return row is not None and (row.titles, row.offer) == said

    async def _say(self, version: FormVersion, state: str) -> None:
        changed = ("state", "titles", "offer", "published_at")
        key = ("area_code", "form_sha256")
        put = upsert(self.connection.dialect.name, county_form, key, changed)
        row = {
            "area_code": self.county,
            "form_sha256": version.sha256,
            "form_id": version.form_id,
            "state": state,
            "titles": dict(version.titles),
            "offer": offer_row(version.offer),
            "published_at": version.published_at,
        }
        await self.connection.execute(put.values(row))

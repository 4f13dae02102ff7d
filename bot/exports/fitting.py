"""Which tables and reports somebody is offered: those that can ever hold a row for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from bot.exports.definition import Definition
from handlers.offering import given
from storage.formshelf import Offer
from storage.policy import ALL, Actor
from storage.unit import UnitOfWork

if TYPE_CHECKING:
    from bot.reports.definition import Report

_T = TypeVar("_T", bound="Definition | Report")


async def fitting(uow: UnitOfWork, found: Iterable[_T]) -> list[_T]:
    """Those of `found` that the actor of `uow` may have, and that are not empty for them whatever
    happens."""
    some = list(found)
    forms = await uow.forms.latest_of({one.form for one in some if one.form})
    offers = {name: version.offer for name, version in forms.items()}
    return [one for one in some if _fits(uow.actor, one, offers.get(one.form))]


def _fits(actor: Actor, one: Definition | Report, offer: Offer | None) -> bool:
    if not isinstance(one, Definition):
        return actor.may_report(one.form) and (offer is None or _is_seen(actor, offer))
    if not actor.may_export:
        return False
    if one.source == "obligations":
        return actor.may_approve
    return one.source == "register" or offer is None or _is_seen(actor, offer)


def _is_seen(actor: Actor, offer: Offer) -> bool:
    """Whether records of a form can be about somebody of the ages that are the actor's business,
    or be their own."""
    ages = actor.powers.ages
    if ages == ALL or given(offer, actor):
        return True
    too_old = ages.oldest is not None and (offer.minimum_age or 0) > ages.oldest
    too_young = offer.maximum_age is not None and offer.maximum_age < ages.youngest
    return offer.subject != "none" and not too_old and not too_young

"""Whom a form concerns, as its offer says."""

from __future__ import annotations

from datetime import date

from storage.formshelf import Offer
from storage.policy import Actor
from storage.register import PersonFile


def given(offer: Offer, actor: Actor) -> bool:
    """Whether a form is given to the actor's role; to every one that fills in forms if it names
    none."""
    return actor.may_fill and (not offer.roles or actor.role.value in offer.roles)


def concerns(offer: Offer, person: PersonFile, today: date) -> bool:
    """Whether a person is of the age and has one of the tags that a form is for."""
    age = person.age(today)
    if offer.minimum_age is not None and age < offer.minimum_age:
        return False
    if offer.maximum_age is not None and age > offer.maximum_age:
        return False
    return not offer.tags or bool(set(offer.tags) & set(person.tags))

"""Who lives in one synthetic household, and which tags they have.

A household is one of a few kinds, each as frequent as it may be in a village that the young leave.
Tags follow from the kind and from age; illness and hardship come by chance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from bot.demo import names


@dataclass(slots=True)
class Member:
    """A person before codes and numbers are given out. `sex` is ``m`` or ``f``."""

    name: str
    sex: str
    birth_date: date
    head: bool = False
    tags: set[str] = field(default_factory=set)

    def age(self, today: date) -> int:
        """Full years on the day `today`."""
        before = (today.month, today.day) < (self.birth_date.month, self.birth_date.day)
        return today.year - self.birth_date.year - before


class _Family:
    """A household in the making. Children have the name of the man of the house."""

    def __init__(self, random: Random, today: date) -> None:
        self.random = random
        self.today = today
        self.surname = names.surname(random)
        self.members: list[Member] = []

    def add(
        self, sex: str, youngest: int, oldest: int, *tags: str, married_in: bool = False
    ) -> Member:
        """A member whose age lies between two ages, both included."""
        days = self.random.randrange(365)
        years = self.random.randint(youngest, oldest)
        born = _years_before(self.today, years) - timedelta(days=days)
        surname = names.surname(self.random) if married_in else self.surname
        taken = {member.name for member in self.members}
        while (name := surname + names.given_name(self.random, sex, born.year)) in taken:
            pass
        member = Member(name, sex, born, head=not self.members, tags=set(tags))
        self.members.append(member)
        return member

    def couple(self, youngest: int, oldest: int, *tags: str) -> None:
        self.add("m", youngest, oldest, *tags)
        self.add("f", max(youngest - 3, 18), oldest, *tags, married_in=True)

    def children(self, number: int, youngest: int, oldest: int, *tags: str) -> None:
        for _ in range(number):
            self.add(self.random.choice("mf"), youngest, oldest, *tags)

    def chance(self, share: float) -> bool:
        return self.random.random() < share


def family(random: Random, today: date) -> list[Member]:
    """The members of one household, its head first."""
    made = _Family(random, today)
    kinds, weights = zip(*_KINDS, strict=True)
    random.choices(kinds, weights)[0](made)
    if all(member.age(today) >= 16 for member in made.members) and made.chance(0.02):
        made.members[0].tags.add("family_planning_special")
    destitute = "extreme_hardship" in made.members[0].tags
    hardship = set() if destitute else _hardship(random)
    for member in made.members:
        member.tags |= _by_age(member.age(today))
        member.tags |= _illness(random, member, today)
        member.tags |= hardship
    return made.members


# --- kinds of household ---------------------------------------------------------------------------


def _parents_and_children(made: _Family) -> None:
    made.couple(28, 48)
    made.children(made.random.choice((1, 2, 2, 3)), 0, 17)


def _three_generations(made: _Family) -> None:
    made.couple(58, 78)
    made.couple(30, 48)
    made.children(made.random.choice((1, 1, 2)), 1, 17)


def _grandparents_and_children(made: _Family) -> None:
    """The parents work far away; after 16 a child is not counted as left behind any more."""
    made.couple(55, 74, "left_behind_elder")
    made.children(made.random.choice((1, 2, 2)), 2, 15, "left_behind_child")


def _mother_and_children(made: _Family) -> None:
    made.add("f", 28, 45)
    tags = ["left_behind_child"] if made.chance(0.3) else []
    made.children(made.random.choice((1, 2)), 3, 15, *tags)


def _orphan_with_relatives(made: _Family) -> None:
    made.couple(50, 68)
    tag = "orphan" if made.chance(0.5) else "de_facto_unattended"
    made.children(1, 4, 16, tag, "child_in_difficulty")


def _child_in_difficulty(made: _Family) -> None:
    made.couple(30, 50)
    trouble = made.random.choice(
        ("disabled_child", "severely_ill_child", "poor_guardianship", "dropout", "street_history")
    )
    made.children(1, 7, 15, trouble, "child_in_difficulty")


def _newcomers(made: _Family) -> None:
    made.couple(26, 42)
    made.children(1, 3, 14, "migrant_child")


def _old_couple(made: _Family) -> None:
    made.couple(63, 84, "empty_nest")


def _old_and_alone(made: _Family) -> None:
    destitute = ["extreme_hardship"] if made.chance(0.15) else []
    made.add(made.random.choice("mff"), 65, 91, "lives_alone", *destitute)


def _grown_ups(made: _Family) -> None:
    made.couple(45, 60)
    made.add(made.random.choice("mf"), 18, 25)


_KINDS: tuple[tuple[Callable[[_Family], None], int], ...] = (
    (_parents_and_children, 22),
    (_three_generations, 12),
    (_grandparents_and_children, 15),
    (_mother_and_children, 5),
    (_orphan_with_relatives, 2),
    (_child_in_difficulty, 3),
    (_newcomers, 3),
    (_old_couple, 19),
    (_old_and_alone, 15),
    (_grown_ups, 10),
)


# --- tags -----------------------------------------------------------------------------------------


def _by_age(age: int) -> set[str]:
    return {
        tag
        for tag, least in (("over_65", 65), ("over_80", 80), ("pension_beneficiary", 60))
        if age >= least
    }


def _illness(random: Random, member: Member, today: date) -> set[str]:
    age = member.age(today)
    chances = {
        "hypertension": 0.45 if age >= 60 else 0.12 if age >= 35 else 0,
        "diabetes": 0.18 if age >= 60 else 0.04 if age >= 35 else 0,
        "disabled_daily_life": 0.15 if age >= 80 else 0.03 if age >= 65 else 0,
        "disability": 0.05 if age >= 18 else 0,
        "severe_illness": 0.02 if age >= 18 else 0,
        "severe_mental_disorder": 0.008 if age >= 18 else 0,
        "tuberculosis": 0.004 if age >= 18 else 0,
        "veteran": 0.08 if age >= 40 and member.sex == "m" else 0,
        "pregnant": 0.06 if 20 <= age <= 38 and member.sex == "f" else 0,
    }
    tags = {tag for tag, chance in chances.items() if random.random() < chance}
    if "disability" in tags and random.random() < 0.3:
        tags.add("severely_disabled")
    if "veteran" in tags and random.random() < 0.4:
        tags.add("preferential_treatment")
    return tags


def _hardship(random: Random) -> set[str]:
    kinds = {
        "minimum_living_allowance": 0.06,
        "low_income_marginal": 0.03,
        "rigid_expense_hardship": 0.015,
        "poverty_monitored": 0.02,
    }
    draw = random.random()
    for kind, share in kinds.items():
        if draw < share:
            return {kind}
        draw -= share
    return set()


def _years_before(day: date, years: int) -> date:
    return day.replace(
        year=day.year - years, day=28 if (day.month, day.day) == (2, 29) else day.day
    )

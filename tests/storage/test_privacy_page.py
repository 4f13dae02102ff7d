"""The page on who sees what says what the policy says."""

from __future__ import annotations

from pathlib import Path

from core.texts import say
from storage.policy import ALL, POWERS, STAFF_ROLES, Ages, Powers, Role, Sight

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"
HEADS = (
    "role",
    "area",
    "sees",
    "fills in forms",
    "reads others' records",
    "numbers of what is owed",
    "reports",
    "approves",
    "administers",
    "invites",
)


def _name(role: Role) -> str:
    return say("en", f"chat.role.{role.value}")


def _sees(sight: Sight, ages: Ages) -> str:
    if sight is Sight.SELF:
        return "themselves"
    if sight is Sight.NOBODY:
        return "nobody"
    if ages == ALL:
        return "everybody there"
    return f"under {ages.oldest + 1}" if ages.oldest is not None else f"{ages.youngest} and older"


def _invites(roles: tuple[Role, ...]) -> str:
    if set(roles) == set(STAFF_ROLES):
        return "every role"
    return ", ".join(_name(role) for role in roles)


def _numbers(powers: Powers) -> tuple[str, str]:
    if powers.exports:
        return "all" if powers.ages == ALL else "of these ages, and its own rules", "all"
    forms = ", ".join(one.replace("_", " ") for one in powers.reports)
    return "its own rules" if powers.counts else "—", forms or "—"


def table() -> str:
    """The policy as the table of the page."""
    rows = [HEADS, tuple("---" for _ in HEADS)]
    for role in (*STAFF_ROLES, Role.RESIDENT):
        powers = POWERS[role]
        reading, deciding = (powers.fills, powers.exports), (powers.approves, powers.administers)
        sees = "the log, nobody's file" if powers.reads_log else _sees(powers.sees, powers.ages)
        rows.append(
            (
                _name(role),
                powers.level or "—",
                sees,
                *("yes" if mark else "—" for mark in reading),
                *_numbers(powers),
                *("yes" if mark else "—" for mark in deciding),
                _invites(powers.invites) or "—",
            )
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def test_the_page_shows_the_policy() -> None:
    shown = PAGE.read_text("utf-8").split("<!-- powers -->")[1].split("<!-- /powers -->")[0]
    assert shown.strip() == table()

"""Rules and subjects for tests: the plainest, with what a test wants otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.lines import Line
from scheduler.subjects import Spell, Stay, Subject, Visit
from scheduler.visit_rules import VisitRule

SHANGHAI = ZoneInfo("Asia/Shanghai")
VILLAGE = "990201100201"
OTHER_COUNTY = "990301100201"


def rule(**changes: Any) -> VisitRule:
    """A monthly visit to everybody, valid since 2020."""
    fields: dict[str, Any] = {
        "id": "T01",
        "version": 1,
        "titles": {"zh": "测试", "en": "Test"},
        "source": "测试",
        "status": "I",
        "scope": "local",
        "on": True,
        "valid_from": date(2020, 1, 1),
        "population": {},
        "who": "grid_worker",
        "anchor": {"kind": "calendar"},
        "satisfied_by": [{"form": "elderly_followup"}],
    }
    if "anchor" not in changes:
        fields["every"] = "1 month"
    return VisitRule.model_validate(fields | changes)


def line(*versions: VisitRule, carved: tuple[str, ...] = ()) -> Line:
    """The versions of a rule, or the plain one."""
    return Line(versions or (rule(),), carved)


def person(*tags: Spell, **changes: Any) -> Subject:
    """Somebody in the register since 2019, born in 1950."""
    fields: dict[str, Any] = {
        "kind": "person",
        "stays": (Stay(VILLAGE, date(2019, 1, 1)),),
        "tags": tags,
        "birth_date": date(1950, 6, 1),
    }
    return Subject(**(fields | changes))


def visit(on: date, **changes: Any) -> Visit:
    """A visit at home, met, handed in at noon of its day."""
    fields: dict[str, Any] = {
        "form": "elderly_followup",
        "on": on,
        "entered": datetime(on.year, on.month, on.day, 12, tzinfo=SHANGHAI).astimezone(UTC),
        "mode": "home",
        "outcome": "met",
        "role": "grid_worker",
    }
    return Visit(**(fields | changes))


def at(text: str) -> datetime:
    """A local moment of Shanghai, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)

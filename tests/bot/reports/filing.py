"""Records of built-in forms put straight into the village, for what is counted from them."""

from __future__ import annotations

from datetime import date
from typing import Any

from storage.database import Database
from storage.policy import Actor
from storage.submissions import Record
from tests.storage.test_submissions import record

DAY = date(2026, 11, 20)


async def file(
    database: Database, author: Actor, form_id: str, number: int, answers: Any, **more: Any
) -> Record:
    """Record `number` of a form with these answers; about nobody unless `more` says so."""
    async with database.unit(author, "test") as uow:
        version = await uow.forms.latest(form_id)
        assert version is not None
        about = {"subject_kind": "none", "subject_id": None, "subject_code": None}
        fields = {
            "form_id": form_id,
            "form_version": version.version,
            "form_sha256": version.sha256,
            "visit_date": DAY,
            "answers": answers,
        }
        made = record(f"uuid:{form_id}-{number}", author, **(about | fields | more))
        await uow.submissions.add(made)
    return made


def patrol(kind: str, finding: str, expired: int = 0, **more: str) -> dict[str, Any]:
    """The answers of a food and drug patrol."""
    return {
        "unit": f"示范{kind}店",
        "unit_type": kind,
        "part_papers": {"licence": more.pop("licence", "shown")},
        "part_goods": {"expired_count": expired},
        "tip": more.pop("tip", "none"),
        "part_finding": {"finding": finding, **more},
    }


PATROLS = (
    patrol("shop", "pass"),
    patrol("shop", "deadline", 3, finding_text="有过期食品", finding_due="2026-12-01"),
    patrol("pharmacy", "report", 2, licence="none", finding_text="无证经营", tip="verified"),
)


def inspected() -> dict[str, Any]:
    """The answers of an inspection: item 7 in part, item 20 not in order, the rest in order."""
    grades = {f"item_{n}": "A" for n in range(1, 27)} | {"item_7": "B", "item_20": "C"}
    faults = {f"faults_{n}": 0 for n in (2, 7, 8, 12, 13)} | {"faults_7": 1}
    good = " ".join(str(n) for n in range(1, 27) if n not in (7, 20))
    return {
        "visit_date": "2026-11-20",
        "inspector": "示范县民政局",
        "inspected": "示范乡",
        "means": ["papers", "system"],
        "seen_7": "每半年走访散居孤儿，已做 3，应做 4，逾期或未完成 1",
        "part_care": grades | faults | {"error_rate": 6.5},
        **{"list_a": good, "count_a": 24, "list_b": "7", "count_b": 1, "list_c": "20"},
        **{"count_c": 1, "put_right": "12月底前补齐走访。"},
    }

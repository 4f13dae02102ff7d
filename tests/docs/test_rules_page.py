"""The page about visit rules names every field, and its examples can be used."""

from __future__ import annotations

import tomllib

import pytest
from pydantic import BaseModel

from scheduler.calendars import FESTIVALS
from scheduler.effects import Effect
from scheduler.ladders import Ladder, Rung
from scheduler.population import Population
from scheduler.roles import RuleRole
from scheduler.rule_files import BUILT_IN, RuleFile
from scheduler.visit_rules import Limits, Satisfier, VisitRule, WindowRule
from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs" / "rules.md"
MODELS = (VisitRule, Population, WindowRule, Satisfier, Limits, Effect, Ladder, Rung, RuleRole)


@pytest.mark.parametrize("model", MODELS)
def test_every_field_is_explained(model: type[BaseModel]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in model.model_fields if name not in page] == []


def test_every_file_and_festival_is_named() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{file.name}`" in page for file in BUILT_IN.glob("*.toml"))
    assert all(f"`{name}`" in page for name in FESTIVALS)


def test_the_examples_are_rule_files() -> None:
    examples = [tomllib.loads(text) for text in blocks(PAGE, "toml")]
    files = [one for one in examples if not {"window", "year"} & set(one)]
    assert [RuleFile.model_validate(one) for one in files]
    assert [WindowRule.model_validate(one["window"]) for one in examples if "window" in one]

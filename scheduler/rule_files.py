"""Reads rule files: TOML with rules, roles, ladders, chains of escalation, effects and switches."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from scheduler.effects import Effect
from scheduler.ladders import Ladder
from scheduler.roles import RuleRole
from scheduler.rule_problems import Problem, RulesError, of_models
from scheduler.visit_rules import VisitRule

BUILT_IN: Final = Path(__file__).parent / "rules"
"""The folder of the rules that come with the program."""


class RuleFile(BaseModel):
    """What one file may hold. `switches` turn a rule, or all rules of a duty, on or off by id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: tuple[VisitRule, ...] = ()
    effect: tuple[Effect, ...] = ()
    role: tuple[RuleRole, ...] = ()
    ladder: tuple[Ladder, ...] = ()
    escalation: tuple[Ladder, ...] = ()
    switches: dict[str, bool] = {}


@dataclass(frozen=True, slots=True)
class Read:
    """A file, and what stands in it."""

    path: Path
    content: RuleFile

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def built_in(self) -> bool:
        """Whether it comes with the program."""
        return self.path.parent == BUILT_IN


def paths(folders: Iterable[Path]) -> list[Path]:
    """The rule files of `folders`, those of a folder by name; a folder may be a single file.

    Raises RulesError for one that is not there.
    """
    found: list[Path] = []
    for folder in folders:
        if folder.is_dir():
            found += sorted(folder.glob("*.toml"))
        elif folder.is_file():
            found.append(folder)
        else:
            raise RulesError([Problem(folder.name, "", "", "no_file")])
    return found


def read(files: Iterable[Path]) -> list[Read]:
    """All of the files. Raises RulesError with every problem of every file."""
    found: list[Read] = []
    problems: list[Problem] = []
    for file in files:
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            problems.append(Problem(file.name, "", "", "not_toml", str(error)))
            continue
        try:
            found.append(Read(file, RuleFile.model_validate(table)))
        except ValidationError as error:
            problems += of_models(file.name, table, error)
    if problems:
        raise RulesError(problems)
    return found

"""What is wrong with rule files, a line for each fault: file, rule, field, and what to do."""

from __future__ import annotations

from bot.cli.words import language
from core.texts import say
from scheduler.rule_problems import Problem


def fault(problem: Problem) -> str:
    """One fault in one line."""
    words = say(language(), f"rules.problem.{problem.code}", value=problem.value)
    places = (problem.file, problem.rule, problem.field)
    return " ".join(": ".join([*(place for place in places if place), words]).split())

"""`zoufang pension check`: what is wrong with a county's pension rules, and what falls short."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.words import language
from core.texts import known, say

if TYPE_CHECKING:
    from pension import RuleBook, RuleProblem

FAULTY = 1
"""The exit status of a check that found something."""


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"pensionrules.{key}", **values)


def check(files: Sequence[Path]) -> None:
    """Check the rules of the settings, or files together with them; exit 1 if there are faults."""
    from bot.pension_rules import read
    from bot.settings import from_environment
    from core.clock import SystemClock
    from pension import RuleBookError

    settings = from_environment()
    folders = [settings.pension] if settings.pension else []
    try:
        book = read(*folders, *files)
    except RuleBookError as error:
        _end([problem_line(one) for one in error.problems])
        return
    today = SystemClock().now().astimezone(settings.zone).date()
    notes, faults = shortfalls(book, today)
    for note in notes:
        typer.echo(_say("note", words=note))
    _end(faults)
    typer.echo(_say("fine", schemes=len(book.scheme), levels=len(book.basic_pension)))


def _end(lines: Sequence[str]) -> None:
    """Tell what was found, and stop if it is anything."""
    for line in lines:
        typer.echo(line)
    if lines:
        typer.echo(_say("faults", n=len(lines)))
        raise typer.Exit(FAULTY)


def problem_line(problem: RuleProblem) -> str:
    """One fault in one line: file, table, row, field, and what to do."""
    key = f"pensionrules.problem.{problem.code}"
    words = say(
        language(), key if known(key) else "pensionrules.problem.other", detail=problem.detail
    )
    place = _say("place", table=problem.table, row=problem.row) if problem.table else ""
    places = (problem.file, place, problem.field)
    return " ".join(": ".join([*(one for one in places if one), words]).split())


def shortfalls(book: RuleBook, on: date) -> tuple[list[str], list[str]]:
    """Where a place's own table falls short of the national frame: what should be looked at (a
    tier of the frame that the place has given up), and what must not be."""
    from handlers.pension_words import PensionWords
    from pension import SchemeFault, check_table

    words = PensionWords(language(), book)
    notes: list[str] = []
    faults: list[str] = []
    for scheme in book.scheme:
        if not scheme.frame or not scheme.in_force(on):
            continue
        for problem in check_table(scheme, book.scheme_named(scheme.frame)):
            kind = notes if problem.code is SchemeFault.TIER_OF_FRAME_MISSING else faults
            kind.append(f"{scheme.id}: {words.scheme_problem(problem)}")
    return notes, faults

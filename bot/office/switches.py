"""The county's switches: a file of its own in the county's folder of rules, written by the office.

The file is written anew beside itself, tried together with all other files, and only then put in
place: a running program never reads half of it, and never one that can't be used.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

from scheduler.rulebook import Rulebook

FILE: Final = "office.toml"


class OverruledError(Exception):
    """Another file, which is read later, says otherwise."""


def switched(folder: Path, rule: str, *, on: bool) -> None:
    """Turn a rule on or off in the county's folder. Raises OverruledError, RulesError for files
    that can't be used, and OSError; then nothing has changed."""
    target = folder / FILE
    kept = target.read_text(encoding="utf-8") if target.exists() else ""
    switches: dict[str, bool] = tomllib.loads(kept).get("switches", {})
    switches[rule] = on
    fresh = folder / f"{FILE}.new"
    fresh.write_text(_text(switches), encoding="utf-8")
    others = [one for one in sorted(folder.glob("*.toml")) if one.name != FILE]
    before = [one for one in others if one.name < FILE]
    try:
        book = Rulebook.read(*before, fresh, *(one for one in others if one not in before))
        if any(one.on != on for one in book.rules if one.id == rule):
            raise OverruledError(rule)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def _text(switches: dict[str, bool]) -> str:
    lines = [f'"{name}" = {"true" if on else "false"}' for name, on in sorted(switches.items())]
    return "\n".join(["# Written by the office.", "[switches]", *lines, ""])

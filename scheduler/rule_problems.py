"""What is wrong with rule files: by file, rule and field, as a code that people get words for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

_PYDANTIC: Final = {"missing": "missing", "extra_forbidden": "unknown_field"}
_SHOWN: Final = 40  # characters of a value that is wrong


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `rule` names the entry (``C01``, or ``[[effect]] 3``), `field` the place in it;
    both may be empty. The words are ``rules.problem.<code>`` with `value`, what is wrong there."""

    file: str
    rule: str
    field: str
    code: str
    value: str = ""


class RulesError(Exception):
    """Rule files that can't be used; `problems` says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        places = (f"{one.file}: {one.rule}: {one.field}: {one.code}" for one in self.problems)
        super().__init__("; ".join(places))


def of_models(file: str, table: Mapping[str, Any], error: ValidationError) -> Iterator[Problem]:
    """The problems of a file whose content, `table`, was refused by its model. Checks of our own
    raise ValueError with ``code`` or ``field:code``."""
    for one in error.errors():
        rule, place = _place(table, one["loc"])
        code = _PYDANTIC.get(one["type"], "invalid")
        if one["type"] == "value_error":
            inner, _, code = str(one["ctx"]["error"]).rpartition(":")
            place = ".".join(part for part in (place, inner) if part)
        yield Problem(file, rule, place, code, _short(one["input"]))


def _place(table: Mapping[str, Any], loc: tuple[int | str, ...]) -> tuple[str, str]:
    """The entry's name and the field within it, of a place such as ``("rule", 3, "who")``."""
    if len(loc) < 2 or not isinstance(loc[1], int):
        return "", ".".join(map(str, loc))
    section, number = str(loc[0]), loc[1]
    entry = table[section][number]
    name = entry.get("id") if isinstance(entry, Mapping) else None
    if section != "rule" or not isinstance(name, str):
        name = f"[[{section}]] {name or number + 1}"
    return name, ".".join(map(str, loc[2:]))


def _short(value: Any) -> str:
    text = "{…}" if isinstance(value, Mapping) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

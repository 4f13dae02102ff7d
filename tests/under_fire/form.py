"""A form of ten questions, and what somebody answers to them: no two answers are alike."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

TITLE: Final = "tenfold"
TABLE: Final = f"""
| settings | form_title | form_id | version |
|---|---|---|---|
| | {TITLE} | tenfold | 1 |

| survey | type | name | label |
|---|---|---|---|
| | text | remark | Remark? |
| | integer | people | How many live here? |
| | select_one fruit | best | Best fruit? |
| | date | moved | Since which day? |
| | acknowledge | told | Told about the notice? |
| | text | wish | Any wish? |
| | integer | rooms | How many rooms? |
| | select_one fruit | second | Second fruit? |
| | date | next | When next? |
| | text | last | Anything else? |

| choices | list_name | name | label |
|---|---|---|---|
| | fruit | apple | Apple |
| | fruit | pear | Pear |
| | fruit | plum | Plum |
| | fruit | fig | Fig |
"""

_FRUITS: Final = ("Apple", "Pear", "Plum", "Fig")
_FIRST_DAY: Final = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """One question: its label, what is typed or (if `pressed`) pressed, what the record holds."""

    name: str
    label: str
    said: str
    kept: Any
    pressed: bool = False


Script = tuple[Line, ...]
"""The ten questions in their order."""


def script(person: int, filling: int, seed: int) -> Script:
    """What a person says the n-th time that they fill in the form."""
    chance = random.Random(f"{seed}/{person}/{filling}")

    def words(name: str, label: str) -> Line:
        said = f"{name} {person}.{filling}.{chance.randrange(10**6)}"
        return Line(name, label, said, said)

    def number(name: str, label: str) -> Line:
        said = chance.randrange(10**6)
        return Line(name, label, str(said), said)

    def fruit(name: str, label: str) -> Line:
        said = chance.choice(_FRUITS)
        return Line(name, label, said, said.lower(), pressed=True)

    def day(name: str, label: str) -> Line:
        said = (_FIRST_DAY + timedelta(days=chance.randrange(2000))).isoformat()
        return Line(name, label, said, said)

    return (
        words("remark", "Remark?"),
        number("people", "How many live here?"),
        fruit("best", "Best fruit?"),
        day("moved", "Since which day?"),
        Line("told", "Told about the notice?", "知道了", "OK", pressed=True),
        words("wish", "Any wish?"),
        number("rooms", "How many rooms?"),
        fruit("second", "Second fruit?"),
        day("next", "When next?"),
        words("last", "Anything else?"),
    )


NAMES: Final = tuple(line.name for line in script(0, 0, 0))
LABELS: Final = tuple(line.label for line in script(0, 0, 0))


def kept(said: Script) -> dict[str, Any]:
    """What the record of a filling-in has to hold."""
    return {line.name: line.kept for line in said}

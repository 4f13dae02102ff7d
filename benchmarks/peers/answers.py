"""Where the peers' bots keep their answers: one row each, committed before the next question.

Nothing but the standard library and aiosqlite is imported here: it runs in both environments.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Final

from benchmarks.peers.form import QUESTIONS

FILE: Final = "answers.sqlite3"
_EXPECTED: Final = {question.name: question.stored for question in QUESTIONS}


def kept(folder: Path) -> int:
    """How many interviews are there with every answer once and as it was given."""
    interviews: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with sqlite3.connect(folder / FILE) as connection:
        for interview, question, value in connection.execute(
            "SELECT interview, question, value FROM answer"
        ):
            interviews[interview].append((question, value))
    return sum(
        len(rows) == len(_EXPECTED) and dict(rows) == _EXPECTED for rows in interviews.values()
    )

"""What came of a fire: what people said held against what is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.under_fire import form
from tests.under_fire.ground import Left
from tests.under_fire.people import Person, Twice

Rows = Counter[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`stuck` are people who wait for ever, `left` is what the database holds, `restarts` how often
    a process was started again."""

    people: tuple[Person, ...]
    stuck: tuple[Person, ...]
    left: Left
    restarts: int

    @property
    def submitted(self) -> int:
        """How many forms people have submitted."""
        return sum(len(person.said) for person in self.people)

    @property
    def lost(self) -> int:
        """Submitted forms that are no record, or one that holds something else."""
        return sum((said - kept).total() for said, kept in self._rows())

    @property
    def doubled(self) -> int:
        """Records that nobody submitted, or not so often."""
        return sum((kept - said).total() for said, kept in self._rows())

    @property
    def twice(self) -> int:
        """How often something was asked once more."""
        return len(self._again)

    @property
    def twice_by_one(self) -> list[str]:
        """What one and the same process asked twice."""
        return [one.what for one in self._again if one.lives[0] == one.lives[1]]

    @property
    def late(self) -> list[str]:
        """What was asked once more although something else had been asked since."""
        return [one.what for one in self._again if one.late]

    @property
    def _again(self) -> list[Twice]:
        return [one for person in self.people for one in person.twice]

    def __str__(self) -> str:
        steps = sum(person.steps for person in self.people)
        return (
            f"{self.restarts} restarts, {self.submitted} forms, {steps} steps: {self.lost} lost, "
            f"{self.doubled} doubled, {len(self.stuck)} stuck, {self.twice} prompts came twice"
        )

    def check(self) -> None:
        """Raises AssertionError unless everybody got to the end and everything is in its place."""
        waits = [f"{person.worker.code} for {person.waits_for}" for person in self.stuck]
        assert not waits, f"{self}; they wait: {waits}"
        assert (self.lost, self.doubled) == (0, 0), str(self)
        odd = [text for person in self.people for text in person.odd]
        assert not odd, f"nobody asked for that: {odd}"
        assert not self.left.given_up, self.left.given_up
        assert self.left.at_rest, self.left.figures
        assert (self.left.figures.open, self.left.figures.kept) == (0, 0), self.left.figures

    def _rows(self) -> Iterator[tuple[Rows, Rows]]:
        for person in self.people:
            said = (form.kept(script) for script in person.said)
            kept = self.left.records.get(person.worker.account, [])
            yield Counter(map(_row, said)), Counter(map(_row, kept))


def _row(answers: dict[str, Any]) -> str:
    return repr(sorted(answers.items()))

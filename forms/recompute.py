"""Keeps every rule of an interview true after each change.

A change pushes the rules that read the changed node; the rule of lowest rank runs first, so each
runs once, when all that it reads is settled. A rule inside a repeat runs only in the row that
changed, unless it looks further. A rule that fails (a broken value, a budget used up) leaves its
node as it is, or empty, and is noted in `faults`: an interview never stops on a form's mistake.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final

from forms.choices import prune
from forms.definition import NONE, ROOT_SCOPE, Computation, Task, Trigger
from forms.form import Form
from forms.instance import Field, Instance, Range, Row
from forms.outcome import Outcome
from forms.values import cast
from forms.xpath import Environment, Expression, XPathError

MAX_STEPS: Final = 20_000
"""Evaluations that may be repeated after one change. In order each rule runs once; only rules that
were cut out of a cycle run again, and those that never settle end here."""

MAX_ROWS: Final = 1_000
"""Rows that a jr:count may ask for; a larger number is taken as this one and noted as a fault."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An expression that failed while it was evaluated. `code` is that of XPathError."""

    path: str
    code: str


class Engine:
    """Owns an instance's consistency. `flipped`, `changed` and `pruned` collect what one change
    brought about, until `settle` hands them over."""

    def __init__(self, form: Form, instance: Instance, env: Environment) -> None:
        self.form = form
        self.instance = instance
        self.env = env
        self.faults: list[Fault] = []
        self.flipped: dict[Field, bool] = {}
        self.changed: dict[Field, str] = {}
        self.pruned: set[Field] = set()
        self.new_rows: list[Row] = []
        self._added: set[Row] = set()
        self._heap: list[int] = []
        self._pending: dict[int, dict[Row, None]] = {}
        self._returned: set[Row] = set()

    def start(self) -> None:
        """Evaluate every rule once, in order."""
        for computation in self.form.computations:
            self._push(
                computation.rank, self.instance.rows_of(computation.scope, self.instance.root)
            )
        self.run()

    def restore_relevance(self) -> None:
        """Evaluate relevance only: a stored state keeps its calculated values as they were."""
        self._pending.clear()
        self._heap.clear()
        for computation in self.form.computations:
            if computation.task is Task.RELEVANT:
                self._push(
                    computation.rank, self.instance.rows_of(computation.scope, self.instance.root)
                )
        self.run(only=Task.RELEVANT)
        self.settle()

    def set_text(self, field: Field, text: str) -> bool:
        """Store `text` and schedule what reads it. False if it stood there already. An answer that
        was kept aside for the field is no longer wanted."""
        if field.row.aside:
            field.row.aside.pop(field.element.local, None)
        if field.text == text:
            return False
        self.changed.setdefault(field, field.text)
        field.text = text
        self._notify(field)
        return True

    def add_row(self, around: Range, ident: str = "", *, default_rows: bool = False) -> Row:
        """A new last row whose rules are scheduled, and the rules that look at the repeat."""
        row = self.instance.add_row(around, ident, default_rows=default_rows)
        self._welcome(row)
        self.new_rows.append(row)
        self._added.add(row)
        self._push_all(around.scope.observers, around.row)
        return row

    def remove_row(self, row: Row) -> None:
        """Take a row away and schedule the rules that saw it."""
        around = row.range
        assert around is not None
        self.instance.remove_row(row)
        self._push_all(around.scope.observers, around.row)
        self._push_all(around.scope.positional, around.row)

    def bring_back(self, around: Range) -> Row:
        """Put the row that was parked last back as it was. It is not a new row: no action runs, and
        an id or a chance number that was drawn for it stays."""
        row = self.instance.bring_back(around)
        self._returned.add(row)
        self._welcome(row, again=True)
        self._push_all(around.scope.observers, around.row)
        return row

    def resize(self, around: Range, wanted: int) -> None:
        """Give a repeat `wanted` rows: surplus ones are parked, and come back before new ones."""
        if len(around.rows) > wanted:
            self._park(around, wanted)
        while len(around.rows) < wanted:
            if around.parked:
                self.bring_back(around)
            else:
                self.add_row(around)

    def recompute(self, ranks: Iterable[int]) -> None:
        """Evaluate these rules again, everywhere."""
        for rank in ranks:
            scope = self.form.computations[rank].scope
            self._push(rank, self.instance.rows_of(scope, self.instance.root))
        self.run()

    def run(self, only: Task | None = None) -> None:
        """Work off what is scheduled."""
        heap, pending = self._heap, self._pending
        self._returned.clear()
        steps = 0
        once: set[int] = set()
        while heap:
            rank = heappop(heap)
            computation = self.form.computations[rank]
            rows = pending.pop(rank)
            if only is not None and computation.task is not only:
                continue
            if rank in once:
                steps += sum(row.live for row in rows)
            once.add(rank)
            if steps > MAX_STEPS:
                self.faults.append(Fault(self.form.elements[computation.element].path, "steps"))
                heap.clear()
                pending.clear()
                return
            for row in rows:
                if row.live:
                    self._evaluate(computation, row)

    def settle(self) -> Outcome:
        """What changed since the last call. In a row that is new nothing was relevant before."""
        flipped = {
            field: was
            for field, was in self.flipped.items()
            if field.relevant is not was and field.row not in self._added
        }
        changed = {field: was for field, was in self.changed.items() if field.text != was}
        outcome = Outcome(flipped, changed, self.pruned)
        self.flipped, self.changed, self.pruned = {}, {}, set()
        self.new_rows, self._added = [], set()
        return outcome

    def fault(self, path: str, error: XPathError) -> None:
        """Note a failed expression."""
        self.faults.append(Fault(path, error.code))

    def _evaluate(self, computation: Computation, row: Row) -> None:
        expression = computation.expression
        try:
            if computation.repeat != NONE:
                self._evaluate_repeat(computation, row.ranges[computation.repeat])
            elif computation.task is Task.RELEVANT:
                field = row.fields[computation.local]
                self._relevant(field, expression.boolean(field, self.env))
            elif computation.task is Task.CALCULATE:
                field = row.fields[computation.local]
                text = expression.string(field, self.env)
                self.set_text(field, cast(field.element.bind.type, text))
            else:
                prune(self, row.fields[computation.local])
        except XPathError as error:
            self.fault(self.form.elements[computation.element].path, error)

    def _evaluate_repeat(self, computation: Computation, around: Range) -> None:
        expression = computation.expression
        if computation.task is Task.COUNT:
            self.resize(around, self._wanted(around, expression.number(around, self.env)))
            return
        self._relevant(around, self._next_relevant(around, expression))
        for row in around.rows:
            self._relevant(row, expression.boolean(row, self.env))

    def _next_relevant(self, around: Range, expression: Expression) -> bool:
        """Whether a row that came next would be relevant. Its position is one past the last."""
        parent = around.parent
        if "position" not in expression.functions or parent is None:
            return expression.boolean(around, self.env)
        parent.append(around)
        try:
            return expression.boolean(around, self.env)
        finally:
            parent.remove(around)
            around.parent = parent

    def _park(self, around: Range, wanted: int) -> None:
        """Take rows out of the tree, with their answers, until `bring_back`. One that goes a second
        time in the same run contradicts its own count, and goes for good."""
        while len(around.rows) > wanted:
            for field in self.instance.park_row(around):
                self.flipped.setdefault(field, True)
            if around.parked[-1] in self._returned:
                around.parked.pop()
        self._push_all(around.scope.observers, around.row)
        self._push_all(around.scope.positional, around.row)

    def _wanted(self, around: Range, number: float) -> int:
        if number > MAX_ROWS:
            self.faults.append(Fault(around.element.path, "rows"))
        return 0 if math.isnan(number) or number < 0 else int(min(number, MAX_ROWS))

    def _relevant(self, field: Field, own: bool) -> None:
        if field.own is own:
            return
        field.own = own
        parent = field.parent
        self._spread(field, own and (parent is None or parent.relevant))

    def _spread(self, field: Field, relevant: bool) -> None:
        """Hand a node's relevance down; a child that is irrelevant by itself stays so."""
        if field.relevant is relevant:
            return
        self.flipped.setdefault(field, field.relevant)
        self.instance.show(field, relevant)
        self._notify(field)
        if isinstance(field, Range):
            return  # its rows, and the repeats within them, stand below other nodes
        for attribute in field.attributes.values():
            if isinstance(attribute, Field):
                self._spread(attribute, relevant and attribute.own)
        for child in field.children:
            if isinstance(child, Field):
                self._spread(child, relevant and child.own)
        for scope in self.form.inner.get(field.element.index, ()):
            around = field.row.ranges[scope]
            self._spread(around, relevant and around.own)

    def _notify(self, field: Field) -> None:
        pending = self._pending
        row = field.row
        for trigger in self.form.triggers[field.element.index]:
            waiting = pending.get(trigger.rank)
            if waiting is None:
                waiting = pending[trigger.rank] = {}
                heappush(self._heap, trigger.rank)
            if trigger.scope == ROOT_SCOPE:
                waiting[self.instance.root] = None
            else:
                for reached in self._reach(trigger, row):
                    waiting[reached] = None

    def _reach(self, trigger: Trigger, row: Row) -> Iterator[Row]:
        """The rows in which `trigger` must run when something in `row` changed."""
        while row.element.scope != trigger.common:
            if row.range is None:
                return iter(())
            row = row.range.row
        return self.instance.rows_of(trigger.scope, row)

    def _push_all(self, triggers: Iterable[Trigger], row: Row) -> None:
        for trigger in triggers:
            self._push(trigger.rank, self._reach(trigger, row))

    def _push(self, rank: int, rows: Iterable[Row]) -> None:
        waiting = self._pending.get(rank)
        if waiting is None:
            waiting = self._pending[rank] = {}
            heappush(self._heap, rank)
        for row in rows:
            waiting[row] = None

    def _welcome(self, row: Row, *, again: bool = False) -> None:
        """Give a row that has come its relevance and schedule its rules."""
        parent, relevant = row.parent, row.element.bind.relevant
        if relevant is not None:
            try:
                row.own = relevant.boolean(row, self.env)
            except XPathError as error:
                self.fault(row.element.path, error)
        self._spread(row, row.own and (parent is None or parent.relevant))
        self._schedule(row, again)

    def _schedule(self, row: Row, again: bool) -> None:
        for rank in self.form.scopes[row.element.scope].computations:
            if not (again and self._drawn(self.form.computations[rank], row)):
                self._push(rank, (row,))
        for around in row.ranges.values():
            for inner in around.rows:
                self._schedule(inner, again)

    def _drawn(self, computation: Computation, row: Row) -> bool:
        """Whether this is a value that would only come out differently by chance."""
        expression = computation.expression
        blind = expression.volatile and not expression.dependencies
        return blind and computation.repeat == NONE and row.fields[computation.local].text != ""

"""The way through an interview: which place comes next, which came before, how far along it is.

Each row keeps a bit for every slot that is relevant now, so the next place is found by looking
for a bit, however many questions the form has.
"""

from __future__ import annotations

from dataclasses import dataclass

from forms.definition import NONE, ROOT_SCOPE, Slot
from forms.form import Form
from forms.instance import Field, Instance, Range, Row
from forms.prompts import Progress


@dataclass(frozen=True, slots=True)
class Place:
    """Where the cursor can stand: a question's slot, or (`prompt`) the end of a repeat."""

    row: Row
    slot: int
    prompt: bool = False


class Walk:
    """Finds places in body order."""

    def __init__(self, form: Form, instance: Instance) -> None:
        self._scopes = form.scopes
        self._elements = form.elements
        self._instance = instance
        self._repeats = form.repeat_masks
        self._asked = form.asked_masks

    def first(self) -> Place | None:
        """The first place of the interview, None if nothing is to be asked."""
        return self._forward(self._instance.root, -1)

    def last(self) -> Place | None:
        """The last place of the interview."""
        root = self._instance.root
        return self._backward(root, len(self._scopes[ROOT_SCOPE].slots))

    def after(self, place: Place) -> Place | None:
        """The place that follows; None at the end."""
        return self._climb_forward(place.row, place.slot)

    def before(self, place: Place) -> Place | None:
        """The place that precedes; None at the start."""
        if place.prompt:
            found = self._last_row(self._range(place), None)
            if found is not None:
                return found
        row, slot = place.row, place.slot
        while True:
            found = self._backward(row, slot)
            if found is not None or row.range is None:
                return found
            around = row.range
            found = self._last_row(around, around.rows.index(row))
            if found is not None:
                return found
            row, slot = around.row, around.element.slot

    def unpassed(self) -> Place | None:
        """The first place that the person has not yet answered, skipped or ended."""
        return self._unpassed(self._instance.root)

    def slot(self, place: Place) -> Slot:
        """What the form says of `place`."""
        return self._scopes[place.row.element.scope].slots[place.slot]

    def field(self, place: Place) -> Field:
        """The node of a question's place, or the range of a repeat's."""
        slot = self.slot(place)
        if slot.repeat != NONE:
            return place.row.ranges[slot.repeat]
        return place.row.fields[self._elements[slot.element].local]

    def at(self, field: Field) -> Place | None:
        """The place where `field` is asked; for a row, its first place; None if it isn't now."""
        if isinstance(field, Row) and field.range is not None:
            return self._forward(field, -1)
        slot = field.element.slot
        if slot == NONE or not field.row.mask >> slot & 1:
            return None
        return Place(field.row, slot, isinstance(field, Range))

    def living(self, place: Place) -> Place:
        """`place`, or the repeat that it stood in if its row is gone (a count fell, say)."""
        row = place.row
        while row.range is not None:
            if not row.live:
                place = Place(row.range.row, row.range.element.slot)
            row = row.range.row
        return place

    def standing(self, place: Place | None) -> Place | None:
        """`place` if it is still asked, else what follows it."""
        if place is None:
            return None
        living = self.living(place)
        asked = living is place and self.at(self.field(living)) is not None
        return living if asked else self.after(living)

    def asks_for_more(self, around: Range) -> bool:
        """Whether the person decides how many rows there are."""
        return around.relevant and around.scope.count is None and not around.scope.fixed

    def progress(self, place: Place) -> Progress:
        """Which question `place` is, and about how many there are.

        Notes don't count. Of the questions ahead that are not relevant yet, one in two is expected
        to become so; the figure is exact at the end.
        """
        row, slot = place.row, place.slot
        done = self._count_before(row, slot)
        if place.prompt:
            done += sum(self._range(place).counts)
        while row.range is not None:
            around = row.range
            done += sum(around.counts[: around.rows.index(row)])
            row = around.row
            done += self._count_before(row, around.element.slot)
            slot = around.element.slot
        ahead = (self._asked[ROOT_SCOPE] & ~row.mask) >> (slot + 1)
        about = self._instance.root.count + ahead.bit_count() // 2
        return Progress(min(done + 1, max(about, 1)), max(about, 1))

    def _range(self, place: Place) -> Range:
        return place.row.ranges[self.slot(place).repeat]

    def _count_before(self, row: Row, slot: int) -> int:
        low = row.mask & ((1 << slot) - 1)
        count = (low & self._asked[row.element.scope]).bit_count()
        for around in row.ranges.values():
            place = around.element.slot
            if place != NONE and place < slot and low >> place & 1:
                count += sum(around.counts)
        return count

    def _climb_forward(self, row: Row, slot: int) -> Place | None:
        while True:
            found = self._forward(row, slot)
            if found is not None or row.range is None:
                return found
            around = row.range
            found = self._next_row(around, around.rows.index(row) + 1)
            if found is not None:
                return found
            row, slot = around.row, around.element.slot

    def _forward(self, row: Row, slot: int) -> Place | None:
        """The first place in `row` after `slot`."""
        slots = self._scopes[row.element.scope].slots
        while mask := row.mask >> (slot + 1):
            slot += (mask & -mask).bit_length()
            if slots[slot].repeat == NONE:
                return Place(row, slot)
            found = self._next_row(row.ranges[slots[slot].repeat], 0)
            if found is not None:
                return found
        return None

    def _next_row(self, around: Range, start: int) -> Place | None:
        """The first place in the rows from `start` on, or the question for one more."""
        for row in around.rows[start:]:
            if row.mask:
                found = self._forward(row, -1)
                if found is not None:
                    return found
        if self.asks_for_more(around):
            return Place(around.row, around.element.slot, prompt=True)
        return None

    def _backward(self, row: Row, slot: int) -> Place | None:
        """The last place in `row` before `slot`."""
        slots = self._scopes[row.element.scope].slots
        while mask := row.mask & ((1 << slot) - 1):
            slot = mask.bit_length() - 1
            if slots[slot].repeat == NONE:
                return Place(row, slot)
            around = row.ranges[slots[slot].repeat]
            if self.asks_for_more(around):
                return Place(row, slot, prompt=True)
            found = self._last_row(around, None)
            if found is not None:
                return found
        return None

    def _last_row(self, around: Range, stop: int | None) -> Place | None:
        for row in reversed(around.rows[:stop]):
            if row.mask:
                found = self._backward(row, len(self._scopes[around.element.scope].slots))
                if found is not None:
                    return found
        return None

    def _unpassed(self, row: Row) -> Place | None:
        slots = self._scopes[row.element.scope].slots
        # Rows may hold something new though the person has said that there are no more of them.
        open_slots = row.mask & (~row.passed | self._repeats[row.element.scope])
        while open_slots:
            slot = (open_slots & -open_slots).bit_length() - 1
            if slots[slot].repeat == NONE:
                return Place(row, slot)
            open_slots &= open_slots - 1
            around = row.ranges[slots[slot].repeat]
            for inner in around.rows:
                found = self._unpassed(inner) if inner.mask else None
                if found is not None:
                    return found
            if not row.passed >> slot & 1 and self.asks_for_more(around):
                return Place(row, slot, prompt=True)
        return None

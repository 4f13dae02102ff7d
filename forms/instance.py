"""The answers of one interview as a tree: nodes, rows of repeats, refs to both."""

from __future__ import annotations

from collections.abc import Iterator

from forms.definition import NONE, Element, Scope, Seed, Shape
from forms.form import Form
from forms.node import ATTRIBUTE, DOCUMENT, ELEMENT, Node


class Field(Node):
    """One node of the primary instance. `own` is what its relevance rule says, `relevant` (of Node)
    what holds with all its ancestors."""

    __slots__ = ("element", "own", "row")

    def __init__(self, element: Element, text: str = "", kind: int = ELEMENT) -> None:
        super().__init__(element.name.removeprefix("@"), text, kind)
        self.element = element
        self.own = True
        self.row: Row = None  # type: ignore[assignment]  # set as soon as its row is known

    def take_apart(self) -> None:
        """Also from its row."""
        super().take_apart()
        self.row = None  # type: ignore[assignment]


class Row(Field):
    """The root, or one row of a repeat: finds its nodes by their place in the scope.

    `ident` is its stable id, '' for the root. `live` says that it stands in the tree: it does not
    once it was taken away or parked.

    `mask` has a bit for each slot that is relevant now, `passed` one for each that the person has
    answered or skipped. `count` is the number of relevant questions in it and in the rows below.
    `aside` keeps, by place in the scope, answers to selects as they were given, while a choice
    filter lets only a part of them stand.
    """

    __slots__ = (
        "aside",
        "count",
        "fields",
        "ident",
        "live",
        "mask",
        "passed",
        "range",
        "ranges",
        "ref",
    )

    def __init__(self, element: Element, ident: str = "", around: Range | None = None) -> None:
        super().__init__(element)
        self.ident = ident
        self.live = True
        self.range = around
        self.fields: list[Field] = []
        self.ranges: dict[int, Range] = {}
        self.aside: dict[int, str] = {}
        self.mask = 0
        self.passed = 0
        self.count = 0
        self.row = self
        self.ref = element.path

    def take_apart(self) -> None:
        """With its repeats, and the rows that stand nowhere for now."""
        super().take_apart()
        self.fields, self.range = [], None
        for around in self.ranges.values():
            for row in around.parked:
                row.take_apart()
            around.take_apart()


class Range(Field):
    """All rows of a repeat in one place. It is no child of any node, but sees what a row would.

    `initial` is what the form gives to the first rows of a counted repeat. `parked` are the rows
    that its count leaves out for now, the next to come back last.
    """

    __slots__ = ("counts", "initial", "parked", "rows", "scope")

    def __init__(self, scope: Scope, element: Element, parent: Field) -> None:
        super().__init__(element)
        self.scope = scope
        self.parent = parent
        self.row = parent.row
        self.relevant = parent.relevant
        self.rows: list[Row] = []
        self.parked: list[Row] = []
        self.counts: list[int] = []
        self.initial: list[Seed] = []

    @property
    def ref(self) -> str:
        """The ref of the repeat itself, without a row id."""
        return self.row.ref + self.element.path[len(self.row.element.path) :]


class Instance:
    """Builds and holds the tree. `rows` finds every row in it by its id; `issued` is the number of
    the last id that was given out."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.document = Node("", kind=DOCUMENT)
        self.rows: dict[str, Row] = {}
        self.issued = 0
        self.root = Row(form.elements[0])
        self.document.append(self.root)

    def fill(self, *, default_rows: bool) -> None:
        """Give the tree its first content. `default_rows` keeps the one blank row that a form
        brings along for a repeat; a chat asks before the first row as well."""
        self._fill_row(self.root, self.form.seed, default_rows)

    def field(self, element: Element, row: Row) -> Field:
        """The node of `element` in `row`, a row of the element's own scope."""
        return row.fields[element.local]

    def ref(self, field: Field) -> str:
        """The stable name of `field`."""
        row = field.row
        if row is self.root or row is field:
            return row.ref if row is field else field.element.path
        return row.ref + field.element.path[len(row.element.path) :]

    def find(self, ref: str) -> Field | None:
        """The node, row or repeat that `ref` names; None if it isn't (or is no longer) there."""
        head, _, tail = ref.rpartition("]")
        row: Row | None = self.root
        path = ref
        if head:
            row = self.rows.get(head.rpartition("[")[2])
            if row is None or row.ref != head + "]":
                return None
            path = row.element.path + tail
        if row is None:
            return None
        place = self.form.index.get(path, NONE)
        if place == NONE:
            return None
        element = self.form.elements[place]
        if element.scope == row.element.scope:
            return row.fields[element.local]
        return row.ranges.get(element.scope) if element.shape is Shape.REPEAT else None

    def add_row(self, around: Range, ident: str = "", *, default_rows: bool = False) -> Row:
        """A new last row, filled from the template. `ident` is given when a state is restored."""
        place = len(around.rows)
        seed = around.scope.template
        if place < len(around.initial) and not ident:
            seed = around.initial[place]
        assert seed is not None
        return self._insert(around, seed, ident, default_rows)

    def remove_row(self, row: Row) -> None:
        """Take `row` and the rows within it away."""
        around = row.range
        assert around is not None
        assert around.parent is not None
        place = around.rows.index(row)
        self._count(around.row, -around.counts[place])
        del around.rows[place], around.counts[place]
        around.parent.remove(row)
        for gone in self._rows_within(row):
            self.rows.pop(gone.ident, None)
            gone.live = False

    def park_row(self, around: Range) -> list[Field]:
        """Take the last row out of the tree, but keep it with all within it. It still sees what is
        around it, and nothing sees it. The nodes that were relevant until then."""
        row = around.rows[-1]
        self.remove_row(row)
        row.parent = around.parent
        around.parked.append(row)
        hidden: list[Field] = []
        for one in self._rows_within(row):
            one.mask = one.count = 0
            for inner in one.ranges.values():
                inner.counts = [0] * len(inner.rows)
            hidden.extend(field for field in (*one.fields, *one.ranges.values()) if field.relevant)
        for field in hidden:
            field.relevant = False
        return hidden

    def bring_back(self, around: Range) -> Row:
        """Put the row that was parked last back, as the last row."""
        row = around.parked.pop()
        self._attach(around, row)
        for one in self._rows_within(row):
            self.rows[one.ident] = one
            one.live = True
        return row

    def forget(self) -> None:
        """Drop what was kept in case the person thinks again: parked rows, answers kept aside."""
        for row in self._rows_within(self.root):
            row.aside.clear()
            for around in row.ranges.values():
                around.parked.clear()

    def rows_of(self, scope: int, start: Row) -> Iterator[Row]:
        """All rows of `scope` at or below `start`."""
        if start.element.scope == scope:
            yield start
            return
        chain = self.form.scopes[scope].chain
        step = chain[chain.index(start.element.scope) + 1]
        for row in start.ranges[step].rows:
            yield from self.rows_of(scope, row)

    def show(self, field: Field, relevant: bool) -> None:
        """Note that a node's relevance is now `relevant`, also in its row's mask and counts."""
        field.relevant = relevant
        element = field.element
        if element.slot == NONE or isinstance(field, Row):
            return
        field.row.mask ^= 1 << element.slot
        if self.form.asked_masks[field.row.element.scope] >> element.slot & 1:
            self._count(field.row, 1 if relevant else -1)

    def _count(self, row: Row, change: int) -> None:
        row.count += change
        while row.range is not None:
            around = row.range
            around.counts[around.rows.index(row)] += change
            row = around.row
            row.count += change

    def _rows_within(self, row: Row) -> Iterator[Row]:
        yield row
        for around in row.ranges.values():
            for inner in around.rows:
                yield from self._rows_within(inner)

    def _insert(self, around: Range, seed: Seed, ident: str, default_rows: bool) -> Row:
        if not ident:
            self.issued += 1
            ident = f"r{self.issued}"
        else:
            self.issued = max(self.issued, int(ident[1:]))
        row = Row(around.element, ident, around)
        row.ref = f"{around.ref}[{ident}]"
        self._attach(around, row)
        self.rows[ident] = row
        self._fill_row(row, seed, default_rows)
        return row

    def _attach(self, around: Range, row: Row) -> None:
        """Make `row`, in which nothing is relevant as yet, the last one."""
        parent = around.parent
        assert parent is not None
        parent.insert(self._place(around, parent), row)
        around.rows.append(row)
        around.counts.append(row.count)

    def _place(self, around: Range, parent: Node) -> int:
        """Where a new last row stands among its parent's children."""
        if around.rows:
            return parent.children.index(around.rows[-1]) + 1
        siblings = self.form.elements[around.element.parent].children
        earlier = {
            self.form.elements[one].name for one in siblings[: siblings.index(around.element.index)]
        }
        place = 0
        for number, child in enumerate(parent.children):
            if child.name in earlier:
                place = number + 1
        return place

    def _fill_row(self, row: Row, seed: Seed, default_rows: bool) -> None:
        scope = self.form.scopes[row.element.scope]
        row.fields = [row] * len(scope.elements)
        waiting: list[tuple[Seed, Field]] = []
        self._grow(row, seed, row, waiting)
        elements = self.form.elements
        for inner in self.form.scopes:
            if inner.parent == scope.index:
                repeat = elements[inner.element]
                row.ranges[inner.index] = Range(
                    inner, repeat, row.fields[elements[repeat.parent].local]
                )
        row.mask = (1 << len(scope.slots)) - 1
        questions = self.form.asked_masks[scope.index].bit_count()
        self._count(row, questions)
        for seed_of_row, _parent in waiting:
            around = row.ranges[elements[seed_of_row[0]].scope]
            lone = sum(elements[other[0]].scope == around.scope.index for other, _ in waiting) == 1
            if around.scope.count is not None:
                around.initial.append(seed_of_row)
            elif default_rows or not lone:
                self._insert(around, seed_of_row, "", default_rows)

    def _grow(self, field: Field, seed: Seed, row: Row, waiting: list[tuple[Seed, Field]]) -> None:
        _, field.text, attributes, children = seed
        elements = self.form.elements
        for index, text in attributes:
            element = elements[index]
            attribute = Field(element, text, ATTRIBUTE)
            attribute.parent = field
            attribute.row = row
            field.attributes[attribute.name] = attribute
            row.fields[element.local] = attribute
        if not children:
            return
        named: dict[str, list[Node]] = {}
        for below in children:
            element = elements[below[0]]
            if element.shape is Shape.REPEAT:
                waiting.append((below, field))
                continue
            child = Field(element, below[1])
            child.parent = field
            child.row = row
            row.fields[element.local] = child
            field.children.append(child)
            named[child.name] = [child]
            if below[2] or below[3]:
                self._grow(child, below, row, waiting)
        if named:
            field.named = named

"""The tree that a form's answers live in, and that XPath walks.

One small class serves the primary instance (what is being filled in) and the secondary ones (choice
lists, facts from the register). Namespaces are stripped when a form is loaded, so a name here is a
local name; the few prefixed names that a submission needs are restored when it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

DOCUMENT: Final = 0
ELEMENT: Final = 1
ATTRIBUTE: Final = 2
TEXT: Final = 3
COMMENT: Final = 4
INSTRUCTION: Final = 5

_NO_NODES: Final[dict[str, list[Node]]] = {}


class Node:
    """An element, attribute, text or document node.

    `text` is the value of a leaf. `named` finds children by name without a scan. A node that is
    not `relevant` reads as empty in every expression, but keeps its text, so that toggling back
    restores it.
    `index` belongs to the XPath evaluator: rows of a list that never changes, by a field's value.
    """

    __slots__ = (
        "attributes",
        "children",
        "index",
        "kind",
        "name",
        "named",
        "parent",
        "relevant",
        "text",
    )

    def __init__(self, name: str, text: str = "", kind: int = ELEMENT) -> None:
        self.kind = kind
        self.name = name
        self.text = text
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.named: dict[str, list[Node]] = _NO_NODES
        self.attributes: dict[str, Node] = {}
        self.index: dict[tuple[str, ...], dict[str, list[Node]]] | None = None
        self.relevant = True

    def append(self, child: Node) -> Node:
        """Add `child` as the last child and return it."""
        child.parent = self
        self.children.append(child)
        self._same_name(child).append(child)
        return child

    def insert(self, index: int, child: Node) -> Node:
        """Add `child` before the child now at `index` and return it."""
        child.parent = self
        self.children.insert(index, child)
        same = self._same_name(child)
        later = {id(node) for node in self.children[index + 1 :]} if same else set()
        place = next((i for i, node in enumerate(same) if id(node) in later), len(same))
        same.insert(place, child)
        return child

    def _same_name(self, child: Node) -> list[Node]:
        """The list in `named` that `child` goes into."""
        self.index = None
        if self.named is _NO_NODES:
            self.named = {}
        return self.named.setdefault(child.name, [])

    def remove(self, child: Node) -> None:
        """Take `child` out of this node."""
        self.index = None
        self.children.remove(child)
        self.named[child.name].remove(child)
        child.parent = None

    def take_apart(self) -> None:
        """Cut what leads up from here and from all below: a tree without rings of references goes
        as soon as nobody holds it."""
        for child in (*self.children, *self.attributes.values()):
            child.take_apart()
        self.parent = None

    def walk(self) -> Iterator[Node]:
        """This node and its descendants, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

"""Rows of a list by the value of one of their fields, without reading the whole list.

A choice filter such as `instance('v')/root/item[district = /data/district]` is answered at every
page and every answer. The index is built on the first use and kept on the list's node, so that
all interviews share it; that is why secondary instances must not change once they are read.
"""

from __future__ import annotations

from forms.node import Node
from forms.xpath.environment import Environment
from forms.xpath.values import text_of


def rows_where(
    table: Node, row: str, field: tuple[str, ...], value: str, env: Environment
) -> list[Node]:
    """The children of `table` called `row` of which a field holds `value`, in document order.

    `field` is the path from the row, of child names and at most one last "@attribute". The list
    must not be changed. Building the index costs one step for each row.
    """
    if table.index is None:
        table.index = {}
    key = (row, *field)
    found = table.index.get(key)
    if found is None:
        rows = table.named.get(row, [])
        env.budget.spend(len(rows))
        found = table.index[key] = _by_value(rows, field, env)
    return found.get(value, [])


def _by_value(rows: list[Node], field: tuple[str, ...], env: Environment) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for row in rows:
        for value in {text_of(cell, env) for cell in _cells(row, field)}:
            found.setdefault(value, []).append(row)
    return found


def _cells(row: Node, field: tuple[str, ...]) -> list[Node]:
    cells = [row]
    for name in field:
        if name.startswith("@"):
            cells = [cell.attributes[name[1:]] for cell in cells if name[1:] in cell.attributes]
        else:
            cells = [child for cell in cells for child in cell.named.get(name, [])]
    return cells

"""What an expression reads, found from its syntax.

A dependency is an absolute schema path such as "/data/group/age": no predicates, no positions. Of
a repeat it is the path that was written, so count(/data/child) depends on "/data/child" and
sum(/data/child/age) on "/data/child/age". Where a step does not name its node, "*" stands for one
name, and "//" for any number of names between its two sides: "/data/*/age", "/data//age", "//*".
Attributes end in "/@name". Only the primary instance counts; inside instance('x')/... relative
paths belong to the list and absolute ones to the form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from sys import intern
from typing import Final

from forms.xpath.functions import find
from forms.xpath.plain_paths import plain
from forms.xpath.syntax import Call, Chain, Filter, Path, Step, Syntax, Text, children

ANY_INSTANCE: Final = "*"
"""Stands in `instances` for an id that is only known when the expression runs."""

_READ_CONTEXT: Final = frozenset(
    {"string", "number", "string-length", "normalize-space", "name", "local-name", "namespace-uri"}
)
_PASS_THE_FIRST: Final = frozenset({"randomize", "indexed-repeat"})
"""Functions that give nodes of their first argument."""
_ANYWHERE: Final = "//*"
_MOST_PATHS: Final = 32
"""Ways that one path may go before it is taken to go anywhere."""
_NOWHERE: Final[frozenset[str]] = frozenset()


@dataclass(slots=True)
class Reading:
    """What was found; `volatile` means that the value may change while the answers do not."""

    context: str
    paths: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    instances: set[str] = field(default_factory=set)
    volatile: bool = False
    inside_once: int = 0


def read(syntax: Syntax, context: str) -> Reading:
    """Find what `syntax` reads when its relative paths start at `context`."""
    reading = Reading(context.rstrip("/"))
    _read(syntax, frozenset({reading.context}), reading)
    return reading


def _read(syntax: Syntax, base: frozenset[str], reading: Reading) -> None:
    """Record a value that is used: its own nodes too."""
    for path in _nodes(syntax, base, reading):
        reading.paths.add(_spelled(path))


def _spelled(path: str) -> str:
    if path.endswith("/"):
        return f"{path}/*"
    return intern(path) or "/"


def _nodes(syntax: Syntax, base: frozenset[str], reading: Reading) -> frozenset[str]:
    """The paths of the nodes that `syntax` gives; everything it uses on the way is recorded."""
    match syntax:
        case Path():
            return _path(syntax, base, reading)
        case Filter():
            found = _nodes(syntax.base, base, reading)
            for test in syntax.predicates:
                _read(test, found, reading)
            return found
        case Chain(kind="|"):
            return frozenset().union(*(_nodes(part, base, reading) for part in children(syntax)))
        case Call():
            return _call(syntax, base, reading)
        case _:
            for child in children(syntax):
                _read(child, base, reading)
            return _NOWHERE


def _path(path: Path, base: frozenset[str], reading: Reading) -> frozenset[str]:
    straight = plain(path)
    if straight is not None and straight.absolute:
        return frozenset({"".join([f"/{name}" for name in straight.names])})
    if path.absolute:
        found = frozenset({""})
    elif path.start is not None:
        found = _nodes(path.start, base, reading)
    else:
        found = base
    for step in path.steps:
        found = frozenset(after for before in found for after in advance(before, step))
        if len(found) > _MOST_PATHS:
            found = frozenset({_ANYWHERE})
        for test in step.predicates:
            _read(test, found, reading)
    return found


def _call(call: Call, base: frozenset[str], reading: Reading) -> frozenset[str]:
    _note(call, reading)
    reading.inside_once += call.name == "once"
    results = [_nodes(argument, base, reading) for argument in call.arguments]
    reading.inside_once -= call.name == "once"
    if not call.arguments and call.name in _READ_CONTEXT:
        reading.paths.update(map(_spelled, base))
    match call.name:
        case "current":
            return frozenset({reading.context})
        case "id":
            results.append(frozenset({_ANYWHERE}))
        case "if":
            reading.paths.update(map(_spelled, results[0]))
            return results[1] | results[2]
    passes = call.name in _PASS_THE_FIRST
    for result in results[passes:]:
        reading.paths.update(map(_spelled, result))
    return results[0] if passes else _NOWHERE


def _note(call: Call, reading: Reading) -> None:
    reading.functions.add(call.name)
    function = find(call.name)
    # A seed makes randomize() say the same thing each time.
    seeded = call.name == "randomize" and len(call.arguments) > 1
    if function is not None and function.volatile and not reading.inside_once and not seeded:
        reading.volatile = True
    if call.name in ("instance", "pulldata"):
        first = call.arguments[0]
        reading.instances.add(first.value if isinstance(first, Text) else ANY_INSTANCE)


def advance(path: str, step: Step) -> tuple[str, ...]:
    """The schema paths that `step` may lead to from `path`. A last "/" is an open "//"."""
    name = step.name if step.kind == "name" else "*"
    if step.axis in ("child", "attribute"):
        return _down(path, step, name)
    if step.axis == "parent":
        return tuple(up for up in _parents(path) if name in ("*", _last(up)) or _open(up))
    if step.axis in ("following-sibling", "preceding-sibling"):
        return tuple(f"{up}/{name}" for up in _parents(path))
    if step.axis in ("following", "preceding"):
        return (f"//{name}",)
    if step.axis == "descendant-or-self" and step.kind == "node":
        return (path if path.endswith("/") else f"{path}/",)
    return _from_itself(path, step, name)


def _down(path: str, step: Step, name: str) -> tuple[str, ...]:
    if step.axis == "attribute":
        return (f"{path.rstrip('/')}/@{name}",)
    is_part = step.kind in ("text", "comment", "processing-instruction")
    return (path if is_part else f"{path}/{name}",)


def _from_itself(path: str, step: Step, name: str) -> tuple[str, ...]:
    found = _itself(path, name) if "self" in step.axis else ()
    if step.axis.startswith("descendant"):
        found += (f"{path.rstrip('/')}//{name}",)
    if step.axis.startswith("ancestor"):
        found += _above(path, name, step.kind == "node")
    return found


def _itself(path: str, name: str) -> tuple[str, ...]:
    if name == "*" or _open(path) or _last(path) == name:
        return (path,)
    return ()


def _above(path: str, name: str, with_root: bool) -> tuple[str, ...]:
    found: list[str] = []
    parents = _parents(path)
    while parents:
        found += [up for up in parents if name in ("*", _last(up)) and (up or with_root)]
        if any(map(_open, parents)):
            return (*found, f"//{name}")
        parents = tuple(higher for up in parents for higher in _parents(up))
    return tuple(found)


def _parents(path: str) -> tuple[str, ...]:
    """One level up; from behind "//" that is anything at or below what stands before it."""
    if not path:
        return ()
    if path.endswith("/"):
        return (path, *_parents(path[:-1]))
    before = path.rpartition("/")[0]
    return (before, before[:-1]) if before.endswith("/") else (before,)


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _open(path: str) -> bool:
    """Whether the last name of the path is not known."""
    return path.endswith(("/", "*"))

"""Reads the primary instance: the elements, their scopes, and what they start with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from forms.builder import JAVAROSA, XFORMS, Builder, local_name
from forms.definition import NONE, Seed, Shape

_TEMPLATE: Final = JAVAROSA + "template"
_PREFIXES: Final = {"http://openrosa.org/xforms": "orx", "http://www.opendatakit.org/xforms": "odk"}


@dataclass(slots=True)
class Sketch:
    """An element while it is being put together."""

    index: int
    path: str
    name: str
    qname: str
    parent: int
    shape: Shape
    scope: int
    local: int
    default: str = ""
    children: list[int] = field(default_factory=list)


@dataclass(slots=True)
class ScopeSketch:
    """A scope while it is being put together."""

    element: int
    parent: int
    chain: tuple[int, ...]
    elements: list[int] = field(default_factory=list)
    template: Seed | None = None


@dataclass(slots=True)
class Primary:
    """What the primary instance holds. `namespaces` are the prefixes that the submission needs.
    `identified` says that it had no instanceID and was given one."""

    sketches: list[Sketch]
    scopes: list[ScopeSketch]
    seed: Seed
    namespaces: dict[str, str]
    root_namespace: str
    identified: bool


class PrimaryReader:
    """Walks all occurrences of a node at once, so that template and rows give one element."""

    def __init__(self, builder: Builder, repeats: frozenset[str]) -> None:
        self._builder = builder
        self._repeats = repeats
        self._sketches: list[Sketch] = []
        self._scopes: list[ScopeSketch] = []
        self._namespaces: dict[str, str] = {}
        self._default = XFORMS
        self._identified = False

    def read(self, root: etree._Element) -> Primary:
        """The elements below `root`, the only child of ``<instance>``."""
        namespace = etree.QName(root).namespace or ""
        self._default = namespace
        self._scopes.append(ScopeSketch(0, NONE, (0,)))
        self._element(root, [root], NONE, 0, "")
        self._ensure_instance_id(root)
        seed = self._complete(self._seed(root, "/" + local_name(root.tag)))
        for scope in self._scopes:
            if scope.template is not None:
                scope.template = self._complete(scope.template)
        own = "" if namespace == XFORMS else namespace
        return Primary(self._sketches, self._scopes, seed, self._namespaces, own, self._identified)

    def _element(
        self, node: etree._Element, same: list[etree._Element], parent: int, scope: int, above: str
    ) -> int:
        name = local_name(node.tag)
        path = f"{above}/{name}"
        repeat = path in self._repeats
        if repeat:
            self._scopes.append(
                ScopeSketch(0, scope, (*self._scopes[scope].chain, len(self._scopes)))
            )
            scope = len(self._scopes) - 1
        families: dict[str, list[etree._Element]] = {}
        for one in same:
            for child in one:
                families.setdefault(local_name(child.tag), []).append(child)
        shape = Shape.REPEAT if repeat else Shape.GROUP if families else Shape.LEAF
        index = self._add(path, self._qname(node), parent, shape, scope)
        if repeat:
            self._scopes[scope].element = index
        for one in same:
            self._attributes(one, index, scope, path)
        for family in families.values():
            self._refuse_twins(family, f"{path}/{local_name(family[0].tag)}")
            self._element(family[0], family, index, scope, path)
        return index

    def _complete(self, seed: Seed) -> Seed:
        """`seed` with every node that its element can hold, so that no row lacks one."""
        index, text, attributes, children = seed
        given = {child[0] for child in children}
        below: list[Seed] = [self._complete(child) for child in children]
        known = dict(attributes)
        for child in self._sketches[index].children:
            shape = self._sketches[child].shape
            if shape is Shape.ATTRIBUTE:
                known.setdefault(child, "")
            elif shape is not Shape.REPEAT and child not in given:
                below.append(self._complete((child, "", (), ())))
        below.sort(key=lambda one: one[0])
        return (index, text, tuple(known.items()), tuple(below))

    def _refuse_twins(self, family: list[etree._Element], path: str) -> None:
        parents = [id(one.getparent()) for one in family]
        if path not in self._repeats and len(set(parents)) < len(parents):
            self._builder.error("duplicate_node", path)

    def _attributes(self, node: etree._Element, index: int, scope: int, path: str) -> None:
        for key in node.attrib:
            if key == _TEMPLATE:
                continue
            name = "@" + local_name(str(key))
            if f"{path}/{name}" not in self._builder.index:
                self._add(
                    f"{path}/{name}",
                    self._attribute_qname(node, str(key)),
                    index,
                    Shape.ATTRIBUTE,
                    scope,
                )

    def _add(self, path: str, qname: str, parent: int, shape: Shape, scope: int) -> int:
        name = path.rpartition("/")[2]
        index = len(self._sketches)
        members = self._scopes[scope].elements
        self._sketches.append(Sketch(index, path, name, qname, parent, shape, scope, len(members)))
        members.append(index)
        self._builder.index[path] = index
        if parent != NONE:
            self._sketches[parent].children.append(index)
        return index

    def _qname(self, node: etree._Element) -> str:
        namespace = etree.QName(node).namespace or ""
        if namespace in (self._default, XFORMS, ""):
            return local_name(node.tag)
        return f"{self._prefix(node, namespace)}:{local_name(node.tag)}"

    def _attribute_qname(self, node: etree._Element, key: str) -> str:
        namespace = key[1:].partition("}")[0] if key.startswith("{") else ""
        if not namespace:
            return key
        return f"{self._prefix(node, namespace)}:{local_name(key)}"

    def _prefix(self, node: etree._Element, namespace: str) -> str:
        declared = {uri: prefix for prefix, uri in node.nsmap.items() if prefix}
        prefix = declared.get(namespace) or _PREFIXES.get(namespace) or f"n{len(self._namespaces)}"
        self._namespaces[prefix] = namespace
        return prefix

    def _ensure_instance_id(self, root: etree._Element) -> None:
        """Every submission needs an instanceID, whether or not the author thought of it."""
        top = f"/{local_name(root.tag)}"
        if f"{top}/meta/instanceID" in self._builder.index:
            return
        orx = "{http://openrosa.org/xforms}"
        meta = next((child for child in root if local_name(child.tag) == "meta"), None)
        if meta is None:
            meta = etree.SubElement(root, orx + "meta", nsmap={"orx": orx[1:-1]})
            self._add(f"{top}/meta", "orx:meta", 0, Shape.GROUP, 0)
            self._namespaces["orx"] = orx[1:-1]
        place = self._builder.index[f"{top}/meta"]
        self._sketches[place].shape = Shape.GROUP
        node = etree.SubElement(
            meta, etree.QName(meta.tag.rpartition("}")[0].strip("{") or None, "instanceID")
        )
        self._identified = True
        self._add(f"{top}/meta/instanceID", self._qname(node), place, Shape.LEAF, 0)

    def _seed(self, node: etree._Element, path: str) -> Seed:
        index = self._builder.index[path]
        sketch = self._sketches[index]
        attributes = tuple(
            (self._builder.index[f"{path}/@{local_name(str(key))}"], str(value))
            for key, value in node.attrib.items()
            if key != _TEMPLATE
        )
        children: list[Seed] = []
        for child in node:
            below = f"{path}/{local_name(child.tag)}"
            seed = self._seed(child, below)
            if below in self._repeats:
                scope = self._scopes[self._sketches[seed[0]].scope]
                template = child.get(_TEMPLATE) is not None
                if template or scope.template is None:
                    scope.template = seed
                if template:
                    continue
            children.append(seed)
        text = _text(node) if sketch.shape in (Shape.LEAF, Shape.REPEAT) and not children else ""
        return (index, text, attributes, tuple(children))


def _text(node: etree._Element) -> str:
    text = node.text or ""
    return text if text.strip() else ""

"""Reads the ``<h:body>`` of an XForm: questions, groups and repeats, in the order of asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from forms.bounds import read_bounds
from forms.builder import JAVAROSA, Builder, inner_text, local_name, named_children, plain_path
from forms.definition import (
    NO_BIND,
    NONE,
    Action,
    Bind,
    Container,
    Itemset,
    Option,
    Question,
    Slot,
    Text,
)
from forms.model import read_actions
from forms.primary import Sketch
from forms.prompts import Bounds, Kind
from forms.xpath import Expression

_INPUTS: Final = {
    "int": Kind.INTEGER,
    "integer": Kind.INTEGER,
    "long": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "double": Kind.DECIMAL,
    "float": Kind.DECIMAL,
    "date": Kind.DATE,
    "time": Kind.TIME,
    "dateTime": Kind.DATETIME,
    "geopoint": Kind.GEOPOINT,
    "geotrace": Kind.GEOTRACE,
    "geoshape": Kind.GEOSHAPE,
    "barcode": Kind.BARCODE,
}
_CONTROLS: Final = {
    "select1": Kind.SELECT_ONE,
    "select": Kind.SELECT_MULTIPLE,
    "rank": Kind.RANK,
    "trigger": Kind.ACKNOWLEDGE,
    "range": Kind.RANGE,
}
_UPLOADS: Final = {"image": Kind.IMAGE, "audio": Kind.AUDIO, "video": Kind.VIDEO}
_NOT_PARAMETERS: Final = frozenset({"ref", "bind", "nodeset", "appearance", "mediatype", "class"})
_PARTS: Final = frozenset({"label", "hint", "item", "itemset", ""})
_ASKS: Final = frozenset({"input", "secret", "upload", *_CONTROLS})


def repeat_paths(body: etree._Element | None) -> frozenset[str]:
    """The paths of all repeats, needed before the instance can be read."""
    if body is None:
        return frozenset()
    return frozenset(
        plain_path(node.get("nodeset") or node.get("ref") or "", "")
        for node in body.iter()
        if local_name(node.tag) == "repeat"
    )


@dataclass(slots=True)
class RepeatSketch:
    """What the body says of a repeat."""

    container: int
    count: Expression | None
    fixed: bool


@dataclass(slots=True)
class Body:
    """What the body holds. `slots` are by scope."""

    questions: list[Question] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    slots: dict[int, list[Slot]] = field(default_factory=dict)
    repeats: dict[int, RepeatSketch] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)


class BodyReader:
    """Walks the body once. `identifiers` are paths by bind id, `extras` media settings by path."""

    def __init__(
        self,
        builder: Builder,
        sketches: list[Sketch],
        binds: Mapping[int, Bind],
        identifiers: Mapping[str, str],
        extras: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._builder = builder
        self._sketches = sketches
        self._binds = binds
        self._identifiers = identifiers
        self._extras = extras
        self._asked: set[int] = set()
        self.body = Body()

    def read(self, body: etree._Element) -> Body:
        """All of `body`."""
        self._children(body, NONE, self._sketches[0].path)
        return self.body

    def _children(self, parent: etree._Element, container: int, context: str) -> None:
        for node in parent:
            name = local_name(node.tag)
            if name == "group":
                self._group(node, container, context)
            elif name == "repeat":
                self._repeat(node, container, context, None)
            elif name in _ASKS:
                self._question(node, name, container, context)

    def _reference(self, node: etree._Element) -> str:
        named = self._identifiers.get(node.get("bind") or "")
        return named or node.get("ref") or node.get("nodeset") or ""

    def _group(self, node: etree._Element, container: int, context: str) -> None:
        label = node.find("{*}label")
        inner = [child for child in node if local_name(child.tag) not in ("label", "hint")]
        only = inner[0] if len(inner) == 1 and local_name(inner[0].tag) == "repeat" else None
        reference = self._reference(node)
        path = plain_path(reference, context) if reference else ""
        if only is not None and (
            not path or path == plain_path(only.get("nodeset") or "", context)
        ):
            # The usual shape of a repeat: its label and appearance stand on the group around it.
            self._repeat(only, container, context, node)
            return
        if path:
            self._builder.element(reference, context, column="name")
        inside = path or context
        text = self._builder.text(label, inside, "label")
        index = self._container(path, container, text, node.get("appearance") or "", NONE)
        self._children(node, index, inside)

    def _container(
        self, path: str, parent: int, label: Text | None, appearance: str, scope: int
    ) -> int:
        index = len(self.body.containers)
        self.body.containers.append(
            Container(index, path, parent, label, tuple(appearance.split()), scope)
        )
        return index

    def _repeat(
        self, node: etree._Element, container: int, context: str, group: etree._Element | None
    ) -> None:
        reference = node.get("nodeset") or node.get("ref") or ""
        element = self._builder.element(reference, context, column="name")
        if element == NONE:
            return
        sketch = self._sketches[element]
        outer = group if group is not None else node
        label = outer.find("{*}label")
        if label is None:
            label = node.find("{*}label")
        text = self._builder.text(label, sketch.path, "label")
        appearance = outer.get("appearance") or node.get("appearance") or ""
        index = self._container(sketch.path, container, text, appearance, sketch.scope)
        source = node.get(JAVAROSA + "count") or ""
        count = self._builder.expression(source, sketch.path, "repeat_count") if source else None
        fixed = (node.get(JAVAROSA + "noAddRemove") or "").strip() == "true()"
        self.body.repeats[sketch.scope] = RepeatSketch(index, count, fixed)
        if sketch.scope not in self.body.slots:
            self.body.slots[sketch.scope] = []
            around = self._sketches[sketch.parent].scope
            self.body.slots.setdefault(around, []).append(Slot(element, repeat=sketch.scope))
        actions = read_actions(iter(node), self._builder, element, sketch.path)
        self.body.actions.extend(actions)
        self._children(node, index, sketch.path)

    def _question(self, node: etree._Element, tag: str, container: int, context: str) -> None:
        reference = self._reference(node)
        if not reference:
            return
        element = self._builder.element(reference, context, column="name")
        if element == NONE:
            return
        sketch = self._sketches[element]
        parts = named_children(node)
        if not parts.keys() <= _PARTS:
            actions = read_actions(iter(node), self._builder, element, sketch.path)
            self.body.actions.extend(actions)
        if element in self._asked:
            self._builder.warn("duplicate_control", sketch.path)
            return
        self._asked.add(element)
        question = self._build(node, parts, tag, sketch, container)
        self.body.questions.append(question)
        self.body.slots.setdefault(sketch.scope, []).append(Slot(element, question=question.index))

    def _build(
        self,
        node: etree._Element,
        parts: Mapping[str, etree._Element],
        tag: str,
        sketch: Sketch,
        container: int,
    ) -> Question:
        path = sketch.path
        bind = self._binds.get(sketch.index, NO_BIND)
        mediatype = node.get("mediatype") or ""
        parameters = {
            local_name(key): str(value)
            for key, value in node.attrib.items()
            if local_name(key) not in _NOT_PARAMETERS
        } | dict(self._extras.get(path, {}))
        appearance = tuple((node.get("appearance") or "").split())
        kind = Kind.SELECT_ONE if node.get("query") else _kind(tag, bind, mediatype)
        if "label" in appearance and kind in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE):
            kind = Kind.NOTE  # the heading of a grid of choices: nothing is asked
        bounds = read_bounds(bind.constraint.source if bind.constraint else "")
        if kind is Kind.RANGE:
            bounds = Bounds(parameters.get("start"), parameters.get("end"), parameters.get("step"))
        return Question(
            index=len(self.body.questions),
            path=path,
            name=sketch.name,
            element=sketch.index,
            kind=kind,
            type=bind.type,
            appearance=appearance,
            label=self._builder.text(parts.get("label"), path, "label"),
            hint=self._builder.text(parts.get("hint"), path, "hint"),
            options=self._options(node, path) if "item" in parts else (),
            itemset=self._external(node, path) or self._itemset(parts.get("itemset"), path),
            parameters=parameters,
            bounds=bounds,
            container=container,
            required=_source(bind.required),
            constraint=bind.constraint.source if bind.constraint else "",
            relevant=bind.relevant.source if bind.relevant else "",
            mediatype=mediatype,
        )

    def _options(self, node: etree._Element, path: str) -> tuple[Option, ...]:
        options: list[Option] = []
        for item in node.iterfind("{*}item"):
            value = item.find("{*}value")
            label = self._builder.text(item.find("{*}label"), path, "label")
            name = inner_text(value).strip() if value is not None else ""
            options.append(Option(name, label or Text(parts=(name,))))
        return tuple(options)

    def _external(self, node: etree._Element, path: str) -> Itemset | None:
        """A ``select_one_external``: a query over the lists of ``itemsets.csv``."""
        query = node.get("query")
        nodeset = self._builder.expression(query, path, "choice_filter") if query else None
        return Itemset(nodeset, "name", "label") if nodeset is not None else None

    def _itemset(self, itemset: etree._Element | None, path: str) -> Itemset | None:
        if itemset is None:
            return None
        nodeset = self._builder.expression(itemset.get("nodeset") or "", path, "choice_filter")
        if nodeset is None:
            return None
        parts = named_children(itemset)
        value, label = parts.get("value"), parts.get("label")
        value_source = (value.get("ref") or "name") if value is not None else "name"
        label_source = (label.get("ref") or value_source) if label is not None else value_source
        itext = label_source.strip().startswith("jr:itext(")
        if itext:
            label_source = label_source.strip().removeprefix("jr:itext(").removesuffix(")")
        first = self._item_value(value_source, path)
        second = self._item_value(label_source, path)
        if first is None or second is None:
            return None
        return Itemset(nodeset, first, second, itext)

    def _item_value(self, source: str, path: str) -> str | Expression | None:
        name = source.strip().removeprefix("./")
        if name.replace("_", "a").replace("-", "a").isalnum() and not name[0].isdigit():
            return name
        return self._builder.expression(source, path, "choice_filter")


def _source(truth: Expression | bool) -> str:
    if isinstance(truth, bool):
        return "true()" if truth else ""
    return truth.source


def _kind(tag: str, bind: Bind, mediatype: str) -> Kind:
    if tag == "upload":
        return _UPLOADS.get(mediatype.partition("/")[0], Kind.FILE)
    if tag in _CONTROLS:
        return _CONTROLS[tag]
    if bind.readonly is True and bind.type == "string":
        return Kind.NOTE
    return _INPUTS.get(bind.type, Kind.TEXT)

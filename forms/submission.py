"""The finished record: OpenRosa XML that never changes again, and the answers as typed values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from forms.definition import NONE, Element, Shape
from forms.form import Form
from forms.instance import Field, Instance
from forms.prompts import Kind, Submission

if TYPE_CHECKING:
    from forms.sheet import Sheet

_QUOTES: Final = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_NUMBERS: Final = {
    "int": int,
    "integer": int,
    "long": int,
    "decimal": float,
    "double": float,
    "float": float,
}


def build(interview: Sheet, deprecated_id: str | None) -> Submission:
    """The record of a finished interview."""
    form, instance = interview.form, interview.instance
    identifier = interview.value(f"{form.elements[0].path}/meta/instanceID")
    media = tuple(
        one
        for ref, one in interview.media.items()
        if (field := instance.find(ref)) is not None and field.relevant and field.text == one.name
    )
    return Submission(
        instance_id=identifier,
        form_id=form.form_id,
        version=form.version,
        xml=serialize(form, instance, deprecated_id),
        answers=typed(form, instance),
        media=media,
        deprecated_id=deprecated_id,
        entities=tuple(_entities(form, instance)),
    )


def serialize(form: Form, instance: Instance, deprecated_id: str | None = None) -> bytes:
    """The instance as OpenRosa XML: irrelevant nodes left out, namespaces as the form has them."""
    out: list[str] = ["<?xml version='1.0' encoding='UTF-8' ?>"]
    spaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in sorted(form.namespaces.items()))
    if form.root_namespace:
        spaces = f' xmlns="{escape(form.root_namespace, _QUOTES)}"' + spaces
    _write(instance.root, out, spaces, deprecated_id)
    return "".join(out).encode()


def _write(field: Field, out: list[str], extra: str = "", deprecated_id: str | None = None) -> None:
    name = field.element.qname
    out.append(f"<{name}{extra}")
    for attribute in field.attributes.values():
        if isinstance(attribute, Field) and attribute.relevant:
            out.append(f' {attribute.element.qname}="{escape(attribute.text, _QUOTES)}"')
    body: list[str] = []
    for child in field.children:
        if not isinstance(child, Field) or not child.relevant:
            continue
        if child.name == "deprecatedID" and field.name == "meta" and deprecated_id is not None:
            continue
        _write(child, body, deprecated_id=deprecated_id)
        if deprecated_id is not None and child.name == "instanceID" and field.name == "meta":
            prefix = child.element.qname.rpartition("instanceID")[0]
            body.append(f"<{prefix}deprecatedID>{escape(deprecated_id)}</{prefix}deprecatedID>")
    if not field.children:
        body.append(escape(field.text, {"\r": "&#13;"}))
    text = "".join(body)
    out.append(f">{text}</{name}>" if text else "/>")


def values(instance: Instance) -> dict[str, str]:
    """Relevant texts by ref, blank ones and attributes left out."""
    found: dict[str, str] = {}
    for node in instance.root.walk():
        if isinstance(node, Field) and node.text and node.relevant and not node.children:
            found[instance.ref(node)] = node.text
    return found


def typed(form: Form, instance: Instance) -> dict[str, Any]:
    """Plain typed values below the root, nested by group, a list for each repeat."""
    return _typed_children(form, instance.root)


def _typed_children(form: Form, field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for index in form.elements[field.element.index].children:
        element = form.elements[index]
        if element.shape is Shape.ATTRIBUTE:
            continue
        if element.shape is Shape.REPEAT:
            rows = field.row.ranges[element.scope].rows
            found[element.name] = [_typed_children(form, row) for row in rows if row.relevant]
            continue
        child = field.row.fields[element.local]
        if not child.relevant:
            continue
        if element.shape is Shape.GROUP:
            inner = _typed_children(form, child)
            if inner:
                found[element.name] = inner
        elif child.text:
            found[element.name] = typed_value(form, element, child.text)
    return {name: value for name, value in found.items() if value != []}


def typed_value(form: Form, element: Element, text: str) -> Any:
    """`text` as int, finite float, list of names, point, or as it is. Dates stay ISO text."""
    kind = form.questions[element.question].kind if element.question != NONE else None
    if kind in (Kind.SELECT_MULTIPLE, Kind.RANK):
        return text.split()
    if kind is Kind.RANGE or element.bind.type in _NUMBERS:
        return _number(element.bind.type, text)
    if element.bind.type == "geopoint":
        return _point(text)
    if element.bind.type in ("geotrace", "geoshape"):
        return [_point(point) for point in text.split(";") if point.strip()]
    return text


def _number(type_: str, text: str) -> int | float | str:
    """As text if no program could read it as a number, which goes for 1e400 too."""
    try:
        number: int | float = _NUMBERS.get(type_, float)(text)
    except ValueError:
        return text
    return number if isinstance(number, int) or isfinite(number) else text


def _point(text: str) -> dict[str, float]:
    names = ("latitude", "longitude", "altitude", "accuracy")
    return dict(zip(names, (float(part) for part in text.split()), strict=False))


def _entities(form: Form, instance: Instance) -> Iterator[Mapping[str, Any]]:
    """Entities that the form declares: dataset, id, what to do, label, and the saved properties."""
    for node in instance.root.walk():
        if isinstance(node, Field) and node.name == "entity" and node.relevant and _is_meta(node):
            attributes = {name: child.text for name, child in node.attributes.items()}
            label = node.named.get("label", [])
            yield {**attributes, "label": label[0].text if label else ""}


def _is_meta(field: Field) -> bool:
    parent = field.parent
    return parent is not None and parent.name == "meta"

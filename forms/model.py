"""Reads the ``<model>`` of an XForm: binds, translations, secondary instances, actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from forms.builder import (
    JAVAROSA,
    ODK,
    OPENROSA,
    XFORMS,
    Builder,
    inner_text,
    local_name,
    plain_path,
)
from forms.definition import NONE, Action, Bind, Event, Part, Preload, Text
from forms.secondary import AttachmentError, Branch, from_bytes, from_element
from forms.xpath import Expression

if TYPE_CHECKING:  # a start from the cache needs no parser
    from lxml import etree

# language -> itext id -> form ("" for the plain text, else guidance, image, audio …) -> parts
Itext = dict[str, dict[str, dict[str, tuple[Part, ...]]]]

_EXTERNAL: Final = "itemsets.csv"
_EVENTS: Final = {
    "odk-instance-first-load": Event.FIRST_LOAD,
    "odk-instance-load": Event.LOAD,
    "odk-new-repeat": Event.NEW_REPEAT,
    "xforms-value-changed": Event.VALUE_CHANGED,
    "xforms-ready": Event.LOAD,
}
_TYPES: Final = frozenset(
    [
        "string",
        "int",
        "integer",
        "long",
        "decimal",
        "double",
        "float",
        "boolean",
        "date",
        "time",
        "dateTime",
        "select",
        "select1",
        "rank",
        "odk:rank",
        "geopoint",
        "geotrace",
        "geoshape",
        "barcode",
        "binary",
        "intent",
        "base64Binary",
        "anyURI",
        "list",
    ]
)


@dataclass(frozen=True, slots=True)
class Secondary:
    """A secondary instance. `src` is its ``jr://`` address; `branch` is None while it lacks."""

    id: str
    src: str = ""
    branch: Branch | None = None

    @property
    def file(self) -> str:
        """The name of the attachment that holds it, '' if it is written into the form."""
        return self.src.rpartition("/")[2] if self.src else ""


def xf(name: str) -> str:
    """`name` in the namespace of XForms."""
    return f"{{{XFORMS}}}{name}"


def read_binds(model: etree._Element, builder: Builder) -> tuple[dict[int, Bind], dict[str, str]]:
    """The binds by element, and the paths by bind id. A second bind of a node adds to the first."""
    binds: dict[int, Bind] = {}
    identifiers: dict[str, str] = {}
    for node in model.iterfind(xf("bind")):
        reference = node.get("nodeset") or node.get("ref") or ""
        path = plain_path(reference, "")
        if node.get("id"):
            identifiers[str(node.get("id"))] = path
        element = builder.index.get(path, NONE)
        if element == NONE:
            # A rule for a node that is not there can do no harm, and published forms have them.
            builder.warn("missing_node", path, reference=reference, column="bind")
            continue
        if element in binds:
            builder.warn("duplicate_bind", path)
        binds[element] = _bind(node, path, binds.get(element, Bind()), builder)
    return binds, identifiers


def _bind(node: etree._Element, path: str, base: Bind, builder: Builder) -> Bind:
    known = node.get("type")
    kind = known.rpartition(":")[2] if known else base.type
    if kind not in _TYPES:
        builder.warn("unknown_type", path, type=kind)

    def expression(name: str, column: str, before: Expression | None) -> Expression | None:
        source = node.get(name)
        return builder.expression(source, path, column) if source else before

    def truth(name: str, column: str, before: Expression | bool) -> Expression | bool:
        source = (node.get(name) or "").strip()
        if source in ("", "true()", "false()"):
            return source == "true()" if source else before
        return builder.expression(source, path, column) or False

    def message(name: str, column: str, before: Text | None) -> Text | None:
        source = node.get(JAVAROSA + name)
        if source is None:
            return before
        if source.strip().startswith("jr:itext("):
            return builder.reference(source, path, column)
        return Text(parts=(source,))

    preload = node.get(JAVAROSA + "preload")
    return replace(
        base,
        type=kind,
        relevant=expression("relevant", "relevant", base.relevant),
        calculate=expression("calculate", "calculation", base.calculate),
        constraint=expression("constraint", "constraint", base.constraint),
        required=truth("required", "required", base.required),
        readonly=truth("readonly", "read_only", base.readonly),
        constraint_text=message("constraintMsg", "constraint_message", base.constraint_text),
        required_text=message("requiredMsg", "required_message", base.required_text),
        preload=Preload(preload, node.get(JAVAROSA + "preloadParams") or "")
        if preload
        else base.preload,
    )


def bind_parameters(model: etree._Element) -> dict[str, dict[str, str]]:
    """What binds say about media (``orx:max-pixels``, ``odk:quality``), by path."""
    found: dict[str, dict[str, str]] = {}
    for node in model.iterfind(xf("bind")):
        extra = {
            local_name(key): str(value)
            for key, value in node.attrib.items()
            if str(key).startswith((ODK, OPENROSA))
        }
        if extra:
            found[plain_path(node.get("nodeset") or "", "")] = extra
    return found


def read_itext(model: etree._Element, builder: Builder) -> tuple[Itext, str]:
    """All translations, and the language to fall back on ('' if the form has none)."""
    itext: Itext = {}
    fallback = ""
    block = model.find(xf("itext"))
    for translation in block.iterfind(xf("translation")) if block is not None else ():
        language = translation.get("lang") or ""
        texts = itext.setdefault(language, {})
        if translation.get("default") is not None or not fallback:
            fallback = language if translation.get("default") is not None else fallback
        for node in translation:
            forms = texts.setdefault(node.get("id") or "", {})
            for value in node:
                plain = (value.text,) if value.text and not len(value) else None
                forms[value.get("form") or ""] = plain or builder.parts(value, "/", "label")
    return itext, fallback or next(iter(itext), "")


def read_secondary(
    model: etree._Element, attachments: Mapping[str, bytes], builder: Builder
) -> dict[str, Secondary]:
    """The secondary instances by id. A missing attachment is a warning: facts come at run time."""
    found: dict[str, Secondary] = {}
    for node in list(model.iterfind(xf("instance")))[1:]:
        identifier = node.get("id") or ""
        src = node.get("src") or ""
        root = next((child for child in node if isinstance(child.tag, str)), None)
        branch = from_element(root) if root is not None and not src else None
        secondary = Secondary(identifier, src, branch)
        if src and secondary.file in attachments:
            secondary = _attached(secondary, attachments[secondary.file], builder)
        elif src and not src.startswith("jr://instance/"):
            builder.warn(
                "missing_attachment", values_name(identifier), file=secondary.file, src=src
            )
        found[identifier] = secondary
    return found


def read_external(
    body: etree._Element, attachments: Mapping[str, bytes], builder: Builder
) -> dict[str, Secondary]:
    """The lists of ``itemsets.csv`` by name, if a ``select_one_external`` asks for them."""
    if not any(node.get("query") for node in body.iter(xf("input"))):
        return {}
    whole = Secondary("itemsets", f"jr://file-csv/{_EXTERNAL}")
    if _EXTERNAL not in attachments:
        builder.warn("missing_attachment", values_name("itemsets"), file=_EXTERNAL, src=whole.src)
        return {whole.id: whole}
    attached = _attached(whole, attachments[_EXTERNAL], builder)
    lists: dict[str, list[Branch]] = {}
    for item in attached.branch[3] if attached.branch is not None else ():
        name = next((child[1] for child in item[3] if child[0] == "list_name"), "")
        lists.setdefault(name, []).append(item)
    return {
        name: Secondary(name, whole.src, ("root", "", (), tuple(items)))
        for name, items in lists.items()
    }


def values_name(identifier: str) -> str:
    """How a finding names a secondary instance."""
    return f"instance('{identifier}')"


def _attached(secondary: Secondary, data: bytes, builder: Builder) -> Secondary:
    try:
        return replace(secondary, branch=from_bytes(data, secondary.file))
    except AttachmentError as error:
        builder.error(
            "bad_attachment",
            values_name(secondary.id),
            file=secondary.file,
            reason=error.code,
            **error.values,
        )
        return secondary


def read_actions(
    nodes: Iterator[etree._Element], builder: Builder, source: int = NONE, context: str = ""
) -> Iterator[Action]:
    """The ``setvalue`` actions among `nodes`; what else they are is noted as a warning."""
    for node in nodes:
        name = local_name(node.tag)
        if name in ("setgeopoint", "recordaudio"):
            builder.warn(
                "unsupported_action", plain_path(node.get("ref") or "", context), action=name
            )
        if name != "setvalue":
            continue
        names = (
            node.get("event") or node.get("{http://www.w3.org/2001/xml-events}event") or ""
        ).split()
        events = tuple(_EVENTS[event] for event in names if event in _EVENTS)
        reference = node.get("ref") or node.get("bind") or ""
        for event in names:
            if event not in _EVENTS:
                builder.warn("unsupported_event", plain_path(reference, context), event=event)
        target = builder.element(reference, context, column="trigger")
        if target == NONE or not events:
            continue
        expression = node.get("value")
        value: Expression | str | None = inner_text(node)
        if expression:
            value = builder.expression(expression, plain_path(reference, context), "calculation")
        if value is not None:
            chosen = builder.expression(reference, context or "/") if "[" in reference else None
            yield Action(events, target, value, source, chosen)

"""Reads an XForm's XML into its outline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from lxml import etree

from forms.outline import QUESTIONS, Bind, Control, Instance, Item, Outline, Text
from forms.parsing import DoctypeError, parse_xml
from forms.sniff import Unfit

_ITEXT: Final = re.compile(r"jr:itext\(\s*['\"]?(.*?)['\"]?\s*\)$", re.DOTALL)
_GROUPS: Final = frozenset({"group", "repeat"})


def parse_safely(xml: bytes) -> etree._Element:
    """The root element. Nothing outside `xml` is ever read. Raises Unfit."""
    try:
        return parse_xml(xml)
    except DoctypeError as error:
        raise Unfit("doctype") from error
    except (etree.XMLSyntaxError, ValueError) as error:
        if b"<!DOCTYPE" in xml.replace(b"\x00", b""):
            raise Unfit("doctype") from error
        line = getattr(error, "lineno", None) or 0
        raise Unfit("broken_xml", line=line, error=str(error)[:200]) from error


def read(xml: bytes) -> Outline:
    """The outline of an XForm. Raises Unfit for what isn't one."""
    html = parse_safely(xml)
    model = _find(html, "model")
    body = _find(html, "body")
    primary = _find(model, "instance") if model is not None else None
    data = next(_elements(primary), None) if primary is not None else None
    if model is None or body is None or data is None:
        raise Unfit("not_an_xform")
    root = _name(data)
    texts, default = _itext(model)
    ids = {e.get("id", ""): e.get("nodeset", "") for e in _elements(model) if _name(e) == "bind"}
    seen = _Body(ids, [], [])
    seen.walk(body, (), f"/{root}")
    title = _find(html, "title")
    submission = _find(model, "submission")
    return Outline(
        root=root,
        form_id=data.get("id", ""),
        version=data.get("version", ""),
        title=_words(title),
        binds=_binds(model, root),
        controls=tuple(seen.controls),
        texts=texts,
        default_language=default,
        instances=_instances(model, primary),
        actions=tuple(_actions(html, root)),
        outputs=tuple(seen.outputs),
        submission=_attributes(submission) if submission is not None else {},
        attributes=_attributes(data),
        names=_names(data),
    )


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _elements(parent: etree._Element) -> Iterator[etree._Element]:
    return (child for child in parent if isinstance(child.tag, str))


def _find(element: etree._Element, name: str) -> etree._Element | None:
    return next((e for e in element.iter() if isinstance(e.tag, str) and _name(e) == name), None)


def _attributes(element: etree._Element) -> dict[str, str]:
    return {etree.QName(str(key)).localname: str(value) for key, value in element.attrib.items()}


def _words(element: etree._Element | None) -> str:
    if element is None:
        return ""
    return "".join(str(words) for words in element.itertext()).strip()


def _line(element: etree._Element) -> int:
    return cast("int | None", element.sourceline) or 0


def _absolute(ref: str, around: str) -> str:
    ref = ref.strip()
    if ref.startswith("/"):
        return ref
    return f"{around}/{ref.removeprefix('./')}" if ref and ref != "." else around


def _binds(model: etree._Element, root: str) -> dict[str, Bind]:
    binds: dict[str, Bind] = {}
    for element in _elements(model):
        if _name(element) == "bind":
            attributes = _attributes(element)
            path = _absolute(attributes.pop("nodeset", ""), f"/{root}")
            before = binds[path].attributes if path in binds else {}
            binds[path] = Bind(path, {**before, **attributes}, _line(element))
    return binds


def _itext(
    model: etree._Element,
) -> tuple[dict[str, Mapping[str, Mapping[str, str]]], str]:
    itext = _find(model, "itext")
    texts: dict[str, Mapping[str, Mapping[str, str]]] = {}
    default = ""
    for translation in _elements(itext) if itext is not None else ():
        language = translation.get("lang", "")
        default = language if not texts or translation.get("default") else default
        texts[language] = {
            text.get("id", ""): {value.get("form", ""): _words(value) for value in _elements(text)}
            for text in _elements(translation)
        }
    return texts, default


def _instances(model: etree._Element, primary: etree._Element | None) -> dict[str, Instance]:
    found: dict[str, Instance] = {}
    for element in _elements(model):
        if _name(element) == "instance" and element is not primary:
            root = next(_elements(element), None)
            rows = () if root is None else tuple(_cells(row) for row in _elements(root))
            name = element.get("id", "")
            found[name] = Instance(name, element.get("src", ""), rows, _line(element))
    return found


def _cells(row: etree._Element) -> dict[str, str]:
    return {_name(cell): (cell.text or "").strip() for cell in _elements(row)}


def _actions(html: etree._Element, root: str) -> Iterator[tuple[str, str, str, int]]:
    for element in html.iter():
        name = _name(element)
        if name in ("setvalue", "setgeopoint", "recordaudio"):
            path = _absolute(element.get("ref", ""), f"/{root}")
            yield name, path, element.get("value", ""), _line(element)


def _names(data: etree._Element) -> dict[str, int]:
    """How often each path stands under one parent; a template does not count."""
    names: dict[str, int] = {}

    def count(element: etree._Element, path: str) -> None:
        here: dict[str, int] = {}
        for child in _elements(element):
            below = f"{path}/{_name(child)}"
            template = any(etree.QName(str(key)).localname == "template" for key in child.attrib)
            here[below] = here.get(below, 0) + (0 if template else 1)
            count(child, below)
        for below, number in here.items():
            names[below] = max(names.get(below, 0), number)

    count(data, f"/{_name(data)}")
    return names


@dataclass(frozen=True, slots=True)
class _Body:
    """Gathers controls and outputs on a walk over the body. `ids` are the binds' paths by id."""

    ids: Mapping[str, str]
    controls: list[Control]
    outputs: list[tuple[str, str, int]]

    def walk(self, parent: etree._Element, groups: tuple[str, ...], around: str) -> None:
        for element in _elements(parent):
            tag = _name(element)
            if tag not in QUESTIONS and tag not in _GROUPS:
                continue
            bound = self.ids.get(element.get("bind", ""), "")
            ref = element.get("ref") or element.get("nodeset") or bound
            path = _absolute(ref, around)
            self.controls.append(_control(element, tag, path, groups))
            self._outputs(element, path)
            if tag in _GROUPS:
                self.walk(element, (*groups, path) if ref else groups, path)

    def _outputs(self, element: etree._Element, path: str) -> None:
        for part in _elements(element):
            if _name(part) in ("label", "hint", "item"):
                for output in part.iter():
                    if _name(output) == "output":
                        self.outputs.append((output.get("value", ""), path, _line(output)))


def _control(element: etree._Element, tag: str, path: str, groups: tuple[str, ...]) -> Control:
    parts = {_name(child): child for child in reversed(list(_elements(element)))}
    itemset = parts.get("itemset")
    attributes = _attributes(element)
    return Control(
        tag=tag,
        path=path,
        appearance=attributes.get("appearance", ""),
        label=_text(parts.get("label")),
        hint=_text(parts.get("hint")),
        attributes=attributes,
        items=tuple(_item(child) for child in _elements(element) if _name(child) == "item"),
        itemset=(itemset.get("nodeset") or "") if itemset is not None else "",
        value_ref=_ref_of(itemset, "value"),
        label_ref=_ref_of(itemset, "label"),
        groups=groups,
        line=_line(element),
    )


def _ref_of(itemset: etree._Element | None, name: str) -> str:
    if itemset is None:
        return ""
    return next((e.get("ref", "") for e in _elements(itemset) if _name(e) == name), "")


def _text(element: etree._Element | None) -> Text:
    if element is None:
        return Text()
    found = _ITEXT.match(element.get("ref", "").strip())
    if found:
        return Text(itext=found[1].strip())
    return Text(words=_words(element))


def _item(element: etree._Element) -> Item:
    parts = {_name(child): child for child in _elements(element)}
    return Item(_words(parts.get("value")), _text(parts.get("label")))

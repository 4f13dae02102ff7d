"""A record as a server wants it that calls our form something else."""

from __future__ import annotations

from lxml import etree

from bot.push.targets import Naming


def renamed(xml: bytes, naming: Naming) -> bytes:
    """`xml` under other names: the root's tag and ``id``, its ``version`` and ``__version__``, and
    ``formhub/uuid`` in front, as KoboToolbox's own forms have them. The same for the same input."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(xml, parser)
    space = etree.QName(root).namespace
    if naming.id is not None:
        root.tag = etree.QName(space, naming.id).text
        root.set("id", naming.id)
    if naming.version is not None:
        root.set("version", naming.version)
        _only_child(root, space, "__version__").text = naming.version
    if naming.uuid is not None:
        formhub = _only_child(root, space, "formhub", first=True)
        _only_child(formhub, space, "uuid").text = naming.uuid
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _only_child(
    parent: etree._Element, space: str | None, name: str, *, first: bool = False
) -> etree._Element:
    tag = etree.QName(space, name).text
    found = parent.find(tag)
    if found is None:
        found = etree.Element(tag)
        parent.insert(0 if first else len(parent), found)
    return found

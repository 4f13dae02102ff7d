"""Turns select_one_external into an ordinary select over an attached file.

pyxform writes such a question as ``<input query="instance('towns')/root/item[...]">`` and its
choices as one ``itemsets.csv`` for all lists. Written as a select over that file it means the same,
to us and to a device alike.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from forms.outline_reader import parse_safely
from forms.sniff import Unfit, decode

FILE: Final = "itemsets.csv"
_QUERY: Final = re.compile(r"\s*instance\(\s*['\"]([^'\"]+)['\"]\s*\)/root/item(.*)$", re.DOTALL)
_LABEL: Final = re.compile(r"label\b", re.IGNORECASE)


def rewrite(xform: bytes, attachments: Mapping[str, bytes]) -> tuple[bytes, dict[str, bytes]]:
    """The same form and attachments, with external selects made ordinary. Raises Unfit."""
    files = dict(attachments)
    if b"query=" not in xform:
        return xform, files
    root = parse_safely(xform)
    changed = [_select(element) for element in list(root.iter()) if element.get("query")]
    if not any(changed):
        return xform, files
    if FILE in files:
        files[FILE] = _plain_header(files[FILE])
    _declare(root)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True), files


def _select(element: etree._Element) -> bool:
    found = _QUERY.match(element.get("query", ""))
    if found is None:
        return False
    namespace = etree.QName(element).namespace
    name, filters = found.groups()
    element.tag = f"{{{namespace}}}select1"
    del element.attrib["query"]
    nodeset = f"instance('itemsets')/root/item[list_name = '{name}']{filters}"
    itemset = etree.SubElement(element, f"{{{namespace}}}itemset", {"nodeset": nodeset})
    for part in ("value", "label"):
        ref = "name" if part == "value" else "label"
        etree.SubElement(itemset, f"{{{namespace}}}{part}", {"ref": ref})
    return True


def _declare(root: etree._Element) -> None:
    """Add the secondary instance after the primary one."""
    for element in root.iter():
        if isinstance(element.tag, str) and etree.QName(element).localname == "instance":
            attributes = {"id": "itemsets", "src": f"jr://file-csv/{FILE}"}
            instance = etree.Element(element.tag, attributes)
            instance.tail = element.tail
            element.addnext(instance)
            return


def _plain_header(data: bytes) -> bytes:
    """The file with columns ``list_name`` and ``label``, however the author spelt them: a column
    of one language stands for all of them."""
    try:
        rows = list(csv.reader(io.StringIO(decode(data)[0], newline="")))
    except (Unfit, csv.Error):
        return data
    if not rows:
        return data
    header = [cell.strip().replace("list name", "list_name") for cell in rows[0]]
    if "label" not in header:
        labels = [at for at, cell in enumerate(header) if _LABEL.match(cell)]
        header = [cell if at not in labels[:1] else "label" for at, cell in enumerate(header)]
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows[1:]])
    return out.getvalue().encode()

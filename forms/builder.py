"""The workbench on which an XForm is put together: paths, compiled expressions, findings."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from forms.definition import NONE, Text
from forms.findings import Finding
from forms.xpath import Expression, XPathError, compile_expression

XFORMS: Final = "http://www.w3.org/2002/xforms"
JAVAROSA: Final = "{http://openrosa.org/javarosa}"
ODK: Final = "{http://www.opendatakit.org/xforms}"
OPENROSA: Final = "{http://openrosa.org/xforms}"

_ITEXT: Final = re.compile(r"""^\s*jr:itext\(\s*(?:'([^']*)'|"([^"]*)")\s*\)\s*$""")
_QUOTED: Final = re.compile(r"('[^']*'|\"[^\"]*\")")
_ABSOLUTE: Final = re.compile(r"(?<![\w.\])/@-])(?:/[A-Za-z_][\w.-]*)+(?!\s*[\[/(:*@])")
_MANY: Final = re.compile(
    r"(?:sum|count|count-non-empty|min|max|join|concat|indexed-repeat|position|randomize|area"
    r"|distance|checklist|weighted-checklist)\s*\("
)

if TYPE_CHECKING:  # a start from the cache needs no parser
    from lxml import etree
_PREDICATE: Final = re.compile(r"\[[^\]]*\]")
_LITERALS: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_STEPS: Final = re.compile(r"(?:/[A-Za-z_][\w-]*)+")
_RELATIVE: Final = re.compile(r"(?<![\w.])\.{1,2}(?!\d)|@|(?<![\w/.:$-])[A-Za-z_][\w.-]*(?:\s*\()?")
_OPERATORS: Final = frozenset({"and", "or", "div", "mod"})


@lru_cache(maxsize=4096)
def local_name(tag: object) -> str:
    """The name without its namespace; '' for comments and instructions."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def named_children(node: etree._Element) -> dict[str, etree._Element]:
    """The first child of each name."""
    found: dict[str, etree._Element] = {}
    for child in node:
        found.setdefault(local_name(child.tag), child)
    return found


def inner_text(node: etree._Element) -> str:
    """All the text within `node`."""
    return "".join(str(text) for text in node.itertext())


def plain_path(reference: str, context: str) -> str:
    """`reference`, read from `context`, as an absolute path without prefixes; '' if it is none."""
    if _STEPS.fullmatch(reference):
        return reference
    text = _PREDICATE.sub("", reference.strip().removeprefix("current()/"))
    steps: list[str] = [] if text.startswith("/") else context.split("/")[1:]
    for raw in text.strip("/").split("/"):
        step = raw.strip()
        if step == "..":
            if not steps:
                return ""
            steps.pop()
        elif step and step != ".":
            steps.append(unprefixed(step))
    return "/" + "/".join(steps)


def unprefixed(step: str) -> str:
    """One step of a path without its namespace prefix, an attribute keeping its ``@``."""
    mark = "@" if step.startswith("@") else ""
    return mark + step.removeprefix("@").rpartition(":")[2]


def looks_around(source: str) -> bool:
    """Whether `source` may hold a path that starts at its own node. Never wrong when it says no."""
    words = _LITERALS.sub("", source)
    return any(
        not word.endswith("(") and word not in _OPERATORS for word in _RELATIVE.findall(words)
    )


def own_row(source: str, context: str, repeats: frozenset[str]) -> str:
    """`source` with absolute paths into the row around `context` made relative to it.

    Older converters wrote ``/data/child/age`` inside ``/data/child`` and meant this child, and ODK
    Collect and Enketo read it so. Where a function takes many nodes, all rows may be meant.
    """
    around = [path for path in repeats if context.startswith(path + "/")]
    if not around or "[" in source or _MANY.search(source):
        return source

    def relative(match: re.Match[str]) -> str:
        path = match[0]
        shared = max((one for one in around if path.startswith(one + "/")), key=len, default="")
        if not shared:
            return path
        return "../" * context.count("/", len(shared)) + path[len(shared) + 1 :]

    pieces = _QUOTED.split(source)
    pieces[::2] = [_ABSOLUTE.sub(relative, piece) for piece in pieces[::2]]
    return "".join(pieces)


class Builder:
    """Collects what the readers of model and body find. `repeats` are the paths of all repeats."""

    def __init__(self, repeats: frozenset[str] = frozenset()) -> None:
        self.repeats = repeats
        self.findings: list[Finding] = []
        self.index: dict[str, int] = {}
        self._around: dict[str, bool] = {}
        self._compiled: dict[tuple[str, str], Expression] = {}

    def error(self, code: str, where: str = "", **values: Any) -> None:
        """Note a reason to refuse the form."""
        self.findings.append(Finding(code, where, values))

    def warn(self, code: str, where: str = "", **values: Any) -> None:
        """Note something odd that the form can live with."""
        self.findings.append(Finding(code, where, values, "warning"))

    def element(self, reference: str, context: str = "", column: str = "") -> int:
        """The index of the element that `reference` names; NONE and a finding if there is none."""
        found = self.index.get(plain_path(reference, context), NONE)
        if found == NONE:
            named = reference.strip()
            self.error("missing_node", named, reference=named, column=column)
        return found

    def expression(self, source: str, context: str, column: str = "") -> Expression | None:
        """`source` compiled for the node at `context`; None and a finding if it is broken."""
        if source not in self._around:
            self._around[source] = looks_around(source)
        # An expression without relative paths means the same everywhere.
        meant = own_row(source, context, self.repeats) if self.repeats else source
        key = (source, context if self._around[source] or meant != source else "")
        if key not in self._compiled:
            try:
                self._compiled[key] = compile_expression(meant, context)
            except XPathError as error:
                values = {**error.values, "reason": error.code, "source": source, "column": column}
                if error.position is not None:
                    values["position"] = error.position
                self.findings.append(Finding("xpath", context, values))
                return None
        return self._compiled[key]

    def text(self, node: etree._Element | None, context: str, column: str) -> Text | None:
        """The label, hint or message that `node` gives: by ``ref`` or by its content."""
        if node is None:
            return None
        reference = node.get("ref")
        if reference is not None:
            return self.reference(reference, context, column)
        return Text(parts=self.parts(node, context, column))

    def reference(self, source: str, context: str, column: str) -> Text | None:
        """A text given as an attribute: ``jr:itext('id')`` or an expression."""
        match = _ITEXT.match(source)
        if match:
            return Text(itext=match[1] or match[2] or "")
        expression = self.expression(source, context, column)
        return Text(parts=(expression,)) if expression else None

    def parts(
        self, node: etree._Element, context: str, column: str
    ) -> tuple[str | Expression, ...]:
        """The mixed content of `node`: strings, and an expression for each ``<output>``."""
        parts: list[str | Expression] = [node.text] if node.text else []
        for child in node:
            if local_name(child.tag) == "output":
                source = child.get("value") or child.get("ref") or ""
                expression = self.expression(source, context, column)
                if expression:
                    parts.append(expression)
            elif isinstance(child.tag, str):
                parts.append(inner_text(child))
            if child.tail:
                parts.append(child.tail)
        return tuple(parts)

"""The limited subprocess that runs pyxform; never imported, run by its path.

It reads a form on standard input and writes one JSON object on standard output:

``{"xform": str, "warnings": [message], "itemsets": str | null, "sheets": {}}``
or ``{"error": message, "sheets": {}}``, a message being
``{"message": str, "code": str, "context": {str: str}}``.

``sheets`` maps a sheet's name to ``{"header": [str], "rows": [{header: cell}]}``; row 0 is the
spreadsheet's row 2. ``code`` is pyxform's own code of the message, '' where it has none.

Arguments: kind (``.xlsx`` ...), name of the form where it has none of its own, bytes of address
space, seconds of processor time.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import io
import json
import re
import sys
from string import Formatter
from typing import Any

SHEETS = ("survey", "choices", "settings", "external_choices", "entities")


def limit(memory: int, seconds: int) -> None:
    """Bound this process where the platform can; the parent's timeout bounds it everywhere."""
    try:
        import resource
    except ImportError:
        return
    bounds = (resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)
    for kind, bound in bounds:
        with contextlib.suppress(ValueError, OSError):  # macOS has no limit of address space
            resource.setrlimit(kind, (bound, bound))


def sheets_of(workbook: Any) -> dict[str, Any]:
    """The sheets as pyxform read them, blank rows kept so that row numbers stay true."""
    sheets = {}
    for name in SHEETS:
        header = getattr(workbook, f"{name}_header") or [{}]
        rows = getattr(workbook, name)
        if rows is not None:
            sheets[name] = {"header": list(header[0]), "rows": [dict(row) for row in rows]}
    return sheets


def convert(workbook: Any) -> dict[str, Any]:
    """The XForm. Old forms are full of duplicate choice names; a second try allows them."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert as pyxform_convert

    fields = {f.name: getattr(workbook, f.name) for f in dataclasses.fields(workbook)}
    warnings: list[str] = []
    try:
        result = pyxform_convert(copy.deepcopy(fields), warnings=warnings)
    except PyXFormError as error:
        if of_error(error)["code"] != "NAMES_007":
            raise
        warnings = []
        result = pyxform_convert(allow_duplicates(fields), warnings=warnings)
    return {
        "xform": result.xform,
        "warnings": [message(warning, *recognise(warning)) for warning in warnings],
        "itemsets": result.itemsets,
    }


def allow_duplicates(fields: dict[str, Any]) -> dict[str, Any]:
    """The same workbook with `allow_choice_duplicates` set."""
    rows = [dict(row) for row in fields["settings"] or [{}]]
    rows[0]["allow_choice_duplicates"] = "yes"
    header = dict((fields["settings_header"] or [{}])[0]) | {"allow_choice_duplicates": None}
    return {**fields, "settings": rows, "settings_header": [header]}


def message(text: str, code: str, context: dict[str, str]) -> dict[str, Any]:
    """One message of pyxform's as data."""
    return {"message": text, "code": code, "context": context}


def of_error(error: Any) -> dict[str, Any]:
    """The message of a PyXFormError."""
    if error.code is not None:
        context = {key: str(value) for key, value in error.context.items()}
        return message(str(error), error.code.name, context)
    return message(str(error), *recognise(str(error)))


def recognise(text: str) -> tuple[str, dict[str, str]]:
    """pyxform's code and values of a text. pyxform formats most messages before it raises them, so
    the text is matched against the templates."""
    from pyxform.errors import ErrorCode

    for code in ErrorCode:
        found = re.fullmatch(pattern(code.value.msg), text, re.DOTALL)
        if found:
            return code.name, found.groupdict()
    return "", {}


def pattern(template: str) -> str:
    """A regular expression of a message template; each value is a named group."""
    parts = []
    seen: set[str] = set()
    for text, name, _, _ in Formatter().parse(template):
        parts.append(re.escape(text))
        if name:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
            seen.add(name)
    return "".join(parts)


def run(data: bytes, kind: str, name: str) -> dict[str, Any]:
    """Read and convert; a refusal of pyxform's becomes data."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform

    sheets: dict[str, Any] = {}
    try:
        workbook = get_xlsform(io.BytesIO(data), file_type=kind)
        workbook.fallback_form_name = name
        sheets = sheets_of(workbook)
        return {**convert(workbook), "sheets": sheets}
    except PyXFormError as error:
        return {"error": of_error(error), "sheets": sheets}
    except MemoryError:
        raise
    except Exception as error:  # pyxform trips over odd workbooks in many ways
        crash = message(f"{type(error).__name__}: {error}", "CRASH", {})
        return {"error": crash, "sheets": sheets}


def main() -> None:
    """Read the form, limit the process, answer."""
    kind, name, memory, seconds = sys.argv[1:5]
    limit(int(memory), int(seconds))
    data = sys.stdin.buffer.read()
    answer = run(data, kind, name)
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()

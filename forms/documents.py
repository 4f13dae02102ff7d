"""Brings the secondary instances of one interview together: the form's own and those handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from forms.form import Form
from forms.node import Node
from forms.secondary import Source, document, from_bytes, from_rows


def assemble(form: Form, given: Mapping[str, Source]) -> tuple[Mapping[str, Node], Sequence[Node]]:
    """Documents by instance id, and those that no other interview has. `given` goes by instance id
    or by file name, and wins.

    Raises secondary.AttachmentError for bytes that can't be read.
    """
    if not given:
        return form.documents(), ()
    documents, own = dict(form.documents()), []
    by_file = {one.file: one.id for one in form.secondary.values() if one.file}
    for name, source in given.items():
        stem = name.rpartition(".")[0] or name
        identifier = by_file.get(name) or (name if name in form.secondary else stem)
        secondary = form.secondary.get(identifier)
        file = (
            name
            if "." in name
            else secondary.file
            if secondary and secondary.file
            else f"{name}.csv"
        )
        if isinstance(source, bytes):
            documents[identifier] = _from_file(source, file)
        else:
            documents[identifier] = document(from_rows(source))
            own.append(documents[identifier])
    return documents, own


@lru_cache(maxsize=32)
def _from_file(data: bytes, name: str) -> Node:
    """Large tables are the same for many interviews; their nodes and indexes are shared."""
    return document(from_bytes(data, name))

"""The documents of the OpenRosa protocol: what is on offer, what a form needs, and how it went."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

_LIST = "http://openrosa.org/xforms/xformsList"
_MANIFEST = "http://openrosa.org/xforms/xformsManifest"
_RESPONSE = "http://openrosa.org/http/response"


@dataclass(frozen=True, slots=True)
class Listed:
    """A form on the list. The addresses are absolute."""

    form_id: str
    name: str
    version: str
    hash: str
    download: str
    manifest: str


@dataclass(frozen=True, slots=True)
class Needed:
    """A file that a form needs."""

    name: str
    hash: str
    download: str


def form_list(forms: Iterable[Listed]) -> bytes:
    """The ``formList``."""
    root = _root(_LIST, "xforms")
    for one in forms:
        node = etree.SubElement(root, etree.QName(_LIST, "xform"))
        _add(node, "formID", one.form_id)
        _add(node, "name", one.name)
        _add(node, "version", one.version)
        _add(node, "hash", one.hash)
        _add(node, "downloadUrl", one.download)
        _add(node, "manifestUrl", one.manifest)
    return _bytes(root)


def manifest(files: Iterable[Needed]) -> bytes:
    """The files that a form needs."""
    root = _root(_MANIFEST, "manifest")
    for one in files:
        node = etree.SubElement(root, etree.QName(_MANIFEST, "mediaFile"))
        _add(node, "filename", one.name)
        _add(node, "hash", one.hash)
        _add(node, "downloadUrl", one.download)
    return _bytes(root)


def response(message: str, *, done: bool) -> bytes:
    """What the worker reads after a POST."""
    root = _root(_RESPONSE, "OpenRosaResponse")
    node = etree.SubElement(root, etree.QName(_RESPONSE, "message"))
    node.set("nature", "submit_success" if done else "submit_failure")
    node.text = message
    return _bytes(root)


def fingerprint(content: bytes) -> str:
    """The hash by which a phone knows whether it has a file already."""
    return f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"


def _root(namespace: str, name: str) -> etree._Element:
    return etree.XML(f'<{name} xmlns="{namespace}"/>')


def _add(parent: etree._Element, name: str, text: str) -> None:
    node = etree.SubElement(parent, etree.QName(etree.QName(parent).namespace, name))
    node.text = text


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

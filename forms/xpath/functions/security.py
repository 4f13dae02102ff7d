"""Digests, encodings and signatures."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from typing import Any, Final

from forms.node import Node
from forms.xpath.compiled import Compiled, as_text, constant
from forms.xpath.environment import Environment
from forms.xpath.errors import XPathError
from forms.xpath.functions.registry import Registry, of_texts, register

FUNCTIONS: Registry = {}

_SIGNATURE: Final = 64
"""Bytes of an Ed25519 signature; the message follows it."""

_ALGORITHMS: Final[dict[str, Callable[[bytes], Any]]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False),
    "SHA-1": lambda data: hashlib.sha1(data, usedforsecurity=False),
    "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384,
    "SHA-512": hashlib.sha512,
}


@register(FUNCTIONS, "digest", 2, 3)
def _digest(pieces: tuple[Compiled, ...]) -> Compiled:
    data, algorithm = as_text(pieces[0]), as_text(pieces[1])
    encoding = as_text(pieces[2] if len(pieces) > 2 else constant("base64"))

    def digest(node: Node, env: Environment) -> str:
        name, form = algorithm(node, env).upper(), encoding(node, env).lower()
        if name not in _ALGORITHMS:
            raise XPathError("argument", name="digest", value=name)
        result: bytes = _ALGORITHMS[name](data(node, env).encode(errors="replace")).digest()
        if form == "hex":
            return result.hex()
        if form == "base64":
            return base64.b64encode(result).decode()
        raise XPathError("argument", name="digest", value=form)

    return Compiled("string", digest)


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _base64_decode(text: str) -> str:
    """The UTF-8 text that base64 holds; blank when it holds none."""
    return (_decoded(text) or b"").decode("utf-8", errors="replace")


def _extract_signed(content: str, key: str) -> str:
    """The message behind an Ed25519 signature when the signature is good, else blank."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    signed, public = _decoded(content), _decoded(key)
    if not signed or not public or len(signed) < _SIGNATURE:
        return ""
    signature, message = signed[:_SIGNATURE], signed[_SIGNATURE:]
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return ""
    return message.decode("utf-8", errors="replace")


of_texts(FUNCTIONS, "base64-decode", 1, "string", _base64_decode)
of_texts(FUNCTIONS, "extract-signed", 2, "string", _extract_signed)

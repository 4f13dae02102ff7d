"""The QR code by which ODK Collect sets a project up by itself.

Its content is JSON with the settings that differ from Collect's own, compressed (zlib) and in
base64, as Collect and ODK Central write it: https://docs.getodk.org/collect-import-export/
"""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from segno import QRCode

SUFFIXES: Final = (".png", ".svg")
_BORDER: Final = 4  # modules; less is hard to read for old cameras
_SCALE: Final = 8  # dots a module


def content(url: str, project: str) -> str:
    """What the code says: the server's address, and what the project is called on the phone. Forms
    and finished records travel by themselves whenever there is a network."""
    settings = {
        "general": {
            "protocol": "odk_default",
            "server_url": url,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": project},
    }
    packed = zlib.compress(json.dumps(settings, ensure_ascii=False).encode())
    return base64.b64encode(packed).decode()


def code(url: str, project: str) -> QRCode:
    """The QR code."""
    import segno

    return segno.make(content(url, project), error="l", micro=False)


def drawn(url: str, project: str) -> str:
    """The code as SVG for a page: dark on light in any colour scheme."""
    picture: str = code(url, project).svg_inline(border=_BORDER, light="white", omitsize=True)
    return picture


def save(url: str, project: str, file: Path) -> None:
    """Write the code as a picture, ``.png`` or ``.svg``, that only its owner reads. Raises OSError,
    FileExistsError too."""
    with file.open("xb") as stream:
        file.chmod(0o600)
        kind = file.suffix.lower().removeprefix(".")
        code(url, project).save(stream, kind=kind, border=_BORDER, scale=_SCALE)

"""The built-in forms, turned into XForms once for all tests of this folder."""

from __future__ import annotations

import pytest
from pyxform.xls2xform import convert

from forms import library


@pytest.fixture(scope="session")
def xforms() -> dict[str, bytes]:
    """The XForm of every built-in form by its name."""
    return {
        name: convert(xlsform=library.source(name), file_type=".md", validate=False).xform.encode()
        for name in library.names()
    }

"""The built-in forms, turned into XForms once for all tests of this folder."""

from __future__ import annotations

import pytest
from pyxform.xls2xform import convert

from forms import Form, library


@pytest.fixture(scope="session")
def xforms() -> dict[str, bytes]:
    """The XForm of every built-in form by its name."""
    return {
        name: convert(xlsform=library.source(name), file_type=".md", validate=False).xform.encode()
        for name in library.names()
    }


@pytest.fixture(scope="session")
def child(xforms: dict[str, bytes]) -> Form:
    return Form.from_xform(xforms["child_checkin"])


@pytest.fixture(scope="session")
def inspection(xforms: dict[str, bytes]) -> Form:
    return Form.from_xform(xforms["child_inspection"])


@pytest.fixture(scope="session")
def elderly(xforms: dict[str, bytes]) -> Form:
    return Form.from_xform(xforms["elderly_followup"])


@pytest.fixture(scope="session")
def household(xforms: dict[str, bytes]) -> Form:
    return Form.from_xform(xforms["household_visit"])


@pytest.fixture(scope="session")
def clinic(xforms: dict[str, bytes]) -> Form:
    return Form.from_xform(xforms["clinic_supervision"])


@pytest.fixture(scope="session")
def patrol(xforms: dict[str, bytes]) -> Form:
    return Form.from_xform(xforms["food_drug_patrol"])


@pytest.fixture(scope="session")
def archive(xforms: dict[str, bytes]) -> Form:
    return Form.from_xform(xforms["health_archive"])


@pytest.fixture(scope="session")
def incident(xforms: dict[str, bytes]) -> Form:
    return Form.from_xform(xforms["incident"])


@pytest.fixture(scope="session")
def task(xforms: dict[str, bytes]) -> Form:
    return Form.from_xform(xforms["task_done"])

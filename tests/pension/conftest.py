"""The built-in rules, and a way to add a county's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pension import RuleBook, built_in

COUNTY = "990201"
VILLAGE = "990201100201"

_OWN = """
[[source]]
id = "county_notice"
title_zh = "示范县通知"
title_en = "Notice of the example county"
"""


@pytest.fixture(scope="session")
def book() -> RuleBook:
    return built_in()


@pytest.fixture(scope="session")
def with_county() -> Callable[[str], RuleBook]:
    """The built-in rules and the given rows, which may name the source ``county_notice``."""

    def read(text: str) -> RuleBook:
        return RuleBook.read({"county.toml": _OWN + text})

    return read

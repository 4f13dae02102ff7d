"""Each direct dependency has its reason on the page of dependencies, in the right table."""

from __future__ import annotations

import re
import tomllib

from tests.docs.pages import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")


def listed(heading: str) -> set[str]:
    """The packages in the table below a heading, with licence and reason."""
    part = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| ([\w.-]+) \| [^|]+[^ |] \| [^|]+[^ |] \|$", part, re.M)) - {
        "package"
    }


def named(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", one)[0] for one in requirements}


def test_what_runs_is_listed() -> None:
    assert listed("To run") == named(PROJECT["project"]["dependencies"])


def test_what_may_be_added_is_listed() -> None:
    extras = PROJECT["project"].get("optional-dependencies", {})
    assert listed("To run, if wanted") == named([one for all_ in extras.values() for one in all_])


def test_what_develops_is_listed() -> None:
    assert listed("To develop") == named(PROJECT["dependency-groups"]["dev"])

"""Codes come with just the values that they name, and no float is anywhere near an amount."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pension
from pension import Caveat, Fault, Gap, Matter, Reason, Refused, SchemeFault, Step, StepCode

FILES = sorted(Path(pension.__file__).parent.glob("*.py"))
AROUND = [
    file
    for room in ("handlers", "storage", "bot/cli")
    for file in sorted((Path(pension.__file__).parents[1] / room).glob("pension*.py"))
]
"""Whatever else carries amounts of pensions."""
FLOATING = {"float", "math", "statistics", "random", "numpy", "complex", "fsum"}


def test_a_step_without_its_values_or_with_others_can_not_be_made() -> None:
    with pytest.raises(ValueError, match="comes with"):
        Step(StepCode.AGE, {"age": 3})
    with pytest.raises(ValueError, match="comes with"):
        Caveat(Gap.BALANCE_NOT_ON_RECORD, {"since": 3})
    with pytest.raises(ValueError, match="comes with"):
        Refused(Fault.NEGATIVE_YEARS)


@pytest.mark.parametrize("codes", [StepCode, Gap, Matter, Reason, Fault, SchemeFault])
def test_codes_are_plain_words_told_apart(
    codes: type[StepCode | Gap | Matter | Reason | Fault | SchemeFault],
) -> None:
    members = list(codes)
    assert len({str(member) for member in members}) == len(members)
    for member in members:
        assert str(member).isidentifier()
        assert all(name.isidentifier() for name in member.names)


def test_every_code_is_used() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in FILES if file.stem != "codes")
    for codes in (StepCode, Gap, Matter, Reason, Fault, SchemeFault):
        for member in codes:
            assert f"{codes.__name__}.{member.name}" in text, member


@pytest.mark.parametrize("file", [*FILES, *AROUND], ids=lambda file: file.stem)
def test_no_float_is_written_or_called_for(file: Path) -> None:
    assert not list(floats(ast.parse(file.read_text(encoding="utf-8"))))


def floats(tree: ast.AST) -> Iterator[str]:
    """Everything by which a binary float could come in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, (float, complex)):
            yield f"{node.lineno}: {node.value}"
        elif isinstance(node, ast.Name) and node.id in FLOATING | {"round"}:
            yield f"{node.lineno}: {node.id}"
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = {alias.name for alias in node.names} | {getattr(node, "module", None)}
            yield from (f"{node.lineno}: {name}" for name in names & FLOATING)


def test_the_check_for_floats_sees_them() -> None:
    code = "import math\nx = 0.1\ny = float('1')\nz = round(x)\n"
    assert len(list(floats(ast.parse(code)))) == 4

"""What can be wrong with an expression, as a code and values that a person's text is made from."""

from __future__ import annotations

from collections.abc import Mapping


class XPathError(ValueError):
    """An expression that cannot be compiled, or cannot be evaluated here.

    `code` is stable and `values` fill the text made from it. `position` counts characters from 0
    in the expression, or is None when the fault has no single place.

    Compile errors: syntax (expected, found), unknown_function (name), arity (name, given, least,
    most), nodes_expected (name), variable, unknown_axis (name), unknown_prefix (name), too_long
    (length, limit), too_deep (limit). Evaluation errors: budget (limit), pattern (pattern),
    pattern_timeout (pattern), argument (name, value), nodes_expected, too_deep.
    """

    def __init__(self, code: str, position: int | None = None, **values: object) -> None:
        super().__init__(code, position, values)
        self.code = code
        self.position = position
        self.values: Mapping[str, object] = values

    def __str__(self) -> str:
        place = "" if self.position is None else f" at {self.position}"
        details = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.code}{place}" + (f" ({details})" if details else "")

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (self.code, self.position, dict(self.values))


def _restore(code: str, position: int | None, values: dict[str, object]) -> XPathError:
    return XPathError(code, position, **values)

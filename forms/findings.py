"""What is wrong, or merely odd, with a form: codes and values, never sentences.

Codes of errors (severity ``error``; any of them refuses the form):
``xml`` (not well formed), ``doctype``, ``not_xform``, ``no_instance``, ``encrypted``,
``duplicate_node``, ``missing_node`` (a bind, control or action names a node that is not there),
``missing_itext``, ``xpath`` (values: reason, source, and what the reason carries), ``cycle``
(values: questions), ``too_large``, ``bad_attachment``.

Codes of warnings: ``duplicate_bind``, ``duplicate_control``, ``unsupported_action``,
``unsupported_event``, ``unknown_type``, ``missing_attachment``, ``missing_translation``,
``missing_node`` of a bind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a form.

    `where` is the absolute path of the node it is about, or '' for the form as a whole. `values`
    holds what a sentence about it needs; ``column`` in it is the XLSForm column (relevant,
    constraint, calculation, choice_filter, required, read_only, default, trigger, label, hint,
    repeat_count) when one can be named.
    """

    code: str
    where: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = "error"


class FormError(ValueError):
    """The form can't be used. `findings` holds every reason that was found, not only the first."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{f.code} {f.where}".strip() for f in self.findings))

    def __reduce__(self) -> tuple[type[FormError], tuple[tuple[Finding, ...]]]:
        return type(self), (self.findings,)

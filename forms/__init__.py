"""The form engine: an XForm in, an interview out. No I/O, no messenger, no storage.

`Form` is the definition, `Interview` one filling-in of it; `prompts` holds what they say. All of it
is loaded when it is first asked for: to offer forms, a program needs none of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from forms.env import Env
    from forms.findings import Finding, FormError
    from forms.form import Form, StaleFormError
    from forms.interview import Interview
    from forms.prompts import (
        Accepted,
        Bounds,
        Choice,
        ChoicePage,
        Current,
        Done,
        Effects,
        Kind,
        Media,
        Problem,
        Progress,
        Prompt,
        Rejected,
        RepeatLine,
        RepeatPrompt,
        RowLine,
        Submission,
        Summary,
        SummaryLine,
        SummaryPart,
    )
    from forms.secondary import AttachmentError
    from forms.state import StateError

__all__ = [
    "Accepted",
    "AttachmentError",
    "Bounds",
    "Choice",
    "ChoicePage",
    "Current",
    "Done",
    "Effects",
    "Env",
    "Finding",
    "Form",
    "FormError",
    "Interview",
    "Kind",
    "Media",
    "Problem",
    "Progress",
    "Prompt",
    "Rejected",
    "RepeatLine",
    "RepeatPrompt",
    "RowLine",
    "StaleFormError",
    "StateError",
    "Submission",
    "Summary",
    "SummaryLine",
    "SummaryPart",
]

_ELSEWHERE: Final = {
    "AttachmentError": "forms.secondary",
    "Env": "forms.env",
    "Finding": "forms.findings",
    "Form": "forms.form",
    "FormError": "forms.findings",
    "Interview": "forms.interview",
    "StaleFormError": "forms.form",
    "StateError": "forms.state",
}
"""Where the names stand that are not in `forms.prompts`."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(_ELSEWHERE.get(name, "forms.prompts")), name)

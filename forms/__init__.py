"""The form engine: an XForm in, an interview out. No I/O, no messenger, no storage.

`Form` is the definition, `Interview` one filling-in of it; `prompts` holds what they say. These two
are loaded when they are first asked for: to offer forms, a program needs only their words.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from forms.env import Env
from forms.findings import Finding, FormError
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

if TYPE_CHECKING:
    from forms.form import Form, StaleFormError
    from forms.interview import Interview
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

_ENGINE: Final = {
    "AttachmentError": "forms.secondary",
    "Form": "forms.form",
    "Interview": "forms.interview",
    "StaleFormError": "forms.form",
    "StateError": "forms.state",
}


def __getattr__(name: str) -> object:
    if name not in _ENGINE:
        raise AttributeError(name)
    return getattr(import_module(_ENGINE[name]), name)

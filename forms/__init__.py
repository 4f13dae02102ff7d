"""The form engine: an XForm in, an interview out. No I/O, no messenger, no storage.

`Form` is the definition, `Interview` one filling-in of it; `prompts` holds what they say.
"""

from forms.env import Env
from forms.findings import Finding, FormError
from forms.form import Form, StaleFormError
from forms.interview import Interview
from forms.migrate import Migration, migrate
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
    "Migration",
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
    "migrate",
]

"""What a form's author declares of the law, in settings of the author's own.

``attribute::legal_basis`` says by what right the form is filled in, ``attribute::legal_source_zh``
and ``…_en`` which law says so, ``attribute::consent`` names the question whose answer ``yes`` is
consent (a guardian's for a child), and ``attribute::retention`` the class that tells how long
records are kept. They stand on the root of every record, so each carries them for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

BASIS: Final = "legal_basis"
CONSENT: Final = "consent"
RETENTION: Final = "retention"
SOURCE: Final = "legal_source_"

DUTY: Final = "statutory_duty"
ASKED: Final = "consent"
BASES: Final = (DUTY, ASKED)
"""Personal Information Protection Law, Art. 13: (3) a duty by law, (1) consent."""

YES: Final = "yes"
CONSENTING_AGE: Final = 14
"""In full years; below it a guardian consents (Art. 31)."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """What a form declares. A form that says nothing is filled in by duty, as those who visit are
    offices; `consent` is a question's name or '', `retention` a class or '' for the usual one;
    `sources` are by language code."""

    basis: str = DUTY
    consent: str = ""
    retention: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def by_consent(self) -> bool:
        """Whether nothing but consent allows it."""
        return self.basis == ASKED


def declared(settings: Mapping[str, str]) -> Mapping[str, str]:
    """Those of a form's settings that `privacy_of` reads."""
    named = (BASIS, CONSENT, RETENTION)
    return {
        name: said for name, said in settings.items() if name in named or name.startswith(SOURCE)
    }


def privacy_of(settings: Mapping[str, str]) -> Privacy:
    """What the settings of a form declare; a basis that is not known counts as none said."""
    basis = settings.get(BASIS, "").strip()
    return Privacy(
        basis if basis in BASES else DUTY,
        settings.get(CONSENT, "").strip(),
        settings.get(RETENTION, "").strip(),
        {
            name.removeprefix(SOURCE): said
            for name, said in settings.items()
            if name.startswith(SOURCE) and said
        },
    )

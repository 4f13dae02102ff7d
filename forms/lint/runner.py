"""All checks, in the order in which an author wants to read what they find."""

from __future__ import annotations

from forms.lint import (
    chat,
    choices,
    expressions,
    files,
    last_values,
    lengths,
    looks,
    media,
    names,
    privacy,
    reach,
    texts,
)
from forms.lint.draft import Draft
from forms.lint.sources import sources
from forms.report import Finding


def run(draft: Draft) -> list[Finding]:
    """Everything that the checks find."""
    written = list(sources(draft.outline))
    sound, findings = expressions.compiled(draft, written)
    findings += names.check(draft)
    findings += lengths.check(draft)
    findings += expressions.check(draft, sound)
    findings += expressions.later_relevance(draft, sound)
    findings += reach.check(draft, sound)
    findings += choices.check(draft)
    findings += files.check(draft, sound)
    findings += chat.check(draft)
    findings += last_values.check(draft)
    findings += privacy.check(draft)
    findings += looks.check(draft)
    findings += media.check(draft)
    findings += texts.check(draft)
    return findings

"""Every built-in form says by what right it is filled in, and how long its records are kept."""

from __future__ import annotations

import pytest

from forms import library
from forms.intake import intake
from forms.privacy import BASES, privacy_of


@pytest.mark.parametrize("name", library.names())
def test_a_form_carries_its_basis_with_the_source(name: str) -> None:
    taken = intake(library.source(name), f"{name}.md")
    assert taken.form
    found = privacy_of(taken.form.settings)
    assert taken.form.settings["legal_basis"] in BASES
    assert found.sources.keys() == {"zh", "en"}
    assert found.retention
    asks = any(question.name == "notice" for question in taken.form.questions)
    assert found.consent == ("notice" if asks else "")

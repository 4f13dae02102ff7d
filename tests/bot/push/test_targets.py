"""The file that names other servers is read whole, or refused by entry and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.push.targets import read
from bot.settings_error import SettingsError


def test_targets_are_read(tmp_path: Path) -> None:
    file = tmp_path / "push.toml"
    file.write_text(
        """
        [[target]]
        id = "central"
        url = "https://odk.example.org/v1/projects/1/submission"
        sign = "basic"
        user = "zoufang@example.org"
        secret_file = "central.secret"
        since = 2026-10-01
        [target.forms.household_visit]

        [[target]]
        id = "kobo"
        url = "https://kc.example.org/submission"
        [target.forms.child_checkin]
        id = "aBcDe"
        version = "v7"
        uuid = "0a1b"
        """
    )
    central, kobo = read(file)
    assert central.naming("household_visit").same
    assert kobo.naming("child_checkin").id == "aBcDe"


@pytest.mark.parametrize(
    ("entry", "where"),
    [
        ('id = "A"\nurl = "https://x.example"', "[[target]] 1 id"),
        ('id = "a"\nurl = "http://x.example"', "[[target]] 1 url"),
        ('id = "a"\nurl = "https://x.example"\nsign = "token"', "[[target]] 1"),
        ('id = "a"\nurl = "https://x.example"\nsing = "none"', "[[target]] 1 sing"),
        (
            'id = "a"\nurl = "https://x.example"\n[[target]]\nid = "a"\nurl = "https://y.example"',
            "[[target]] 2 id",
        ),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, entry: str, where: str) -> None:
    file = tmp_path / "push.toml"
    file.write_text(f"[[target]]\n{entry}\n")
    with pytest.raises(SettingsError) as refused:
        read(file)
    assert refused.value.values["where"] == where

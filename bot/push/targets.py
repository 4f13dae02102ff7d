"""The servers to which records go, from a settings file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from bot.settings import WebAddress
from bot.settings_error import SettingsError
from bot.settings_files import entries

Sign = Literal["none", "basic", "digest", "token", "bearer"]

_LOOPBACK: Final = ("http://127.0.0.1", "http://localhost", "http://[::1]")


def _private(url: str) -> str:
    if not url.startswith(("https://", *_LOOPBACK)):
        raise ValueError("records travel by https only")
    return url


class Naming(BaseModel):
    """What a form of ours is called there, where that differs: KoboToolbox calls a form by its
    asset's uid and wants its own version and `uuid` in every record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str | None = Field(default=None, pattern="^[A-Za-z_][A-Za-z0-9_.-]*$", max_length=128)
    version: str | None = Field(default=None, max_length=64)
    uuid: str | None = Field(default=None, pattern="^[A-Za-z0-9-]{1,64}$")

    @property
    def same(self) -> bool:
        """Whether nothing is called otherwise."""
        return self.id is None and self.version is None and self.uuid is None


class Target(BaseModel):
    """A server. `url` is its submission address. With `sign` other than ``none`` the secret (a
    password, a token) stands in `secret_file`. `forms` are the form ids that go there, all if there
    are none; `since` is the first day of entry, all records if it is None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern="^[a-z0-9][a-z0-9_-]{0,31}$")
    url: Annotated[WebAddress, AfterValidator(_private)]
    sign: Sign = "none"
    user: str = ""
    secret_file: Path | None = None
    device_id: str = Field(default="zoufang", pattern="^[A-Za-z0-9:._-]{1,64}$")
    since: date | None = None
    forms: dict[str, Naming] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_what_it_signs_with(self) -> Self:
        if (self.sign == "none") != (self.secret_file is None):
            raise ValueError("sign and secret_file go together")
        if self.sign in ("basic", "digest") and not self.user:
            raise ValueError("a user is missing")
        return self

    def secret(self) -> SecretStr:
        """The password or token. Raises SettingsError ``no_file``."""
        if self.secret_file is None:
            return SecretStr("")
        try:
            return SecretStr(self.secret_file.read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError("no_file", file=str(self.secret_file)) from error

    def naming(self, form_id: str) -> Naming:
        """What one of our forms is called there."""
        return self.forms.get(form_id, Naming())


def read(file: Path | None) -> tuple[Target, ...]:
    """The entries ``[[target]]`` of a file, none if there is no file. Raises SettingsError."""
    if file is None:
        return ()
    targets = entries(file, "target", Target)
    names = [one.id for one in targets]
    for number, name in enumerate(names, 1):
        if name in names[: number - 1]:
            raise SettingsError("bad_file", file=str(file), where=f"[[target]] {number} id")
    return targets

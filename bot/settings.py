"""What an operator may set, read from the environment and from two files.

Each variable has a default with which the program runs on a laptop. `from_environment` is the only
reader; an unknown or a bad one is an error, so that no misspelt setting is overlooked.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from datetime import date, time
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
)

from bot.parameters import Parameters
from bot.phones import Phonebook
from bot.settings_error import SettingsError
from scheduler.manners import MORNING, NIGHT, Manners

PREFIX: Final = "ZOUFANG_"
DEFAULTS: Final = Path(__file__).parent / "defaults"
ABROAD: Final = frozenset({"telegram"})
"""Channels whose servers are outside of mainland China."""
_NOT_SETTINGS: Final = frozenset({"CONFORMANCE"})  # read by the benchmarks, not by the program


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:
        raise ValueError(name) from error
    return name


def _by_day(hour: time) -> time:
    """An hour at which people may be written to."""
    if not MORNING <= hour < NIGHT:
        raise ValueError("in the quiet hours")
    return hour


def _web_address(text: str) -> str:
    TypeAdapter(AnyHttpUrl).validate_python(text)
    return text.rstrip("/")


def _long_secret(secret: SecretStr | None) -> SecretStr | None:
    """Long enough that nobody guesses it, and of letters that go into a header; as Telegram takes
    it."""
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret.get_secret_value()):
        raise ValueError("not a secret token")
    return secret


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _channels(text: str) -> frozenset[str]:
    """Names of channels between commas."""
    return frozenset(text.replace(",", " ").split())


WebAddress = Annotated[str, AfterValidator(_web_address)]
Secret = Annotated[SecretStr | None, AfterValidator(_long_secret)]


class Settings(BaseModel):
    """All settings. `rules` is a county's folder of visit rules, read beside the built-in ones, and
    `calendar` its file of days off: `bot.rules` reads both. `pension` is its folder of pension
    rules, read likewise; `exports` that of its tables (`bot.exports`), of which those with a
    schedule are written into `export_dir`. `push` names the servers to which
    records are handed on (`bot.push.targets`). `host` and `port` are where the web chat listens;
    `public_url` is how people reach it, `tls_proxy` that something before it
    speaks TLS; `metrics_token` is for reading ``/metrics``.
    Reminders come at `digest_hour` (local), and at most `alone_a_day` by themselves. With
    `telegram_webhook` Telegram posts to us instead of being asked, under a secret that comes from
    the key unless `telegram_webhook_secret` names one. `open_on` are the channels on which a
    resident may prove by ID number who they are, and sees amounts; under the `profile` ``mainland``
    none abroad is among them. `demo` loads the synthetic
    township into an empty register."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: str = "sqlite:///data/zoufang.sqlite3"
    key_file: Path = Path("keys/zoufang.key")
    key: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: WebAddress | None = None
    tls_proxy: bool = False
    metrics_token: Secret = None
    telegram_token: SecretStr | None = None
    telegram_api: WebAddress | None = None
    telegram_runtime: Literal["aiogram", "ptb"] = "aiogram"
    telegram_webhook: bool = False
    telegram_webhook_secret: Secret = None
    telegram_bot: str | None = Field(default=None, pattern="^@?[A-Za-z0-9_]{5,32}$")
    language: Literal["zh", "en"] = "zh"
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    phones: Path = DEFAULTS / "phones.toml"
    parameters_file: Path = Field(default=DEFAULTS / "parameters.toml", alias="parameters")
    rules: Path | None = None
    pension: Path | None = None
    calendar: Path | None = None
    push: Path | None = None
    exports: Path | None = None
    export_dir: Path | None = None
    retention: Path = DEFAULTS / "retention.toml"
    backups: Path | None = None
    backups_kept: int = Field(default=14, ge=1)
    profile: Literal["mainland", "open"] = "mainland"
    open_on: Annotated[frozenset[Literal["web", "telegram"]], BeforeValidator(_channels)] = (
        frozenset({"web"})
    )
    digest_hour: Annotated[time, AfterValidator(_by_day)] = time(8, 30)
    alone_a_day: int = Field(default=10, ge=1, le=100)
    demo: bool = True

    @property
    def manners(self) -> Manners:
        """When and how often people are reminded."""
        return Manners(self.digest_hour, self.alone_a_day)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days begin and end."""
        return ZoneInfo(self.timezone)

    @property
    def open_channels(self) -> frozenset[str]:
        """The channels of `open_on` that may carry data of people: in mainland China none whose
        servers are abroad (Personal Information Protection Law, Art. 36 and 38)."""
        return self.open_on - ABROAD if self.profile == "mainland" else self.open_on

    @property
    def abroad(self) -> bool:
        """Whether people in mainland China are reached over servers abroad."""
        return self.profile == "mainland" and self.telegram_token is not None

    @property
    def base_url(self) -> str:
        """Where people find the web chat."""
        scheme = "https" if self.tls_proxy else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"{scheme}://{host}:{self.port}"

    @property
    def plain_http(self) -> bool:
        """Whether somebody beyond this machine would reach the web chat without encryption."""
        url = urlsplit(self.base_url)
        near = is_loopback(self.host) and is_loopback(url.hostname or "")
        return url.scheme != "https" and not self.tls_proxy and not near

    def phonebook(self) -> Phonebook:
        """Whom to call. Raises SettingsError."""
        return Phonebook.read(self.phones)

    def parameters(self, on: date, area: str = "") -> dict[str, str]:
        """The numbers that forms read, as they stand on a day for an area. Raises SettingsError."""
        return Parameters.read(self.parameters_file).on(on, area)


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that `environment` holds; an empty variable counts as not set.

    Raises SettingsError for an unknown name or a value that does not fit.
    """
    known = {field.alias or name: name for name, field in Settings.model_fields.items()}
    values = {}
    for variable, value in environment.items():
        name = variable.removeprefix(PREFIX)
        if variable == name or name in _NOT_SETTINGS:
            continue
        if name.lower() not in known or name != name.upper():
            raise SettingsError("unknown", name=variable, like=_nearest(variable, known))
        if value:
            values[name.lower()] = value
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise SettingsError("bad_value", name=PREFIX + field.upper()) from error


def _nearest(variable: str, known: Mapping[str, str]) -> str:
    name = variable.upper().removeprefix(PREFIX).lower()
    return PREFIX + difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0].upper()

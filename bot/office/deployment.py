"""What this deployment runs with, in words, and where each of it is changed; never a secret.

Of what is secret it tells only that it is there: no token, no key, no password, and of the database
not even its address.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.retention import Retention
from bot.settings import Settings
from core.texts import known, say
from scheduler.manners import MORNING, NIGHT
from storage import key_file
from storage.backup.files import kept
from storage.database import sqlite_file
from storage.vault import VaultError, vault

if TYPE_CHECKING:
    from scheduler.ground import Ground

FRESH: Final = timedelta(days=2)
"""A backup that is older was missed."""

KEY_AGE: Final = timedelta(days=366)
"""After so long the key is best changed (`zoufang vault rotate`)."""

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Fact:
    """One setting: its name and value in words. `where` is the variable of the environment that
    changes it, a page of the office (``/office/…``), or '' for what is the same everywhere;
    `attention` is what somebody should do about it, '' for nothing."""

    name: str
    value: str
    where: str = ""
    attention: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Settings that belong together."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """A form on offer: what people call it, and the retention class that it names, '' for none."""

    form_id: str
    title: str
    retention: str


def chapters(
    settings: Settings,
    ground: Ground | None,
    now: datetime,
    language: str,
    forms: Sequence[Offered] = (),
) -> Sequence[Chapter]:
    """All that may be told; how long records of `forms` are kept. It looks at files: not for the
    event loop."""
    teller = _Teller(settings, ground, now, language, forms)
    return [
        Chapter(teller.say(f"chapter.{name}"), tuple(facts))
        for name, facts in (
            ("running", teller.running()),
            ("reminders", teller.reminders()),
            ("calendar", teller.calendar()),
            ("trust", teller.trust()),
            ("keeping", teller.keeping()),
            ("handing_on", teller.handing_on()),
        )
    ]


class _Teller:
    """Puts settings into words."""

    def __init__(
        self,
        settings: Settings,
        ground: Ground | None,
        now: datetime,
        language: str,
        forms: Sequence[Offered],
    ) -> None:
        self._forms = forms
        self._settings = settings
        self._ground = ground
        self._now = now
        self._language = language

    def say(self, key: str, /, **values: object) -> str:
        return say(self._language, f"deployment.{key}", **values)

    def _fact(
        self, name: str, value: object, where: str = "", *, attention: str = "", **values: object
    ) -> Fact:
        """A fact whose variable is called like it, unless `where` says otherwise."""
        if where and not where.startswith("/"):
            where = f"ZOUFANG_{where}"
        warned = self.say(f"attention.{attention}", **values) if attention else ""
        return Fact(self.say(f"name.{name}"), str(value), where, warned)

    def _set(self, value: object) -> str:
        return self.say("set" if value else "not_set")

    def running(self) -> Iterator[Fact]:
        settings = self._settings
        profile = self.say(f"profile.{settings.profile}")
        yield self._fact("profile", profile, "PROFILE")
        channels = [self.say("channel.web")]
        if settings.telegram_token:
            how = "webhook" if settings.telegram_webhook else "polling"
            runtime = settings.telegram_runtime
            channels.append(self.say(f"channel.telegram_{how}", runtime=runtime))
        channel = self.say("and").join(channels)
        yield self._fact("channels", channel, "TELEGRAM_TOKEN")
        yield self._fact("address", settings.base_url, "PUBLIC_URL")
        kind = "sqlite" if sqlite_file(settings.database_url) else "postgresql"
        yield self._fact("database", self.say(f"database.{kind}"), "DATABASE_URL")
        yield self._fact("timezone", settings.timezone, "TIMEZONE")
        yield self._fact("language", self.say(f"language.{settings.language}"), "LANGUAGE")
        yield self._fact("forms", self.say("see"), "/office/forms")

    def reminders(self) -> Iterator[Fact]:
        manners = self._settings.manners
        yield self._fact("quiet", self.say("quiet", night=f"{NIGHT:%H:%M}", day=f"{MORNING:%H:%M}"))
        yield self._fact("digest_hour", f"{manners.digest_at:%H:%M}", "DIGEST_HOUR")
        yield self._fact("alone_a_day", manners.alone_a_day, "ALONE_A_DAY")

    def calendar(self) -> Iterator[Fact]:
        ground = self._ground
        if ground is not None:
            years = sorted(ground.days.years)
            span = f"{years[0]}–{years[-1]}" if years else "—"
            lacking = "" if self._now.year in years else "no_holidays"
            yield self._fact("holidays", span, "CALENDAR", attention=lacking, year=self._now.year)
            lines = [line.in_force(self._now.date()) for line in ground.book.lines]
            on = sum(rule is not None and rule.on for rule in lines)
            yield self._fact("rules", self.say("rules", n=len(lines), on=on), "/office/rules")
        yield self._fact("own_calendar", self._set(self._settings.calendar), "CALENDAR")
        yield self._fact("own_rules", self._set(self._settings.rules), "RULES")

    def trust(self) -> Iterator[Fact]:
        settings = self._settings
        yield self._key()
        channels = self.say("and").join(
            self.say(f"open_on.{name}") for name in sorted(settings.open_channels)
        )
        yield self._fact("open_on", channels or self.say("nobody"), "OPEN_ON")
        abroad = "abroad" if settings.abroad else "not_abroad"
        yield self._fact("abroad", self.say(abroad), "PROFILE")
        yield self._fact("metrics", self._set(settings.metrics_token), "METRICS_TOKEN")
        yield self._fact("people", self.say("see"), "/office/people")

    def _key(self) -> Fact:
        """How long ago the key was changed, as far as its file tells."""
        if self._settings.key is not None:
            return self._fact("key", self.say("key.environment"), "KEY")
        try:
            age = timedelta(seconds=key_file.age(self._settings.key_file))
            value = self.say("key.file", days=max(age.days, 0), n=vault().count)
        except (OSError, VaultError):
            return self._fact("key", self.say("not_set"), "KEY_FILE")
        return self._fact("key", value, "KEY_FILE", attention="old_key" if age > KEY_AGE else "")

    def keeping(self) -> Iterator[Fact]:
        yield self._backups()
        yield self._fact("backups_kept", self._settings.backups_kept, "BACKUPS_KEPT")
        found = Retention.read(self._settings.retention)
        for name, one in found.classes.items():
            value = (
                self.say("years", n=f"{one.months / 12:g}") if one.months else self.say("for_good")
            )
            label = self.say("name.retention", forms=self._kept_so(found, name))
            yield Fact(label, value, "ZOUFANG_RETENTION")

    def _kept_so(self, found: Retention, name: str) -> str:
        """Whose records a retention class is for: its forms, as people call them."""
        forms = self._forms
        of = [one.title for one in forms if found.class_of(one.form_id, one.retention) == name]
        if name == found.other or not of:
            key = "other_forms" if name == found.other else f"class.{name}"
            return self.say(key) if known(f"deployment.{key}") else name
        return self.say("join").join(sorted(of))

    def _backups(self) -> Fact:
        folder = self._settings.backups
        if folder is None:
            return self._fact("backups", self.say("not_set"), "BACKUPS", attention="no_backups")
        found = kept(folder)
        if not found:
            return self._fact("backups", self.say("no_backup"), "BACKUPS", attention="no_backup")
        age = self._now - datetime.fromtimestamp(found[-1].stat().st_mtime, self._now.tzinfo)
        value = self.say("backup", hours=max(age // _HOUR, 0), n=len(found))
        late = "old_backup" if age > FRESH else ""
        return self._fact("backups", value, "BACKUPS", attention=late)

    def handing_on(self) -> Iterator[Fact]:
        settings = self._settings
        yield self._fact("push", self._set(settings.push), "PUSH")
        yield self._fact("exports", self._set(settings.exports), "EXPORTS")
        yield self._fact("export_dir", self._set(settings.export_dir), "EXPORT_DIR")
        yield self._fact("pension", self._set(settings.pension), "PENSION")

"""The error of everything that an operator may set."""

from __future__ import annotations


class SettingsError(Exception):
    """A setting that can't be used.

    `code` is ``unknown`` (values `name`, `like`), ``bad_value`` (`name`), ``no_file`` (`file`),
    ``bad_file`` and ``bad_calendar`` (`file`, `where`), ``no_token``, ``webhook_url`` or
    ``plain_http``. No value
    of a setting is in it: it may be a secret.
    """

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

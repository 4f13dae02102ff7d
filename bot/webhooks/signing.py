"""Signs what webhooks are told, by the public rules of Standard Webhooks (standardwebhooks.com)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final

PREFIX: Final = "whsec_"
_BYTES: Final = 32


def new_secret() -> str:
    """A secret for one webhook: ``whsec_`` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def headers(secret: str, call_id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """What goes with a call: its id, the same at every attempt; the moment of this attempt, in
    seconds; and HMAC-SHA256 over id, moment and `body`, with dots between."""
    moment = str(int(at.timestamp()))
    signed = f"{call_id}.{moment}.".encode() + body
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": call_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature}",
    }

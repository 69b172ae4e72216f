"""Keeps a group webhook's key encrypted in the database, under a key derived from BRANDBOT_TOKEN_KEY."""

import base64
import binascii
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MARK = "v1."
_KEY = re.compile(r"[0-9A-Za-z-]{16,64}")
_IN_URL = re.compile(r"[?&]key=([0-9A-Za-z-]{16,64})(?=$|[&#\s])")


class BadSeal(ValueError):
    """The stored secret was made with another key, for another chat, or was changed."""


def seal(token_key: bytes, secret: str, about: str) -> str:
    """The secret as it may be stored. `about` names the chat it belongs to (its platform id); it opens for no other."""
    nonce = os.urandom(12)
    closed = nonce + AESGCM(_derived(token_key)).encrypt(nonce, secret.encode(), about.encode())
    return _MARK + base64.urlsafe_b64encode(closed).decode()


def unseal(token_key: bytes, sealed: str, about: str) -> str:
    """The secret again; raises BadSeal."""
    try:
        closed = base64.urlsafe_b64decode(sealed.removeprefix(_MARK))
        return AESGCM(_derived(token_key)).decrypt(closed[:12], closed[12:], about.encode()).decode()
    except (InvalidTag, ValueError, binascii.Error):
        raise BadSeal("the stored webhook key cannot be opened") from None


def webhook_key(text: str) -> str | None:
    """The key of a webhook, given by itself or within the address that WeCom shows; None for anything else."""
    text = text.strip()
    found = _IN_URL.search(text)
    return found[1] if found else text if _KEY.fullmatch(text) else None


def _derived(token_key: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"brandbot stored secrets v1").derive(token_key)

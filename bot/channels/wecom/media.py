"""Files to and from the robot's platform, without I/O: chunks for the upload, decryption of what was downloaded."""

import base64
import binascii
import hashlib
from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.contract import OutgoingFile
from bot.channels.wecom.commands import MediaKind

CHUNK = 512 * 1024
LARGEST_FILE = 20 * 1024 * 1024
LARGEST_IMAGE = 2 * 1024 * 1024
SMALLEST = 5
_BLOCK = 32  # PKCS#7 is applied to 32 bytes here, not to the cipher's 16


class BadMedia(ValueError):
    """A file that cannot be sent, or that does not decrypt; the text never repeats the key."""


def kind_of(file: OutgoingFile) -> MediaKind:
    """What the platform calls it: a picture that is small enough is an image, everything else a file."""
    picture = file.mime in {"image/png", "image/jpeg"} and len(file.content) <= LARGEST_IMAGE
    return "image" if picture else "file"


def check(file: OutgoingFile) -> None:
    """Raises BadMedia for a size that the platform refuses."""
    if not SMALLEST <= len(file.content) <= LARGEST_FILE:
        raise BadMedia(f"a file of {len(file.content)} bytes; the platform takes 5 bytes to 20 MB")


def chunks(content: bytes) -> Iterator[str]:
    """The pieces of an upload in base64."""
    for start in range(0, len(content), CHUNK):
        yield base64.b64encode(content[start : start + CHUNK]).decode()


def chunk_count(size: int) -> int:
    """How many pieces an upload has."""
    return -(-size // CHUNK)


def md5(content: bytes) -> str:
    """The checksum that the platform asks for; it protects nothing."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def decrypt(content: bytes, aeskey: str) -> bytes:
    """A downloaded file in the clear: AES-256-CBC, the key's first half as IV. Raises BadMedia."""
    try:
        key = base64.b64decode(aeskey + "=" * (-len(aeskey) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise BadMedia("the key is not base64") from None
    if len(key) != 32:
        raise BadMedia(f"a key of {len(key)} bytes instead of 32")
    if not content or len(content) % 16:
        raise BadMedia(f"{len(content)} bytes are not whole blocks")
    opener = Cipher(algorithms.AES256(key), modes.CBC(key[:16])).decryptor()
    padded = opener.update(content) + opener.finalize()
    count = padded[-1]
    if not 1 <= count <= min(_BLOCK, len(padded)) or padded[-count:] != bytes([count]) * count:
        raise BadMedia("the padding is wrong: another key, or a damaged file")
    return padded[:-count]

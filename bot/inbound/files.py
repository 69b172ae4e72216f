"""Files that people send: fetched after screening, checked, and kept under a generated name, before anything is answered."""

import asyncio
import hashlib
import io
import logging
import os
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.contract import Gone, IncomingFile, NotSent, Unsure
from bot.inbound.scene import Heard
from handlers.contract import SECRETARY, SentFile
from storage import attachments, organizations, senders
from storage.database.inserting import AnyRow
from storage.database.sessions import Sessions
from storage.mail import inbox

log = logging.getLogger(__name__)
LARGEST = 20 * 1024 * 1024
PATIENCE = 40.0  # seconds for one file
TYPES = {
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".wps": "application/wps-office.wps",
    ".et": "application/wps-office.et",
    ".txt": "text/plain",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".mp4": "video/mp4",
}
"""What is kept; a file with macros, an archive or a program is not."""
PARTS = {"word/": ".docx", "xl/": ".xlsx", "ppt/": ".pptx"}
STARTS = {b"%PDF": ".pdf", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg"}
PROGRAMS = (b"MZ", b"\x7fELF", b"#!")

Fetch = Callable[[str, IncomingFile, int], Awaitable[bytes]]
"""The content of a file by its platform, at most so many bytes; raises NotSent, Unsure or Gone."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is in the data folder."""

    name: str
    stored_as: str
    size: int
    mime: str
    sha256: str


class NotKept(Exception):
    """Why a file is not taken: too_large, kind, gone (it can no longer be fetched)."""


@dataclass(frozen=True, slots=True)
class Files:
    """Fetches what a batch of events brought along, and notes it in the transaction of each answer."""

    sessions: Sessions
    receiving: "Receiving"

    async def fetched(self, inbound_id: int) -> "Kept | NotKept | None":
        """The file of an event, if its sender may hand one in."""
        async with self.sessions() as session:
            row = await inbox.file_of(session, inbound_id)
            roles = {role for role, _ in (await senders.of(session, row.account_id)).members}
        if roles.isdisjoint(SECRETARY):
            return None
        try:
            return await self.receiving.keep(row)
        except NotKept as refused:
            return refused

    @staticmethod
    async def noted(session: AsyncSession, said: Heard, kept: "Kept | NotKept | None") -> Heard:
        """What was said, with its file: for the chat's organisation, else the sender's only one."""
        if kept is None:
            return said
        if isinstance(kept, NotKept):
            return replace(said, file=SentFile(why=str(kept)))
        own = {member.org for member in said.members if member.org}
        codes = {said.row.chat_org} if said.row.chat_org else own
        owner = await organizations.by_code(session, codes.pop()) if len(codes) == 1 else None
        attachment_id = await attachments.add(
            session,
            organization_id=owner.id if owner else None,
            account_id=said.row.account_id,
            inbound_id=said.row.id,
            name=kept.name,
            stored_as=kept.stored_as,
            size=kept.size,
            mime=kept.mime,
            sha256=kept.sha256,
            now=said.now,
        )
        return replace(said, file=SentFile(kept.name, attachment_id, kept.size, kept.sha256))


@dataclass(frozen=True, slots=True)
class Receiving:
    """Keeps files in `folder`. Doing it twice for one event leaves one file."""

    folder: Path
    fetch: Fetch

    async def keep(self, row: AnyRow) -> Kept:
        """The file of a stored event; raises NotKept."""
        told = row.file
        file = IncomingFile(told["name"], told["size"], told["mime"], told["handle"])
        if file.size is not None and file.size > LARGEST:
            raise NotKept("too_large")
        suffix = PurePath(file.name).suffix.lower()
        if suffix and suffix not in TYPES:
            raise NotKept("kind")
        content = await self._content(row.platform, row.id, file)
        suffix = suffix or guess(content)
        if suffix not in TYPES or content.startswith(PROGRAMS) or has_macros(content):
            raise NotKept("kind")
        digest = hashlib.sha256(content).hexdigest()
        stored_as = f"{row.id:08d}-{digest[:16]}{suffix}"
        await asyncio.to_thread(self._write, stored_as, content)
        return Kept(PurePath(file.name).name, stored_as, len(content), TYPES[suffix], digest)

    async def _content(self, platform: str, inbound_id: int, file: IncomingFile) -> bytes:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.fetch(platform, file, LARGEST)
        except (NotSent, Unsure, Gone, TimeoutError) as error:
            log.warning("event %s: its file could not be fetched: %s %s", inbound_id, type(error).__name__, error)
            raise NotKept("too_large" if "larger" in str(error) else "gone") from None

    def _write(self, stored_as: str, content: bytes) -> None:
        """Whole or not at all, and readable by nobody else."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = self.folder / f"{stored_as}.part"
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(self.folder / stored_as)


def guess(content: bytes) -> str:
    """The suffix of a file whose name the platform does not tell; "" for an unknown kind."""
    for start, suffix in STARTS.items():
        if content.startswith(start):
            return suffix
    if content[4:8] == b"ftyp":
        return ".mp4"
    return next((suffix for part, suffix in PARTS.items() if any(one.startswith(part) for one in members(content))), "")


def has_macros(content: bytes) -> bool:
    """Whether an office file carries a program."""
    return any(PurePath(name).name.lower() == "vbaproject.bin" for name in members(content))


def members(content: bytes) -> list[str]:
    """The names in a zip file, without unpacking it; none for anything else."""
    if not content.startswith(b"PK"):
        return []
    try:
        return zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return []

"""A file sent to the robot one to one becomes an attachment; what must not be kept is not."""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app import App
from bot.channels.contract import Gone, IncomingFile
from bot.inbound import files
from bot.inbound.files import NotKept, Receiving
from bot.seed import ChatSet, PersonSet
from tests.wecom.rig import Rig, app_on_wecom


def office(*names: str) -> bytes:
    """A zip file with these members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return made.getvalue()


DOCX = office("[Content_Types].xml", "word/document.xml")


class Row:
    """A stored event, as far as a file is concerned."""

    def __init__(self, name: str, size: int | None = None) -> None:
        self.id, self.platform = 7, "wecom"
        self.file: dict[str, object] = {"name": name, "size": size, "mime": None, "handle": {}}


def receiving_of(folder: Path, content: bytes) -> Receiving:
    async def fetch(_platform: str, _file: IncomingFile, limit: int) -> bytes:
        if len(content) > limit:
            raise Gone(f"larger than {limit} bytes")
        return content

    return Receiving(folder / "files", fetch)


@pytest.mark.parametrize(
    ("name", "content", "suffix"),
    [
        ("申报表.pdf", b"%PDF-1.7", ".pdf"),
        ("", b"%PDF-1.7", ".pdf"),
        ("", DOCX, ".docx"),
        ("", office("xl/workbook.xml"), ".xlsx"),
        ("", b"\x89PNG\r\n", ".png"),
        ("../../etc/申报表.docx", DOCX, ".docx"),
    ],
)
async def test_a_document_is_kept_under_a_generated_name(name: str, content: bytes, suffix: str, tmp_path: Path) -> None:
    for _ in range(2):  # a second try for the same event leaves one file
        kept = await receiving_of(tmp_path, content).keep(Row(name))  # type: ignore[arg-type]  # a stand-in row
    (stored,) = (tmp_path / "files").iterdir()
    assert stored.name == kept.stored_as
    assert stored.read_bytes() == content
    assert stored.stat().st_mode & 0o777 == 0o600
    assert (stored.suffix, kept.sha256) == (suffix, hashlib.sha256(content).hexdigest())
    assert "/" not in kept.name


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("工具.exe", b"MZ", "kind"),
        ("申报表.pdf", b"MZ\x90", "kind"),
        ("申报表.docx", office("word/document.xml", "word/vbaProject.bin"), "kind"),
        ("材料.zip", office("a"), "kind"),
        ("", b"whatever", "kind"),
        ("", office("a/b"), "kind"),
        ("", b"PK broken", "kind"),
        ("大.pdf", b"x" * (files.LARGEST + 1), "too_large"),
    ],
)
async def test_what_is_no_document_is_not_kept(name: str, content: bytes, why: str, tmp_path: Path) -> None:
    with pytest.raises(NotKept, match=why):
        await receiving_of(tmp_path, content).keep(Row(name))  # type: ignore[arg-type]  # a stand-in row
    assert not (tmp_path / "files").exists()


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[tuple[Rig, App]]:
    """An app on the fake platform with one secretary."""
    chats, people = [ChatSet("私", "private", "wo1")], [PersonSet("wo1", "secretary", "14")]
    async with app_on_wecom(tmp_path, chats, people) as both:
        yield both


async def test_a_file_from_a_secretary_is_decrypted_kept_and_confirmed(town: tuple[Rig, App], tmp_path: Path) -> None:
    made, app = town
    await made.fake.send_file("wo1", DOCX, "申报表.docx")
    await made.heard(1)
    await app.settle()
    assert "已收到附件（1KB），存入市民政局机关党委名下" in made.texts[0]
    (stored,) = (tmp_path / "files").iterdir()
    assert stored.read_bytes() == DOCX
    async with app.engine.connect() as connection:
        row = (await connection.execute(text("SELECT size, sha256, stored_as, organization_id FROM attachment"))).one()
    assert row[:3] == (len(DOCX), hashlib.sha256(DOCX).hexdigest(), stored.name)
    assert row[3] is not None


async def test_a_file_that_can_no_longer_be_fetched_is_asked_for_again(town: tuple[Rig, App], tmp_path: Path) -> None:
    made, app = town
    await made.fake.send_file("wo1", DOCX, "申报表.docx")
    await made.heard(1)
    made.clock.move(301)
    await app.settle()
    assert "附件没有取到" in made.texts[0]
    assert not (tmp_path / "files").exists()


async def test_a_strangers_file_is_not_even_fetched(town: tuple[Rig, App], tmp_path: Path) -> None:
    made, app = town
    await made.fake.send_file("wo9", DOCX, "申报表.docx")
    await made.heard(1)
    await app.settle()
    assert not made.fake.http.requests
    assert not (tmp_path / "files").exists()

"""Every transcript is played, and every expectation in it must hold."""

from pathlib import Path

import pytest

from bot.cli import beside
from bot.config import load
from bot.replay.run import play

FOLDER = Path(__file__).parent / "transcripts"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("**/*.chat")), ids=lambda path: path.stem)
async def test_the_transcript_holds(path: Path) -> None:
    differences = await play(path, load({}), beside)
    assert not differences, "\n" + "\n".join(str(difference) for difference in differences)

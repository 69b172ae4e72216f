"""`python -m storage.migrations TITLE` writes the next revision from the tables; see README.md here."""

import asyncio
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from storage.database.engine import make_engine
from storage.migrations import FOLDER, upgrade
from storage.migrations.compare import revision_text
from storage.migrations.steps import scripts


async def write(title: str) -> Path:
    """Write the next revision under versions/; the path of the new file."""
    known = scripts()
    down = known.get_current_head()
    revision = f"{sum(1 for _ in known.walk_revisions()) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/empty.db")
        if down is not None:
            await upgrade(engine)
        async with engine.begin() as connection:
            text = await connection.run_sync(revision_text, revision, down, title)
        await engine.dispose()
    slug = re.sub(r"\W+", "_", title.lower()).strip("_")
    path = FOLDER / "versions" / f"{revision}_{slug}.py"
    path.write_text(text, encoding="utf-8")
    return path


def main() -> None:
    """Write the revision and format it."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m storage.migrations 'What changes'")
    path = asyncio.run(write(sys.argv[1]))
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(path)], check=True)  # noqa: S603 our own path
    print(path.relative_to(FOLDER.parent.parent))  # noqa: T201 the answer of a command line


if __name__ == "__main__":
    main()

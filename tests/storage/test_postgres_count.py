"""The count of tests on PostgreSQL is right, is printed, and is required of a whole run in CI."""

import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest

from tests.postgres_count import PostgresCount

When = Literal["setup", "call", "teardown"]
Outcome = Literal["passed", "failed", "skipped"]


def report(when: When, outcome: Outcome, *keywords: str) -> pytest.TestReport:
    """A test's report as the reporting process sees it."""
    return pytest.TestReport("a", ("a", 1, "a"), dict.fromkeys(keywords, 1), outcome, None, when)


def test_only_tests_that_ran_on_postgresql_are_counted() -> None:
    count = PostgresCount(required=False)
    for seen in (
        report("setup", "passed", "postgres"), report("call", "passed", "postgres"), report("teardown", "passed", "postgres"),
        report("call", "failed", "postgres"), report("call", "passed"), report("setup", "skipped", "postgres"),
    ):  # fmt: skip
        count.pytest_runtest_logreport(seen)
    assert count.line() == "PostgreSQL: 2 tests ran on it, 1 skipped"


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "mark", "exit_status"), [(2, True, 0), (0, True, 0), (2, False, 1)])
def test_a_whole_run_in_ci_needs_a_test_on_postgresql(tmp_path: Path, workers: int, mark: bool, exit_status: int) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\ntestpaths = ["."]\nmarkers = ["postgres"]\n')
    (tmp_path / "conftest.py").write_text(
        f"import sys\nsys.path.insert(0, {str(Path.cwd())!r})\nfrom tests.postgres_count import PostgresCount\n"
        "def pytest_configure(config):\n"
        "    if not hasattr(config, 'workerinput'):\n"
        "        config.pluginmanager.register(PostgresCount(required=True))\n"
    )
    marks = "@pytest.mark.postgres\n" if mark else ""
    (tmp_path / "test_a.py").write_text(f"import pytest\n{marks}def test_a(): pass\n{marks}def test_b(): pass\n")
    options = ["-n", str(workers), "-p", "xdist"] if workers else []
    ran = subprocess.run([sys.executable, "-m", "pytest", "-q", *options], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == exit_status, ran.stdout
    assert f"PostgreSQL: {2 if mark else 0} tests ran on it" in ran.stdout

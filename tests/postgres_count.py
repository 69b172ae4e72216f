"""Counts the tests that ran on PostgreSQL, says so at the end, and fails a whole run in CI that had none."""

import os

import pytest


def in_ci() -> bool:
    """True on the machine that decides whether main is green."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


class PostgresCount:
    """A plugin of the process that reports: with pytest-xdist that is the controller, which sees every worker's tests."""

    def __init__(self, *, required: bool) -> None:
        self.ran = 0
        self.skipped = 0
        self.required = required

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if "postgres" not in report.keywords:
            return
        if report.when == "call" and not report.skipped:
            self.ran += 1
        elif report.skipped:
            self.skipped += 1

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.required and self.ran == 0 and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.write_line(self.line())

    def line(self) -> str:
        """The count as it is printed."""
        words = f"PostgreSQL: {self.ran} tests ran on it"
        if self.skipped:
            words += f", {self.skipped} skipped"
        return words + (" (at least one is required)" if self.required and not self.ran else "")

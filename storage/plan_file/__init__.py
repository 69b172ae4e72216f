"""The plan file: TOML that a committee can read and change, checked, loaded as a revision, exported."""

from storage.plan_file.parse import PlanFile, PlanFileError, Problem, parse, parse_days
from storage.plan_file.store import Loaded, export, load, load_days
from storage.plan_file.write import write

__all__ = ["Loaded", "PlanFile", "PlanFileError", "Problem", "export", "load", "load_days", "parse", "parse_days", "write"]

"""The roster of party organisations: read from a table, checked, imported, exported."""

from storage.roster.check import Problem, Roster, RosterError, check
from storage.roster.store import Imported, load

__all__ = ["Imported", "Problem", "Roster", "RosterError", "check", "load"]

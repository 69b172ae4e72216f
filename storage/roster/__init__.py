"""The roster of party organisations: read from a table, checked, imported, exported."""

from storage.roster.check import Roster, check
from storage.roster.header import Problem, RosterError
from storage.roster.store import Imported, load

__all__ = ["Imported", "Problem", "Roster", "RosterError", "check", "load"]

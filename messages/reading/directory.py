"""Names to organisations: an index built once per roster version, with one account's own aliases laid over it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrgName:
    """What reading knows of an organisation: `parent` is a code, None for one directly under the committee."""

    code: str
    short: str
    full: str | None = None
    aliases: tuple[str, ...] = ()
    parent: str | None = None


class Directory:
    """The names of all organisations of one roster version; immutable, shared by all messages."""

    def __init__(self, names: Iterable[OrgName]) -> None:
        self.names: dict[str, OrgName] = {name.code: name for name in names}

    def with_aliases(self, own: Mapping[str, str]) -> "Directory":
        """The same index with one account's learned aliases (alias → code) laid over; cheap, shares the index."""
        raise NotImplementedError

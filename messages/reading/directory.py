"""Names to organisations: an index built once per roster version, with one account's own aliases laid over it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from messages.reading import names as spelling


@dataclass(frozen=True, slots=True)
class OrgName:
    """What reading knows of an organisation: `parent` is a code, None for one directly under the committee."""

    code: str
    short: str
    full: str | None = None
    aliases: tuple[str, ...] = ()
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of the text that is a name, and the codes that bear it."""

    start: int
    end: int
    codes: tuple[str, ...]


class _Forms:
    """Strings to codes, found anywhere in a text: the first two characters lead to the lengths that are possible."""

    def __init__(self) -> None:
        self.codes: dict[str, tuple[str, ...]] = {}
        self.lengths: dict[str, tuple[int, ...]] = {}

    def add(self, form: str, code: str) -> None:
        """One more form; a form of several organisations keeps them all."""
        known = self.codes.get(form)
        if known is None:
            self.codes[form] = (code,)
            lengths = self.lengths.get(form[:2], ())
            if len(form) not in lengths:
                self.lengths[form[:2]] = tuple(sorted((*lengths, len(form)), reverse=True))
        elif code not in known:
            self.codes[form] = (*known, code)

    def at(self, text: str, start: int) -> Hit | None:
        """The longest form that begins here."""
        for length in self.lengths.get(text[start : start + 2], ()):
            if start + length <= len(text) and (codes := self.codes.get(text[start : start + length])):
                return Hit(start, start + length, codes)
        return None


class Directory:
    """The names of all organisations of one roster version; immutable, shared by all messages."""

    def __init__(self, names: Iterable[OrgName]) -> None:
        self.names: dict[str, OrgName] = {name.code: name for name in names}
        self._own: _Forms | None = None
        self._declared = _Forms()
        self._derived = _Forms()
        self._cores: list[tuple[str, str]] = []
        self._below: dict[str, list[str]] = {}
        for name in self.names.values():
            formal = spelling.key(name.short)
            declared = {formal, *(spelling.key(alias) for alias in (name.full, *name.aliases) if alias)}
            for form in declared:
                if len(form) >= 2:
                    self._declared.add(form, name.code)
            for form in spelling.derived(formal):
                self._derived.add(form, name.code)
            self._cores.append((spelling.core(formal), name.code))
            if name.parent:
                self._below.setdefault(name.parent, []).append(name.code)

    def with_aliases(self, own: Mapping[str, str]) -> "Directory":
        """The same index with one account's learned aliases (alias → code) laid over; cheap, shares the index."""
        view = object.__new__(Directory)
        view.__dict__.update(self.__dict__)
        view._own = _Forms()
        for alias, code in own.items():
            if len(alias) >= 2 and code in self.names:
                view._own.add(spelling.key(alias), code)
        return view

    def at(self, keyed: str, start: int) -> Hit | None:
        """The longest name that begins at this place of a keyed text: own aliases, then declared, then derived forms."""
        own = self._own.at(keyed, start) if self._own else None
        if own:
            return own
        declared, derived = self._declared.at(keyed, start), self._derived.at(keyed, start)
        if declared and derived:
            return declared if declared.end >= derived.end else derived
        return declared or derived

    def exact(self, keyed: str) -> tuple[str, ...]:
        """The codes whose name is exactly this keyed text."""
        hit = self.at(keyed, 0)
        return hit.codes if hit and hit.end == len(keyed) else ()

    def ancestors(self, code: str) -> list[str]:
        """The codes above, nearest first."""
        above: list[str] = []
        name = self.names.get(code)
        while name and name.parent and name.parent not in above and len(above) < 20:
            above.append(name.parent)
            name = self.names.get(name.parent)
        return above

    def below(self, code: str) -> list[str]:
        """The codes directly below."""
        return self._below.get(code, [])

    def core(self, code: str) -> str:
        """The organisation's keyed name without level and kind."""
        return spelling.core(spelling.key(self.names[code].short))

    def within(self, code: str, top: str) -> bool:
        """True when the organisation is `top` or stands below it."""
        return code == top or top in self.ancestors(code)

    @cached_property
    def _bits(self) -> dict[str, int]:
        """For each character the set of organisations (as bits) whose core contains it."""
        size = len(self._cores) // 8 + 1
        found: defaultdict[str, bytearray] = defaultdict(lambda: bytearray(size))
        for position, (core, _) in enumerate(self._cores):
            for sign in core:
                found[sign][position >> 3] |= 1 << (position & 7)
        return {sign: int.from_bytes(bits, "little") for sign, bits in found.items()}

    def containing(self, signs: str, limit: int = 64) -> list[tuple[str, str]]:
        """(core, code) of the organisations whose core contains all these characters in any order; [] if too many."""
        bits = -1
        for sign in signs:
            bits &= self._bits.get(sign, 0)
            if not bits:
                return []
        if bits.bit_count() > limit:
            return []
        result = []
        while bits:
            lowest = bits & -bits
            result.append(self._cores[lowest.bit_length() - 1])
            bits ^= lowest
        return result

    @cached_property
    def _sounding(self) -> _Forms:
        forms = _Forms()
        for source in (self._declared, self._derived):
            for form, codes in source.codes.items():
                if len(form) >= 3:
                    for code in codes:
                        forms.add(spelling.sounds(form), code)
        return forms

    def sounding(self, keyed_sounds: str, start: int) -> Hit | None:
        """The longest name that sounds like the text at this place (three characters or more)."""
        return self._sounding.at(keyed_sounds, start)

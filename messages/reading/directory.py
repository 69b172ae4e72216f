"""Names to organisations: an index built once per roster version, with one account's own aliases laid over it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from messages.reading import names as spelling

MANY = 64
"""A handful of characters that more names than these contain tells nothing."""


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
        self.codes: dict[str, str | tuple[str, ...]] = {}
        self.lengths: dict[str, int] = {}  # a set of lengths, as bits

    def add(self, form: str, code: str) -> None:
        """One more form; a form of several organisations keeps them all."""
        known = self.codes.get(form)
        if known is None:
            self.codes[form] = code
            start = form[:2]
            self.lengths[start] = self.lengths.get(start, 0) | 1 << len(form)
        elif isinstance(known, str):
            if known != code:
                self.codes[form] = (known, code)
        elif code not in known[:8]:
            self.codes[form] = (*known[:8], code)  # nobody is asked to choose among more

    def at(self, text: str, start: int) -> Hit | None:
        """The longest form that begins here."""
        lengths = self.lengths.get(text[start : start + 2], 0)
        while lengths:
            length = lengths.bit_length() - 1
            lengths ^= 1 << length
            codes = self.codes.get(text[start : start + length])
            if codes and start + length <= len(text):
                return Hit(start, start + length, (codes,) if isinstance(codes, str) else codes)
        return None


class Directory:
    """The names of all organisations of one roster version; immutable, shared by all messages."""

    def __init__(self, names: Iterable[OrgName]) -> None:
        self.names: dict[str, OrgName] = {name.code: name for name in names}
        self.own: Mapping[str, str] = {}
        self._own: _Forms | None = None
        self._declared = _Forms()
        self._derived = _Forms()
        self._cores: list[tuple[str, str]] = []
        self._below: dict[str, list[str]] = {}
        for name in self.names.values():
            formal = spelling.key(name.short)
            core = spelling.core(formal)
            self._cores += [(part, name.code) for part in dict.fromkeys((core, *spelling.joined(core)))]
            self._declared.add(formal, name.code)
            for alias in (name.full, *name.aliases):
                if alias and len(alias) >= 2:
                    form = spelling.key(alias)
                    self._declared.add(form, name.code)
                    if len(form) > 2 and form != core:
                        self._cores.append((form, name.code))
            for form in spelling.shorter(formal, core):
                self._derived.add(form, name.code)
            if name.parent:
                self._below.setdefault(name.parent, []).append(name.code)

    def with_aliases(self, own: Mapping[str, str]) -> "Directory":
        """The same index with one account's learned aliases (alias → code) laid over; cheap, shares the index.

        An alias that has become another organisation's name since it was learned counts no more.
        """
        view = object.__new__(Directory)
        view.__dict__.update(self.__dict__)
        view.own = own
        view._own = _Forms()
        for alias, code in own.items():
            form = spelling.key(alias)
            declared = self._declared.codes.get(form, code)
            bearers = (declared,) if isinstance(declared, str) else declared
            if len(alias) >= 2 and code in self.names and code in bearers:
                view._own.add(form, code)
        return view

    def at(self, keyed: str, start: int) -> Hit | None:
        """The longest name that begins at this place of a keyed text: of equally long ones own, declared, derived."""
        declared, derived = self._declared.at(keyed, start), self._derived.at(keyed, start)
        found = declared if declared and not (derived and derived.end > declared.end) else derived
        own = self._own.at(keyed, start) if self._own else None
        return own if own and not (found and found.end > own.end) else found

    def exact(self, keyed: str) -> tuple[str, ...]:
        """The codes whose name is exactly this keyed text."""
        hit = self.at(keyed, 0)
        return hit.codes if hit and hit.end == len(keyed) else ()

    def has(self, keyed: str) -> bool:
        """Whether the characters stand side by side in any organisation's name."""
        return any(keyed in core for core, _ in self._cores)

    def short(self, code: str | None) -> str | None:
        """The short name of a code; None where it is nobody's."""
        known = self.names.get(code or "")
        return known.short if known else None

    def lineage(self, code: str) -> tuple[str, ...]:
        """The organisation and what it stands under, itself first; empty for a code that does not exist."""
        line: list[str] = []
        found = self.names.get(code)
        while found is not None and found.code not in line:
            line.append(found.code)
            found = self.names.get(found.parent) if found.parent else None
        return tuple(line)

    def below(self, code: str) -> list[str]:
        """The codes directly below."""
        return self._below.get(code, [])

    def core(self, code: str) -> str:
        """The organisation's keyed name without level and kind."""
        return spelling.core(spelling.key(self.names[code].short))

    def within(self, code: str, tops: Iterable[str | None]) -> bool:
        """Whether the organisation is one of `tops` or stands below one."""
        return not set(tops).isdisjoint(self.lineage(code))

    @cached_property
    def _bits(self) -> dict[str, int]:
        """For each character the set of names (as bits) that contain it."""
        size = len(self._cores) // 8 + 1
        found: defaultdict[str, bytearray] = defaultdict(lambda: bytearray(size))
        for position, (core, _) in enumerate(self._cores):
            for sign in core:
                found[sign][position >> 3] |= 1 << (position & 7)
        return {sign: int.from_bytes(bits, "little") for sign, bits in found.items()}

    @cached_property
    def _sound_bits(self) -> dict[str, int]:
        """The same for each syllable."""
        found: defaultdict[str, int] = defaultdict(int)
        for sign, bits in self._bits.items():
            found[spelling.sound(sign)] |= bits
        return dict(found)

    def containing(self, signs: str) -> list[tuple[str, str]]:
        """(name, code) of the names that contain all these characters in any order; [] if there are too many."""
        return self._common(signs, self._bits)

    def sounding(self, signs: str) -> list[tuple[str, str]]:
        """(name, code) of the names that contain all these syllables in any order; [] if there are too many."""
        return self._common(spelling.sounds(signs), self._sound_bits)

    def _common(self, signs: str, index: Mapping[str, int]) -> list[tuple[str, str]]:
        bits = -1
        for sign in signs:
            bits &= index.get(sign, 0)
            if not bits:
                return []
        if bits.bit_count() > MANY:
            return []
        result = []
        while bits:
            last = bits.bit_length() - 1
            result.append(self._cores[last])
            bits ^= 1 << last
        return result[::-1]

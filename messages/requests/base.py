"""What a request is: one small frozen type, whose declaration says everything about it but what the bot then does."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, TypeVar, dataclass_transform


@dataclass(frozen=True, slots=True)
class Event:
    """One of several things that happened, told in one message."""

    date: dt.date | None
    note: str


class Request:
    """Something that somebody wants. Its fields are its slots: None, empty or False means that nothing was said of it.

    Business dates are dates in the plan's time zone; `org` is a code of the roster. The class attributes are the declaration
    from which everything that lists requests derives.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}  # for the codec: a slot that is not declared is refused

    intent: ClassVar[str]
    """The id of the design."""
    act: ClassVar[str] = ""
    """Which of an intent's acts; "" where there is only one, or for the first of a press-only act's intent."""
    needs: ClassVar[tuple[str, ...]] = ()
    """The slots without which it is asked back, in the order in which they are asked for."""
    words: ClassVar[str] = ""
    """The plain command word, as 帮助 shows it and as anybody may type it."""
    slash: ClassVar[tuple[str, ...]] = ()
    """The Latin words that stand for it behind a slash; the first is shown in a platform's menu."""
    label: ClassVar[str] = ""
    """What its button shows."""
    typed: ClassVar[bool] = False
    """Its button's label may also be typed, where just one live button of the chat carries it."""
    numbered: ClassVar[bool] = False
    """Its buttons stand in a numbered list, and may be typed by label and number; the bare label is a command of its own."""

    asks: ClassVar[bool] = False
    """It only asks, and changes nothing: its button may be pressed again, and what it tells is shown, not recorded."""
    own: ClassVar[bool] = False
    """A name inside its text is mostly a partner, not the organisation that it is about."""
    general: ClassVar[bool] = False
    """It is about all organisations: one stands in it only where the text names it."""
    about_words: ClassVar[bool] = False
    """It is about words: nothing is asked back of the names in it."""
    by_code: ClassVar[bool] = False
    """An organisation may be named in it by its bare code."""
    nameless: ClassVar[bool] = False
    """An unknown name in it is not taken for an organisation's."""
    asked_of: ClassVar[bool] = False
    """Where nobody is named and the sender has not just one organisation, it is asked whose is meant."""
    edits: ClassVar[bool] = False
    """The edit of a message with it takes effect."""
    begins_anew: ClassVar[bool] = False
    """Its command word never answers an open question of its own kind."""
    unbound: ClassVar[bool] = False
    """It may be said in a chat that is not bound."""
    secret: ClassVar[bool] = False
    """Its words carry a secret: they are forgotten, whatever is answered."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    @property
    def key(self) -> str:
        """The request's name in drafts, buttons and logs."""
        return key(type(self))

    @property
    def organization(self) -> str | None:
        """The code of the organisation that it names, where it has such a slot."""
        org: str | None = getattr(self, "org", None)
        return org


R = TypeVar("R", bound=Request)


def key(kind: type[Request]) -> str:
    """The name of a kind of request: its intent, and its act where there are several."""
    return f"{kind.intent}.{kind.act}" if kind.act else kind.intent


@dataclass_transform(frozen_default=True, kw_only_default=True)
def request(intent: str, act: str = "", **declared: Any) -> Callable[[type[R]], type[R]]:
    """Make a class a request of this intent and act; `declared` are the class attributes of Request.

    Equality, hash and repr are Request's own, and there are no slots: what the library would generate for each of the eighty
    types takes as much memory as the types themselves.
    """

    def make(kind: type[R]) -> type[R]:
        made = dataclass(frozen=True, kw_only=True, eq=False, repr=False)(kind)
        made.intent, made.act = intent, act
        for name, value in declared.items():
            if name not in Request.__annotations__:
                raise TypeError(f"{kind.__name__} declares {name}, which no request has")
            setattr(made, name, value)
        if made.words and not made.about_words and "org" not in slots(made):
            raise TypeError(f"{kind.__name__} can be said of an organisation: it needs the slot org: str | None = None")
        return made

    return make


def filled(request: R, **more: Any) -> R:
    """The request with these slots filled, too."""
    return replace(request, **more)  # type: ignore[type-var]  # every request is a dataclass


def slots(kind: type[Request]) -> frozenset[str]:
    """The names of a request's slots."""
    return frozenset(field.name for field in fields(kind))  # type: ignore[arg-type]  # every request is a dataclass

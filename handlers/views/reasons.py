"""Why a planned word is not said today: the reasons that the delivery account shows."""

from datetime import date

from handlers.contract import Due
from storage.derived.due import Item
from storage.derived.reach import Place
from storage.mail.notices import Planned

KINDS = ("ladder", "overdue", "promise")
"""What nudges; each is about one item."""
OVER = "时限已过"


def why_not(today: date, one: Due | Planned, item: Item | None) -> str | None:
    """The reason that lies in the item."""
    if item is None:
        return "已办结"
    if item.due_on != one.due_on:
        return "时限已调整"
    if item.paused:
        return "等待工委答复"
    if one.rung > 0 and today > item.due_on:
        return OVER
    return None


def unreached(place: Place | None, one: Due) -> str | None:
    """The reason why nobody hears it: no place to say it, or none at that time."""
    if place is None:
        return "没有可送达的群或书记"
    if place.since is not None and one.due_at < place.since:
        return "启用前"
    return None

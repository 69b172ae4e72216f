"""Requests about who is who: codes and invitations, groups, the end of a binding, a change of hands."""

from typing import Any

from messages.requests.base import Request, request

CHOICES = {
    "committee": "工委工作群",
    "all": "联络员大群",
    "secretary": "书记",
    "member": "党员",
    "staff": "工委工作人员",
}
"""What a button shows that fills in the role or kind of group."""
BIND: dict[str, Any] = {"by_code": True, "begins_anew": True, "general": True}


@request("bind", "code", words="绑定", slash=("bind", "start"), unbound=True, **BIND)
class Redeem(Request):
    """Become somebody by a code; without one, hear what one is."""

    code: str | None = None
    org: str | None = None
    role: str | None = None


@request("bind", "group", words="绑定", label="绑定", unbound=True, **BIND)
class BindGroup(Request):
    """Say what a group is for: `role` is committee, all or unit; a member's word asks to join the unit."""

    org: str | None = None
    role: str | None = None


@request("bind", "invite", words="邀请", unbound=True, **BIND)
class Invite(Request):
    """A code for somebody."""

    org: str | None = None
    role: str | None = None


@request("bind", "unbind", words="解绑", unbound=True, **BIND)
class Unbind(Request):
    """End a binding: one of those that are then shown; `bare`: nothing is named, so that this group is meant."""

    org: str | None = None
    role: str | None = None
    bare: bool = False


@request("bind", "confirm", words="确认绑定", unbound=True, **BIND)
class ConfirmBinding(Request):
    """Say yes to a member's request."""

    org: str | None = None
    role: str | None = None


@request("bind", "join", label="确认", typed=True, unbound=True)
class AdmitMember(Request):
    """[确认] under a member's request."""

    org: str
    account: int


@request("bind", "end", label="解绑", numbered=True, unbound=True)
class EndMembership(Request):
    """[解绑] of a person."""

    membership: int


@request("bind", "end_old", label="解绑原书记", numbered=False, unbound=True)
class EndPredecessor(EndMembership):
    """[解绑原书记] under a new secretary's binding."""


@request("bind", "release", label="解绑", numbered=True, unbound=True)
class ReleaseGroup(Request):
    """[解绑] of a group."""

    chat: int


@request("bind", "primary", label="设为主群", unbound=True)
class MakePrimary(Request):
    """[设为主群]: notices go to this group."""

    org: str


@request("bind", "webhook", words="绑定群机器人", unbound=True, secret=True)
class KeepWebhook(Request):
    """The webhook of a WeCom group; `webhook` is its key."""

    webhook: str
    org: str | None = None
    role: str | None = None


@request("handover", "package", needs=("org",), words="换人交接", own=True)
class HandOver(Request):
    """What the next one has to know."""

    org: str | None = None


@request("handover", "leave", needs=("org",), words="离任", own=True)
class Leave(Request):
    """Somebody is gone."""

    org: str | None = None

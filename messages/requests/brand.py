"""Requests about a brand: from its declaration and the committee's decision to its assessment and its example."""

import datetime as dt
from typing import Literal

from messages.requests.base import Request, request

Object = Literal["declaration", "extension", "owner", "separate", "paper", "event", "binding"]
"""What a decision is about."""


@request("declare", needs=("org", "brand", "type", "owner", "connotation"), words="申报", slash=("declare",), own=True)
class Declare(Request):
    """Declare the organisation's one brand."""

    org: str | None = None
    brand: str | None = None
    type: str | None = None
    owner: str | None = None  # a post
    connotation: str | None = None
    slogan: str | None = None
    no_post: bool = False  # something stood where the post belongs, and is none
    post_only: bool = False  # something stood beside the post, and was not kept


@request("approve", "pass", needs=("org",), words="通过", label="通过", typed=True, by_code=True)
class Approve(Request):
    """通过: decide for what waits; `subject` is what the text names, `other` the words in it that are not understood."""

    org: str | None = None
    subject: Object | None = None
    number: str | None = None
    other: str | None = None


@request("approve", "agree", needs=("org",), words="同意", label="同意", typed=True, by_code=True)
class Agree(Request):
    """同意: consent to what was asked for."""

    org: str | None = None
    subject: Object | None = None
    number: str | None = None
    other: str | None = None


@request("approve", "received", needs=("org",), words="已收到", label="已收到", typed=True, by_code=True)
class PaperReceived(Request):
    """The committee has the paper."""

    org: str | None = None
    claim: int | None = None
    other: str | None = None


@request("return", "back", needs=("org", "reason"), words="退回", label="退回", typed=True, by_code=True)
class Return(Request):
    """退回: to be done again, why, and until when."""

    org: str | None = None
    subject: Object | None = None
    number: str | None = None
    other: str | None = None
    due: dt.date | None = None
    reason: str | None = None


@request("return", "refuse", needs=("org",), words="不同意", label="不同意", typed=True, by_code=True)
class Refuse(Request):
    """不同意: no consent to what was asked for."""

    org: str | None = None
    subject: Object | None = None
    number: str | None = None
    other: str | None = None
    due: dt.date | None = None
    reason: str | None = None


@request("return", "not_received", needs=("org",), words="未收到", label="未收到", typed=True, by_code=True)
class PaperNotReceived(Request):
    """The committee does not have the paper."""

    org: str | None = None
    claim: int | None = None
    other: str | None = None


@request("separate", needs=("org",), words="单独申报")
class Separate(Request):
    """A subordinate wants to declare separately, or not to."""

    org: str | None = None
    wanted: bool | None = None


@request("owner", "set", needs=("org", "owner"), words="责任人", own=True)
class SetOwner(Request):
    """The post that is responsible from now on."""

    org: str | None = None
    owner: str | None = None


@request("owner", "show", words="责任人", asks=True, own=True)
class ShowOwner(Request):
    """Who is responsible."""

    org: str | None = None


@request("candidate", "add", words="候选方案", own=True)
class AddCandidate(Request):
    """One more design."""

    org: str | None = None


@request("candidate", "list", words="候选方案", asks=True, own=True)
class ListCandidates(Request):
    """The designs there are."""

    org: str | None = None


@request("vote", "start", words="发起投票", own=True, nameless=True)
class StartVote(Request):
    """Let people vote."""

    org: str | None = None
    number: str | None = None
    brand: str | None = None


@request("vote", "cast", words="投票", own=True, nameless=True)
class CastVote(Request):
    """A vote for a candidate, by its number or its name."""

    org: str | None = None
    number: str | None = None
    brand: str | None = None


@request("vote", "result", words="投票结果", asks=True, own=True, nameless=True)
class VoteResult(Request):
    """How the vote came out."""

    org: str | None = None


@request("exemplar", "nominate", needs=("org",), words="典型")
class Nominate(Request):
    """Make an organisation an exemplar."""

    org: str | None = None


@request("exemplar", "list", words="典型名单", asks=True)
class ListExemplars(Request):
    """The exemplars there are."""

    org: str | None = None


@request("assess", "enter", words="评定")
class EnterScore(Request):
    """A score, or that a brand is matured."""

    org: str | None = None


@request("assess", "show", words="评定结果", asks=True)
class ShowScores(Request):
    """How an organisation was assessed."""

    org: str | None = None

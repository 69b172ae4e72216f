"""Organisations, their names and the words nobody knew; accounts and what they may do; chats, invitations. No person's name."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import instant, key, one_of, partial, ref

KINDS = ("party_committee", "general_branch", "branch", "joint_branch")
ROLES = ("admin", "staff", "secretary", "member")


class Organization(SQLModel, table=True):
    """A party organisation; `position` is the official order, `parent_id` is None directly under the committee.

    From `ended_on` (撤销) on it is named, counted and reminded no more; what it did stays.
    """

    __table_args__ = (
        one_of("kind", *KINDS),
        CheckConstraint("member_count >= 0", name="members_counted"),
        CheckConstraint("parent_id IS NULL OR NOT direct", name="direct_has_no_parent"),
        CheckConstraint("parent_id IS NOT NULL OR direct", name="without_parent_is_direct"),
    )
    id: int = key()
    code: str = Field(unique=True)
    short_name: str
    full_name: str | None = None
    kind: str
    parent_id: int | None = ref("organization.id", null=True, index=True)
    direct: bool
    member_count: int = 0
    position: int = Field(index=True)
    ended_on: date | None = None


class Alias(SQLModel, table=True):
    """Another name of an organisation; with an account it is what that account alone calls it."""

    __table_args__ = (
        partial("uq_alias_own", "account_id", "name", where="account_id IS NOT NULL", unique=True),
        partial("uq_alias_shared", "name", "organization_id", where="account_id IS NULL", unique=True),
    )
    id: int = key()
    organization_id: int = ref("organization.id", index=True)
    account_id: int | None = ref("account.id", null=True)
    name: str


class UnknownWord(SQLModel, table=True):
    """A word that people used and the bot did not understand: the word, how often, and when last; not who, not where."""

    __tablename__ = "unknown_word"
    __table_args__ = (UniqueConstraint("word", "kind"), one_of("kind", "name", "phrase"))
    id: int = key()
    word: str
    kind: str
    count: int = 1
    last_on: date


class Version(SQLModel, table=True):
    """Counted up by every commit that changes what processes keep in memory (storage/database/versions.py)."""

    subject: str = Field(primary_key=True)
    number: int


class Account(SQLModel, table=True):
    """A person's account on a platform: an opaque id and nothing else."""

    __table_args__ = (UniqueConstraint("platform", "external"),)
    id: int = key()
    platform: str
    external: str


class Membership(SQLModel, table=True):
    """What an account is; ended memberships stay for the record and give no rights."""

    __table_args__ = (
        one_of("role", *ROLES),
        CheckConstraint("(role IN ('admin', 'staff')) = (organization_id IS NULL)", name="committee_has_no_organization"),
        partial(
            "uq_membership_current",
            "account_id",
            "role",
            text("coalesce(organization_id, 0)"),
            where="ended_at IS NULL",
            unique=True,
        ),
    )
    id: int = key()
    account_id: int = ref("account.id", index=True)
    role: str
    organization_id: int | None = ref("organization.id", null=True, index=True)
    since: datetime = instant()
    ended_at: datetime | None = instant(null=True)


class Invitation(SQLModel, table=True):
    """A code that makes an account something, once; only its hash is stored."""

    __table_args__ = (one_of("role", *ROLES),)
    id: int = key()
    code_hash: str = Field(unique=True)
    role: str
    organization_id: int | None = ref("organization.id", null=True)
    created_at: datetime = instant()
    created_by: int | None = ref("account.id", null=True)
    expires_at: datetime = instant()
    used_at: datetime | None = instant(null=True)
    used_by: int | None = ref("account.id", null=True)


class Chat(SQLModel, table=True):
    """A place to talk. Times it was bound and lost are kept; `account_id` is the person of a private chat."""

    __table_args__ = (
        one_of("kind", "committee", "all", "unit", "private", "unbound"),
        CheckConstraint("(kind = 'unit') = (organization_id IS NOT NULL)", name="unit_has_organization"),
        CheckConstraint("(kind = 'private') = (account_id IS NOT NULL)", name="private_has_account"),
        Index("uq_chat_place", "platform", "external", text("coalesce(thread, '')"), unique=True),
        partial("uq_chat_primary", "organization_id", where="is_primary AND gone_at IS NULL", unique=True),
        partial("ix_chat_private", "account_id", where="kind = 'private'"),
    )
    id: int = key()
    platform: str
    external: str
    thread: str | None = None
    kind: str
    organization_id: int | None = ref("organization.id", null=True, index=True)
    account_id: int | None = ref("account.id", null=True)
    is_primary: bool = False
    bound_at: datetime | None = instant(null=True)
    gone_at: datetime | None = instant(null=True)
    webhook: str | None = None  # WeCom: the group webhook's key, encrypted
    hinted_on: date | None = None  # private chats: the day the one hint about addressing was given

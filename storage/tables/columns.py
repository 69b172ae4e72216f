"""The column types and shorthands that all tables share."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, DateTime, Dialect, Index, Integer, String, Table, TypeDecorator, text
from sqlmodel import AutoString, Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.model_config["defer_build"] = True  # rows are not validated: pydantic need not prepare 34 validators

BigKey = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts rows by itself only in a plain INTEGER key


class UtcTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values on the way in; aware UTC on the way out (SQLite drops the offset)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """SQLite gets the text that SQLAlchemy would make of it, in one step."""
        return _text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


UTC_TIME = UtcTime()  # one for all columns: each of its kind makes a class of its own once a mapper sees it


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a stored time must be aware")
    return value.astimezone(UTC)


def _text(value: datetime | None) -> str | None:
    return None if value is None else _utc(value).isoformat(" ", "microseconds")[:-6]  # without +00:00


def key() -> Any:
    """A surrogate primary key."""
    return Field(default=None, primary_key=True, sa_type=BigKey)


def ref(target: str, *, null: bool = False, index: bool = False, **more: Any) -> Any:
    """A foreign key to `table.column`; pass null=True for an optional one."""
    return Field(default=None, foreign_key=target, nullable=null, index=index, sa_type=BigKey, **more)


def instant(*, null: bool = False, index: bool = False) -> Any:
    """An aware UTC time."""
    return Field(default=None, sa_type=UTC_TIME, nullable=null, index=index)


def json(default: type[dict[Any, Any]] | type[list[Any]] = dict) -> Any:
    """A JSON value, empty by default."""
    return Field(default_factory=default, sa_type=JSON, nullable=False)


def one_of(column: str, *values: str) -> CheckConstraint:
    """The column holds one of these words."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def partial(name: str, *columns: Any, where: str, unique: bool = False) -> Index:
    """An index over the rows that satisfy `where`, the same on both databases."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def table_of(model: type[SQLModel]) -> Table:
    """The Core table of a model, for set-based statements."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def share_text() -> None:
    """Give all text columns one plain type; SQLModel gives each a decorator of its own, which serves MySQL alone."""
    plain = String()
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, AutoString):
                column.type = plain

"""A template and its values → the Telegram HTML subset, escaped, with tidy lines."""

import re
from collections.abc import Mapping, MutableMapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from messages.writing.filters import FILTERS, span
from messages.writing.split import parts

__all__ = ["parts", "render"]

INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
MENTION = re.compile(r"(?<![\w])@(?=[A-Za-z]|所有人)")


def render(template: str, values: Mapping[str, Any], bot_name: str = "品牌助手") -> str:
    """The text of a template key such as "report/recorded"; every template may use `bot_name`.

    Values are JSON; what people typed is data, never markup and never a mention. Raises jinja2's errors for a
    template that does not exist or a value that is not given.
    """
    text = _environment().get_template(f"{template}.j2").render({"bot_name": bot_name, **values})
    return tidy(text)


def tidy(text: str) -> str:
    """Without trailing blanks, with at most one empty line in a row and none at the ends."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def inert(value: Any) -> Any:
    """A value on its way into a text: no control or direction characters, no mention that would call somebody."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return MENTION.sub("＠", INVISIBLE.sub("", value))
    return value


class _Templates(ImmutableSandboxedEnvironment):
    """Every template has the same globals: a plain dict, through which imported macros are found twice as fast."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Jinja's own makes a chain of maps."""
        return {**self.globals, **(d or {})}


@cache
def _environment() -> Environment:
    environment = _Templates(
        loader=PackageLoader("messages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=inert,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(FILTERS)
    environment.globals["span"] = span
    return environment

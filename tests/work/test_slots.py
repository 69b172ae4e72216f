"""Every slot that a routed request declares is looked at by its handler or its resolver: nothing that was said is dropped."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from handlers import ROUTES
from handlers.contract import Command
from messages.requests import Request, slots

ELSEWHERE = {
    # what 确认绑定 in words confirms, only a button says: it is always refused
    "ConfirmBinding": {"org", "role"},
    # `brandbot read` shows it; which milestones a report reached is looked up in its content, by the plan's own names
    "Report": {"milestone"},
    "PaperReport": {"milestone"},
}


def looked_at(function: Callable[..., Any], at: int, seen: set[tuple[Any, int]] | None = None) -> set[str]:
    """The attributes that a function reads of its parameter at this place, and so those that it hands it on to."""
    seen = set() if seen is None else seen
    if (function, at) in seen:
        return set()
    seen.add((function, at))
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    names = [arg.arg for arg in next(node.args for node in ast.walk(tree) if isinstance(node, DEFINITIONS)).args]
    return _in(tree, names[at], function, seen)


DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _in(tree: ast.AST, name: str, function: Callable[..., Any], seen: set[tuple[Any, int]]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
            found |= {node.attr, "org"} if node.attr == "organization" else {node.attr}
        if isinstance(node, ast.Call) and (called := _called(node.func, function)) is not None:
            for place, value in enumerate(node.args):
                if isinstance(value, ast.Name) and value.id == name:
                    found |= looked_at(called, place, seen)
    return found


def _called(written: ast.expr, function: Callable[..., Any]) -> Callable[..., Any] | None:
    """The project's function that is called by this name, where it is one."""
    named: Any
    match written:
        case ast.Name(id=word):
            named = function.__globals__.get(word)
        case ast.Attribute(value=ast.Name(id=word), attr=attribute):
            named = getattr(function.__globals__.get(word), attribute, None)
        case _:
            return None
    named = named.handler if isinstance(named, Command) else named
    return named if inspect.isfunction(named) and named.__module__.startswith("handlers") else None


@pytest.mark.parametrize("kind", list(ROUTES), ids=lambda kind: kind.__name__)
def test_every_slot_is_looked_at(kind: type[Request]) -> None:
    route = ROUTES[kind]
    read = looked_at(route.handler, 1) | looked_at(route.about.find, 1)
    assert slots(kind) - read - ELSEWHERE.get(kind.__name__, set()) == set()


def test_a_slot_that_is_handed_on_is_found_and_one_that_is_not_is_missed() -> None:
    def inner(ctx: object, asked: Any) -> object:
        return asked.due

    inner.__module__ = "handlers.example"
    globals()["inner"] = inner

    def outer(ctx: object, asked: Any) -> object:
        return inner(ctx, asked) or asked.org

    assert looked_at(outer, 1) == {"org", "due"}

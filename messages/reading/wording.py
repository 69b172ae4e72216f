"""From an intent, its act and the fields that were found to the request that they make."""

from messages.reading.said import Fields
from messages.reading.scene import Scene
from messages.requests import BY_KEY, FIRST, Request
from messages.requests.people import BindGroup, KeepWebhook, Redeem
from messages.requests.words import AddAlias, DropAlias, ShowAliases

OWN_NAMES_ONLY = frozenset({"忘记", "忘掉"})


def kind_of(intent: str, act: str | None) -> type[Request]:
    """The kind of request: the intent's first where no act is told."""
    return BY_KEY.get(f"{intent}.{act}", FIRST[intent])


def request_of(intent: str, act: str | None, fields: Fields, scene: Scene) -> Request:
    """The request with what was found for it. A field that it does not declare is an error of the field's function."""
    found = {name: value for name, value in fields.items() if value is not None and value not in ("", (), {})}
    if intent == "alias":
        return _alias(found)
    if intent == "bind" and act is None:
        return _binding(found, scene)
    return kind_of(intent, act)(**found)


def _binding(found: Fields, scene: Scene) -> Request:
    """A webhook's key, a code, or, in a group, what it is for."""
    if "webhook" in found:
        return KeepWebhook(**found)
    if scene.chat_kind != "private" and (found.get("role") == "unit" or found.get("code") in scene.directory.names):
        found.pop("code", None)  # a number of the roster, of as many digits as a code
    if "code" in found or scene.chat_kind == "private":
        return Redeem(**found)
    return BindGroup(**found)


def _alias(found: Fields) -> Request:
    """A name dropped, added, or all shown."""
    word, verb = found.get("word"), found.get("drop")
    if word and verb:
        return DropAlias(word=word, mine=verb in OWN_NAMES_ONLY)
    return AddAlias(word=word, target=found.get("target")) if word else ShowAliases()

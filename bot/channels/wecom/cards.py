"""Template cards as the platform wants them: buttons, votes and forms, without I/O."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.contract import OutgoingButton

Card = dict[str, Any]

MOST_BUTTONS = 6
MOST_OPTIONS = 20
MOST_CHOICES = 10
MOST_QUESTIONS = 3
LONGEST_SUBTITLE = 112
"""Characters that a card shows as its text; what is longer goes as a message of its own above the card."""

_TASK_ID = re.compile(r"[0-9A-Za-z_@-]{1,128}")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a vote or a form."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One drop-down of a form."""

    key: str
    title: str
    options: tuple[Option, ...]


def buttons(task_id: str, title: str, text: str, choices: Sequence[OutgoingButton]) -> Card:
    """button_interaction: up to 6 buttons, each with the token that comes back as `event_key`."""
    _check(task_id, choices, MOST_BUTTONS)
    keys = [choice.token for choice in choices]
    if len(set(keys)) != len(keys) or any(not 1 <= len(key.encode()) <= 1024 for key in keys):
        raise ValueError("button keys are distinct and 1 to 1024 bytes long")
    card = _card("button_interaction", task_id, title, text)
    card["button_list"] = [
        {"text": choice.label, "style": 1 if place == 0 else 2, "key": choice.token} for place, choice in enumerate(choices)
    ]
    return card


def vote(
    task_id: str, title: str, text: str, options: Sequence[Option], *, several: bool = False, submit: OutgoingButton
) -> Card:
    """vote_interaction: one or several of up to 20 options, handed in with one button."""
    _check(task_id, options, MOST_OPTIONS)
    card = _card("vote_interaction", task_id, title, text)
    card["checkbox"] = {"question_key": "choice", "mode": int(several), "option_list": _options(options)}
    card["submit_button"] = {"text": submit.label, "key": submit.token}
    return card


def form(task_id: str, title: str, text: str, questions: Sequence[Question], submit: OutgoingButton) -> Card:
    """multiple_interaction: up to 3 drop-downs of up to 10 choices, handed in with one button."""
    _check(task_id, questions, MOST_QUESTIONS)
    card = _card("multiple_interaction", task_id, title, text)
    for question in questions:
        _check(task_id, question.options, MOST_CHOICES)
    card["select_list"] = [
        {"question_key": question.key, "title": question.title, "option_list": _options(question.options)}
        for question in questions
    ]
    card["submit_button"] = {"text": submit.label, "key": submit.token}
    return card


def done(card: Mapping[str, Any], toast: str, pressed: str = "") -> Card:
    """A button card as it stands after a press: only the pressed button is left, and `toast` says what became of it."""
    kept = [button for button in card.get("button_list", ()) if button["key"] == pressed]
    changed: Card = {**card, "sub_title_text": toast} if toast else {**card}
    changed["button_list"] = kept or list(card.get("button_list", ()))[:1]
    return changed


def fits(text: str) -> bool:
    """Whether a plain text can stand on the card itself."""
    return len(text) <= LONGEST_SUBTITLE


def _card(kind: str, task_id: str, title: str, text: str) -> Card:
    card: Card = {"card_type": kind, "task_id": task_id, "main_title": {"title": title}}
    if text:
        card["sub_title_text"] = text
    return card


def _check(task_id: str, things: Sequence[object], most: int) -> None:
    if not _TASK_ID.fullmatch(task_id):
        raise ValueError("a task_id is 1 to 128 letters, digits, _ @ or -")
    if not 1 <= len(things) <= most:
        raise ValueError(f"a card takes 1 to {most} of these")


def _options(options: Sequence[Option]) -> list[dict[str, str]]:
    ids = [option.id for option in options]
    if len(set(ids)) != len(ids) or any(not 1 <= len(one.encode()) <= 128 for one in ids):
        raise ValueError("option ids are distinct and 1 to 128 bytes long")
    return [{"id": option.id, "text": option.text} for option in options]

"""The demo's stage: the fictional city with a chat for every unit and its people."""

import csv
from datetime import datetime
from pathlib import Path

from bot.replay.events import Line, Move, Script
from bot.seed import DATA, DEMO_REPORTS, DEMO_ROSTER, ChatSet, PersonSet, Stage

STORY = DATA / "demo_story.chat"
OPENS_AT = datetime(2026, 11, 23, 10, 5)  # noqa: DTZ001  # wall time; the player adds the plan's zone
ADMIN, STAFF, STRANGER = "工委管理员", "工委干事", "路人"
COMMITTEE_CHAT, ALL_CHAT = "工委群", "大群"
COMMITTEE = "00"


def stage() -> Stage:
    """All direct organisations with their group and secretary, the committee's people, and a passer-by."""
    city = Stage(folder=DATA, reports=DEMO_REPORTS)
    city.chats += [ChatSet(COMMITTEE_CHAT, "committee"), ChatSet(ALL_CHAT, "all")]
    city.people += [PersonSet(ADMIN, "admin"), PersonSet(STAFF, "staff"), PersonSet(STRANGER, "none")]
    with DEMO_ROSTER.open(encoding="utf-8-sig", newline="") as file:
        for code, _, _, parent, _, _, _, _, aliases in list(csv.reader(file))[1:]:
            if parent == COMMITTEE:
                nick = min(aliases.split("、"), key=len).removesuffix("局")
                city.chats.append(ChatSet(f"{nick}群", "unit", code))
                city.people.append(PersonSet(f"{nick}书记", "secretary", code))
    city.chats += [ChatSet(private_of(person.name), "private", person.name) for person in city.people]
    return city


def private_of(person: str) -> str:
    """The name of somebody's private chat with the bot."""
    return f"{person}私聊"


def home_of(city: Stage, person: PersonSet) -> str:
    """Where somebody speaks unless told otherwise: the own group, or the private chat."""
    if person.role in {"admin", "staff"}:
        return COMMITTEE_CHAT
    own = next((chat.name for chat in city.chats if chat.kind == "unit" and chat.of == person.org), None)
    return own or private_of(person.name)


def opening(city: Stage) -> Script:
    """A story that only sets the clock; the rest is typed."""
    return Script(Path("demo"), city, [Line(0, Move(OPENS_AT), "")])


def without_declared(city: Stage, script: str) -> Stage | None:
    """The city for a script that plays in it: what the script declares itself is left out. None: it brings its own roster."""
    declared = [line.split()[:2] for line in script.splitlines() if line.startswith(("chat ", "person ", "roster "))]
    if any(words[0] == "roster" for words in declared):
        return None
    names = {words[1] for words in declared if len(words) == 2}
    city.chats = [chat for chat in city.chats if chat.name not in names]
    city.people = [person for person in city.people if person.name not in names]
    return city

"""A transcript's text to its declarations and events; every malformed line is named by file and number."""

import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import POINTS
from bot.replay.events import Crash, Event, Expect, Line, Move, Off, Say, Script, Shell
from bot.seed import CHAT_KINDS, ROLES, ChatSet, PersonSet, Stage

SAID = re.compile(r"(\S+) (\S+)> ?(.*)")
EXPECTED = re.compile(r"(\S+) <([~!-])?(?: (.*))?")
CRASH = re.compile(r"crash(?: at (\w+))?")
DOWN = re.compile(r"down (\d+)([dhm])")
UNITS = {"d": "days", "h": "hours", "m": "minutes"}


class BadScript(Exception):
    """A line that is no event of a transcript: `file:line: what is wrong`."""


def parse(path: Path, stage: Stage | None = None) -> Script:
    """Read a transcript, onto a stage that has people already if one is given; raises BadScript, or OSError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadScript(f"{path}:1: 不是UTF-8编码") from None
    return _Parser(path, stage).read(text)


class _Parser:
    def __init__(self, path: Path, stage: Stage | None) -> None:
        self._script = Script(path, stage or Stage(folder=path.parent))
        self._started = False

    def read(self, text: str) -> Script:
        number = 1
        for number, line in enumerate(text.split("\n"), 1):
            try:
                self._line(number, line.rstrip())
            except ValueError as error:
                raise BadScript(f"{self._script.path}:{number}: {error}") from None
        if not self._started:
            raise BadScript(f"{self._script.path}:{number}: 没有设定时间的一行：= YYYY-MM-DD HH:MM")
        return self._script

    def _line(self, number: int, line: str) -> None:
        if line[:1] in {" ", "\t", "\u3000"}:
            self._continue(line.strip())
        elif line and not line.startswith("#"):
            event = self._event(line)
            if event is not None:
                self._script.lines.append(Line(number, event, line))

    def _continue(self, more: str) -> None:
        last = self._script.lines[-1] if self._script.lines else None
        if last is None or not isinstance(last.event, Say) or last.event.label is not None:
            raise ValueError("缩进的一行接着上一条消息，而上面没有消息")
        self._script.lines[-1] = replace(last, event=replace(last.event, text=f"{last.event.text}\n{more}"))

    def _event(self, line: str) -> Event | None:
        start, _, rest = line.partition(" ")
        if start in DECLARATIONS and not self._started:
            DECLARATIONS[start](self._script.stage, rest.split())
            return None
        if start == "=":
            self._started = True
            return Move(_time(rest.strip()))
        if not self._started:
            raise ValueError("还没有设定时间（= YYYY-MM-DD HH:MM），此前只能是声明：roster、plan、chat、person")
        if start == "!":
            return _staged(rest.strip())
        if start == "$" and not rest.startswith("<"):
            return Shell(_words(rest))
        if found := SAID.fullmatch(line):
            return self._say(*found.groups())
        if found := EXPECTED.fullmatch(line):
            return self._expect(found[1], found[2] or "", found[3] or "")
        raise ValueError("不是对话脚本的写法")

    def _say(self, chat: str, person: str, text: str) -> Say:
        self._known(chat)
        if person not in {one.name for one in self._script.stage.people}:
            raise ValueError(f"没有声明 person {person}")
        if text.startswith("[") and text.endswith("]"):
            return Say(chat, person, "", label=text[1:-1])
        if found := re.fullmatch(r"\(file ([^)]+)\) ?(.*)", text):
            return Say(chat, person, found[2], file=found[1])
        for kind in ("edit", "reply"):
            if text.startswith(f"({kind})"):
                return Say(chat, person, text.removeprefix(f"({kind})").strip(), edit=kind == "edit", reply=kind == "reply")
        return Say(chat, person, text)

    def _expect(self, chat: str, mode: str, text: str) -> Expect:
        if chat != "$":
            self._known(chat)
        if (mode == "-") == bool(text):
            raise ValueError("<- 后面不写内容；<、<~、<! 后面须写内容")
        if mode == "~":
            try:
                re.compile(text)
            except re.error as error:
                raise ValueError(f"不是正则表达式：{error}") from None
        return Expect(chat, mode, text)

    def _known(self, chat: str) -> None:
        if chat not in {one.name for one in self._script.stage.chats}:
            raise ValueError(f"没有声明 chat {chat}")


def _words(text: str) -> str:
    try:
        shlex.split(text)
    except ValueError:
        raise ValueError("引号没有成对") from None
    return text


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M")  # noqa: DTZ007  # wall time; the player adds the plan's zone
    except ValueError:
        raise ValueError("时间写作 = YYYY-MM-DD HH:MM") from None


def _staged(text: str) -> Event:
    if text == "off":
        return Off()
    if (found := CRASH.fullmatch(text)) and found[1] in {None, *POINTS}:
        return Crash(found[1])
    if found := DOWN.fullmatch(text):
        return Crash(down=timedelta(**{UNITS[found[2]]: int(found[1])}))
    raise ValueError(f"可用的是 ! crash、! crash at {'|'.join(POINTS)}、! down 3d、! off")


def _roster(stage: Stage, words: list[str]) -> None:
    if len(words) != 1:
        raise ValueError("应为 roster anlan、roster empty、roster FILE")
    stage.roster = words[0]


def _plan(stage: Stage, words: list[str]) -> None:
    if len(words) != 1:
        raise ValueError("应为 plan default、plan none、plan FILE")
    stage.plan = words[0]


def _chat(stage: Stage, words: list[str]) -> None:
    bound = words[-1:] != ["unbound"]
    words = words if bound else words[:-1]
    if not 2 <= len(words) <= 3 or words[1] not in CHAT_KINDS or (len(words) == 3) != (words[1] in {"unit", "private"}):
        raise ValueError("应为 chat NAME committee|all|unit CODE|private PERSON [unbound]")
    if words[0] in {chat.name for chat in stage.chats}:
        raise ValueError(f"chat {words[0]} 声明了两次")
    stage.chats.append(ChatSet(words[0], words[1], words[2] if len(words) == 3 else None, bound))


def _person(stage: Stage, words: list[str]) -> None:
    if not 2 <= len(words) <= 3 or words[1] not in ROLES or (len(words) == 3) != (words[1] in {"secretary", "member"}):
        raise ValueError("应为 person NAME admin|staff|secretary CODE|member CODE|none")
    if words[0] in {person.name for person in stage.people}:
        raise ValueError(f"person {words[0]} 声明了两次")
    stage.people.append(PersonSet(words[0], words[1], words[2] if len(words) == 3 else None))


DECLARATIONS: dict[str, Callable[[Stage, list[str]], None]] = {
    "roster": _roster,
    "plan": _plan,
    "chat": _chat,
    "person": _person,
}

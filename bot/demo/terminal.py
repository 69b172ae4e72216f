"""The demo's terminal: typed lines become events of a story, and what the bot says is shown with its chat and time."""

import re
from datetime import datetime, timedelta
from textwrap import indent

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from bot.demo.town import ADMIN, home_of, private_of
from bot.replay.events import Crash, Event, Line, Move, Say, Shell
from bot.replay.player import Player

SHIFT = re.compile(r"\+(\d+)\s*([dhm天时分])")
UNITS = {"d": "days", "天": "days", "h": "hours", "时": "hours", "m": "minutes", "分": "minutes"}
WEEKDAYS = "一二三四五六日"
COMMANDS = """\
直接输入                 对机器人说话（群里自动加上 @）；以 ~ 开头则只在群里说，不 @ 它
[通过]                   按下这个群里最新的“通过”按钮，其他按钮同理
/as 民政书记 [大群]      换一个人，可指定在哪个群里说；/as 工委管理员 · /as 路人
/in 工委群               换一个群
/time 2026-12-24 09:00   拨动时钟，途中到期的提示和周报会发到各自的群；也可以 /time +1d、+3h
/who                     有哪些人和群
/crash                   进程当场中断，再从同一个数据库启动
/quit                    结束（Ctrl-D 也行），不留下任何文件"""
WELCOME = """\
这里是虚构的安澜市。现在是{now}，您是{who}，在{chat}。
可以试试：
  报 11月20日召开品牌推进会，下一步设计标识，12月10日前完成
  到哪一步了
  /as 工委管理员    然后输入   谁还没报   或   周报
  /time 2026-11-27 17:00   看本周的周报和提示发到哪些群
输入 /help 看全部用法。"""


class BadLine(Exception):
    """A typed line that cannot be carried out, and why."""


class Terminal:
    """Who one is, where one speaks, and what has been shown already."""

    def __init__(self, player: Player, console: Console, person: str) -> None:
        self.player, self._console = player, console
        self._stage = player.script.stage
        self._seen = 0
        self.person = person
        self.chat = ""
        self._be(person, None)

    @property
    def prompt(self) -> str:
        """Where one is, and when."""
        return f"{self.chat} {self.person} {self.player.now:%m-%d %H:%M}> "

    def welcome(self) -> None:
        """The first screen: where one is, and what to type."""
        self._console.print(WELCOME.format(now=spoken(self.player.now), who=self.person, chat=self.chat), highlight=False)
        self.player.record.forget()
        self._seen = len(self.player.record.shown)

    async def enter(self, line: str) -> bool:
        """Carry out one typed line and show what comes of it; False when the demo ends."""
        word, _, rest = line.partition(" ")
        try:
            match word:
                case "/quit" | "/exit":
                    return False
                case "/help":
                    self._say(COMMANDS)
                case "/who":
                    self._say(self._who())
                case "/as":
                    name, _, chat = rest.strip().partition(" ")
                    self._be(name, chat.strip() or None)
                    self._say(f"您现在是{self.person}，在{self.chat}。")
                case "/in":
                    self._go(rest.strip())
                    self._say(f"您现在在{self.chat}。")
                case _:
                    await self._step(self._event(word, rest.strip(), line))
        except BadLine as error:
            self._say(str(error))
        return True

    async def play(self, line: Line) -> None:
        """One line of a script: shown as it is typed, then what comes of it."""
        if isinstance(line.event, Say | Move | Shell | Crash):
            self._console.print()
            self._console.print(Text(line.source, style="bold cyan"), soft_wrap=True)
            if isinstance(line.event, Say) and "\n" in line.event.text:
                self._console.print(Text("\n".join(line.event.text.split("\n")[1:]), style="bold cyan"), soft_wrap=True)
        await self.player.step(line)
        if isinstance(line.event, Shell):
            self._say(self.player.record.printed.rstrip())
        self.show()

    def show(self) -> None:
        """Everything that was sent since the last time."""
        new, self._seen = self.player.record.shown[self._seen :], len(self.player.record.shown)
        for one in new:
            at = one.at.astimezone(self.player.now.tzinfo)
            self._console.print(Rule(f"{one.message.chat} · {spoken(at)}", align="left", style="dim"))
            self._console.print(Text(indent(one.message.text, "  ")), soft_wrap=True)
            if one.message.buttons:
                self._console.print(
                    Text("  " + "  ".join(f"[{button.label}]" for button in one.message.buttons), style="green")
                )

    async def _step(self, event: Event) -> None:
        await self.player.step(Line(0, event, ""))
        if self.player.differences:
            raise BadLine(self.player.differences.pop().expected)
        before = self._seen
        self.show()
        if self._seen == before:
            self._say("（没有新消息）")

    def _event(self, word: str, rest: str, line: str) -> Event:
        if word == "/time":
            return Move(self._time(rest))
        if word == "/crash":
            return Crash()
        if word.startswith("/"):
            raise BadLine(f"没有 {word} 这个用法。输入 /help 看全部用法。")
        if line.startswith("[") and line.endswith("]"):
            return Say(self.chat, self.person, "", label=line[1:-1])
        if line.startswith("~"):
            return Say(self.chat, self.person, line[1:])
        private = next(chat.kind for chat in self._stage.chats if chat.name == self.chat) == "private"
        named = "@" in line or "＠" in line
        return Say(self.chat, self.person, line if private or named else f"@{self.player.settings.bot_name} {line}")

    def _time(self, text: str) -> datetime:
        if found := SHIFT.fullmatch(text):
            return (self.player.now + timedelta(**{UNITS[found[2]]: int(found[1])})).replace(tzinfo=None)
        try:
            to = datetime.strptime(text, "%Y-%m-%d %H:%M")  # noqa: DTZ007  # wall time of the plan's zone
        except ValueError:
            raise BadLine("时间写作 /time 2026-12-24 09:00，或 /time +1d、+3h。") from None
        if to < self.player.now.replace(tzinfo=None):
            raise BadLine(f"时钟不能往回拨，现在是{spoken(self.player.now)}。")
        if to.year > self.player.now.year + 3:
            raise BadLine("一次最多拨动三年。")
        return to

    def _be(self, name: str, chat: str | None) -> None:
        person = next((one for one in self._stage.people if one.name == name), None)
        if person is None:
            raise BadLine(f"没有“{name}”这个人。输入 /who 看有哪些人。")
        self.person = name
        self._go(chat or home_of(self._stage, person))

    def _go(self, chat: str) -> None:
        if chat == "私聊":
            chat = private_of(self.person)
        found = next((one for one in self._stage.chats if one.name == chat), None)
        if found is None:
            raise BadLine(f"没有“{chat}”这个群。输入 /who 看有哪些群。")
        if found.kind == "private" and found.of != self.person:
            raise BadLine(f"“{chat}”是{found.of}的私聊。")
        self.chat = chat

    def _who(self) -> str:
        groups = [chat.name for chat in self._stage.chats if chat.kind != "private"]
        people = [person.name for person in self._stage.people]
        return f"人：{'、'.join(people)}\n群：{'、'.join(groups)}；另有各人的私聊（/in 私聊）"

    def _say(self, text: str) -> None:
        self._console.print(Text(text, style="dim"), soft_wrap=True)


def spoken(at: datetime) -> str:
    """A time as the demo says it."""
    return f"{at.year}年{at.month}月{at.day}日（星期{WEEKDAYS[at.weekday()]}）{at:%H:%M}"


def first_person(player: Player) -> str:
    """Whom one is at first: a secretary, so that the first thing to try is a report."""
    people = player.script.stage.people
    return next(
        (one.name for one in people if one.role == "secretary" and one.org == "14"), people[0].name if people else ADMIN
    )

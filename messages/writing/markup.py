"""The HTML subset of our templates ↔ runs of text with their tags ↔ each platform's own markup."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import Literal

Markup = Literal["html", "wecom", "plain"]
SAME = {"strong": "b", "em": "i", "ins": "u", "del": "s"}
KNOWN = frozenset({"b", "i", "u", "s", "code", "pre", "blockquote", "a"})
LINKS = ("https://", "http://", "tg://resolve")
FULL_WIDTH = str.maketrans("*`[]<>~|\\", "＊｀［］＜＞～｜＼")
EMPHASIS = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
ENTITY = re.compile(r"&(?=#?\w+;)")
HEADING = re.compile(r"(?m)^(\s*)(#+)")


@dataclass(frozen=True, slots=True)
class Tag:
    """An open tag; `href` belongs to a link."""

    name: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that share the same open tags, outermost first."""

    text: str
    tags: tuple[Tag, ...] = ()


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Run] = []
        self.open: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = SAME.get(tag, tag)
        href = next((value for key, value in attrs if key == "href" and value), "")
        if name in KNOWN and (name != "a" or href.startswith(LINKS)):
            self.open.append(Tag(name, href))

    def handle_endtag(self, tag: str) -> None:
        name = SAME.get(tag, tag)
        for position in range(len(self.open) - 1, -1, -1):
            if self.open[position].name == name:
                del self.open[position]
                return

    def handle_data(self, data: str) -> None:
        self.runs.append(Run(data, tuple(self.open)))


def parse(markup: str) -> list[Run]:
    """The runs of a rendered template; unknown tags and links to anything but a web page are dropped, their text stays."""
    parser = _Parser()
    parser.feed(markup)
    parser.close()
    return parser.runs


def write(runs: Iterable[Run], markup: Markup) -> str:
    """The runs in a platform's markup; every tag opened is closed."""
    if markup == "plain":
        return "".join(run.text for run in runs)
    if markup == "html":
        return _html(runs)
    return "".join(_wecom(run) for run in runs)


def _html(runs: Iterable[Run]) -> str:
    out: list[str] = []
    standing: tuple[Tag, ...] = ()
    for run in runs:
        common = 0
        while common < min(len(standing), len(run.tags)) and standing[common] == run.tags[common]:
            common += 1
        out += [f"</{tag.name}>" for tag in reversed(standing[common:])]
        out += [_opening(tag) for tag in run.tags[common:]]
        out.append(escape(run.text, quote=False))
        standing = run.tags
    out += [f"</{tag.name}>" for tag in reversed(standing)]
    return "".join(out)


def _opening(tag: Tag) -> str:
    return f'<a href="{escape(tag.href)}">' if tag.name == "a" else f"<{tag.name}>"


def _wecom(run: Run) -> str:
    """WeCom has no escape character: what would be read as markup becomes its full-width twin, `<@id>` included."""
    names = {tag.name for tag in run.tags}
    link = next((tag.href for tag in run.tags if tag.name == "a"), "")
    return "".join(_wecom_line(line, names, link) for line in run.text.splitlines(keepends=True))


def _wecom_line(line: str, names: set[str], link: str) -> str:
    words = line.rstrip("\n")
    inert = ENTITY.sub("＆", EMPHASIS.sub("＿", words.translate(FULL_WIDTH)))
    inert = HEADING.sub(lambda found: found[1] + "＃" * len(found[2]), inert)
    core = inert.strip()
    if not core:
        return inert + line[len(words) :]
    head, tail = inert[: inert.index(core)], inert[inert.index(core) + len(core) :]
    if link:
        core = f"[{core}]({link.replace(')', '%29')})"
    elif "code" in names or "pre" in names:
        core = f"`{core}`"
    if "b" in names:
        core = f"**{core}**"
    if "blockquote" in names:
        head = f"> {head}"
    return head + core + tail + line[len(words) :]

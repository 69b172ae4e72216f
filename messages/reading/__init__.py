"""Text → Reading: `read(text, scene)` is a pure function of the words and the scene."""

from messages.reading.result import Reading
from messages.reading.scene import Scene


def read(text: str, scene: Scene) -> Reading:
    """By the command word alone."""
    if not scene.addressed:
        return Reading("none")
    for words, intent in (("帮助", "help"), ("报", "report"), ("进度", "status"), ("绑定", "bind"), ("取消", "unknown")):
        if words in text:
            return Reading(intent, content=text, action="cancel" if words == "取消" else None)
    return Reading("unknown")

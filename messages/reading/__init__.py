"""Text → Reading: `read(text, scene)` is a pure function of the words and the scene."""

from messages.reading.reader import read

__all__ = ["read"]

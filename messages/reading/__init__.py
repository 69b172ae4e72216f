"""Text → Reading: `read(text, scene)` gives a request or a question, a pure function of the words and the scene."""

from messages.reading.reader import read

__all__ = ["read"]

"""Words or a button → Reading: `read` and `chosen` give a request or a question, pure functions of what was said and the scene."""

from messages.reading.drafts import chosen
from messages.reading.reader import read

__all__ = ["chosen", "read"]

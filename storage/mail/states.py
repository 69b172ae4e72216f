"""The states of outbound messages as conditions with literals: only so do both databases use the partial indexes."""

from sqlalchemy import ColumnElement, literal_column

from storage.database.inserting import table_of
from storage.tables import OutboundMessage

STATE = table_of(OutboundMessage).c.state
OPEN_STATES = ("ready", "claimed", "sending")


def _word(state: str) -> ColumnElement[str]:
    return literal_column(f"'{state}'")


READY = _word("ready") == STATE
CLAIMED = _word("claimed") == STATE
SENDING = _word("sending") == STATE
OPEN = STATE.in_([_word(state) for state in OPEN_STATES])  # in the words of ix_outbound_message_open
LEASED = STATE.in_([_word("claimed"), _word("sending")])  # in the words of ix_outbound_message_lease

"""Tests: conversations first, then what a conversation cannot show."""

"""Transcripts: a conversation as specification, test and documentation (docs/transcripts.md)."""

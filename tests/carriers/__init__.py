"""Transcripts carried by the platforms' channels on their fakes."""

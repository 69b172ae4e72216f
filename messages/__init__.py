"""Language, both ways: what people write (reading) and what the bot writes (writing)."""

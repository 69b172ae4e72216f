"""Language, both ways: what people write (reading), what they ask for (requests), and what the bot writes (writing)."""

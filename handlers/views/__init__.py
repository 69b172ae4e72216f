"""How what is known is put for people: plain JSON-able values that commands and duties share, and templates read."""

"""The real program, driven from outside against somebody else's emulator of Telegram."""

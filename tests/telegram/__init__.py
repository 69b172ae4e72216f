"""The Telegram channel, from its update to what the chats see."""

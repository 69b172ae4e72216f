"""Telegram: long polling in, the Bot API out, through python-telegram-bot; nothing else in the program imports it."""

from bot.channels.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]

"""Telegram: long polling in, the Bot API out, through python-telegram-bot; nothing else in the program imports it."""

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.menu import menu

__all__ = ["TelegramChannel", "menu"]

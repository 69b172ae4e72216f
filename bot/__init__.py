"""The running process: settings, channels, the way of a message and of a tick."""

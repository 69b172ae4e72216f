"""The WeCom channel."""

"""企业微信: the intelligent robot over its WebSocket, and the group webhook for mentions."""

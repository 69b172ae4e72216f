"""The official client and its cryptography, as Node.js programs that the tests drive."""

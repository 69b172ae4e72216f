"""The way in: from a platform's event to its answer in the outbox."""

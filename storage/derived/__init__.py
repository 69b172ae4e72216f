"""Read models: what follows from dates and records and is stored nowhere."""

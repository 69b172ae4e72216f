"""The process itself: how it serves, its clock and ticks, its leader, its log."""

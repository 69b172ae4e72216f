"""The running process: settings, intake, dispatch, delivery, clock, replay."""

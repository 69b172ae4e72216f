"""Text → Reading: `read(text, scene)` is a pure function of the words and the scene."""

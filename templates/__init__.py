"""Our words: one letter, one file."""

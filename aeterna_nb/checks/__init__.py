"""Is it right: every check takes what was generated and returns all its findings at once."""

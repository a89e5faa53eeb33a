"""The questions in a terminal: line by line, so that any terminal, a screen reader or a script can follow.

No cursor is moved and nothing is drawn anew, which is why no library for full-screen prompts is used here.
"""

"""One module a command; each has `run(words) -> exit status`."""

ASKED = "_ARGCOMPLETE"
"""The variable with which a shell asks what can follow; its number says how many words the program's name has."""

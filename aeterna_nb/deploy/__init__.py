"""From files that are written to something that runs: look first, say what will change, do it, say why it failed.

Nothing here prints: what happens comes as a stream of `events`, which a command, a notebook or a page shows.
"""

SECONDS = 900
"""How long everything may take to get ready, unless said otherwise: images are large, and databases take their time."""

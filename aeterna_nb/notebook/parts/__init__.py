"""The parts of the page as widgets, each with its script: state in, events out, nothing about answers."""

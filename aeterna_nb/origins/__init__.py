"""Where what is generated comes from: which answers a line depends on, and what an answer causes."""

from aeterna_nb.origins.trace import Causes, Subject, Tracer, identity

__all__ = ["Causes", "Subject", "Tracer", "identity"]

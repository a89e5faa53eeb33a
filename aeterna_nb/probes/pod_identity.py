"""A model that the pod signs in to by its own identity, which nobody here has: only whether the address answers."""

from aeterna_nb.probes import Reply, reached
from aeterna_nb.probes.http import request
from aeterna_nb.probes.vertex_ai import ONLY_A_POD


async def answers(base: str) -> Reply:
    """Whether something answers there with a certificate that is trusted; without a credential it may refuse."""
    await request("GET", base)
    return reached(ONLY_A_POD)

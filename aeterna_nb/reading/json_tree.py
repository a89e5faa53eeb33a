"""JSON as a plain tree, within bounds."""

import json
from typing import Any

from aeterna_nb.config.sentence import Sentence
from aeterna_nb.reading.bounds import Unreadable, check_depth, check_size, too_deep


def json_tree(text: str, named: str) -> Any:
    """What a text of JSON says. Raises Unreadable."""
    check_size(text, named)
    try:
        tree = json.loads(text)
    except RecursionError:
        raise too_deep(named) from None
    except ValueError:
        raise Unreadable(Sentence("{file} is not JSON.", file=named)) from None
    check_depth(tree, named)
    return tree

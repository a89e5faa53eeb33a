"""`python -m aeterna_nb`: the command `aeterna` where it is not on the PATH."""

import sys

from aeterna_nb.commands.main import main

if __name__ == "__main__":
    sys.exit(main())

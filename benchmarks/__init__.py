"""How fast the workbench is, as ratios measured in one run."""

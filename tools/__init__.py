"""Programs for those who work on the workbench; no part of the package."""

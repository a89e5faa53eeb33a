"""Answers from files that exist: an answers file, values of the chart, a Compose file, a profile, and their secrets."""

from aeterna_nb.imports.files import Imported, ImportRefused, configuration_files, read_files, read_folder
from aeterna_nb.imports.left import Left

__all__ = ["ImportRefused", "Imported", "Left", "configuration_files", "read_files", "read_folder"]

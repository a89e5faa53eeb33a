"""The Aeterna workbench: questions in stages, and files that are proven before they are written."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("aeterna-nb")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0+unknown"

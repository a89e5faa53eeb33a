"""The Aeterna workbench: questions in stages, and files that are proven before they are written."""


def __getattr__(name: str) -> str:
    # Looking the version up costs more than all the rest of `aeterna --help`.
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("aeterna-nb")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0+unknown"

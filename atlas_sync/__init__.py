"""Deal and delivery project as one record seen at two stages."""

__all__ = ["__version__"]

__version__ = "0.1.0"

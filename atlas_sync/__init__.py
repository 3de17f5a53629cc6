"""Deal and delivery project as one record seen at two stages."""

__all__ = ["INTERRUPTED", "OF_SIGINT", "__version__"]

__version__ = "0.1.0"

INTERRUPTED = "interrupted: what was landed or decided stays. Call it again for the rest."
"""What the command line says when it is interrupted, be it before anything else of it is loaded."""
OF_SIGINT = 130
"""The exit code then."""

"""`python -m atlas_sync` is the command line, and so is `atlas-sync`.

Nothing else belongs here: what is imported at the top is loaded before an interrupt can be answered.
"""

import sys

from atlas_sync import INTERRUPTED, OF_SIGINT


def main() -> None:
    """Run the command line; who interrupts it while it is being loaded reads the same as later."""
    try:
        from atlas_sync.cli import main as run  # noqa: PLC0415 - loading it takes the longest

        run()
    except KeyboardInterrupt:
        sys.stderr.write(f"{INTERRUPTED}\n")
        sys.exit(OF_SIGINT)
    finally:
        # An interrupt of code that was made of text, as a dataclass is, counts as unhandled until other such code has run,
        # and the interpreter then dies by the signal whatever it was told to exit with.
        exec("")  # noqa: S102 - runs nothing


if __name__ == "__main__":
    main()

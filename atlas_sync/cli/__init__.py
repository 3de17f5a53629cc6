"""The command line: one file a command, each calls one operation."""

from atlas_sync.cli.app import main

__all__ = ["main"]

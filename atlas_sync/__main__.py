"""`python -m atlas_sync` is the command line."""

from atlas_sync.cli import main

if __name__ == "__main__":
    main()

"""Measurements against others, each side in a process of its own, on made data."""

"""Keeping what a change takes away, and putting it back. Face: `losses_of`, `preserve`, `label_of`."""

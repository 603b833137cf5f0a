"""Probes by subject; `checks/preflight.py` decides which a change needs."""

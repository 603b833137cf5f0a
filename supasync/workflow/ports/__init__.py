"""What the workflow needs of the world, as small Protocols; `supasync/wiring.py` hands it the adapters."""

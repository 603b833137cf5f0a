"""What may go wrong with a change: hazards, and probes of existing rows. Face: `hazards_of`, `probes_of`, `Finding`."""

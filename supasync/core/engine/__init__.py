"""Everything that corrects the CLI's diff. Face: `corrected`."""

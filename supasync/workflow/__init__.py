"""The steps that commands share, in the order in which data flows through them."""

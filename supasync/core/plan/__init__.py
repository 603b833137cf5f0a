"""Plans, migration files, ledger, history, rollbacks as data. Face: `Plan`, `Entry`."""

"""The steps of a rollback."""

"""What is in a database: fingerprint, facts, types, expected states. Face: `Fingerprint`, `compare`, `TargetFacts`."""

"""The built-in apps: their catalogue entries, and a tiny API for each."""

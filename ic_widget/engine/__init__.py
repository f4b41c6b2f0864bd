"""The engine: what this package reads from it, and the tokens it asks for."""

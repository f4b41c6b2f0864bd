"""What the engine asks people for: its Data Schema, and what a form makes of given values."""

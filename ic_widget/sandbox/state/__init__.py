"""What a sandbox knows: its apps, connections, grants, and who waits for what."""

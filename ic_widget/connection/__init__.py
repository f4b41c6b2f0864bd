"""A connection put to work: calls of its app, long lists, actions, and what changes the connection itself."""

"""What all answers have in common: handlers, pages, selectors, the server."""

"""Where a browser opens a connection: the request, the way back from the provider, the outcome."""

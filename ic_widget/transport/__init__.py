"""One call to the engine: HTTP, proxies and trust, the tokens, repetitions, and what must not be shown."""

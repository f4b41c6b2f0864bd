"""The sandbox's own provider: sign-in, consent, and the endpoints that hand out tokens."""

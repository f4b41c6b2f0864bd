"""The kernel's half of one page: its session, the wire, tickets and the catalogue."""

"""How the answer of an attempt comes back to the kernel."""

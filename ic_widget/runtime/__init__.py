"""The loop and the threads everything runs on, and what every public call has in common."""

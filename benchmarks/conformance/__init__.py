"""Cases that nobody on this project wrote, run against the engine."""

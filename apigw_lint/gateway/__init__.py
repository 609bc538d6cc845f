"""A tree to what it means."""

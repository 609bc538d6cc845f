"""The table of routes and its formats."""

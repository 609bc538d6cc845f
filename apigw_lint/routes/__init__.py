"""The table of routes: what the gateway does with the requests of each operation."""

"""Fixes: edits made of nodes, and the text that they write."""

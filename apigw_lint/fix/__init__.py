"""Owns fixes: the edits they are made of, and applying them to texts and files."""

"""Owns the report formats: each is a module with one pure function from a report to text."""

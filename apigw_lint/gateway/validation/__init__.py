"""Runs JSON Schemas: one interface, and an adapter for each library that implements them."""

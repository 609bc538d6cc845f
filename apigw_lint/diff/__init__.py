"""What changes for callers and for safety between two states of a specification."""

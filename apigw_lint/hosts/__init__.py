"""The hosts of specifications: a module for each kind of file that holds documents, or places with documents in it.

A host is a function from a source and a way of reading to `Contents`. `inputs.py` decides which host a file is.
"""

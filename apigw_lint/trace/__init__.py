"""What the gateway does with one request, step by step, as far as its documentation says it."""

"""Programs of others, run in environments of their own."""

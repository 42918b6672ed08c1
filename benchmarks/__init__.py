"""What is fast, measured beside its peers."""

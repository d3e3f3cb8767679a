"""What needs Bumble. Loaded by radio.load() only."""

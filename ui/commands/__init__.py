"""What the commands do, and when they can."""

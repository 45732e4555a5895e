"""What the commands do, and when each is enabled."""

"""What the window is made of: each view shows, and tells what the person did."""

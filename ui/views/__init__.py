"""The views of the window: each shows something, and emits what the person did."""

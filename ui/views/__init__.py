"""The widgets of the window: they show and tell what the person did, and decide nothing."""

"""The window of Pressmark, in Qt. It decides nothing about articles."""

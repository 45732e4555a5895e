"""What is measured with: the articles, the questions asked of them, and their prepared text."""

"""What is said of the figures: tables, pictures and goals."""

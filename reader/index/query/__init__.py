"""What a person typed: lexed, parsed, and looked for in a text."""

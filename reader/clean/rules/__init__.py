"""What a page loses and how it is put right: boilerplate, and one way to write each thing."""

"""What the tests of every room share: captures, watches over what a test leaves or reaches, waiting, figures."""

"""What a funding request changes, beside every other use of the same money and staff."""

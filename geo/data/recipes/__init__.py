"""What the shipped data is made by: what was typed in by hand, and how shapes are made of it."""

"""Maps and pages of what `geo` says."""

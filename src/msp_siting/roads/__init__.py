"""Road graphs with declared speeds; the only code that reads OpenStreetMap."""

"""One file for each concern of the asset graph."""

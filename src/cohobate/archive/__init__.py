"""Sources and claims in files with front matter: read in whatever state they are, checked, written back unchanged."""

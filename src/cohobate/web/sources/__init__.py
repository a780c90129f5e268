"""The shelf of sources and claims that all people of a server share."""

"""Rooms and the events in them, invitations, and the pages around a room."""

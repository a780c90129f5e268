"""Workshops for people who learn to do research: what they run, and what is measured of it."""

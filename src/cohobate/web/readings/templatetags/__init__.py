"""What templates of reader tests can do."""

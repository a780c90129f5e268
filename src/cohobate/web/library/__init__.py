"""Workshop files: reading, forking, writing and comparing them."""

"""The web server for rooms: thin views over the practicum, one small app a concern. Needs the extra `cohobate[web]`."""

"""onefold beside code written by hand and its peers, on SQLite: `python -m bench`."""

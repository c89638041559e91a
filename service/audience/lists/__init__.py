"""Files of readers, read in plain Python: table (a file as rows), columns (which says what), rows (what a
row asks for), marks (who was met before). importing.py acts on what comes out."""

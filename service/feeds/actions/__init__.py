"""`publish` finds which feeds are owed and writes them; `documents` says what one holds."""

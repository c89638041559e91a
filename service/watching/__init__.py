"""How this installation fares: figures for machines, findings for whoever runs it. Knows no reader by name."""

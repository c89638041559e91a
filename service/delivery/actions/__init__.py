"""What delivery does: `plan` freezes a mailing, `send` hands it over, `gate` stops and suppresses."""

"""What the content store decides, in plain Python: `drafts` are the values that come in, `reading`
turns one into what readers get, `changes` says what a new reading means, `places` knows countries."""

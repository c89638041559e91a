"""The partners' API: what a partner's program asks for, and says."""

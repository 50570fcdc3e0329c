"""The pages of sessions: gate, form, operation, answer."""

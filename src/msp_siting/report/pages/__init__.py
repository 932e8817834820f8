"""The pages of every kind of run."""

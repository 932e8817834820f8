"""The decision sheet of a request."""

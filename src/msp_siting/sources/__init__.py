"""Readers of official files, and recipes that build territory folders from them."""

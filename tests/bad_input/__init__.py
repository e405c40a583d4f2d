"""Broken inputs, each with the message that it deserves."""

"""Flags and cases: what moderators are shown, what they may do, and what becomes of it."""

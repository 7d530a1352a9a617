"""Trying thresholds on a server's own past, in Discord: a run, its message, and people's judgements."""

"""The mood of channels, and never of people: counts of feelings by channel and hour, shown over time."""

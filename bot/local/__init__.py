"""The simulated server: the real bot in a small guild in memory, as a page or playing a scenario."""

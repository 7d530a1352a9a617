"""Whether the bot is well: figures, an endpoint on this machine, and a watch over the gateway."""

"""The moderation core: questions, running orders, one room. Standard library only, no clock, no randomness, no I/O."""

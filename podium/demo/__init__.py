"""The demo: the Smart City Dialog at the Smart Country Convention."""

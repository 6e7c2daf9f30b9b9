"""`podium doctor`: looks at a machine and its settings before the event, and says what to do."""

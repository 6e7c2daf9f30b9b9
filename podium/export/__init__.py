"""What a room's organiser takes home: `podium export`."""

from podium.export.command import add_arguments as add_arguments
from podium.export.command import run as run

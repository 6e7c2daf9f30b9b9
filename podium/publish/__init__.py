"""`podium publish`: sends a media file or the test card to any WHIP endpoint (RFC 9725), in real time."""

"""The relay: WebRTC packets from one publisher to many viewers, forwarded and never decoded."""

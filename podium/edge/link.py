"""The Link header (RFC 8288)."""


def link(target: str, **attributes: str) -> str:
    """One link as a header value. Attributes are quoted and escaped; `credential_type` is written `credential-type`."""
    parts = [f"<{target}>"]
    for name, value in attributes.items():
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        parts.append(f'{name.replace("_", "-")}="{escaped}"')
    return "; ".join(parts)

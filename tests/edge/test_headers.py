"""What a page of ours may do."""

from podium.edge.headers import content_security_policy, permissions


def test_pages_load_nothing_from_another_host_and_run_nothing_inline():
    policy = dict(rule.split(" ", 1) for rule in content_security_policy(()).split("; "))
    assert policy["default-src"] == "'none'"
    assert {source for sources in policy.values() for source in sources.split()} == {
        "'none'",
        "'self'",
        "data:",
        "blob:",
    }


def test_only_the_studio_may_ask_for_camera_microphone_and_screen():
    studio, others = permissions(studio=True), permissions(studio=False)
    for device in ("camera", "microphone", "display-capture"):
        assert f"{device}=(self)" in studio
        assert f"{device}=()" in others
    assert "geolocation=()" in studio


def test_viewers_may_be_sent_to_the_operators_other_server():
    assert "connect-src 'self' https://second.example;" in content_security_policy(["https://second.example"])
    assert "connect-src 'self';" in content_security_policy(())
    engines = [f"https://live.example:8443/whep/{feed}" for feed in ("programme", "sign-language")]
    assert "connect-src 'self' https://live.example:8443;" in content_security_policy(engines)

"""What single attribute lines say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.formats import MOST_LAYERS, Unreadable, codecs, extensions, layers, sources


def attributes(*lines: str) -> list[tuple[str, str]]:
    return [(key, value) for key, _, value in (line.partition(":") for line in lines)]


def test_formats_are_read_whatever_they_are() -> None:
    found = codecs(
        attributes("rtpmap:96 X-New/90000", "fmtp:96 a=1;b", "rtcp-fb:* nack", "rtcp-fb:96 nack pli"), ["0", "96", "96"]
    )
    assert [(codec.payload_type, codec.name, codec.parameters) for codec in found] == [(96, "X-New", "a=1;b")]
    assert found[0].feedback == {"nack", "nack pli"}


@pytest.mark.parametrize("payload_types", [["128"], ["-1"], ["x"]])
def test_payload_types_are_numbers(payload_types: list[str]) -> None:
    with pytest.raises(Unreadable):
        codecs([], payload_types)


def test_extensions_keep_their_direction_apart() -> None:
    uris, directions = extensions(attributes("extmap:1 a", "extmap:2/recvonly b", "extmap:3/odd c", "extmap:4096 d"))
    assert uris == {1: "a", 2: "b", 3: "c"}
    assert directions == {2: "recvonly"}


def test_sources_and_their_partners() -> None:
    assert sources(attributes("ssrc-group:FID 1 2", "ssrc:1 cname:x", "ssrc:2 cname:x")) == ((1,), (2,))
    assert sources(attributes("ssrc:1 cname:x", "ssrc:1 msid:a b")) == ((1,), ())
    assert sources([]) == ((), ())


def test_sources_of_an_ssrc_simulcast_are_in_its_order() -> None:
    lines = ["ssrc-group:SIM 3 1 5", "ssrc-group:FID 1 2", "ssrc-group:FID 3 4", "ssrc-group:FID 5 6"]
    lines += [f"ssrc:{ssrc} cname:x" for ssrc in range(1, 7)]
    assert sources(attributes(*lines)) == ((3, 1, 5), (4, 2, 6))


def test_partners_count_only_when_every_source_has_one() -> None:
    assert sources(attributes("ssrc-group:FID 1 2", "ssrc:1 cname:x", "ssrc:7 cname:x")) == ((1, 7), ())


def test_odd_sources_are_passed_over() -> None:
    odd = attributes(
        "ssrc:x cname:y", f"ssrc:{1 << 32} cname:x", "ssrc:", "ssrc-group:FID 1", "ssrc-group:", "ssrc:9 a"
    )
    assert sources(odd) == ((9,), ())


@pytest.mark.parametrize("simulcast", ["send h;m;l", "recv x send h;m;l", "send h,q;~m;l,~h", " send rid=h;m;l"])
def test_layers_in_the_order_of_the_simulcast(simulcast: str) -> None:
    lines = attributes("rid:l send", "rid:m send max-width=640", "rid:h send", "rid:x recv", f"simulcast:{simulcast}")
    assert layers(lines) == {"h": "", "m": "max-width=640", "l": ""}
    assert list(layers(lines)) == ["h", "m", "l"]


def test_layers_need_both_their_lines() -> None:
    assert layers(attributes("rid:h send", "rid:m send")) == {}
    assert layers(attributes("simulcast:send h;m")) == {}
    assert layers(attributes("rid:h send", "simulcast:send h;m")) == {"h": ""}
    assert layers(attributes("rid:h/ send", "rid", "simulcast:send h/")) == {}


def test_layers_are_bounded() -> None:
    names = [f"r{number}" for number in range(MOST_LAYERS + 3)]
    lines = attributes(*(f"rid:{name} send" for name in names), "simulcast:send " + ";".join(names))
    assert list(layers(lines)) == names[:MOST_LAYERS]


@given(
    st.lists(st.tuples(st.sampled_from(["ssrc", "ssrc-group", "rid", "simulcast"]), st.text(max_size=40)), max_size=8)
)
def test_any_text_is_read(lines: list[tuple[str, str]]) -> None:
    ssrcs, repairs = sources(lines)
    assert len(repairs) in (0, len(ssrcs))
    assert len(layers(lines)) <= MOST_LAYERS

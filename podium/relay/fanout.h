/* What Python and fanout.c share. cffi reads this file too: declarations only, no preprocessor. */

/* The way out to one peer; podium.relay.lanes.Outlet keeps it. `name` is a sockaddr_in or sockaddr_in6. */
struct podium_outlet {
    void *context; /* libsrtp's session */
    uint64_t packets;
    uint64_t octets;
    uint64_t dropped;
    uint32_t name_length;
    uint8_t name[28];
};

/* One viewer of a burst: what is added to the burst's numbers for it. */
struct podium_lane {
    struct podium_outlet *outlet;
    uint32_t ssrc;
    uint32_t shift;
    uint32_t time_shift;
};

/* A packet of the image, in the stream's numbers; behind its `length` bytes there is room for what sealing appends. */
struct podium_place {
    uint32_t offset;
    uint32_t length;
    uint32_t sequence;
    uint32_t timestamp;
};

/* Packets that leave as one message, `segment` bytes each, the last may be shorter; 0: one packet. */
struct podium_run {
    uint32_t offset;
    uint32_t size;
    uint32_t segment;
};

struct podium_burst {
    const uint8_t *image;
    const struct podium_place *places;
    const struct podium_run *runs;
    uint32_t size;
    uint32_t place_count;
    uint32_t run_count;
};

struct podium_fanout {
    void *protect; /* srtp_protect */
    int descriptor;
    int refused;   /* the device does not segment (EIO): lay the next bursts out without */
    uint64_t sent_packets;
    uint64_t sent_octets;
    uint64_t unsealed;
    uint64_t dropped;
};

uint32_t podium_source(void);
void podium_fan_out(struct podium_fanout *, const struct podium_burst *, const struct podium_lane *, uint32_t);

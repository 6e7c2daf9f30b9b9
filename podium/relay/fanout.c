/* The hot path of podium/relay/fanout.py in C: copy, number, seal and send a burst for every viewer, in one call.
 *
 * Optional: without it Python does the same, byte for byte (tests/relay/test_compiled.py). Knows nothing of
 * Python and of libsrtp's headers: the pointer to srtp_protect comes with the call. scripts/compiled.py builds it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "fanout.h"

#ifndef SOURCE
#define SOURCE 0
#endif

enum {
    MOST_MESSAGES = 64,
    ARENA = 256 * 1024, /* what is sealed together is sent while it is still in the processor's cache */
    UDP_SEGMENT_OPTION = 103,
};

typedef int protect_call(void *context, void *packet, int *length);

struct control {
    size_t length;
    int level;
    int type;
    uint16_t segment;
} __attribute__((aligned(8)));

struct batch {
    unsigned count;
    size_t used;
    struct podium_outlet *outlets[MOST_MESSAGES];
    struct mmsghdr messages[MOST_MESSAGES];
    struct iovec vectors[MOST_MESSAGES];
    struct control controls[MOST_MESSAGES];
    uint8_t arena[ARENA];
};

/* Which CRC of the two source files this was built from (scripts/compiled.py); Python loads no other. */
uint32_t podium_source(void) { return SOURCE; }

static void drop(struct podium_fanout *fanout, struct podium_outlet *outlet, unsigned packets) {
    outlet->dropped += packets;
    fanout->dropped += packets;
}

static unsigned packets_of(const struct batch *batch, unsigned number) {
    size_t size = batch->vectors[number].iov_len, segment = batch->controls[number].segment;
    return segment ? (unsigned)((size + segment - 1) / segment) : 1;
}

/* One run, packet by packet: for devices that do not segment. */
static void send_plainly(struct podium_fanout *fanout, const struct batch *batch, unsigned number) {
    struct podium_outlet *outlet = batch->outlets[number];
    const uint8_t *at = batch->vectors[number].iov_base;
    size_t left = batch->vectors[number].iov_len, segment = batch->controls[number].segment;
    while (left) {
        size_t size = left < segment ? left : segment;
        const struct sockaddr *name = (const struct sockaddr *)outlet->name;
        if (sendto(fanout->descriptor, at, size, 0, name, outlet->name_length) < 0) drop(fanout, outlet, 1);
        at += size;
        left -= size;
    }
}

/* What the kernel refuses is dropped for that viewer alone. */
static void send_batch(struct podium_fanout *fanout, struct batch *batch) {
    unsigned done = 0;
    while (done < batch->count) {
        int sent = sendmmsg(fanout->descriptor, batch->messages + done, batch->count - done, 0);
        if (sent > 0) {
            done += (unsigned)sent;
            continue;
        }
        if (errno == EINTR) continue;
        int segmented = batch->controls[done].segment != 0;
        if (segmented && (errno == EIO || errno == EINVAL || errno == EMSGSIZE || errno == EOPNOTSUPP)) {
            if (errno == EIO) fanout->refused = 1;
            send_plainly(fanout, batch, done);
        } else {
            drop(fanout, batch->outlets[done], packets_of(batch, done));
        }
        done++;
    }
    batch->count = 0;
    batch->used = 0;
}

static void add(struct batch *batch, struct podium_outlet *outlet, uint8_t *at, const struct podium_run *run) {
    unsigned number = batch->count++;
    struct msghdr *header = &batch->messages[number].msg_hdr;
    struct control *control = &batch->controls[number];
    batch->outlets[number] = outlet;
    batch->vectors[number] = (struct iovec){at, run->size};
    *control = (struct control){CMSG_LEN(sizeof(uint16_t)), IPPROTO_UDP, UDP_SEGMENT_OPTION, (uint16_t)run->segment};
    *header = (struct msghdr){
        .msg_name = outlet->name,
        .msg_namelen = outlet->name_length,
        .msg_iov = &batch->vectors[number],
        .msg_iovlen = 1,
        .msg_control = run->segment ? control : NULL,
        .msg_controllen = run->segment ? sizeof *control : 0,
    };
}

static void put16(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value) {
    put16(at, value >> 16);
    put16(at + 2, value);
}

/* Whether every packet of the burst could be sealed for this viewer. */
static int seal(protect_call *protect, const struct podium_burst *burst, const struct podium_lane *lane, uint8_t *base) {
    memcpy(base, burst->image, burst->size);
    for (uint32_t number = 0; number < burst->place_count; number++) {
        const struct podium_place *place = &burst->places[number];
        uint8_t *packet = base + place->offset;
        int length = (int)place->length;
        put16(packet + 2, place->sequence + lane->shift);
        put32(packet + 4, place->timestamp + lane->time_shift);
        put32(packet + 8, lane->ssrc);
        if (protect(lane->outlet->context, packet, &length)) return 0;
    }
    return 1;
}

/* The burst to all viewers of `lanes`. A burst is no longer than the arena, and of no more runs than messages. */
void podium_fan_out(struct podium_fanout *fanout, const struct podium_burst *burst, const struct podium_lane *lanes,
                    uint32_t count) {
    static _Thread_local struct batch batch;
    protect_call *protect = (protect_call *)fanout->protect;
    batch.count = 0;
    batch.used = 0;
    for (const struct podium_lane *lane = lanes; lane < lanes + count; lane++) {
        struct podium_outlet *outlet = lane->outlet;
        if (batch.used + burst->size > ARENA || batch.count + burst->run_count > MOST_MESSAGES) {
            send_batch(fanout, &batch);
        }
        uint8_t *base = batch.arena + batch.used;
        if (!seal(protect, burst, lane, base)) {
            fanout->unsealed += burst->place_count;
            outlet->dropped += burst->place_count;
            continue;
        }
        for (uint32_t number = 0; number < burst->run_count; number++) {
            add(&batch, outlet, base + burst->runs[number].offset, &burst->runs[number]);
        }
        batch.used += burst->size;
        outlet->packets += burst->place_count;
        outlet->octets += burst->size;
        fanout->sent_packets += burst->place_count;
        fanout->sent_octets += burst->size;
    }
    send_batch(fanout, &batch);
}

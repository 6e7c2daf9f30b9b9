/* The floor under any relay: seal packets that lie ready, and hand them to the kernel. Nothing is copied; two bytes are
 * written per packet, for libsrtp does less for a sequence number that it has seen. */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { TOGETHER = 24 }; /* viewers per system call: their packets stay in the processor's cache */

typedef int protect_call(void *context, void *packet, int *length);

struct control {
    size_t length;
    int level;
    int type;
    uint16_t segment;
} __attribute__((aligned(8)));

/* `packets` of `plain` bytes, each with 16 bytes of room, to each of `count` viewers. Returns messages sent. */
long floor_send(int descriptor, void *protect, void **contexts, struct sockaddr_in *names, int count, int packets,
                int plain, int segmented, unsigned sequence) {
    static uint8_t arena[TOGETHER * 64 * 1200];
    struct mmsghdr messages[TOGETHER * 64];
    struct iovec vectors[TOGETHER * 64];
    struct control control = {CMSG_LEN(2), IPPROTO_UDP, 103, (uint16_t)(plain + 16)};
    long done = 0;
    for (int first = 0; first < count; first += TOGETHER) {
        int number = 0;
        for (int viewer = first; viewer < count && viewer < first + TOGETHER; viewer++) {
            uint8_t *base = arena + (size_t)(viewer - first) * (size_t)packets * (size_t)(plain + 16);
            for (int at = 0; at < packets; at++) {
                uint8_t *packet = base + (size_t)at * (size_t)(plain + 16);
                int length = plain;
                packet[0] = 0x80;
                packet[2] = (uint8_t)((sequence + (unsigned)at) >> 8);
                packet[3] = (uint8_t)(sequence + (unsigned)at);
                ((protect_call *)protect)(contexts[viewer], packet, &length);
                if (segmented && at) continue;
                vectors[number] = (struct iovec){packet, (size_t)(plain + 16) * (size_t)(segmented ? packets : 1)};
                memset(&messages[number], 0, sizeof messages[number]);
                messages[number].msg_hdr.msg_name = &names[viewer];
                messages[number].msg_hdr.msg_namelen = sizeof names[viewer];
                messages[number].msg_hdr.msg_iov = &vectors[number];
                messages[number].msg_hdr.msg_iovlen = 1;
                if (segmented && packets > 1) {
                    messages[number].msg_hdr.msg_control = &control;
                    messages[number].msg_hdr.msg_controllen = sizeof control;
                }
                number++;
            }
        }
        for (int sent = 0; sent < number;) {
            int now = sendmmsg(descriptor, messages + sent, (unsigned)(number - sent), 0);
            if (now <= 0) return -1;
            sent += now;
            done += now;
        }
    }
    return done;
}

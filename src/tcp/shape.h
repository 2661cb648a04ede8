/* shape.h -- how a stream writes and reads, where that is to be watched
 *
 * TCP carries bytes as fast as it can, in segments as large as it can. Whoever
 * wants to see it at work asks for less: small writes, pauses between them, an
 * end in the middle of a response, small reads. A response asks for its stream
 * (struct shape_wish), and a listener for all of its streams (shape_base).
 * Most streams have no shape, and pay a test of a pointer for each read and
 * each write.
 *
 *     stream   ...response | response with a wish .......... | response...
 *              ahead: base | writes of write_max, paced      | base
 *                                                            ^ left is 0: or
 *                                                              the end
 *
 * Pure: it decides, and turn_shape.c and socket_io.c act. Times are of
 * clock_now_us. A shape belongs to its stream, and so to one worker's thread.
 */
#ifndef TCP_SHAPE_H
#define TCP_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* Bytes of a write that is followed by a pause, unless a wish has fewer: as
     * many as fit into a segment on an Ethernet, with timestamps. */
    SHAPE_WRITE_MAX = 1448,

    /* A pace slower than such writes allow has smaller ones. */
    SHAPE_WRITES_A_SECOND = 20,

    SHAPE_LATE_US = 50000, /* a pace that is later than this is not made up */
};

enum shape_end {
    SHAPE_GOES_ON,
    SHAPE_ENDS,   /* with a FIN */
    SHAPE_RESETS, /* once the peer has acknowledged what was sent */
};

/* What a response asks for. */
struct shape_wish {
    uint64_t len;  /* bytes of its content that the wish holds for; the rest, if
                      it ends the stream, is not sent */
    uint64_t pace; /* bytes a second; 0: as fast as it can */
    uint32_t delay_us;  /* between two writes; 0: none. Not with a pace */
    uint32_t write_max; /* bytes of one write; 0: see above */
    bool ends_records;  /* each write is a record, which TCP does not join with
                           others in a segment (MSG_EOR) */
    enum shape_end end;
};

/* What a listener asks for. */
struct shape_base {
    uint64_t pace;           /* as above */
    uint32_t first_recv_max; /* bytes of a message that are received before the
                                protocol sees it; 0: as many as come */
};

struct shape {
    struct shape_base base;
    struct shape_wish wish;
    uint64_t ahead; /* bytes queued before the response, not sent yet */
    uint64_t left;  /* bytes of the response that the wish still holds for */
    int64_t due_us; /* of the next write; 0: at once */
    uint64_t kernel_pace; /* what the socket was given; 0: no bound */
    uint32_t recv_max;    /* the protocol sets it: bytes of each recv for the
                             rest of this message; 0: as many as come */
};

/* Whether streams need a shape for this. */
static inline bool shape_is_needed(const struct shape_base *base)
{
    return base->pace > 0 || base->first_recv_max > 0;
}

/* The bytes of each write that a wish asks for; UINT64_MAX: any number. */
uint64_t shape_wish_write_len(const struct shape_wish *wish);

/* NULL: no memory. Any thread. */
struct shape *shape_new(const struct shape_base *base);
void shape_free(struct shape *shape); /* or NULL */

/* A response was queued behind `ahead` bytes: its head, and content that may
 * follow later. The wish, which is copied, holds for it. */
void shape_begin(struct shape *shape, const struct shape_wish *wish,
                 uint64_t ahead, uint64_t head_len);

/* Where the stream ends here: the wish holds for no more bytes, and ends it. */
static inline bool shape_is_over(const struct shape *shape)
{
    return shape->wish.end != SHAPE_GOES_ON && shape->ahead == 0 &&
           shape->left == 0;
}

/* The bytes that the next write may have, at least 1; UINT64_MAX: any number.
 * Not where it is over. */
uint64_t shape_write_max(const struct shape *shape);

/* Whether that write is a record, and the pace that it belongs to (0: none). */
bool shape_ends_record(const struct shape *shape);
uint64_t shape_pace(const struct shape *shape);

/* A write of `len` bytes was accepted. */
void shape_wrote(struct shape *shape, uint64_t len, int64_t now_us);

/* From here on there are no pauses, whatever was asked for. */
void shape_hurry(struct shape *shape);

/* How many bytes the next recv takes, of at least 1 for which there is room.
 * With recv_max so many. Else, at the beginning of a message (`is_first`, or
 * its first bytes are pending: `begun_len`), those up to first_recv_max of that
 * message; once the protocol has used what came, as many as come. */
size_t shape_recv_max(const struct shape *shape, bool is_first,
                      size_t begun_len, size_t room);

#endif

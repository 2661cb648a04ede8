#include "http/session.h"

#include "base/log.h"
#include "http/response.h"

#include "served_site.h"
#include "suite.h"

/* The property: for any sequence of requests and any way of cutting the bytes
 * into segments, the responses are the same, in order, one for each request. */

#define END "\r\n"
#define IN_1_1 " HTTP/1.1\r\nHost: a\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n\r\n"

enum {
    ROUNDS = 3000,
    CUTS_OF_ROUND = 4,
    REQUESTS_MAX = 6, /* of one round */
    ROUND_BYTES_MAX = REQUESTS_MAX * 20000,
    LONG_HEAD = 17000,
};

struct sample {
    struct bytes text;
    bool ends; /* what follows it gets no response */
};

#define GOOD(literal)                           \
    {                                           \
        {(literal), sizeof(literal) - 1}, false \
    }
#define LAST(literal)                          \
    {                                          \
        {(literal), sizeof(literal) - 1}, true \
    }

static const struct sample samples[] = {
    GOOD("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    GOOD("GET /file" IN_1_1 "User-Agent: x\r\nAccept: */*\r\n\r\n"),
    GOOD("GET /file" IN_1_1 END),
    GOOD("HEAD /file" IN_1_1 END),
    GOOD("HEAD /absent" IN_1_1 END),
    GOOD("GET /medium" IN_1_1 END),
    GOOD("GET /big" IN_1_1 END),
    GOOD("GET /empty" IN_1_1 END),
    GOOD("GET /absent" IN_1_1 END),
    GOOD("GET /dir?q" IN_1_1 END),
    GOOD("GET /x/../file" IN_1_1 END),
    GOOD("GET http://b:8/file" IN_1_1 END),
    GOOD("GET /file" IN_1_1 "Range: bytes=1-3\r\n\r\n"),
    GOOD("GET /file" IN_1_1 "Range: bytes=1-3,5-5\r\n\r\n"),
    GOOD("GET /file" IN_1_1 "Range: bytes=99-\r\n\r\n"),
    GOOD("GET /big" IN_1_1 "Range: bytes=-3,0-2\r\n\r\n"),
    GOOD("GET /file" IN_1_1 "If-None-Match: *\r\n\r\n"),
    GOOD("GET /file" IN_1_1 "If-Match: \"x\"\r\n\r\n"),
    GOOD("GET /file" IN_1_1 "X:\r\nY: \t\r\nZ:z\r\n\r\n"),
    GOOD("GET /file" IN_1_1 "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"),
    GOOD("GET /file HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
    GOOD("OPTIONS *" IN_1_1 END),
    GOOD("POST /file" IN_1_1 "Content-Length: 5\r\n\r\nhello"),
    GOOD("GET /file" IN_1_1 "Content-Length: 5\r\n"
         "Expect: 100-continue\r\n\r\nhello"),
    GOOD("POST /file" IN_1_1 CHUNKED "5\r\nhello\r\n0\r\n\r\n"),
    GOOD("POST /file" IN_1_1 CHUNKED "1;a\r\nx\r\n2;b=\"c\"\r\n\r\n\r\n"
         "0\r\nA: b\r\nC: d\r\n\r\n"),
    GOOD("GET /file" IN_1_1 "Expect: 100-continue\r\n" CHUNKED
         "A\r\n0123456789\r\n0\r\n\r\n"),
    GOOD(END "GET /file" IN_1_1 END),
    GOOD(END END END "GET /file" IN_1_1 END),

    LAST("POST /file" IN_1_1 "Content-Length: 5\r\n"
         "Expect: 100-continue\r\n\r\nhello"),
    LAST("PUT /file" IN_1_1 "Expect: 100-continue\r\n" CHUNKED
         "A\r\n0123456789\r\n0\r\n\r\n"),
    LAST("GET /file HTTP/1.0\r\n\r\n"),
    LAST("GET /file" IN_1_1 "Connection: close\r\n\r\n"),
    LAST("CONNECT a:1" IN_1_1 END),
    LAST("GET /file HTTP/1.1\r\n\r\n"),
    LAST("GET /%zz" IN_1_1 END),
    LAST("PROPFIND /file" IN_1_1 END),
    LAST("FOO /file" IN_1_1 END),
    LAST("FOO /\x01 HTTP/9.9\n"),
    LAST("GET /file HTTP/2.0\r\nHost: a\r\n\r\n"),
    LAST("GET /file HTTP/2.0\r\nHo\x01st : a\r\n\r\n"),
    LAST("GET /file HTTP/7.7\r\n"),
    LAST("GET /file\r\n\r\n"),
    LAST("GET  /file" IN_1_1 END),
    LAST("GET /fi le" IN_1_1 END),
    LAST("GET /file HTTP/1.1\nHost: a\r\n\r\n"),
    LAST("GET /file" IN_1_1 "X: a\rb\r\n\r\n"),
    LAST("GET /file" IN_1_1 "X: a\r\n b\r\n\r\n"),
    LAST("GET /file" IN_1_1 "X : a\r\n\r\n"),
    LAST("GET /file" IN_1_1 ": a\r\n\r\n"),
    LAST("GET /file" IN_1_1 "X: \x01\r\nContent-Length: +1\r\n\r\n"),
    LAST("GET /file" IN_1_1 "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"),
    LAST("GET /file" IN_1_1 "Content-Length: 5\r\n" CHUNKED "0\r\n\r\n"),
    LAST("GET /file" IN_1_1 "Content-Length: 65537\r\nExpect: a\r\n\r\n"),
    LAST("GET /file" IN_1_1 "Expect: a\r\n\r\n"),
    LAST("GET /file" IN_1_1 "Transfer-Encoding: gzip, chunked\r\n\r\n"),
    LAST("GET /file" IN_1_1 "Transfer-Encoding: chunked, gzip\r\n\r\n"),
    LAST("POST /file" IN_1_1 CHUNKED "5\r\nhelloX"),
    LAST("POST /file" IN_1_1 CHUNKED "x\r\n"),
    LAST("POST /file" IN_1_1 CHUNKED "PRI * HTTP/2.0\r\n"),
    LAST("POST /file" IN_1_1 CHUNKED "\x16\x03"),
    LAST("POST /file" IN_1_1 CHUNKED "0\r\n\x01\r\n\r\n"),
    LAST(END END END END END END END END END),
    LAST("\x16\x03\x01"),
    LAST("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
};

enum { SAMPLES = sizeof(samples) / sizeof(samples[0]) };

/* The same numbers everywhere and each time (xorshift). */
static uint64_t random_state;

static size_t below(size_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state % bound);
}

struct round {
    size_t len, count; /* bytes, and responses that are due */
    bool ends;
    char text[ROUND_BYTES_MAX];
};

static void add(struct round *r, const struct sample *sample)
{
    memcpy(r->text + r->len, sample->text.at, sample->text.len);
    r->len += sample->text.len;
    r->count += !r->ends;
    r->ends |= sample->ends;
}

/* A head that is longer than may be, with or without a fault in it. */
static void add_long_head(struct round *r, bool with_fault)
{
    static const struct sample start = GOOD("GET /file" IN_1_1 "X: ");

    add(r, &start);
    memset(r->text + r->len, 'x', LONG_HEAD);
    if (with_fault)
        r->text[r->len + below(LONG_HEAD)] = '\x01';
    r->len += LONG_HEAD;
    r->ends = true;
}

static void make_round(struct round *r)
{
    size_t count = 1 + below(REQUESTS_MAX);

    r->len = r->count = 0;
    r->ends = false;
    for (size_t i = 0; i < count; i++) {
        size_t which = below(SAMPLES + 1);

        if (which < SAMPLES)
            add(r, &samples[which]);
        else if (below(8) == 0)
            add_long_head(r, below(2) == 0);
    }
}

/* Feeds the round in pieces of at most `piece_max` bytes, and makes of the
 * responses what can be compared. */
static void feed_round(struct served_site *s, struct http_stream *stream,
                       const struct round *r, size_t piece_max)
{
    size_t room = RESPONSE_ITEMS_MAX + below(TURN_OUT_ITEMS);

    s->observer.count = 0;
    stream_open(stream, s->worker, room, TURN_OUT_BYTES);
    for (size_t at = 0; at < r->len;) {
        size_t piece = piece_max == 0 ? r->len : 1 + below(piece_max);

        piece = piece < r->len - at ? piece : r->len - at;
        stream_feed(stream, r->text + at, piece);
        at += piece;
    }
    ck_assert_uint_eq(served_responses(s, stream, 0, NULL, 0), r->count);
    ck_assert_int_eq(stream->wants == PROTOCOL_END, r->ends);
    stream->responses_len =
        responses_drop_continues(stream->responses, stream->responses_len);
    responses_blank_dates(stream->responses, stream->responses_len);
}

START_TEST(responses_are_the_same_in_every_cut)
{
    struct served_site *s = served_new();
    struct round *r = malloc(sizeof(*r));

    ck_assert_ptr_nonnull(r);
    random_state = 0x50c4e7e;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct http_stream whole, cut;

        make_round(r);
        feed_round(s, &whole, r, 0);
        for (unsigned i = 0; i < CUTS_OF_ROUND; i++) {
            size_t piece_max = r->len > 3000 ? 700 : (size_t)1 << 2 * i;

            feed_round(s, &cut, r, piece_max);
            ck_assert_msg(
                cut.responses_len == whole.responses_len &&
                    memcmp(cut.responses, whole.responses,
                           whole.responses_len) == 0,
                "round %u, cut %u: of '%.*s' came '%.999s', whole '%.999s'",
                round, i, (int)r->len, r->text, cut.responses, whole.responses);
            stream_close(&cut);
        }
        stream_close(&whole);
    }
    free(r);
    served_free(s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("session_cuts");

    log_set_level(LOG_ERROR);
    suite_add_tests(suite, responses_are_the_same_in_every_cut);
    return suite_run(suite);
}

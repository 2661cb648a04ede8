/* parser_cuts.h -- a message read by the parser, cut in every way
 *
 * The outcome of a parse is rendered as text, so that it is compared as
 * one: "400" where it is refused, "more" where it is not whole, else its parts.
 */
#ifndef UNIT_PARSER_CUTS_H
#define UNIT_PARSER_CUTS_H

#include <stdio.h>

#include "http/parser.h"

#include "suite.h"

/* A view of a literal, which may hold NULs. */
#define RAW(literal)                   \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

/* What messages are written with. */
#define END "\r\n"
#define GET "GET / HTTP/1.1\r\n"
#define POST "POST / HTTP/1.1\r\nHost: a\r\n"
#define HOST "Host: a\r\n"
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"
#define CHUNKED_IS "POST / 1.1 keep body host=a transfer-encoding=chunked"
#define LENGTH POST "Content-Length: "

/* Three pieces are tried up to this length; the cost grows with its cube. */
enum { CUT_TWICE_MAX = 60 };

static const struct request_limits usual_limits = {
    .head_max = 16384,
    .target_max = 8192,
    .fields_max = 100,
    .body_max = 65536,
};

struct parser_case {
    const char *rule;
    struct bytes raw;
    const char *expected;
};

struct outcome {
    enum parse_result result;
    size_t used; /* of PARSE_DONE: the message's bytes */
    size_t len;
    char text[1024];
};

static inline void put(struct outcome *o, struct bytes text)
{
    size_t room = sizeof(o->text) - 1 - o->len;
    size_t count = text.len < room ? text.len : room;

    if (count > 0)
        memcpy(o->text + o->len, text.at, count);
    o->len += count;
    o->text[o->len] = '\0';
}

static inline void tell_request(struct outcome *o, const struct request *r)
{
    static const char *const names[FIELD_IDS] = {
        [FIELD_HOST] = "host",
        [FIELD_RANGE] = "range",
        [FIELD_EXPECT] = "expect",
        [FIELD_IF_MATCH] = "if-match",
        [FIELD_IF_RANGE] = "if-range",
        [FIELD_IF_NONE_MATCH] = "if-none-match",
        [FIELD_CONTENT_LENGTH] = "content-length",
        [FIELD_IF_MODIFIED_SINCE] = "if-modified-since",
        [FIELD_TRANSFER_ENCODING] = "transfer-encoding",
        [FIELD_IF_UNMODIFIED_SINCE] = "if-unmodified-since",
    };

    put(o, request_part(r, r->method_name));
    put(o, BYTES(" "));
    put(o, request_part(r, r->target));
    put(o, r->is_1_1 ? BYTES(" 1.1") : BYTES(" 1.0"));
    put(o, r->keep_alive ? BYTES(" keep") : BYTES(" close"));
    put(o, request_has_body(r) ? BYTES(" body") : BYTES(""));
    for (unsigned i = 0; i < r->field_count; i++) {
        ck_assert(request_has(r, r->fields[i].id));
        if (names[r->fields[i].id] == NULL)
            continue; /* shown as keep or close
                       */
        if (r->fields[i].id == FIELD_CONNECTION)
            continue; /* shown as "keep" or "close" */
        put(o, BYTES(" "));
        put(o, bytes_of(names[r->fields[i].id]));
        put(o, BYTES("="));
        put(o, request_part(r, r->fields[i].value));
    }
}

static inline void tell_result(struct outcome *o,
                               const struct request_parser *parser)
{
    char status[16];

    o->len = 0;
    switch (o->result) {
    case PARSE_MORE:
        put(o, BYTES("more"));
        break;
    case PARSE_DONE:
        tell_request(o, request_parser_request(parser));
        break;
    case PARSE_REFUSED:
        snprintf(status, sizeof(status), "%u", request_parser_refusal(parser));
        put(o, bytes_of(status));
        break;
    }
}

/* Offers what is unused of text[0..to), as a session would, in memory that is
 * new and exactly as long: no pointer into what was offered before is any good,
 * and no byte after the end. */
static inline void offer(struct request_parser *parser, struct bytes text,
                         size_t to, struct outcome *o)
{
    size_t used;

    do {
        size_t len = to - o->used;
        char *in = malloc(len);

        ck_assert_ptr_nonnull(in);
        memcpy(in, text.at + o->used, len);
        o->result = request_parse(parser, in, len, &used);
        ck_assert_uint_le(used, len);
        o->used += used;
        if (o->result != PARSE_MORE || (used > 0 && o->used == to))
            tell_result(o, parser);
        free(in);
    } while (o->result == PARSE_MORE && used > 0 && o->used < to);
}

/* Reads text in pieces: text[0..first), text[first..second), the rest. */
static inline struct outcome read_cut(struct request_parser *parser,
                                      struct bytes text, size_t first,
                                      size_t second)
{
    const size_t ends[] = {first, second, text.len};
    struct outcome o = {.result = PARSE_MORE, .text = "more"};

    request_parser_reset(parser);
    for (size_t i = 0; i < 3 && o.result == PARSE_MORE; i++)
        if (o.used < ends[i])
            offer(parser, text, ends[i], &o);
    return o;
}

static inline struct outcome read_whole(struct request_parser *parser,
                                        struct bytes text)
{
    return read_cut(parser, text, 0, 0);
}

/* Byte by byte, or `step` bytes at a time. */
static inline struct outcome read_steps(struct request_parser *parser,
                                        struct bytes text, size_t step)
{
    struct outcome o = {.result = PARSE_MORE, .text = "more"};

    request_parser_reset(parser);
    for (size_t to = 0; to < text.len && o.result == PARSE_MORE;) {
        to = text.len - to < step ? text.len : to + step;
        offer(parser, text, to, &o);
    }
    return o;
}

static inline void check_same(const char *rule, const char *how, size_t where,
                              const struct outcome *o, const struct outcome *as)
{
    ck_assert_msg(o->result == as->result && strcmp(o->text, as->text) == 0,
                  "%s: %s %zu: '%s', and whole '%s'", rule, how, where, o->text,
                  as->text);
    if (o->result == PARSE_DONE)
        ck_assert_msg(o->used == as->used, "%s: %s %zu: %zu used, whole %zu",
                      rule, how, where, o->used, as->used);
}

/* Each cut into two, for short messages each into three, and steps. */
static inline void check_cuts(struct request_parser *parser, const char *rule,
                              struct bytes text, const struct outcome *whole)
{
    struct outcome o;

    for (size_t step = 1; step <= 3; step++) {
        o = read_steps(parser, text, step);
        check_same(rule, "in steps of", step, &o, whole);
    }
    for (size_t first = 1; first < text.len; first++) {
        o = read_cut(parser, text, first, first);
        check_same(rule, "cut at", first, &o, whole);
        for (size_t second = first + 1;
             text.len <= CUT_TWICE_MAX && second < text.len; second++) {
            o = read_cut(parser, text, first, second);
            check_same(rule, "cut twice, first at", first, &o, whole);
        }
    }
}

/* Each case whole, then in every way. What is good is read with the beginning
 * of another request after it, of which nothing may be used. */
static inline void check_cases(const struct parser_case *cases, size_t count,
                               const struct request_limits *limits)
{
    static const char next[] = "GET /next HT";
    struct request_parser *parser = request_parser_new(limits);

    for (size_t i = 0; i < count; i++) {
        const struct parser_case *c = &cases[i];
        char *text = malloc(c->raw.len + sizeof(next));
        struct bytes raw = {text, c->raw.len};
        struct outcome whole;

        ck_assert_ptr_nonnull(text);
        memcpy(text, c->raw.at, raw.len);
        memcpy(text + raw.len, next, sizeof(next));
        whole = read_whole(parser, raw);
        ck_assert_msg(strcmp(whole.text, c->expected) == 0,
                      "%s: '%s', not '%s'", c->rule, whole.text, c->expected);
        if (whole.result == PARSE_DONE) {
            ck_assert_msg(whole.used == raw.len, "%s: %zu used, not %zu",
                          c->rule, whole.used, raw.len);
            raw.len += sizeof(next) - 1;
        }
        check_cuts(parser, c->rule, raw, &whole);
        free(text);
    }
    request_parser_free(parser);
}

#endif

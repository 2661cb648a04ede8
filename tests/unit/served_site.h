/* served_site.h -- a small site with a worker of http_protocol over it
 *
 * Records what is reported to the worker's observer. */
#ifndef UNIT_SERVED_SITE_H
#define UNIT_SERVED_SITE_H

#include "http_stream.h"
#include "response_reader.h"
#include "site.h"
#include "site/site.h"

enum {
    SERVED_BIG = 280000,  /* bytes: more than is held in memory */
    SERVED_MEDIUM = 9000, /* more than is copied */
    SEEN_MAX = 4096,
    SEEN_TEXT_MAX = 80,
};

struct seen {
    char method[SEEN_TEXT_MAX], target[SEEN_TEXT_MAX];
    char referer[SEEN_TEXT_MAX], user_agent[SEEN_TEXT_MAX];
    char version[SEEN_TEXT_MAX];
    bool has_referer;
    unsigned status;
    uint64_t body_len;
};

struct served_observer {
    struct observer observer;
    struct seen seen[SEEN_MAX];
    unsigned count;
};

struct served_site {
    struct site site;
    struct mime_table *types;
    struct site_config site_config;
    struct http_config config;
    struct served_observer observer;
    void *worker;
    char big[SERVED_BIG];
};

static inline void seen_text(char out[SEEN_TEXT_MAX], struct bytes text)
{
    size_t len = text.len < SEEN_TEXT_MAX ? text.len : SEEN_TEXT_MAX - 1;

    if (len > 0)
        memcpy(out, text.at, len);
    out[len] = '\0';
}

static inline void record_response(struct observer *observer,
                                   const struct observed_response *response)
{
    struct served_observer *o = (struct served_observer *)observer;
    struct seen *seen = &o->seen[o->count];

    ck_assert_uint_lt(o->count++, SEEN_MAX);
    seen_text(seen->method, response->method);
    seen_text(seen->target, response->target);
    seen_text(seen->referer, response->referer);
    seen_text(seen->user_agent, response->user_agent);
    seen->has_referer = response->referer.at != NULL;
    seen_text(seen->version, response->version);
    seen->status = response->status;
    seen->body_len = response->body_len;
    ck_assert_ptr_nonnull(response->peer);
    ck_assert_int_ge(response->when, 1000000000);
}

static inline struct served_site *served_new(void)
{
    struct served_site *s = calloc(1, sizeof(*s));
    static const char *const names[] = {"index.html", "file", "medium", "big",
                                        "empty"};

    ck_assert_ptr_nonnull(s);
    for (size_t i = 0; i < SERVED_BIG; i++)
        s->big[i] = (char)('a' + i % 23);
    s->big[SERVED_BIG - 1] = '\0';
    site_init(&s->site);
    site_write(&s->site, "index.html", "<p>index</p>");
    site_write(&s->site, "file", "0123456789");
    site_write(&s->site, "big", s->big);
    site_write(&s->site, "medium", s->big + SERVED_BIG - 1 - SERVED_MEDIUM);
    site_write(&s->site, "empty", "");
    site_folder(&s->site, "dir");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        site_settle(&s->site, names[i]);
    s->types = mime_table_new();
    ck_assert_ptr_nonnull(s->types);
    s->observer.observer =
        (struct observer){.responded = record_response, .wants_origin = true};
    s->site_config = (struct site_config){
        .root = &s->site.root,
        .types = s->types,
        .cache_entries_max = 100,
        .cache_bytes_max = 1000000,
        .cache_plain_bytes_max = 100000,
        .cache_descriptors_max = 10,
    };
    s->config = (struct http_config){
        .handler = &site_handler,
        .handler_arg = &s->site_config,
        .limits = {.head_max = 16384,
                   .target_max = 8192,
                   .fields_max = 100,
                   .body_max = 65536},
    };
    s->worker =
        http_protocol.worker_open(&s->config, &s->observer.observer, NULL);
    ck_assert_ptr_nonnull(s->worker);
    return s;
}

static inline void served_free(struct served_site *s)
{
    http_protocol.worker_close(s->worker);
    mime_table_free(s->types);
    site_fini(&s->site);
    free(s);
}

/* With a queue as tcp has it. */
static inline void served_open(struct served_site *s,
                               struct http_stream *stream)
{
    stream_open(stream, s->worker, TURN_OUT_ITEMS, TURN_OUT_BYTES);
}

static inline bool served_feed(struct http_stream *stream, const char *text)
{
    return stream_feed(stream, text, strlen(text));
}

/* Cuts the responses in the stream since *from (bytes) into `out`; the observer
 * has those from `seen` on. All bytes must belong to responses, and each must
 * be as it was reported. Returns how many there were. */
static inline size_t served_responses(const struct served_site *s,
                                      const struct http_stream *stream,
                                      size_t seen, struct response *out,
                                      size_t max)
{
    struct bytes rest = {stream->responses, stream->responses_len};
    size_t count = 0;

    while (rest.len > 0) {
        const struct seen *about = &s->observer.seen[seen];
        struct response response;

        ck_assert_msg(
            response_cut(&rest, strcmp(about->method, "HEAD") == 0, &response),
            "no response: '%.200s'", rest.at);
        if (response.status == 100)
            continue;
        ck_assert_uint_lt(seen, s->observer.count);
        ck_assert_uint_eq(response.status, about->status);
        ck_assert_uint_eq(response.body.len, about->body_len);
        if (count < max)
            out[count] = response;
        count++;
        seen++;
    }
    ck_assert_uint_eq(seen, s->observer.count);
    return count;
}

#endif

/* Responses of which a body source writes the content. */
#include "http/session.h"

#include "http_stream.h"
#include "seen_events.h"
#include "suite.h"

#include "http/plan.h"

enum { PIECE = 1000, PIECES = 200 };

/* What the source does: letters, one for each read. */
struct script {
    struct body_source source;
    const char *at; /* '.' nothing yet, 'x' a piece, '$' the last one, '0' the
                       end without one, '!' a failure */
    uint64_t size;  /* of all, where it is known; else 0 */
    uint32_t recv_max; /* that the handler asks for ... */
    char target[64];   /* ... to this */
    unsigned opened, closed;
};

static struct script script;

static const struct shape_wish wish = {.len = 700, .write_max = 10};

static enum body_next script_read(struct body_source *source, char *out,
                                  size_t size, size_t *len)
{
    char what = *script.at++;

    ck_assert_ptr_eq(source, &script.source);
    ck_assert_uint_gt(size, PIECE);
    *len = what == 'x' || what == '$' ? PIECE : 0;
    memset(out, 'e', *len);
    if (what == '$' || what == '0')
        return BODY_ENDS;
    return what == '!' ? BODY_FAILS : BODY_GOES_ON;
}

static void script_close(struct body_source *source)
{
    ck_assert_ptr_eq(source, &script.source);
    script.closed++;
}

/* A handler whose every response is streamed. */
static void *open_handler(const void *arg)
{
    (void)arg;
    return &script;
}

static void close_handler(void *handler)
{
    (void)handler;
}

static void batch(void *handler)
{
    (void)handler;
}

static int64_t waiting(void *handler, int64_t now_ms)
{
    (void)handler;
    (void)now_ms;
    return INT64_MAX;
}

static void respond(void *handler, const struct asking *asking,
                    struct plan *plan)
{
    (void)handler;
    plan_begin(plan, asking, STATUS_OK, "a test");
    if (asking->request->method == METHOD_HEAD) {
        plan_stream(plan, asking, BYTES("a/b"), NULL);
        return;
    }
    ck_assert_uint_eq(script.opened, script.closed);
    script.opened++;
    if (script.size > 0) {
        plan_stream_sized(plan, BYTES("a/b"), &script.source, script.size,
                          &wish);
        return;
    }
    plan_stream(plan, asking, BYTES("a/b"), &script.source);
}

static bool refuse(void *handler, const struct asking *asking,
                   struct plan *plan)
{
    (void)handler;
    (void)asking;
    (void)plan;
    return false;
}

static uint32_t recv_max(void *context, const struct stream *stream,
                         struct bytes target)
{
    (void)context;
    ck_assert_ptr_nonnull(stream->shape);
    ck_assert_uint_lt(target.len, sizeof(script.target));
    memcpy(script.target, target.at, target.len);
    script.target[target.len] = '\0';
    return script.recv_max;
}

static const struct handler handler = {
    open_handler, close_handler, batch, waiting, respond, refuse, recv_max};

static struct {
    struct observer observer;
    unsigned count;
    uint64_t body_len; /* of the last */
} lines;

static void responded(struct observer *observer,
                      const struct observed_response *response)
{
    (void)observer;
    lines.count++;
    lines.body_len = response->body_len;
}

struct streamed {
    struct http_config config;
    void *worker;
    struct http_stream stream;
};

static void init(struct streamed *s, const char *what)
{
    script = (struct script){
        .source = {.read = script_read, .close = script_close}, .at = what};
    memset(&lines, 0, sizeof(lines));
    lines.observer.responded = responded;
    s->config = (struct http_config){.handler = &handler,
                                     .limits = {.head_max = 1000,
                                                .target_max = 100,
                                                .fields_max = 10,
                                                .body_max = 10}};
    s->worker = http_protocol.worker_open(&s->config, &lines.observer, NULL);
    ck_assert_ptr_nonnull(s->worker);
    stream_open(&s->stream, s->worker, TURN_OUT_ITEMS, TURN_OUT_BYTES);
}

static void fini(struct streamed *s)
{
    stream_close(&s->stream);
    http_protocol.worker_close(s->worker);
    ck_assert_uint_eq(script.closed, script.opened);
}

static void feed(struct streamed *s, const char *text)
{
    stream_feed(&s->stream, text, strlen(text));
}

/* How often `text` is in the responses. */
static unsigned count_of(const struct streamed *s, const char *text)
{
    const char *at = s->stream.responses;
    unsigned count = 0;

    for (; (at = strstr(at, text)) != NULL; at++)
        count++;
    return count;
}

#define GET "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
#define HEAD "HEAD /2 HTTP/1.1\r\nHost: a\r\n\r\n"

enum { FRAMED = PIECE + 8, LAST_CHUNK = 5 };

static const struct end {
    const char *request, *script;
    enum protocol_wants wants;
    unsigned pieces, last_chunks;
    uint64_t body_len;
} ends[] = {
    {GET, "$", PROTOCOL_NEXT, 1, 1, FRAMED + LAST_CHUNK},
    {GET, "0", PROTOCOL_NEXT, 0, 1, LAST_CHUNK},
    {GET, "...xx.x0", PROTOCOL_NEXT, 3, 1, 3 * FRAMED + LAST_CHUNK},
    {GET, "!", PROTOCOL_END, 0, 0, 0},
    {GET, "xx!", PROTOCOL_END, 2, 0, 2 * FRAMED},
    {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "x$",
     PROTOCOL_END, 2, 1, 2 * FRAMED + LAST_CHUNK},
    {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "x.$", PROTOCOL_END, 0,
     0, 2 * PIECE},
    {"GET / HTTP/1.0\r\n\r\n", "x.0", PROTOCOL_END, 0, 0, PIECE},
    {HEAD, "", PROTOCOL_NEXT, 0, 0, 0},
};

START_TEST(content_ends)
{
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct streamed s;

        init(&s, ends[i].script);
        feed(&s, ends[i].request);
        ck_assert_int_eq(s.stream.wants, ends[i].wants);
        ck_assert_uint_eq(count_of(&s, "\r\n03e8\r\n"), ends[i].pieces);
        ck_assert_uint_eq(count_of(&s, "\r\n0\r\n\r\n"), ends[i].last_chunks);
        ck_assert_int_eq(*script.at, '\0');
        ck_assert_uint_eq(script.closed + (ends[i].wants == PROTOCOL_END &&
                                           script.closed == 0),
                          script.opened);
        fini(&s);
        ck_assert_uint_eq(lines.count, 1);
        ck_assert_uint_eq(lines.body_len, ends[i].body_len);
    }
}
END_TEST

/* What a client pipelines behind the request gets its response behind it. */
START_TEST(requests_wait_for_the_end_of_the_content)
{
    struct streamed s;

    init(&s, ".x$"
             "$"
             ".0");
    feed(&s, GET GET HEAD GET);
    ck_assert_int_eq(s.stream.wants, PROTOCOL_NEXT);
    ck_assert_uint_eq(count_of(&s, "HTTP/1.1 200 OK\r\n"), 4);
    ck_assert_uint_eq(count_of(&s, "\r\n0\r\n\r\n"), 3);
    ck_assert_uint_eq(script.closed, 3);
    ck_assert_uint_eq(lines.count, 4);
    fini(&s);
}
END_TEST

/* A response has its line when its last byte was accepted, and the next one is
 * not begun before that. */
START_TEST(slow_client_has_its_line_at_the_end)
{
    const uint64_t total = FRAMED * PIECES + LAST_CHUNK;
    static char pieces[PIECES + 1];
    struct streamed s;

    memset(pieces, 'x', PIECES - 1);
    pieces[PIECES - 1] = '$';
    init(&s, pieces);
    s.stream.window = 0;
    feed(&s, GET HEAD);
    for (;;) {
        stream_widen(&s.stream, 777);
        if (lines.count > 0)
            break;
        if (outqueue_is_empty(s.stream.out))
            feed(&s, "");
    }
    ck_assert_uint_eq(lines.count, 1);
    ck_assert_uint_eq(lines.body_len, total);
    ck_assert_uint_eq(script.closed, 1);
    s.stream.window = UINT64_MAX;
    stream_send(&s.stream);
    feed(&s, "");
    ck_assert_uint_eq(lines.count, 2);
    ck_assert_int_eq(s.stream.wants, PROTOCOL_NEXT);
    fini(&s);
}
END_TEST

START_TEST(closed_connection_has_the_line_of_what_was_sent)
{
    struct streamed s;

    init(&s, "x!");
    s.stream.window = 300;
    feed(&s, GET);
    fini(&s);
    ck_assert_uint_eq(lines.count, 1);
    ck_assert_uint_gt(lines.body_len, 100);
    ck_assert_uint_lt(lines.body_len, 300);
}
END_TEST

/* It is finished, and says so; the next request is the last. */
START_TEST(draining_server_finishes_it)
{
    struct streamed s;

    init(&s, ".x.x$");
    s.stream.draining = true;
    feed(&s, GET);
    ck_assert_uint_eq(count_of(&s, "\r\n0\r\n\r\n"), 1);
    ck_assert_uint_eq(lines.count, 1);
    ck_assert_uint_eq(lines.body_len, 3 * FRAMED + LAST_CHUNK);
    fini(&s);
}
END_TEST

/* The ledger's responses and contents follow each other. */
START_TEST(ledger_has_the_range_of_the_content)
{
    static struct seen_events seen;
    struct streamed s;
    unsigned contents = 0;

    seen_events_init(&seen);
    init(&s, "x$"
             "!");
    s.stream.stream.ledger = ledger_new(1, 1);
    ledger_open(s.stream.stream.ledger, &seen.observer, "here", "there", NULL,
                NULL);
    feed(&s, GET HEAD GET);
    fini(&s);
    for (unsigned i = 0; i < seen.count; i++) {
        if (seen.events[i].kind != LEDGER_CONTENT)
            continue;
        contents++;
        ck_assert_uint_eq(seen.events[i].to - seen.events[i].from,
                          2 * FRAMED + LAST_CHUNK);
    }
    ck_assert_uint_eq(contents, 1);
}
END_TEST

/* A length frames content as well: the connection persists in HTTP/1.0, too,
 * and the line of the log is complete with the last byte. */
START_TEST(content_of_a_known_size_has_no_frame)
{
    static const char *const requests[] = {
        GET, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"};

    for (size_t i = 0; i < 2; i++) {
        struct streamed s;

        init(&s, "xx$");
        script.size = 3 * PIECE;
        s.stream.window = 500;
        feed(&s, requests[i]);
        ck_assert_uint_eq(lines.count, 0);
        while (!outqueue_is_empty(s.stream.out)) {
            stream_widen(&s.stream, UINT64_MAX / 2);
            feed(&s, "");
        }
        ck_assert_int_eq(s.stream.wants, PROTOCOL_NEXT);
        ck_assert_uint_eq(count_of(&s, "Content-Length: 3000\r\n"), 1);
        ck_assert_uint_eq(count_of(&s, "Transfer-Encoding"), 0);
        ck_assert_uint_eq(lines.count, 1);
        ck_assert_uint_eq(lines.body_len, 3 * PIECE);
        ck_assert_uint_eq(script.closed, 1);
        fini(&s);
    }
}
END_TEST

/* The whole response is announced at its head, and no content event follows. */
START_TEST(content_of_a_known_size_is_in_its_response)
{
    static struct seen_events seen;
    struct streamed s;
    unsigned contents = 0;

    init(&s, "xx$");
    script.size = 3 * PIECE;
    seen_events_init(&seen);
    s.stream.stream.ledger = ledger_new(1, 1);
    ledger_open(s.stream.stream.ledger, &seen.observer, "here", "there", NULL,
                NULL);
    feed(&s, GET);
    fini(&s);
    for (unsigned i = 0; i < seen.count; i++) {
        const struct seen_event *event = &seen.events[i];

        contents += event->kind == LEDGER_CONTENT;
        if (event->kind == LEDGER_RESPONSE)
            ck_assert_uint_eq(event->to - event->head_to, 3 * PIECE);
    }
    ck_assert_uint_eq(contents, 0);
    ck_assert_uint_eq(seen.response_to, seen.send_to);
}
END_TEST

START_TEST(stream_gets_the_shape_of_its_response)
{
    struct streamed s;
    struct shape *shape = shape_new(&(struct shape_base){.first_recv_max = 9});

    init(&s, "$");
    script.size = PIECE;
    s.stream.stream.shape = shape;
    s.stream.window = 0;
    feed(&s, HEAD GET);
    ck_assert_uint_eq(shape->ahead + shape->left,
                      outqueue_len(s.stream.out) + wish.len);
    ck_assert_uint_gt(shape->ahead, 0); /* the response to HEAD */
    ck_assert_uint_eq(shape->wish.write_max, wish.write_max);
    fini(&s);
    shape_free(shape);
}
END_TEST

static const struct recv_case {
    const char *begins, *target; /* NULL: the handler is not asked */
} recv_cases[] = {
    {"GET /-/x?a=1 HTTP/1.1\r\nHost: a\r\n", "/-/x?a=1"},
    {"GET /-/x?a=1 HTTP/1.1", NULL},
    {"HEAD / HTTP/1.1\r\nHost: a\r\n", NULL},
    {"GET", NULL},
};

START_TEST(handler_bounds_recvs_by_the_first_line)
{
    for (size_t i = 0; i < sizeof(recv_cases) / sizeof(recv_cases[0]); i++) {
        const struct recv_case *c = &recv_cases[i];
        struct shape *shape =
            shape_new(&(struct shape_base){.first_recv_max = 9});
        struct streamed s;

        init(&s, "$");
        script.recv_max = 16;
        s.stream.stream.shape = shape;
        shape->recv_max = 99;
        feed(&s, c->begins);
        ck_assert_int_eq(s.stream.wants, PROTOCOL_MORE);
        ck_assert_str_eq(script.target, c->target != NULL ? c->target : "");
        ck_assert_uint_eq(shape->recv_max, c->target != NULL ? 16 : 0);
        fini(&s);
        shape_free(shape);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("session_stream");

    suite_add_tests(
        suite, content_ends, requests_wait_for_the_end_of_the_content,
        slow_client_has_its_line_at_the_end,
        closed_connection_has_the_line_of_what_was_sent,
        draining_server_finishes_it, ledger_has_the_range_of_the_content,
        content_of_a_known_size_has_no_frame,
        content_of_a_known_size_is_in_its_response,
        stream_gets_the_shape_of_its_response,
        handler_bounds_recvs_by_the_first_line);
    return suite_run(suite);
}

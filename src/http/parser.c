#include "http/parser.h"

#include <llhttp.h>
#include <stdlib.h>

#include "http/frame.h"

/* A chunked body may take this many times its limit on the wire: one byte of
 * content in a chunk of its own takes six. */
enum { CHUNKED_WIRE_FACTOR = 8 };

#ifdef LLHTTP_SSE42
/* llhttp's state machine once more, compiled for a processor with SSE 4.2. */
int llhttp__internal_execute_sse42(llhttp_t *llhttp, const char *at,
                                   const char *end);
#endif

struct request_parser {
    llhttp_t llhttp;
    const struct request_limits *limits;
    const char *head;   /* the message's first byte while its head is read */
    const char *in_end; /* the end of the bytes at hand */
    char *own_head;     /* a copy, where a body comes after the call's end */
    size_t fed;         /* bytes of the head that llhttp has seen */
    size_t body_len;    /* content so far */
    size_t wire_len;    /* the same with its framing */
    size_t extra_len;   /* of that: chunk extensions and trailers */
    unsigned refusal;   /* status, 0 for none */
    bool target_done, head_done, message_done, expects_continue;

    struct request request;
};

/* Ends the parse with `status`. Returns what llhttp's callbacks return to stop
 * it. The first reason stays. */
static int refuse(struct request_parser *p, unsigned status)
{
    if (p->refusal == 0)
        p->refusal = status;
    return -1;
}

static struct part part_at(const struct request_parser *p, const char *at,
                           size_t len)
{
    size_t from = (size_t)(at - p->head);

    return (struct part){(uint16_t)from, (uint16_t)(from + len)};
}

static struct request_parser *parser_of(llhttp_t *llhttp)
{
    return llhttp->data;
}

/* Chunk extensions and trailers are dropped, but not without an end. */
static int count_extra(struct request_parser *p, size_t len)
{
    p->extra_len += len;
    return p->extra_len > p->limits->head_max ? refuse(p, 400) : 0;
}

static int on_url(llhttp_t *llhttp, const char *at, size_t len)
{
    struct request_parser *p = parser_of(llhttp);
    struct part *target = &p->request.target;

    if (target->to == 0)
        *target = part_at(p, at, len);
    else
        target->to = (uint16_t)(target->to + len);
    return (size_t)(target->to - target->from) > p->limits->target_max
               ? refuse(p, 414)
               : 0;
}

static int on_url_complete(llhttp_t *llhttp)
{
    parser_of(llhttp)->target_done = true;
    return 0;
}

/* Of a trailer: the fields of a head are read by its frame. */
static int on_trailer(llhttp_t *llhttp, const char *at, size_t len)
{
    (void)at;
    return count_extra(parser_of(llhttp), len);
}

static int on_body(llhttp_t *llhttp, const char *at, size_t len)
{
    struct request_parser *p = parser_of(llhttp);

    (void)at;
    p->body_len += len;
    return p->body_len > p->limits->body_max ? refuse(p, 413) : 0;
}

static int on_chunk_extension(llhttp_t *llhttp, const char *at, size_t len)
{
    (void)at;
    return count_extra(parser_of(llhttp), len);
}

static int on_message_complete(llhttp_t *llhttp)
{
    struct request_parser *p = parser_of(llhttp);

    p->message_done = true;
    return HPE_PAUSED; /* so that the next message begins with our next call */
}

/* From the head's end on. */
static const llhttp_settings_t body_settings = {
    .on_header_field = on_trailer,
    .on_header_value = on_trailer,
    .on_body = on_body,
    .on_chunk_extension_name = on_chunk_extension,
    .on_chunk_extension_value = on_chunk_extension,
    .on_message_complete = on_message_complete,
};

static enum method method_of(const llhttp_t *llhttp)
{
    switch (llhttp->method) {
    case HTTP_GET:
        return METHOD_GET;
    case HTTP_HEAD:
        return METHOD_HEAD;
    case HTTP_OPTIONS:
        return METHOD_OPTIONS;
    case HTTP_CONNECT:
        return METHOD_CONNECT;
    case HTTP_POST:
    case HTTP_PUT:
    case HTTP_DELETE:
    case HTTP_TRACE:
    case HTTP_PATCH:
        return METHOD_REFUSED;
    default:
        return METHOD_UNKNOWN;
    }
}

/* Both readers of the head must have seen the same fields where it says how
 * long its body is. */
static bool frames_agree(const llhttp_t *llhttp, const struct request *r)
{
    return ((llhttp->flags & F_CONTENT_LENGTH) != 0) ==
               request_has(r, FIELD_CONTENT_LENGTH) &&
           ((llhttp->flags & F_TRANSFER_ENCODING) != 0) ==
               request_has(r, FIELD_TRANSFER_ENCODING);
}

static int on_headers_complete(llhttp_t *llhttp)
{
    struct request_parser *p = parser_of(llhttp);
    struct request *r = &p->request;
    unsigned status = frame_read(r, p->head, (size_t)(p->in_end - p->head),
                                 p->limits->fields_max);

    if (status != 0)
        return refuse(p, status);
    if (!frames_agree(llhttp, r))
        return refuse(p, 400);
    p->head_done = true;
    r->method = method_of(llhttp);
    /* Asked now, while a trailer cannot have a say (RFC 9110, 6.5.1); and where
     * both options stand there, "close" holds (RFC 9112, 9.3). */
    r->keep_alive = llhttp_should_keep_alive(llhttp) != 0 &&
                    (llhttp->flags & F_CONNECTION_CLOSE) == 0;
    r->has_body =
        llhttp->content_length > 0 || request_has(r, FIELD_TRANSFER_ENCODING);

    status = request_judge_framing(r, p->limits->body_max);
    if (status == 0)
        status = request_judge_expectation(r);
    p->expects_continue = status == 100;
    if (status != 0 && status != 100)
        return refuse(p, status);
    /* We speak nothing but HTTP/1: an offer to upgrade is passed over (RFC
     * 9110, 7.8), and what follows a CONNECT is not looked at. */
    llhttp->upgrade = 0;
    llhttp->settings = (void *)(uintptr_t)&body_settings;
    return 0;
}

/* Until a head is whole. */
static const llhttp_settings_t head_settings = {
    .on_url = on_url,
    .on_url_complete = on_url_complete,
    .on_headers_complete = on_headers_complete,
    .on_message_complete = on_message_complete,
};

struct request_parser *request_parser_new(const struct request_limits *limits)
{
    struct request_parser *p = malloc(sizeof(*p));

    if (p == NULL)
        return NULL;
    p->limits = limits;
    p->own_head = NULL;
    llhttp_init(&p->llhttp, HTTP_REQUEST, &head_settings);
    p->llhttp.data = p;
    request_parser_reset(p);
    return p;
}

void request_parser_free(struct request_parser *p)
{
    if (p == NULL)
        return;
    free(p->own_head);
    free(p);
}

void request_parser_reset(struct request_parser *p)
{
    llhttp_reset(&p->llhttp);
    p->llhttp.settings = (void *)(uintptr_t)&head_settings;
    free(p->own_head);
    p->own_head = NULL;
    p->fed = p->body_len = p->wire_len = p->extra_len = 0;
    p->refusal = 0;
    p->target_done = p->head_done = p->message_done = false;
    p->expects_continue = false;
    p->request.target = (struct part){0, 0};
}

/* What is not taken by llhttp, of the head's first `len` bytes. */
static enum parse_result judge_error(struct request_parser *p,
                                     enum llhttp_errno error, size_t len)
{
    size_t target_to = p->request.target.to;
    unsigned status = 400;

    if (p->refusal != 0)
        return PARSE_REFUSED;
    if (error == HPE_INVALID_METHOD && target_to == 0)
        status = frame_judge_method(p->head, len);
    else if (error == HPE_INVALID_VERSION && target_to != 0)
        status = frame_judge_version(p->head + target_to, len - target_to);
    if (status == 0 && len < p->limits->head_max)
        return PARSE_MORE; /* llhttp will say the same again */
    refuse(p, status == 0 ? 431 : status);
    return PARSE_REFUSED;
}

/* The head is not whole yet. What is already wrong need not wait for the rest.
 */
static enum parse_result judge_unfinished(struct request_parser *p)
{
    size_t target_to = p->request.target.to;

    if (p->target_done && target_to < p->fed && p->head[target_to] != ' ')
        refuse(p, 400); /* "GET /" CRLF, as HTTP/0.9 had it, never ends */
    else if (p->fed >= p->limits->head_max)
        refuse(p, 431);
    return p->refusal != 0 ? PARSE_REFUSED : PARSE_MORE;
}

/* Keeps the head, since the bytes it stands in are not offered again. */
static enum parse_result keep_head(struct request_parser *p)
{
    p->own_head = malloc(p->request.head_len);
    if (p->own_head == NULL) {
        refuse(p, 503);
        return PARSE_REFUSED;
    }
    memcpy(p->own_head, p->head, p->request.head_len);
    p->head = p->request.head = p->own_head;
    return PARSE_MORE;
}

static enum llhttp_errno execute(struct request_parser *p, const char *at,
                                 size_t len)
{
#ifdef LLHTTP_SSE42
    if (__builtin_cpu_supports("sse4.2"))
        return llhttp__internal_execute_sse42(&p->llhttp, at, at + len);
#endif
    return llhttp_execute(&p->llhttp, at, len);
}

/* Reads on in the head, up to in[len). */
static enum parse_result parse_head(struct request_parser *p, const char *in,
                                    size_t len)
{
    enum llhttp_errno error;

    p->head = in;
    p->in_end = in + len;
    error = execute(p, in + p->fed, len - p->fed);
    p->fed = len;
    if (p->message_done)
        return PARSE_DONE;
    if (error != HPE_OK)
        return judge_error(p, error, len);
    return p->head_done ? PARSE_MORE : judge_unfinished(p);
}

/* A head with several faults is refused for the first, and which one is met
 * first must not depend on how the bytes were cut: reads it again, byte for
 * byte. */
static void refuse_for_first_fault(struct request_parser *p, const char *in,
                                   size_t len)
{
    unsigned refusal = p->refusal;

    request_parser_reset(p);
    for (size_t to = 1; to <= len; to++)
        if (parse_head(p, in, to) == PARSE_REFUSED)
            return;
    p->refusal = refusal;
}

static enum parse_result parse_first(struct request_parser *p, const char *in,
                                     size_t len, size_t *used)
{
    size_t from = p->fed;
    size_t to = len > p->limits->head_max ? p->limits->head_max : len;
    enum parse_result result = parse_head(p, in, to);

    *used = 0;
    if (result == PARSE_DONE)
        *used = (size_t)(llhttp_get_error_pos(&p->llhttp) - in);
    if (result == PARSE_REFUSED && to - from > 1)
        refuse_for_first_fault(p, in, to);
    if (result != PARSE_MORE || !p->head_done)
        return result;
    p->wire_len = to - p->request.head_len;
    *used = to;
    return keep_head(p);
}

/* The head is whole: what follows is body. */
static enum parse_result parse_rest(struct request_parser *p, const char *in,
                                    size_t len, size_t *used)
{
    size_t wire_max = CHUNKED_WIRE_FACTOR * p->limits->body_max;
    size_t to = len < wire_max - p->wire_len ? len : wire_max - p->wire_len;
    enum llhttp_errno error = execute(p, in, to);

    *used = to;
    p->wire_len += to;
    if (p->message_done) {
        *used = (size_t)(llhttp_get_error_pos(&p->llhttp) - in);
        return PARSE_DONE;
    }
    if (error != HPE_OK)
        refuse(p, 400);
    else if (p->wire_len >= wire_max)
        refuse(p, 413);
    return p->refusal != 0 ? PARSE_REFUSED : PARSE_MORE;
}

enum parse_result request_parse(struct request_parser *p, const char *in,
                                size_t len, size_t *used)
{
    return p->head_done ? parse_rest(p, in, len, used)
                        : parse_first(p, in, len, used);
}

const struct request *request_parser_request(const struct request_parser *p)
{
    return &p->request;
}

bool request_parser_expects_continue(struct request_parser *p)
{
    bool expects = p->head_done && p->expects_continue && p->wire_len == 0;

    p->expects_continue = false;
    return expects;
}

unsigned request_parser_refusal(const struct request_parser *p)
{
    return p->refusal;
}

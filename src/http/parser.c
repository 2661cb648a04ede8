#include "http/parser.h"

#include <assert.h>
#include <llhttp.h>
#include <stdlib.h>

#include "http/body.h"
#include "http/head_lines.h"

#ifdef LLHTTP_SSE42
/* A second copy of llhttp's state machine, compiled for SSE 4.2. */
int llhttp__internal_execute_sse42(llhttp_t *llhttp, const char *at,
                                   const char *end);
#endif

struct request_parser {
    llhttp_t llhttp;
    const struct request_limits *limits;
    const char *head;   /* the message's first byte while its head is read */
    const char *in_end; /* the end of the bytes at hand */
    char *own_head;     /* a copy, if the body needs another call */
    size_t fed;         /* bytes of the head that llhttp has read */
    enum status refusal;
    enum status content_refusal; /* of a complete head */
    bool head_done, expects_continue;
    struct body body;

    struct request request;
};

/* Refuses the message with `status`, unless it was refused before. Returns what
 * llhttp's callbacks return to stop it. */
static int refuse(struct request_parser *p, enum status status)
{
    assert(status >= STATUS_BAD_REQUEST);
    if (p->refusal == STATUS_NONE)
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

static int on_url(llhttp_t *llhttp, const char *at, size_t len)
{
    struct request_parser *p = parser_of(llhttp);
    struct part *target = &p->request.target;

    if (target->to == 0)
        *target = part_at(p, at, len);
    else
        target->to = (uint16_t)(target->to + len);
    return (size_t)(target->to - target->from) > p->limits->target_max
               ? refuse(p, STATUS_URI_TOO_LONG)
               : 0;
}

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

/* Both readers of the head must have found the same fields that frame the body.
 */
static bool readings_agree(const llhttp_t *llhttp, const struct request *r)
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
    enum status status = head_lines_read(
        r, p->head, (size_t)(p->in_end - p->head), p->limits->fields_max);

    if (status != STATUS_NONE)
        return refuse(p, status);
    if (!readings_agree(llhttp, r))
        return refuse(p, STATUS_BAD_REQUEST);
    r->method = method_of(llhttp);
    r->keep_alive = request_judge_persistence(r);

    r->expects_continue = false;
    status = request_judge_framing(r, p->limits->body_max);
    if (status == STATUS_NONE)
        status = request_judge_expectation(r);
    p->expects_continue = r->expects_continue;
    if (status == STATUS_CONTENT_TOO_LARGE ||
        status == STATUS_EXPECTATION_FAILED)
        p->content_refusal = status;
    else if (status != STATUS_NONE)
        return refuse(p, status);
    /* Only HTTP/1 is supported: an offer to upgrade is ignored (RFC 9110, 7.8),
     * and what follows a CONNECT is not read. */
    llhttp->upgrade = 0;
    return 1; /* ends llhttp's message here: body.c reads the body */
}

static int on_message_complete(llhttp_t *llhttp)
{
    (void)llhttp;
    return HPE_PAUSED; /* at the end of the head */
}

static const llhttp_settings_t settings = {
    .on_url = on_url,
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
    llhttp_init(&p->llhttp, HTTP_REQUEST, &settings);
    p->llhttp.data = p;
    p->llhttp.lenient_flags = LENIENT_VERSION; /* head_lines.c checks it */
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
    free(p->own_head);
    p->own_head = NULL;
    p->fed = 0;
    p->refusal = p->content_refusal = STATUS_NONE;
    p->head_done = false;
    p->expects_continue = false;
    p->request.target = (struct part){0, 0};
}

/* llhttp does not know this method. Whether this is HTTP only shows when the
 * line is complete. Looks for its end from head[from] on. Returns STATUS_NONE
 * if it has not come. */
static enum status judge_method(const struct request_parser *p, size_t from,
                                size_t len)
{
    enum status status = head_lines_judge_method(p->head, len);
    const char *line_end = memchr(p->head + from, '\n', len - from);

    if (status != STATUS_NONE || line_end == NULL)
        return status;
    return head_lines_judge_unknown(p->head, (size_t)(line_end + 1 - p->head));
}

/* llhttp has refused the head's first `len` bytes; those before `from` were
 * judged before. */
static enum parse_result judge_error(struct request_parser *p,
                                     enum llhttp_errno error, size_t from,
                                     size_t len)
{
    enum status status = STATUS_BAD_REQUEST;

    if (p->refusal != STATUS_NONE)
        return PARSE_REFUSED;
    if (error == HPE_INVALID_METHOD && p->request.target.to == 0)
        status = judge_method(p, from, len);
    if (status == STATUS_NONE && len < p->limits->head_max)
        return PARSE_MORE; /* llhttp returns the same error again */
    refuse(p, status == STATUS_NONE ? STATUS_HEAD_TOO_LARGE : status);
    return PARSE_REFUSED;
}

/* The head is incomplete. A fault in it is refused without waiting for the
 * rest.
 */
static enum parse_result judge_unfinished(struct request_parser *p)
{
    enum status status = STATUS_NONE;

    if (p->request.target.to != 0)
        status = head_lines_judge_start(p->head, p->fed, p->request.target);
    if (status != STATUS_NONE)
        refuse(p, status);
    else if (p->fed >= p->limits->head_max)
        refuse(p, STATUS_HEAD_TOO_LARGE);
    return p->refusal != STATUS_NONE ? PARSE_REFUSED : PARSE_MORE;
}

/* Copies the head, since its bytes are not offered again. */
static enum parse_result keep_head(struct request_parser *p)
{
    assert(p->own_head == NULL && p->head_done);
    p->own_head = malloc(p->request.head_len);
    if (p->own_head == NULL) {
        refuse(p, STATUS_SERVICE_UNAVAILABLE);
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
        return (enum llhttp_errno)llhttp__internal_execute_sse42(&p->llhttp, at,
                                                                 at + len);
#endif
    return llhttp_execute(&p->llhttp, at, len);
}

/* Reads the head up to in[len). */
static enum parse_result parse_head(struct request_parser *p, const char *in,
                                    size_t len)
{
    const size_t from = p->fed;
    enum llhttp_errno error;

    assert(from <= len); /* they are offered again, and more */
    p->head = in;
    p->in_end = in + len;
    if (!head_is_token_char(in[0])) { /* llhttp skips any CR and LF */
        refuse(p, STATUS_BAD_REQUEST);
        return PARSE_REFUSED;
    }
    error = execute(p, in + from, len - from);
    p->fed = len;
    if (error == HPE_PAUSED) {
        /* Both readers must have found the same end. */
        p->head_done =
            llhttp_get_error_pos(&p->llhttp) == in + p->request.head_len;
        return p->head_done ? PARSE_DONE
                            : judge_error(p, HPE_STRICT, from, len);
    }
    return error == HPE_OK ? judge_unfinished(p)
                           : judge_error(p, error, from, len);
}

/* A head with several faults is refused for the first, and which one is found
 * first must not depend on how the bytes were split. So this reads the head
 * again, byte for byte. That takes twenty times as long as reading it at once,
 * but it is the last thing done for this connection. */
static void refuse_for_first_fault(struct request_parser *p, const char *in,
                                   size_t len)
{
    enum status refusal = p->refusal;

    assert(refusal != STATUS_NONE);
    request_parser_reset(p);
    for (size_t to = 1; to <= len; to++)
        if (parse_head(p, in, to) == PARSE_REFUSED)
            return;
    p->refusal = refusal;
}

/* The head is complete: reads the body. */
static enum parse_result parse_body(struct request_parser *p, const char *in,
                                    size_t len, size_t *used)
{
    const struct body_limits limits = {.content_max = p->limits->body_max,
                                       .extra_max = p->limits->head_max};
    enum status status = body_read(&p->body, &limits, in, len, used);

    assert(p->head_done && *used <= len);
    if (*used > 0)
        p->expects_continue = false; /* it did not wait for the 100 */
    if (status != STATUS_NONE) {
        refuse(p, status);
        return PARSE_REFUSED;
    }
    return body_is_done(&p->body) ? PARSE_DONE : PARSE_MORE;
}

static void begin_body(struct request_parser *p)
{
    if (p->request.is_chunked)
        body_init_chunked(&p->body);
    else
        body_init_length(&p->body, p->request.content_length);
}

static enum parse_result parse_first(struct request_parser *p, const char *in,
                                     size_t len, size_t *used)
{
    size_t from = p->fed;
    size_t to = len > p->limits->head_max ? p->limits->head_max : len;
    enum parse_result result = parse_head(p, in, to);
    size_t head_len = p->request.head_len;

    *used = 0;
    if (result == PARSE_REFUSED && to - from > 1)
        refuse_for_first_fault(p, in, to);
    if (result != PARSE_DONE)
        return result;
    *used = head_len;
    if (p->content_refusal != 0) {
        refuse(p, p->content_refusal);
        return PARSE_REFUSED;
    }
    if (!request_has_body(&p->request))
        return PARSE_DONE;
    begin_body(p);
    result = parse_body(p, in + head_len, len - head_len, used);
    *used += head_len;
    return result == PARSE_MORE ? keep_head(p) : result;
}

enum parse_result request_parse(struct request_parser *p, const char *in,
                                size_t len, size_t *used)
{
    assert(p->refusal == STATUS_NONE); /* else nothing more is read */
    return p->head_done ? parse_body(p, in, len, used)
                        : parse_first(p, in, len, used);
}

const struct request *request_parser_request(const struct request_parser *p)
{
    return &p->request;
}

char *request_parser_take_head(struct request_parser *p)
{
    char *head = p->own_head;

    p->own_head = NULL;
    return head;
}

bool request_parser_expects_continue(struct request_parser *p)
{
    bool expects = p->head_done && p->expects_continue;

    p->expects_continue = false;
    return expects;
}

enum status request_parser_refusal(const struct request_parser *p)
{
    assert(p->refusal != STATUS_NONE);
    return p->refusal;
}

struct bytes request_parser_head(const struct request_parser *p)
{
    return p->head_done ? (struct bytes){p->head, p->request.head_len}
                        : (struct bytes){"", 0};
}

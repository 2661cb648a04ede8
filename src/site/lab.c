#include "site/lab.h"

#include <assert.h>
#include <stdlib.h>

#include "base/put.h"
#include "site/lab_query.h"
#include "site/role.h"

enum { DIGITS = 10 }; /* of a line's number */

static const struct bytes fields = {"Cache-Control: no-store\r\n"
                                    "X-Content-Type-Options: nosniff\r\n",
                                    58};
static const struct bytes type = {"text/plain; charset=utf-8", 25};

/* One response under way. */
struct lab {
    struct body_source source; /* first: the two share their address */
    struct lab_query query;
    uint64_t at;          /* bytes of content written */
    size_t piece_len;     /* of each read, whole writes of the shape */
    unsigned *open_count; /* of the worker */
};

/* Writes the line that begins at byte `at` of the content, a multiple of its
 * length. */
static void put_line(char out[LAB_LINE_LEN], uint64_t at)
{
    char *to = put_text(out, "byte ");

    for (int i = DIGITS - 1; i >= 0; i--) {
        to[i] = (char)('0' + at % 10);
        at /= 10;
    }
    to[DIGITS] = '\n';
    assert(at == 0 && to + DIGITS + 1 == out + LAB_LINE_LEN);
}

/* Writes the content's bytes [at, at + len). */
static void put_content(char *to, uint64_t at, size_t len)
{
    char line[LAB_LINE_LEN];

    while (len > 0) {
        size_t skip = (size_t)(at % LAB_LINE_LEN), part = LAB_LINE_LEN - skip;

        if (part > len)
            part = len;
        put_line(line, at - skip);
        to = put_bytes(to, (struct bytes){line + skip, part});
        at += part;
        len -= part;
    }
}

static enum body_next lab_read(struct body_source *source, char *out,
                               size_t size, size_t *len)
{
    struct lab *lab = (struct lab *)source;
    uint64_t left = lab->query.size - lab->at;

    assert(left > 0 && lab->piece_len <= size);
    *len = left < lab->piece_len ? (size_t)left : lab->piece_len;
    put_content(out, lab->at, *len);
    lab->at += *len;
    return lab->at == lab->query.size ? BODY_ENDS : BODY_GOES_ON;
}

static void lab_close(struct body_source *source)
{
    struct lab *lab = (struct lab *)source;

    assert(*lab->open_count > 0);
    --*lab->open_count;
    free(lab);
}

/* NULL: no memory, or too many. */
static struct lab *lab_new(const struct lab_query *query, unsigned *open_count)
{
    uint64_t write_len = shape_wish_write_len(&query->shape);
    struct lab *lab;

    if (*open_count == LAB_OPEN_MAX)
        return NULL;
    lab = malloc(sizeof(*lab));
    if (lab == NULL)
        return NULL;
    *lab = (struct lab){.source = {.read = lab_read, .close = lab_close},
                        .query = *query,
                        .piece_len = BODY_SOURCE_READ_MAX,
                        .open_count = open_count};
    if (write_len < BODY_SOURCE_READ_MAX) /* so that no write is cut short */
        lab->piece_len -= BODY_SOURCE_READ_MAX % (size_t)write_len;
    ++*open_count;
    return lab;
}

static enum verdict respond(struct exchange *x, const struct lab_query *query)
{
    struct lab *lab = NULL;

    if (x->request->method == METHOD_GET) {
        lab = lab_new(query, &x->site->lab_count);
        if (lab == NULL)
            return decide(x, 503, "too many responses of the lab");
    }
    plan_begin(x->plan, x->asking, 200, "the lab, as the query asks");
    plan_add(x->plan, fields);
    plan_stream_sized(x->plan, type, lab != NULL ? &lab->source : NULL,
                      query->size, lab != NULL ? &lab->query.shape : NULL);
    return VERDICT_DONE;
}

static enum verdict refuse(struct exchange *x, struct bytes wrong)
{
    plan_begin(x->plan, x->asking, 400, "the lab cannot use this query");
    plan_add(x->plan, fields);
    x->plan->type = type;
    x->plan->content = (struct content){
        .kind = CONTENT_BYTES, .at = wrong.at, .size = wrong.len};
    return VERDICT_DONE;
}

bool lab_owns(struct bytes path)
{
    return bytes_equal(path, BYTES(BUILTIN_FOLDER "lab"));
}

enum verdict lab_apply(struct exchange *x)
{
    struct lab_query query;
    struct bytes wrong = {x->site->lines, 0};

    _Static_assert((int)LAB_WRONG_MAX <= (int)SITE_LINES_MAX, "it fits");
    assert(x->asking->stream->role == ROLE_LIVE);
    if (lab_query_read(x->target.query, &query, x->site->lines, &wrong.len))
        return respond(x, &query);
    return refuse(x, wrong);
}

uint32_t lab_recv_max(const struct stream *stream, struct bytes target)
{
    static const struct bytes path = {"/" BUILTIN_FOLDER "lab?",
                                      sizeof("/" BUILTIN_FOLDER "lab?") - 1};
    char wrong[LAB_WRONG_MAX];
    struct lab_query query;
    size_t wrong_len;

    if (stream->role != ROLE_LIVE || target.len < path.len ||
        memcmp(target.at, path.at, path.len) != 0)
        return 0;
    target = (struct bytes){target.at + path.len, target.len - path.len};
    return lab_query_read(target, &query, wrong, &wrong_len) ? query.read_max
                                                             : 0;
}

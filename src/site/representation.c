#include "site/representation.h"

#include <assert.h>

#include "base/date.h"
#include "base/put.h"
#include "http/condition.h"

/* What rides along, before its lines: how many bytes of them every response
 * with that representation bears, also 304 and 206; the rest is for the whole.
 */
struct lines {
    uint32_t common_len, len;
};

enum { LINES_MAX = 448 }; /* bytes, each line at its longest */

_Static_assert(sizeof(struct lines) + LINES_MAX <= FILE_RIDER_MAX,
               "the lines of any file ride along");

size_t representation_ride(const struct file *file, char out[FILE_RIDER_MAX])
{
    struct lines lines;
    char *text = out + sizeof(lines);
    char *to = text;

    to = put_text(to, "ETag: ");
    if (!file->etag_is_strong)
        to = put_text(to, "W/");
    to = put_bytes(to, file->etag);
    to = put_text(to, "\r\nLast-Modified: ");
    date_format(file->mtime_s, to);
    to += DATE_LEN;
    to = put_text(to, "\r\nAccept-Ranges: bytes\r\n"
                      "Cache-Control: no-cache\r\n"
                      "X-Content-Type-Options: nosniff\r\n");
    lines.common_len = (uint32_t)(to - text);
    to = head_put_content_type(to, file->type);
    to = head_put_content_length(to, file->size);
    lines.len = (uint32_t)(to - text);
    memcpy(out, &lines, sizeof(lines));
    return (size_t)(to - out);
}

/* The lines of the file: those of the whole, or those of any response. */
static struct bytes lines_of(const struct file *file, bool is_whole)
{
    struct lines lines;

    assert(file->rider.len >= sizeof(lines));
    memcpy(&lines, file->rider.at, sizeof(lines));
    return (struct bytes){file->rider.at + sizeof(lines),
                          is_whole ? lines.len : lines.common_len};
}

static struct validators validators_of(const struct file *file)
{
    return (struct validators){
        .etag = file->etag,
        .etag_is_strong = file->etag_is_strong,
        .modified = file->mtime_s,
    };
}

/* The plan's content is the file's bytes. */
static void set_content(struct plan *plan, const struct file *file)
{
    plan->type = file->type;
    plan->content = (struct content){
        .kind = file->body != NULL ? CONTENT_BYTES : CONTENT_FILE,
        .fd = file->fd,
        .at = file->body,
        .size = file->size,
        .hold = file_hold(file),
    };
}

/* A condition is asked for. Apart, since few requests do. */
__attribute__((noinline)) static enum verdict
judge_condition(struct exchange *x)
{
    const struct validators current = validators_of(x->file);

    switch (condition_judge(x->request, &current, x->asking->now)) {
    case CONDITION_NOT_MODIFIED:
        plan_begin(x->plan, x->asking, 304, "the client has this version");
        plan_add(x->plan, lines_of(x->file, false));
        return VERDICT_DONE;
    case CONDITION_FAILED:
        return decide(x, 412, "the file is not the version that was named");
    case CONDITION_GO:
        break;
    }
    return VERDICT_NEXT;
}

enum verdict representation_condition(struct exchange *x)
{
    return condition_is_asked(x->request) ? judge_condition(x) : VERDICT_NEXT;
}

static enum verdict part(struct exchange *x, const struct range_set *parts)
{
    plan_begin(x->plan, x->asking, 206, "these ranges of the file");
    plan_add(x->plan, lines_of(x->file, false));
    set_content(x->plan, x->file);
    x->plan->parts = *parts;
    return VERDICT_DONE;
}

/* There is a Range field, in a GET. Apart likewise. */
__attribute__((noinline)) static enum verdict judge_range(struct exchange *x)
{
    const struct validators current = validators_of(x->file);
    struct range_set parts;
    struct bytes range;

    if (!request_only(x->request, FIELD_RANGE, &range) ||
        !condition_allows_range(x->request, &current, x->asking->now))
        return VERDICT_NEXT;
    switch (range_parse(range, x->file->size, &parts)) {
    case RANGE_WHOLE:
        break;
    case RANGE_PARTS:
        return part(x, &parts);
    case RANGE_UNSATISFIABLE:
        decide(x, 416, "every range begins behind the end");
        x->plan->tells_size = true;
        x->plan->range_size = x->file->size;
        return VERDICT_DONE;
    }
    return VERDICT_NEXT;
}

enum verdict representation_range(struct exchange *x)
{
    if (!request_has(x->request, FIELD_RANGE) ||
        x->request->method != METHOD_GET)
        return VERDICT_NEXT;
    return judge_range(x);
}

enum verdict representation_content(struct exchange *x)
{
    plan_begin(x->plan, x->asking, 200, "the file");
    plan_add(x->plan, lines_of(x->file, true));
    x->plan->states_length = true;
    set_content(x->plan, x->file);
    return VERDICT_DONE;
}

#include "site/representation.h"

#include <assert.h>

#include "base/date.h"
#include "base/put.h"
#include "http/condition.h"
#include "site/compressible.h"

static const char etag_name[] = HEADER_DEFAULTS "ETag: ", weak[] = "W/";
enum {
    TYPE_NAME_LEN = sizeof("Content-Type: ") - 1,
    DEFAULTS_LEN = sizeof(HEADER_DEFAULTS) - 1,
};

/* A rider: this, then the file's field lines. First those that every response
 * with the representation bears, also 304 and 206, and of these the defaults,
 * so that they can be left out; then Content-Type and Content-Length, which are
 * for the whole. */
struct lines {
    uint16_t common_len, len; /* of the first lines, of all */
    uint16_t type_len;        /* of this value, ... */
    uint8_t etag_len;         /* ... and of this */
    bool is_compressible;
};

_Static_assert(sizeof(struct lines) == 8, "it is read in one piece");

enum { LINES_MAX = 448 }; /* bytes, each line at its longest */

_Static_assert(sizeof(struct lines) + LINES_MAX <= FILE_RIDER_MAX,
               "the lines of any file ride along");

size_t representation_ride(const struct file *file,
                           const struct file_description *description,
                           char out[FILE_RIDER_MAX])
{
    struct lines lines = {.etag_len = (uint8_t)description->etag.len,
                          .type_len = (uint16_t)description->type.len};
    char *text = out + sizeof(lines);
    char *to = put_text(text, etag_name);

    if (!file->etag_is_strong)
        to = put_text(to, weak);
    to = put_bytes(to, description->etag);
    to = put_text(to, "\r\nLast-Modified: ");
    date_format(file->mtime_s, to);
    to = put_text(to + DATE_LEN, "\r\nAccept-Ranges: bytes\r\n");
    lines.common_len = (uint16_t)(to - text);
    to = head_put_content_type(to, description->type);
    to = head_put_content_length(to, file->size);
    lines.len = (uint16_t)(to - text);
    lines.is_compressible = compressible_is(description->type, file->size);
    assert(to - text <= LINES_MAX);
    memcpy(out, &lines, sizeof(lines));
    return (size_t)(to - out);
}

static inline struct lines lines_of(const struct file *file)
{
    struct lines lines;

    memcpy(&lines, file->rider, sizeof(lines));
    return lines;
}

static inline struct bytes type_in(const struct file *file, struct lines lines)
{
    const char *content = file->rider + sizeof(lines) + lines.common_len;

    return (struct bytes){content + TYPE_NAME_LEN, lines.type_len};
}

struct bytes representation_type(const struct file *file)
{
    return type_in(file, lines_of(file));
}

bool representation_is_compressible(const struct file *file)
{
    return lines_of(file).is_compressible;
}

struct bytes representation_etag(const struct file *file)
{
    const char *value =
        file->rider + sizeof(struct lines) + sizeof(etag_name) - 1;

    if (!file->etag_is_strong)
        value += sizeof(weak) - 1;
    return (struct bytes){value, lines_of(file).etag_len};
}

static struct validators validators_of(const struct file *file)
{
    return (struct validators){
        .etag = representation_etag(file),
        .etag_is_strong = file->etag_is_strong,
        .modified = file->mtime_s,
    };
}

/* Adds the first `len` bytes of the file's lines, without the defaults where
 * rules have set the fields. */
static inline void add_lines(const struct exchange *x, size_t len)
{
    const size_t skip = x->set != NULL ? DEFAULTS_LEN : 0;

    assert(len >= DEFAULTS_LEN);
    plan_add(x->plan,
             (struct bytes){x->file->rider + sizeof(struct lines) + skip,
                            len - skip});
}

/* Whether a rule has set the file's type. */
static inline bool has_type(const struct exchange *x)
{
    return x->set != NULL && x->set->type.at != NULL;
}

/* Adds what describes all of a sidecar: its type is that of the plain file, its
 * length its own. Not inlined, since few files have one. */
__attribute__((noinline)) static void add_coded(const struct exchange *x,
                                                struct lines lines)
{
    const struct lines plain = lines_of(x->plain);
    const char *at = x->file->rider + sizeof(lines) + lines.common_len;
    const char *plain_at = x->plain->rider + sizeof(plain) + plain.common_len;
    size_t type_len = TYPE_NAME_LEN + lines.type_len + 2U;

    plan_add(x->plan,
             (struct bytes){plain_at, TYPE_NAME_LEN + plain.type_len + 2U});
    plan_add(x->plan, (struct bytes){at + type_len,
                                     lines.len - lines.common_len - type_len});
}

/* Adds the lines that every response with this representation has. */
static inline void add_common(const struct exchange *x, struct lines lines)
{
    static const struct bytes codings[] = {
        [CODING_BR] = {"Content-Encoding: br\r\n", 22},
        [CODING_ZSTD] = {"Content-Encoding: zstd\r\n", 24},
        [CODING_GZIP] = {"Content-Encoding: gzip\r\n", 24},
    };

    add_lines(x, lines.common_len);
    if (x->coding != CODING_IDENTITY)
        plan_add(x->plan, codings[x->coding]);
}

/* The type of what is sent: that of a rule, or that of the plain file. */
static inline struct bytes type_of(const struct exchange *x, struct lines lines)
{
    if (has_type(x))
        return x->set->type;
    return x->plain != NULL ? representation_type(x->plain)
                            : type_in(x->file, lines);
}

/* The plan's content is the file's bytes. */
static void set_content(struct plan *plan, const struct file *file,
                        struct bytes type)
{
    plan->type = type;
    plan->content = (struct content){
        .kind = file->body != NULL ? CONTENT_BYTES : CONTENT_FILE,
        .fd = file->fd,
        .at = file->body,
        .size = file->size,
        .hold = file_hold(file),
    };
}

enum verdict representation_of_error(struct exchange *x, unsigned status,
                                     const char *why)
{
    const struct lines lines = lines_of(x->file);
    const char *text = x->file->rider + sizeof(lines);

    assert(status >= 400 && x->file->kind == FILE_REGULAR);
    exchange_begin(x, status, why);
    if (x->set == NULL)
        plan_add(x->plan, BYTES(HEADER_DEFAULTS));
    plan_add(x->plan, (struct bytes){text + lines.common_len,
                                     (size_t)(lines.len - lines.common_len)});
    x->plan->states_length = true;
    set_content(x->plan, x->file, type_in(x->file, lines));
    return VERDICT_DONE;
}

/* The request has a condition. A function of its own, since few have. */
__attribute__((noinline)) static enum verdict
judge_condition(struct exchange *x)
{
    const struct validators current = validators_of(x->file);

    switch (condition_judge(x->request, &current, x->asking->now)) {
    case CONDITION_NOT_MODIFIED:
        exchange_begin(x, 304, "the client has this version");
        add_lines(x, lines_of(x->file).common_len);
        return VERDICT_DONE;
    case CONDITION_FAILED:
        return decide(x, 412, "a precondition names another version");
    case CONDITION_GO:
        break;
    }
    return VERDICT_NEXT;
}

bool representation_is_held(const struct exchange *x)
{
    const struct validators current = validators_of(x->file);

    return request_has(x->request, FIELD_IF_NONE_MATCH) &&
           condition_judge(x->request, &current, x->asking->now) ==
               CONDITION_NOT_MODIFIED;
}

enum verdict representation_condition(struct exchange *x)
{
    return condition_is_asked(x->request) ? judge_condition(x) : VERDICT_NEXT;
}

static enum verdict part(struct exchange *x, const struct range_set *parts)
{
    const struct lines lines = lines_of(x->file);

    exchange_begin(x, 206, "these ranges of the file");
    add_common(x, lines);
    set_content(x->plan, x->file, type_of(x, lines));
    x->plan->parts = *parts;
    return VERDICT_DONE;
}

/* A GET with a Range field; a function of its own likewise. */
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
        decide(x, 416, "every range begins after the end");
        x->plan->gives_size = true;
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

static inline const char *why_content(const struct exchange *x)
{
    if (x->plain == NULL)
        return "the file";
    return x->sidecars != 0 ? "a sidecar of the file"
                            : "a compressed copy of the file";
}

/* Rules have set fields, and perhaps the type: then the file's lines of type
 * and length are left out. A function of its own, since few sites have rules.
 */
__attribute__((noinline)) static enum verdict
content_with_fields(struct exchange *x)
{
    const struct lines lines = lines_of(x->file);

    exchange_begin(x, 200, why_content(x));
    x->plan->states_length = !has_type(x);
    if (x->plain == NULL && !has_type(x)) {
        add_lines(x, lines.len);
    } else {
        add_common(x, lines);
        if (!has_type(x))
            add_coded(x, lines);
    }
    set_content(x->plan, x->file, type_of(x, lines));
    return VERDICT_DONE;
}

enum verdict representation_content(struct exchange *x)
{
    const struct lines lines = lines_of(x->file);

    if (x->set != NULL)
        return content_with_fields(x);
    exchange_begin(x, 200, why_content(x));
    if (x->plain == NULL) {
        plan_add(x->plan,
                 (struct bytes){x->file->rider + sizeof(lines), lines.len});
    } else {
        add_common(x, lines);
        add_coded(x, lines);
    }
    x->plan->states_length = true;
    set_content(x->plan, x->file, type_of(x, lines));
    return VERDICT_DONE;
}

#include "http/plan.h"

static const struct bytes text_type = {"text/plain; charset=utf-8", 25};

/* After an unclear request, the next one could be something that an attacker
 * put into its body, so the connection ends (RFC 9112, 9.6 and 11.2). */
static bool ends_connection(enum status status)
{
    return status == STATUS_BAD_REQUEST || status == STATUS_URI_TOO_LONG ||
           status >= 500;
}

static enum persistence persistence_of(const struct asking *asking,
                                       enum status status)
{
    const struct request *request = asking->request;

    if (asking->is_last || !request->keep_alive || ends_connection(status) ||
        request->method == METHOD_CONNECT)
        return CONNECTION_CLOSE;
    return request->is_1_1 ? CONNECTION_KEEP : CONNECTION_KEEP_FIELD;
}

/* All but parts.parts[], of which parts.count are valid. */
static void init(struct plan *plan, enum status status, const char *why)
{
    plan->status = status;
    plan->why = why;
    plan->states_length = plan->gives_size = false;
    plan->type = (struct bytes){NULL, 0};
    plan->block_count = 0;
    plan->content.kind = CONTENT_NONE;
    plan->parts.count = 0;
}

void plan_begin(struct plan *plan, const struct asking *asking,
                enum status status, const char *why)
{
    init(plan, status, why);
    plan->head_only = asking->request->method == METHOD_HEAD;
    plan->persistence = persistence_of(asking, status);
    if (asking->fields.len > 0)
        plan_add(plan, asking->fields);
}

void plan_refusal(struct plan *plan, enum status status, const char *why,
                  struct bytes head)
{
    static const struct bytes method = {"HEAD ", 5};

    assert(status >= STATUS_BAD_REQUEST);
    init(plan, status, why);
    plan->head_only =
        head.len >= method.len && memcmp(head.at, method.at, method.len) == 0;
    plan->persistence = CONNECTION_CLOSE;
    plan_text(plan);
}

void plan_status_text(struct plan *plan)
{
    const struct bytes text = head_status_text(plan->status);

    plan->type = text_type;
    plan->content = (struct content){
        .kind = CONTENT_BYTES, .at = text.at, .size = text.len};
}

void plan_text(struct plan *plan)
{
    /* Some of these are cacheable by default (RFC 9110, 15.1); but a file that
     * is missing now may exist in a second. */
    plan_add(plan, BYTES("Cache-Control: no-cache\r\n"
                         "X-Content-Type-Options: nosniff\r\n"));
    plan_status_text(plan);
}

void plan_stream(struct plan *plan, const struct asking *asking,
                 struct bytes type, struct body_source *source)
{
    assert(plan->content.kind == CONTENT_NONE);
    assert(source != NULL || plan->head_only);
    plan->type = type;
    plan->content = (struct content){.kind = CONTENT_SOURCE,
                                     .size = UINT64_MAX,
                                     .source = source,
                                     .is_chunked = asking->request->is_1_1};
    if (!plan->content.is_chunked)
        plan->persistence = CONNECTION_CLOSE;
}

void plan_stream_sized(struct plan *plan, struct bytes type,
                       struct body_source *source, uint64_t size,
                       const struct shape_wish *shape)
{
    assert(plan->content.kind == CONTENT_NONE && size > 0);
    assert(source != NULL || plan->head_only);
    plan->type = type;
    plan->content = (struct content){
        .kind = CONTENT_SOURCE, .size = size, .source = source, .shape = shape};
}

const char *plan_why_refused(enum status status)
{
    switch (status) {
    case STATUS_CONTENT_TOO_LARGE:
        return "the content is longer than --body-max";
    case STATUS_URI_TOO_LONG:
        return "the target is longer than --target-max";
    case STATUS_EXPECTATION_FAILED:
        return "the only expectation is 100-continue (RFC 9110, 10.1.1)";
    case STATUS_HEAD_TOO_LARGE:
        return "longer than --head-max, or more fields than --fields-max";
    case STATUS_NOT_IMPLEMENTED:
        return "no such method or transfer coding";
    case STATUS_SERVICE_UNAVAILABLE:
        return "no memory to wait for the content";
    case STATUS_VERSION_NOT_SUPPORTED:
        return "the version is not HTTP/1";
    default:
        return "it does not follow RFC 9112";
    }
}

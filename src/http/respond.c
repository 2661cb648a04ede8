#include "http/respond.h"

#include "http/condition.h"
#include "http/target.h"

/* RFC 9112, 3.2: HTTP/1.1 must have one Host, and whoever has it, a valid one.
 * An empty one is valid, where the target says what is asked for. *host is ""
 * also where there is none. */
static bool host_is_acceptable(const struct request *request,
                               struct bytes *host)
{
    *host = (struct bytes){"", 0};
    if (!request_has(request, FIELD_HOST))
        return !request->is_1_1;
    return request_only(request, FIELD_HOST, host) && host_is_valid(*host);
}

static unsigned status_of_kind(enum file_kind kind)
{
    switch (kind) {
    case FILE_REGULAR:
        return 200;
    case FILE_FOLDER:
        return 301;
    case FILE_NONE:
        return 404;
    case FILE_FORBIDDEN:
        return 403;
    case FILE_UNREADABLE:
        return 503;
    }
    return 500;
}

/* A folder is asked for without its slash. The reference has no host in it, so
 * that it survives a mapped port; and one slash only at its front, since two
 * would begin a host (RFC 3986, 4.2). */
static unsigned redirect(const struct respond_env *env,
                         const struct target *target, struct response *response)
{
    response->location.at = env->location;
    response->location.len =
        target_format_folder(target, env->location, RESPONSE_LOCATION_MAX);
    return response->location.len > 0 ? 301 : 414;
}

/* RFC 9110, 13.2.2 and 14.2: conditions first, then the range. */
static unsigned select_part(const struct respond_env *env,
                            const struct request *request,
                            struct response *response)
{
    const struct file *file = response->file;
    struct validators current;
    struct bytes range;

    if (!condition_is_asked(request) && !request_has(request, FIELD_RANGE))
        return 200;
    current = (struct validators){
        .etag = file->etag,
        .etag_is_strong = file->etag_is_strong,
        .modified = file->mtime_s,
    };
    switch (condition_judge(request, &current, env->now)) {
    case CONDITION_NOT_MODIFIED:
        return 304;
    case CONDITION_FAILED:
        return 412;
    case CONDITION_GO:
        break;
    }
    if (request->method != METHOD_GET ||
        !request_only(request, FIELD_RANGE, &range) ||
        !condition_allows_range(request, &current, env->now))
        return 200;
    switch (range_parse(range, file->size, &response->ranges)) {
    case RANGE_WHOLE:
        return 200;
    case RANGE_PARTS:
        return 206;
    case RANGE_UNSATISFIABLE:
        return 416;
    }
    return 200;
}

/* Whether the Host names this machine to itself. A page from elsewhere that has
 * its own name resolved to a loopback address (DNS rebinding) says that name.
 */
static bool host_is_loopback(const struct request *request)
{
    struct bytes host;
    const char *colon;

    if (!request_only(request, FIELD_HOST, &host))
        return true; /* HTTP/1.0: no browser */
    colon = host.len > 0 ? memrchr(host.at, ':', host.len) : NULL;
    if (colon != NULL && host.at[host.len - 1] != ']')
        host.len = (size_t)(colon - host.at);
    if (bytes_equal(host, BYTES("[::1]")) ||
        bytes_equal_nocase(host, BYTES("localhost")))
        return true;
    if (host.len < 4 || memcmp(host.at, "127.", 4) != 0)
        return false;
    for (size_t i = 0; i < host.len; i++)
        if (host.at[i] != '.' && (host.at[i] < '0' || host.at[i] > '9'))
            return false;
    return true;
}

/* Whether a proxy says that it asks for somebody else, who may be anywhere. */
static bool is_forwarded(const struct request *request)
{
    static const struct bytes names[] = {{"forwarded", 9},
                                         {"x-forwarded-for", 15},
                                         {"x-real-ip", 9},
                                         {"via", 3}};
    struct bytes value;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (request_find(request, names[i], &value))
            return true;
    return false;
}

/* What the program itself has under that path, or NULL, as for the cache. */
static const struct file *find_builtin(const struct respond_env *env,
                                       const struct request *request,
                                       struct bytes path,
                                       struct response *response)
{
    if (!env->builtin_is_public &&
        (!host_is_loopback(request) || is_forwarded(request)))
        return NULL;
    if (bytes_equal(path, BYTES(BUILTIN_FOLDER "events")))
        response->events = request->is_1_1 ? EVENTS_CHUNKED : EVENTS_PLAIN;
    return builtin_find(env->builtin, path);
}

/* What the head alone decides. Returns a status, or 0 where it depends on what
 * `target`, a path, names. */
static unsigned judge_head(const struct request *request, char *path,
                           struct target *target)
{
    enum target_result result;
    struct bytes host;

    if (request->method == METHOD_UNKNOWN)
        return 501;
    if (!host_is_acceptable(request, &host))
        return 400;
    if (request->method == METHOD_CONNECT)
        return 405; /* its target is of a form of its own */

    result = target_parse(request_part(request, request->target), path, target);
    if (result == TARGET_BAD)
        return 400;
    if (result == TARGET_MISDIRECTED)
        return 421;
    /* RFC 9112, 3.3: neither names the authority that an http URI must have
     * (RFC 9110, 4.2.1). HTTP/1.0 knows no Host, and need not. */
    if (host.len == 0 && target->authority.at == NULL && request->is_1_1)
        return 400;
    if (result == TARGET_ASTERISK)
        return request->method == METHOD_OPTIONS ? 204 : 400;
    if (request->method == METHOD_REFUSED)
        return 405;
    if (request->method == METHOD_OPTIONS)
        return 204;
    return result == TARGET_NO_NAME ? 404 : 0;
}

unsigned respond_judge_head(const struct request *request, char *path)
{
    struct target target;
    unsigned status = judge_head(request, path, &target);

    return status >= 400 ? status : 0;
}

static unsigned judge(const struct respond_env *env,
                      const struct request *request, struct response *response)
{
    struct target target;
    unsigned status = judge_head(request, env->path, &target);

    if (status != 0)
        return status;
    if (env->builtin != NULL && builtin_owns(target.path)) {
        response->file = find_builtin(env, request, target.path, response);
        if (response->events != EVENTS_NONE)
            return 200;
        if (response->file == NULL)
            return 404;
    } else {
        response->file = file_cache_get(env->files, target.path);
    }
    status = status_of_kind(response->file->kind);
    if (status == 301)
        return redirect(env, &target, response);
    return status == 200 ? select_part(env, request, response) : status;
}

/* Where the request was unclear, the next one might be what an attacker put
 * into its body: the connection ends (RFC 9112, 9.6 and 11.2). */
static bool ends_connection(unsigned status)
{
    return status == 400 || status == 414 || status >= 500;
}

/* Who waits for leave to send content may be told the status before it comes;
 * whether it comes then nobody knows, so the connection ends. That must not
 * hang on how fast the content was. */
static bool ends_before_content(const struct respond_env *env,
                                const struct request *request)
{
    return request->expects_continue &&
           respond_judge_head(request, env->path) != 0;
}

void respond(const struct respond_env *env, const struct request *request,
             struct response *response)
{
    response->head_only = request->method == METHOD_HEAD;
    response->file = NULL;
    response->location.len = response->fields.len = 0;
    response->events = EVENTS_NONE;
    response->status = judge(env, request, response);

    if (!request->keep_alive || response->events == EVENTS_PLAIN ||
        request->method == METHOD_CONNECT ||
        ends_connection(response->status) || ends_before_content(env, request))
        response->persistence = CONNECTION_CLOSE;
    else
        response->persistence =
            request->is_1_1 ? CONNECTION_KEEP : CONNECTION_KEEP_SAID;
}

void respond_refusal(unsigned status, struct bytes head,
                     struct response *response)
{
    static const struct bytes method = {"HEAD ", 5};

    response->status = status;
    response->head_only =
        head.len >= method.len && memcmp(head.at, method.at, method.len) == 0;
    response->persistence = CONNECTION_CLOSE;
    response->file = NULL;
    response->location.len = response->fields.len = 0;
    response->events = EVENTS_NONE;
}

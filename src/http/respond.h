/* respond.h -- which answer a request gets
 *
 * A list of rules, from the top: RFC 9112 for the message, RFC 9110 for what it
 * means. Deciding asks the file cache what a path names, and touches nothing
 * else. */
#ifndef HTTP_RESPOND_H
#define HTTP_RESPOND_H

#include <time.h>

#include "files/builtin.h"
#include "files/file_cache.h"
#include "http/request.h"
#include "http/response.h"

/* What the rules need to know, and room for what they make. */
struct respond_env {
    struct file_cache *files;
    struct builtin *builtin; /* NULL: it is not for this peer */
    bool builtin_is_public;  /* whatever the Host says */
    time_t now;
    char *path;     /* UINT16_MAX bytes: the decoded path */
    char *location; /* RESPONSE_LOCATION_MAX bytes */
};

/* Plans the answer. It borrows from the request, from env and from the cache,
 * and is good until the next call with the same env. */
void respond(const struct respond_env *env, const struct request *request,
             struct response *response);

/* The status, 400 or more, that the request gets for its head alone, whatever
 * its content and the site are; 0: none. `path` has room for UINT16_MAX bytes.
 * For what need not wait for content, or must come before its faults. */
unsigned respond_judge_head(const struct request *request, char *path);

/* Plans the answer to what is not answered by `respond`, since it was no
 * request, or its content is not taken: `status`, and the end. `head` is
 * what there is of its head: even a bad HEAD gets no content (RFC 9110, 9.3.2).
 */
void respond_refusal(unsigned status, struct bytes head,
                     struct response *response);

#endif

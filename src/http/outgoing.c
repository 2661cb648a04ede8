#include "http/outgoing.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/put.h"

struct outgoing *outgoing_new(struct observer *observer)
{
    struct outgoing *list =
        malloc(sizeof(*list) + OUTGOING_MAX * sizeof(list->responses[0]));

    if (list == NULL)
        return NULL;
    *list = (struct outgoing){
        .observer = observer, .next = list->responses, .end = list->responses};
    return list;
}

void outgoing_free(struct outgoing *list)
{
    if (list == NULL)
        return;
    free(list->head);
    free(list);
}

struct observed_response *outgoing_add(struct outgoing *list, uint64_t head_len,
                                       uint64_t content_len)
{
    struct outgoing_response *response = list->end++;

    assert(list->end <= list->responses + OUTGOING_MAX);
    response->head_to = list->queued + head_len;
    response->to = content_len == UINT64_MAX ? UINT64_MAX
                                             : response->head_to + content_len;
    list->queued = response->to;
    return &response->observed;
}

void outgoing_complete(struct outgoing *list, uint64_t content_len)
{
    struct outgoing_response *response = list->end - 1;

    assert(!outgoing_is_empty(list) && response->to == UINT64_MAX);
    list->queued = response->to = response->head_to + content_len;
    assert(list->sent <= list->queued);
}

void outgoing_lend_head(struct outgoing *list, char *head)
{
    assert(head == NULL || (list->head == NULL && !outgoing_is_empty(list)));
    if (head != NULL)
        list->head = head;
}

/* Reports the first one left, whose content was accepted up to `to`. */
static void report_first(struct outgoing *list, uint64_t to)
{
    struct outgoing_response *response = list->next++;

    assert(to >= response->head_to && to <= response->to);
    response->observed.body_len = to - response->head_to;
    if (list->observer->wants_duration)
        response->observed.took_us =
            clock_now_us() - response->observed.began_us;
    list->observer->responded(list->observer, &response->observed);
}

/* Reports the responses that `len` more bytes complete. */
static void advance(struct outgoing *list, uint64_t len)
{
    list->sent += len;
    while (!outgoing_is_empty(list) && list->next->to <= list->sent)
        report_first(list, list->next->to);
}

/* Reports the others, with the bytes accepted of each: no content if not even
 * the head was accepted. */
static void report_rest(struct outgoing *list)
{
    while (!outgoing_is_empty(list)) {
        uint64_t head_to = list->next->head_to;

        report_first(list, list->sent > head_to ? list->sent : head_to);
    }
}

static size_t text_len(const struct outgoing *list)
{
    size_t sum = 0;

    for (const struct outgoing_response *r = list->next; r < list->end; r++)
        sum += r->observed.method.len + r->observed.target.len +
               r->observed.version.len + r->observed.referer.len +
               r->observed.user_agent.len;
    return sum;
}

/* Copies a part to `to`, and makes it a view of the copy. */
static char *copy_part(char *to, struct bytes *part)
{
    char *end = put_bytes(to, *part);

    if (part->at != NULL)
        part->at = to;
    return end;
}

static char *copy_text(char *to, struct observed_response *response)
{
    to = copy_part(to, &response->method);
    to = copy_part(to, &response->target);
    to = copy_part(to, &response->version);
    to = copy_part(to, &response->referer);
    return copy_part(to, &response->user_agent);
}

/* Copies the responses that are left. NULL: no memory. */
static struct outgoing *copy_rest(const struct outgoing *list)
{
    size_t count = (size_t)(list->end - list->next);
    size_t size = sizeof(*list) + count * sizeof(*list->next);
    struct outgoing *rest = malloc(size + text_len(list));
    char *text;

    assert(count > 0 && count <= OUTGOING_MAX);
    if (rest == NULL)
        return NULL;
    text = (char *)rest + size;
    *rest = (struct outgoing){.observer = list->observer,
                              .sent = list->sent,
                              .next = rest->responses,
                              .end = rest->responses + count};
    for (size_t i = 0; i < count; i++) {
        rest->responses[i] = list->next[i];
        text = copy_text(text, &rest->responses[i].observed);
    }
    assert(text == (char *)rest + size + text_len(list));
    return rest;
}

static void empty(struct outgoing *list)
{
    if (list->head != NULL)
        free(list->head);
    list->head = NULL;
    list->queued = list->sent = 0;
    list->next = list->end = list->responses;
}

/* Moves the rest of the list into a new one. NULL: no memory, and reported. */
__attribute__((noinline)) static struct outgoing *
move_rest(struct outgoing *list)
{
    struct outgoing *rest = copy_rest(list);

    if (rest == NULL)
        report_rest(list);
    empty(list);
    return rest;
}

/* A session with a list of its own. */
__attribute__((noinline)) static struct outgoing *
send_unsent(struct outgoing *unsent, uint64_t len)
{
    advance(unsent, len);
    if (!outgoing_is_empty(unsent))
        return unsent;
    outgoing_free(unsent);
    return NULL;
}

struct outgoing *outgoing_sent(struct outgoing *list, struct outgoing *unsent,
                               uint64_t len)
{
    assert(unsent == NULL || (outgoing_is_empty(list) && unsent != list));
    if (unsent != NULL)
        return send_unsent(unsent, len);
    advance(list, len);
    if (!outgoing_is_empty(list))
        return move_rest(list);
    empty(list);
    return NULL;
}

void outgoing_end(struct outgoing *unsent)
{
    if (unsent != NULL)
        report_rest(unsent);
    outgoing_free(unsent);
}

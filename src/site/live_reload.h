/* live_reload.h -- the rule of --live: its script and its events
 *
 * Pages get a script (live_script.h) that opens a stream of events and reloads
 * them when a file has changed. Both are below /-/live/, whatever --base is,
 * and for this machine alone: a page of other origins that a browser here
 * shows gets no events, nor does a client whose address is not a loopback one.
 */
#ifndef SITE_LIVE_RELOAD_H
#define SITE_LIVE_RELOAD_H

#include "site/exchange.h"

#define LIVE_RELOAD_FOLDER "-/live/" /* below the root */

/* Whether this request has live reload: --live, from this machine. */
static inline bool live_reload_is_on(const struct exchange *x)
{
    return x->site->config->reload != NULL &&
           peer_is_loopback(&x->asking->stream->peer);
}

/* Whether the target's path is one of live reload. */
bool live_reload_owns(const struct exchange *x);

/* Decides where it is: 200 for the script and the events, 403, 404 or 503. */
enum verdict live_reload_apply(struct exchange *x);

#endif

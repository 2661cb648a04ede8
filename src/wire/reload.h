/* reload.h -- changes of the site, as a stream of events for browsers
 *
 * The script of --live (www/live/live.js) opens the stream. Its first event
 * says which server this is, a name that each start makes anew, and the number
 * of the first change that follows, and of the first that has not happened yet;
 * then each change has an event (WHATWG HTML, 9.2):
 *
 *     data: {"server":"18c2a4f0","next":7,"now":8}
 *
 *     data: {"number":7,"paths":["/css/site.css"]}
 *
 *     data: {"number":8,"paths":null}
 *
 * Without paths, any file may have changed. A stream begins with the changes of
 * the last RELOAD_REPLAY_MS, so that none is missed that falls between a page
 * and its stream; the script knows by the number which it has seen. Where there
 * is none for RELOAD_COMMENT_MS, a comment is sent, so that a browser that has
 * vanished is noticed.
 *
 * Threads: one writes changes; a viewer is read by the worker of its
 * connection. They share a bounded ring (ring.h) and the audience. A viewer
 * that is too slow misses numbers, and the script sees that. */
#ifndef WIRE_RELOAD_H
#define WIRE_RELOAD_H

#include "base/bytes.h"
#include "http/body_source.h"

enum {
    RELOAD_VIEWERS_MAX = 128,
    RELOAD_REPLAY_MS = 2000,
    RELOAD_COMMENT_MS = 15000,
    RELOAD_PATHS_MAX = 30000, /* bytes of the paths as JSON; longer: null */
};

struct reload;

/* NULL: no memory. Main thread, before workers start and after they have ended.
 */
struct reload *reload_new(unsigned workers);
void reload_free(struct reload *reload);

/* Sends a change to all viewers: `paths` is a JSON array; empty: any path. One
 * thread. */
void reload_send(struct reload *reload, struct bytes paths);

/* Opens viewers; lent, as long as `reload`. */
struct body_opener *reload_opener(struct reload *reload);

#endif

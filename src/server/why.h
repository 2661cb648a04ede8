/* why.h -- explains the response to one request: `soquete --why`
 *
 *     soquete --why /a.js [FOLDER]
 *     soquete --why 'HEAD /a.js' -H 'If-None-Match: "x"' --json
 *
 * The request is a target, an absolute URL or a whole request line; Host is
 * that of the URL, or localhost, unless --field sets it. The request is passed
 * to an HTTP session, as the bytes of a client would be, and decided by the
 * site's rules, which are recorded (site/explain.h): the server's own code.
 * With --wire, the response is that of a listener that shows the live page; at
 * the others only that page's paths differ. Nothing listens. Main thread;
 * blocks on the disk. */
#ifndef SERVER_WHY_H
#define SERVER_WHY_H

#include <stdio.h>

#include "server/options.h"

/* Prints the rules, one per line, then the response's head and the length of
 * its content; with options->json, the same as one object. Returns the exit
 * status: 0 for a status from 200 to 399, else 1. */
int why_run(const struct options *options, FILE *out);

#endif

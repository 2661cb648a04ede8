/* why.h -- what one request gets, and why: `soquete --why`
 *
 *     soquete --why /a.js [FOLDER]
 *     soquete --why 'HEAD /a.js' -H 'If-None-Match: "x"' --json
 *
 * The request is a target, an absolute URL or a whole request line; Host is
 * that of the URL, or localhost, unless --field names one. It is written out,
 * read by the session that reads a client's, and decided by the site's rules
 * with a note behind each (site/explain.h): all of it is what the server runs.
 * With --wire, the response is that of a listener that shows the live page; at
 * the others only that page's paths differ. Nothing listens. Main thread;
 * blocks on the disk. */
#ifndef SERVER_WHY_H
#define SERVER_WHY_H

#include <stdio.h>

#include "server/options.h"

/* Prints the rules, one line each, then the response's head and what would be
 * sent; with options->json the same as one object. Returns the exit status: 0
 * for a response of 200 to 399, else 1. */
int why_run(const struct options *options, FILE *out);

#endif

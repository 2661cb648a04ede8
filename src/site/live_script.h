/* live_script.h -- pages with the script of --live
 *
 * With --live, a page of the site that this machine asks for is another
 * representation: the file's bytes with
 *
 *     <script src="/-/live/live.js" async></script>
 *
 * before the last </body>, or at the end where there is none. It is derived
 * once for each version of the file (files/file_derived.h), and has its own
 * length and entity-tag, so conditions and ranges hold for it as for a file. It
 * is sent uncoded, even where there is a sidecar.
 *
 * A page is what is served as text/html, in UTF-8 or another encoding that has
 * ASCII, and is at most LIVE_SCRIPT_PAGE_MAX bytes. Where its own
 * Content-Security-Policy (by a rule, or in a <meta>) does not allow the
 * script, the page is sent as it is, and the reason is logged once. */
#ifndef SITE_LIVE_SCRIPT_H
#define SITE_LIVE_SCRIPT_H

#include "site/exchange.h"
#include "site/live_reload.h"

enum { LIVE_SCRIPT_PAGE_MAX = 4 * 1024 * 1024 };

/* The plan is that of an error, with its status as text. Where a browser shows
 * it as a page, makes it a page with the script: so a page that was lost while
 * the site is built anew comes back by itself. The script's own requests do not
 * ask for text/html, and get the text. */
void live_script_in_error(struct exchange *x);

/* Puts the script into x->file, if that is a page; live_reload_is_on. */
void live_script_put(struct exchange *x);

/* A rule, which does not decide. x->file is a regular file. */
static inline enum verdict live_script_apply(struct exchange *x)
{
    if (x->site->config->reload != NULL && live_reload_is_on(x))
        live_script_put(x);
    return VERDICT_NEXT;
}

#endif

/* rules.h -- what a request gets: a table that is read from the top
 *
 *     rule       decides
 *     ---------  ----------------------------------------------------------
 *     method     501 for an unknown method
 *     host       400 for a Host that is missing, repeated or invalid
 *     target     400, 421 for a target that is invalid, or not for this server;
 *                400 where neither it nor Host names an authority
 *     base       301, 404, 414 for a path that is not under --base
 *     headers    503 without memory; finds the fields that rules set
 *     allow      204, 405 for all methods but GET and HEAD
 *     name       404 for a name that no file can have, or that is hidden
 *     live       200, 307, 400, 403, 404, 503 below /-/wire/, the live page
 *     reload     200, 403, 404, 503 below /-/live/, with --live
 *     redirects  what a rule of _redirects says, by force
 *     lookup     301, 403, 404, 414, 503 for a path that names no file; what
 *                a rule of _redirects says; 508 for rules that rewrite in a
 *                circle; 200 for a folder that is listed
 *     variant    406 for a file whose codings the client all refuses
 *     script     never; with --live, pages get a script
 *     condition  304, 412 (RFC 9110, 13.2.2)
 *     range      206, 416 (RFC 9110, 14.2)
 *     content    200
 *
 * RFC 9112 defines the message, RFC 9110 what it means. The rules down to
 * "name" need no file that the path names; they may read the files of rules and
 * a 404.html. The content of a 404 may be a page of the site (not_found.h). A
 * rule touches nothing but the exchange, the file cache and the rules of the
 * site (site_rules.h); but "lookup" opens a folder for a listing, "variant"
 * posts jobs to the squeezer, "script" may read a page from its open file, and
 * "live" and "reload" open streams. */
#ifndef SITE_RULES_H
#define SITE_RULES_H

#include "site/exchange.h"

struct explanation;

/* Applies the rules until one decides; the last one does. */
void rules_apply(struct exchange *x);

/* Applies those that decide by the head alone. Returns whether one has decided
 * on a status of 400 or more. */
bool rules_refuse(struct exchange *x);

/* Applies the rules, or those that decide by the head alone, and notes what
 * each found (explain.h). Returns whether one has decided. */
bool rules_explain(struct exchange *x, bool head_alone,
                   struct explanation *explanation);

#endif

/* setup.h -- what the options make of a site, and of HTTP
 *
 * Opens what is opened once (the root, the table of types, libmagic's database)
 * and fills in the configurations of both floors. For the server, and for
 * --why, which thereby sees what the server would. Main thread. */
#ifndef SERVER_SETUP_H
#define SERVER_SETUP_H

#include "files/docroot.h"
#include "files/mime.h"
#include "http/parser.h"
#include "server/options.h"
#include "server/shares.h"
#include "site/site.h"

struct setup {
    struct docroot root;
    struct mime_table *types;
    struct mime_sniffer *sniffer; /* NULL: there is none */
};

/* Returns 0 or a negative errno, and then the reason is logged. setup_close
 * undoes it in either case. */
int setup_open(struct setup *setup, const struct options *options);
void setup_close(struct setup *setup);

/* Views into `setup`; without a live page. */
struct site_config setup_site(const struct setup *setup,
                              const struct shares *shares);

struct request_limits setup_limits(const struct options *options);

#endif

/* setup.h -- configures the site and HTTP from the options
 *
 * Opens what is opened once (the root, the table of media types, libmagic's
 * database) and fills in the configurations of site and http. Used by the
 * server and by --why, so that both respond alike. Main thread. */
#ifndef SERVER_SETUP_H
#define SERVER_SETUP_H

#include "files/docroot.h"
#include "files/mime.h"
#include "http/parser.h"
#include "server/options.h"
#include "server/shares.h"
#include "site/site.h"
#include "site/site_rules.h"

enum { SETUP_HEADERS_MAX = OPTIONS_HEADERS_MAX + 4 };

struct setup {
    struct docroot root;
    struct base_path base;
    struct header_option headers[SETUP_HEADERS_MAX];
    size_t header_count;
    struct rule_witness rule_witness;
    struct mime_table *types;
    struct mime_sniffer *sniffer; /* NULL: no database, or no memory */
    struct listing_budget listings;
};

/* Returns 0, or a negative errno after logging it. Call setup_close in either
 * case. */
int setup_open(struct setup *setup, const struct options *options);
void setup_close(struct setup *setup);

/* Checks the folder's files of rules. Returns 0, or -EINVAL after logging each
 * mistake in them. */
int setup_test(const struct options *options);

/* The result has views into `setup`, and no live page. No listing is open. */
struct site_config setup_site(struct setup *setup,
                              const struct options *options,
                              const struct shares *shares);

struct request_limits setup_limits(const struct options *options);

#endif

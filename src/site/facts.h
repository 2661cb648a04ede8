/* facts.h -- what a rule found, in words: for --why
 *
 * Each writes one line about what its rule found in the exchange, at most
 * `size` bytes with the NUL, of printable ASCII: what a client sent is escaped.
 * A rule that decided may have found less. Main thread. */
#ifndef SITE_FACTS_H
#define SITE_FACTS_H

#include "site/exchange.h"

typedef void facts_writer(const struct exchange *x, char *out, size_t size);

facts_writer facts_method, facts_host, facts_target, facts_base, facts_headers,
    facts_name, facts_redirects, facts_file, facts_variant, facts_script,
    facts_condition, facts_range, facts_none;

#endif

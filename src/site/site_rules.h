/* site_rules.h -- the rules of `_headers` and `_redirects`, compiled
 *
 * Each worker has its own, as fresh as the files: they come from the file
 * cache, are looked at once in a batch, before the first request of it is
 * planned, and are compiled again when their entity-tag has changed. While the
 * root has neither and no name in it changes, nothing is looked at.
 *
 * A file that is longer than RULE_FILE_MAX, or that this process may not read,
 * has no rules; while one cannot be read for another reason, its rules stay.
 * Mistakes are logged, once for each version of a file by one of the workers.
 *
 * One thread, but for the log's witness. May block on the disk. */
#ifndef SITE_SITE_RULES_H
#define SITE_SITE_RULES_H

#include <stdatomic.h>

#include "files/file_cache.h"
#include "site/header_set.h"
#include "site/redirect_rules.h"

#define RULES_HEADERS "_headers"
#define RULES_REDIRECTS "_redirects"

enum rule_file_id { HEADERS_FILE, REDIRECTS_FILE, RULE_FILES };

/* A rule of an option, in front of the file's. */
struct header_option {
    const char *source; /* "--cors"; constant */
    const char *line;   /* as header_rules_add_line accepts it */
    unsigned number;    /* of several; 0: there is one */
};

/* Which versions of the files were logged: shared by all workers. */
struct rule_witness {
    _Atomic uint64_t logged[RULE_FILES];
};

struct site_rules {
    struct file_cache *cache;
    const struct header_option *options;
    size_t option_count;
    struct rule_witness *witness; /* NULL: each version is logged */

    bool has_files;                   /* one, or both */
    bool is_fresh;                    /* looked at in this batch */
    uint64_t root_serial;             /* of the root without files; 0: look */
    uint64_t versions[RULE_FILES];    /* hashes; 0: there is no such file */
    struct header_rules *headers;     /* NULL: there are none */
    struct redirect_rules *redirects; /* likewise */
    struct header_sets sets;
};

/* `rules` has the members down to `witness` set, and zeros behind them. Looks
 * at the files. */
void site_rules_open(struct site_rules *rules);
void site_rules_close(struct site_rules *rules);

/* Looks at the files. `root_serial` is that of this batch. */
void site_rules_look(struct site_rules *rules, uint64_t root_serial);

/* Makes sure that the rules are those of this batch. */
static inline void site_rules_refresh(struct site_rules *rules)
{
    uint64_t serial;

    if (rules->is_fresh)
        return;
    rules->is_fresh = true;
    serial = file_cache_root_serial(rules->cache);
    if (serial == 0 || serial != rules->root_serial)
        site_rules_look(rules, serial);
}

static inline void site_rules_batch(struct site_rules *rules)
{
    rules->is_fresh = false;
}

/* Whether a path names one of the files, which are not served. */
static inline bool site_rules_own(struct bytes path)
{
    return path.len > 0 && path.at[0] == '_' &&
           (bytes_equal(path, BYTES(RULES_HEADERS)) ||
            bytes_equal(path, BYTES(RULES_REDIRECTS)));
}

/* Reads both files and logs each mistake; that one cannot be read is one.
 * Returns how many there are. */
size_t site_rules_check(const struct docroot *root);

#endif

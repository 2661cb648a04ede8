#include "server/shares.h"

#include <assert.h>

#include "site/listing_budget.h"

enum {
    OF_PROCESS = 24, /* standard ones, logs, signals, epolls, the root */
    OF_WORKER = 8,   /* epoll, wake-up, files that are being opened */
    LEAST = 4,       /* connections, and files, of each worker */
    FILES_MAX = SHARES_CONNECTIONS_AUTO_MAX, /* of each worker */
    LISTINGS_PART = 16, /* listings get 1/16 of the files' descriptors */
    PLAIN_PART = 4      /* plain entries get at most 1/4 of a cache */
};

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t shares_descriptors_least(size_t listeners)
{
    return OF_PROCESS + listeners + OF_WORKER + 2 * (size_t)LEAST;
}

/* Divides `rest` descriptors between connections and files. --max-connections
 * may take from the files' half, down to the least. */
static void share_descriptors(const struct shares_wish *wish, size_t rest,
                              struct shares *shares)
{
    size_t workers = shares->workers;
    size_t connections =
        wish->connections_max > 0
            ? least_of(wish->connections_max, rest - LEAST * workers)
            : least_of(SHARES_CONNECTIONS_AUTO_MAX, rest / 2);
    size_t files = rest - connections;
    size_t listings = least_of(LISTINGS_OPEN_MAX - 1,
                               (files - LEAST * workers) / LISTINGS_PART);

    shares->connections_max = (unsigned)connections;
    shares->listings = 1 + (unsigned)listings;
    shares->descriptors = least_of((files - listings) / workers, FILES_MAX);
    assert(shares->connections_max >= 1 && shares->descriptors >= LEAST);
    assert(connections + listings + shares->descriptors * workers <= rest);
}

bool shares_make(const struct shares_wish *wish, struct shares *shares)
{
    size_t of_process = OF_PROCESS + wish->listeners;
    size_t left;

    assert(wish->workers >= 1);
    if (wish->descriptors < shares_descriptors_least(wish->listeners))
        return false;
    left = wish->descriptors - of_process;
    shares->workers =
        (unsigned)least_of(wish->workers, left / (OF_WORKER + 2 * LEAST));
    share_descriptors(wish, left - OF_WORKER * (size_t)shares->workers, shares);
    shares->cache_bytes = wish->cache_bytes / shares->workers;
    shares->plain_bytes = least_of(SHARES_PLAIN_BYTES_MAX / shares->workers,
                                   shares->cache_bytes / PLAIN_PART);
    assert(shares->workers >= 1 && shares->workers <= wish->workers);
    assert(wish->connections_max == 0 ||
           shares->connections_max <= wish->connections_max);
    return true;
}

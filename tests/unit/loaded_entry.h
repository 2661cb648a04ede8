/* loaded_entry.h -- entries loaded from a site, for tests of them */
#ifndef UNIT_LOADED_ENTRY_H
#define UNIT_LOADED_ENTRY_H

#include "files/file_entry.h"

#include "site.h"

enum { BODY_MAX = 16 };

struct fixture {
    struct site site;
    struct trail trail;
    struct file_loader loader;
};

/* Rides along as "TYPE ETAG SIZE" and a NUL. */
static inline size_t ride(const struct file *file,
                          const struct file_description *description,
                          char out[FILE_RIDER_MAX])
{
    return 1 +
           (size_t)snprintf(out, FILE_RIDER_MAX, "%.*s %.*s %llu",
                            (int)description->type.len, description->type.at,
                            (int)description->etag.len, description->etag.at,
                            (unsigned long long)file->size);
}

static inline void begin(struct fixture *f)
{
    site_init(&f->site);
    ck_assert_int_eq(trail_open(&f->trail, &f->site.root), 0);
    f->loader = (struct file_loader){
        .trail = &f->trail,
        .types = mime_table_new(),
        .sniffer = mime_sniffer_new(),
        .ride = ride,
        .account = file_account_new(),
        .body_max_bytes = BODY_MAX,
    };
}

static inline void end(struct fixture *f)
{
    /* Whatever was loaded has been released. */
    ck_assert_uint_eq(f->loader.account->bytes, 0);
    ck_assert_uint_eq(f->loader.account->descriptors, 0);
    hold_release(&f->loader.account->hold);
    mime_sniffer_free(f->loader.sniffer);
    mime_table_free((struct mime_table *)(uintptr_t)f->loader.types);
    trail_close(&f->trail);
    site_fini(&f->site);
}

static inline struct file_entry *load(struct fixture *f, const char *path)
{
    struct file_entry *entry;

    ck_assert_int_eq(file_entry_load(&f->loader, path, &entry), 0);
    return entry;
}

static inline void release(struct file_entry *entry)
{
    hold_release(&entry->file.hold);
}

#endif

/* cached_site.h -- a site with a file cache over it, for tests of the cache */
#ifndef UNIT_CACHED_SITE_H
#define UNIT_CACHED_SITE_H

#include "files/file_cache.h"

#include "site.h"

struct cached_site {
    struct site site;
    struct mime_table *types;
    struct file_cache *cache;
};

static const struct file_cache_config roomy = {
    .entries_max = 100,
    .body_max_bytes = 16,
    .bytes_max = 100000,
    .plain_bytes_max = 50000,
    .descriptors_max = 10,
};

static inline void cached_site_init(struct cached_site *s,
                                    struct file_cache_config config)
{
    site_init(&s->site);
    s->types = mime_table_new();
    config.root = &s->site.root;
    config.types = s->types;
    s->cache = file_cache_new(&config);
    ck_assert_ptr_nonnull(s->cache);
}

static inline void cached_site_fini(struct cached_site *s)
{
    file_cache_free(s->cache);
    mime_table_free(s->types);
    site_fini(&s->site);
}

static inline const struct file *cached_get(struct cached_site *s,
                                            const char *path)
{
    return file_cache_get(s->cache, bytes_of(path));
}

/* In a new batch. */
static inline const struct file *cached_get_next(struct cached_site *s,
                                                 const char *path)
{
    file_cache_batch(s->cache);
    return cached_get(s, path);
}

static inline void check_body(const struct file *file, const char *text)
{
    ck_assert_int_eq(file->kind, FILE_REGULAR);
    ck_assert_ptr_nonnull(file->body);
    ck_assert_uint_eq(file->size, strlen(text));
    ck_assert_mem_eq(file->body, text, strlen(text));
}

#endif

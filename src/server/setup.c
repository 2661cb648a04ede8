#include "server/setup.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "server/listeners.h"
#include "site/compress.h"

enum { CACHE_ENTRIES_MAX = 16384 }; /* of one worker */

static int open_types(struct setup *setup, const struct options *options)
{
    const char *file = options->mime_types;
    char why[512] = "no memory";
    int error = 0;

    if (file != NULL) {
        error = mime_table_load(&setup->types, file, why, sizeof(why));
    } else {
        setup->types = mime_table_new();
        error = setup->types == NULL ? -ENOMEM : 0;
    }
    if (error != 0)
        log_error("cannot read the media types: %s", why);
    setup->sniffer = mime_sniffer_new();
    if (setup->sniffer == NULL)
        log_info("cannot load libmagic's database (magic.mgc): a file with an "
                 "unknown extension is text/plain or application/octet-stream");
    return error;
}

static int open_root(struct setup *setup, const struct options *options)
{
    int error = docroot_open(&setup->root, options->folder);

    if (error == 0 && setup->root.walks)
        log_info(
            "symbolic links are not followed: this kernel or sandbox has no "
            "openat2 (Linux 5.6)");
    if (error != 0)
        log_error("cannot serve %s: %s; name a folder that exists",
                  options->folder, strerror(-error));
    return error;
}

static void add_header(struct setup *setup, const char *source,
                       const char *line, unsigned number)
{
    assert(setup->header_count < SETUP_HEADERS_MAX);
    setup->headers[setup->header_count++] =
        (struct header_option){source, line, number};
}

/* The rules that options stand for, and those that they write out. */
static void add_headers(struct setup *setup, const struct options *options)
{
    if (options->cors) {
        add_header(setup, "--cors", "/* Access-Control-Allow-Origin: *", 0);
        /* The star has a meaning to newer browsers only, and does not include
         * all names. */
        add_header(setup, "--cors",
                   "/* Access-Control-Expose-Headers: *, Accept-Ranges, "
                   "Content-Encoding, Content-Length, Content-Range, Date, "
                   "ETag",
                   0);
    }
    if (options->isolate) {
        add_header(setup, "--isolate",
                   "/* Cross-Origin-Opener-Policy: same-origin", 0);
        add_header(setup, "--isolate",
                   "/* Cross-Origin-Embedder-Policy: require-corp", 0);
    }
    for (size_t i = 0; i < options->header_count; i++)
        add_header(setup, "--header", options->headers[i], (unsigned)i + 1);
}

int setup_open(struct setup *setup, const struct options *options)
{
    int error;

    bool is_path;

    *setup = (struct setup){.root = {.fd = -1}};
    is_path = base_path_parse(bytes_of(options->base), &setup->base);
    assert(is_path); /* option_value.c has checked it */
    (void)is_path;
    add_headers(setup, options);
    error = open_root(setup, options);
    return error == 0 ? open_types(setup, options) : error;
}

int setup_test(const struct options *options)
{
    struct docroot root;
    size_t count;
    int error = docroot_open(&root, options->folder);

    if (error == 0) {
        count = site_rules_check(&root);
        docroot_close(&root);
        error = count == 0 ? 0 : -EINVAL;
    }
    return error;
}

void setup_close(struct setup *setup)
{
    mime_sniffer_free(setup->sniffer);
    mime_table_free(setup->types);
    docroot_close(&setup->root);
}

static bool are_folders_listed(const struct options *options)
{
    switch (options->listing) {
    case LISTING_AUTO:
        return listeners_are_local(options);
    case LISTING_ON:
        return true;
    case LISTING_OFF:
        break;
    }
    return false;
}

struct site_config setup_site(struct setup *setup,
                              const struct options *options,
                              const struct shares *shares)
{
    assert(setup->types != NULL); /* setup_open has succeeded */
    listing_budget_init(&setup->listings, shares->listings);
    return (struct site_config){
        .root = &setup->root,
        .types = setup->types,
        .sniffer = setup->sniffer,
        .header_options = setup->headers,
        .header_option_count = setup->header_count,
        .has_cors = options->cors,
        .rule_witness = &setup->rule_witness,
        .base = setup->base.len > 0 ? &setup->base : NULL,
        .has_clean_urls = options->clean_urls,
        .is_spa = options->spa,
        .listings = are_folders_listed(options) ? &setup->listings : NULL,
        .compress = options->compress == COMPRESS_OFF ? 0 : compress_codings(),
        .cache_entries_max = CACHE_ENTRIES_MAX,
        .cache_bytes_max = shares->cache_bytes,
        .cache_plain_bytes_max = shares->plain_bytes,
        .cache_descriptors_max = shares->descriptors,
    };
}

struct request_limits setup_limits(const struct options *options)
{
    return (struct request_limits){
        .head_max = options->head_max_bytes,
        .target_max = options->target_max_bytes,
        .fields_max = options->fields_max,
        .body_max = options->body_max_bytes,
    };
}

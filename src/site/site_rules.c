#include "site/site_rules.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "files/file_read.h"
#include "site/representation.h"

static const char *const names[RULE_FILES] = {RULES_HEADERS, RULES_REDIRECTS};

static void log_mistake(struct rule_reader *reader, const char *text)
{
    (void)reader;
    log_error("%s", text);
}

static struct rule_reader logger = {log_mistake};

/* --- Compiling --- */

/* The rules of the options, and of the file's text. NULL: there are none, or no
 * memory. */
static struct header_rules *compile_headers(const struct site_rules *rules,
                                            struct bytes text,
                                            struct rule_mistakes *mistakes)
{
    struct header_rules *headers = header_rules_new();

    if (headers == NULL)
        return NULL;
    for (size_t i = 0; i < rules->option_count; i++) {
        const struct header_option *option = &rules->options[i];
        const char *wrong = header_rules_add_line(
            headers, bytes_of(option->line), option->source, option->number);

        assert(wrong == NULL); /* the option's value was checked */
        (void)wrong;
    }
    header_rules_add_file(headers, text, mistakes);
    if (headers->rule_count > 0 && header_rules_index(headers))
        return headers;
    header_rules_free(headers);
    return NULL;
}

static struct redirect_rules *compile_redirects(struct bytes text,
                                                struct rule_mistakes *mistakes)
{
    struct redirect_rules *redirects = redirect_rules_new(text, mistakes);

    if (redirects != NULL && redirects->count > 0)
        return redirects;
    redirect_rules_free(redirects);
    return NULL;
}

/* Replaces the rules of a file by those of this text. */
static void compile(struct site_rules *rules, enum rule_file_id id,
                    struct bytes text, struct rule_mistakes *mistakes)
{
    if (id == HEADERS_FILE) {
        header_sets_clear(&rules->sets);
        header_rules_free(rules->headers);
        rules->headers = compile_headers(rules, text, mistakes);
    } else {
        redirect_rules_free(rules->redirects);
        rules->redirects = compile_redirects(text, mistakes);
    }
    rule_mistakes_end(mistakes);
}

/* --- Looking --- */

static uint64_t hash_of(struct bytes text)
{
    uint64_t hash = 14695981039346656037U; /* FNV-1a */

    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.at[i]) * 1099511628211U;
    return hash | 1;
}

/* What the file is now, as one number: 0 where there is none. FILE_UNREADABLE
 * has none. */
static uint64_t version_of(const struct file *file)
{
    switch (file->kind) {
    case FILE_REGULAR:
        return hash_of(representation_etag(file));
    case FILE_NONE:
        return file->error == -ENOENT ? 0 : hash_of(BYTES("none"));
    case FILE_FOLDER:
        return hash_of(BYTES("folder"));
    case FILE_FORBIDDEN:
        return hash_of(BYTES("forbidden"));
    case FILE_UNREADABLE:
        break;
    }
    assert(false);
    return 0;
}

/* Whether nobody has logged this version. */
static bool is_news(struct rule_witness *witness, enum rule_file_id id,
                    uint64_t version)
{
    return witness == NULL ||
           atomic_exchange(&witness->logged[id], version) != version;
}

/* Why a file has no rules. NULL: it may have some. */
static const char *why_unusable(const struct file *file)
{
    if (file->kind == FILE_FOLDER)
        return "a folder, not a file";
    if (file->kind == FILE_NONE)
        return "not a file in this folder";
    if (file->kind != FILE_REGULAR)
        return "it cannot be read";
    return file->size > RULE_FILE_MAX ? "longer than 1 MiB" : NULL;
}

/* The text of a regular file. Where *copy is not NULL then, the caller frees
 * it. Returns false where it cannot be read. */
static bool read_text(const struct file *file, char **copy, struct bytes *text)
{
    ssize_t len;

    assert(file->size <= RULE_FILE_MAX);
    *copy = NULL;
    *text = (struct bytes){file->body, (size_t)file->size};
    if (file->body != NULL)
        return true;
    *copy = malloc((size_t)file->size + 1);
    if (*copy == NULL)
        return false;
    len = file_read(file->fd, 0, *copy, (size_t)file->size);
    *text = (struct bytes){*copy, len > 0 ? (size_t)len : 0};
    return len >= 0;
}

static void load(struct site_rules *rules, enum rule_file_id id,
                 const struct file *file, bool is_logged)
{
    struct rule_mistakes mistakes = {.reader = is_logged ? &logger : NULL,
                                     .file = names[id]};
    const char *why = why_unusable(file);
    struct bytes text = BYTES("");
    char *copy = NULL;

    _Static_assert(RULE_FILE_MAX == 1024 * 1024, "as the message says");
    if (why == NULL && !read_text(file, &copy, &text)) {
        why = "it cannot be read";
        text = BYTES("");
    }
    if (why != NULL && is_logged)
        log_error("%s: %s; none of its rules hold", names[id], why);
    compile(rules, id, text, &mistakes);
    free(copy);
}

/* Looks at one file. Returns whether there is one. Where that cannot be known
 * now, which the cache logs, the rules stay as they are. */
static bool look(struct site_rules *rules, enum rule_file_id id)
{
    const struct file *file = file_cache_get(rules->cache, bytes_of(names[id]));
    struct rule_mistakes none = {.file = names[id]};
    uint64_t version;

    if (file->kind == FILE_UNREADABLE)
        return true;
    version = version_of(file);
    if (version == rules->versions[id])
        return version != 0;
    rules->versions[id] = version;
    if (version == 0)
        compile(rules, id, BYTES(""), &none);
    else
        load(rules, id, file, is_news(rules->witness, id, version));
    return version != 0;
}

void site_rules_look(struct site_rules *rules, uint64_t root_serial)
{
    bool is_any = false;

    for (int id = 0; id < RULE_FILES; id++)
        is_any = look(rules, (enum rule_file_id)id) || is_any;
    rules->has_files = is_any;
    rules->root_serial = is_any ? 0 : root_serial;
}

void site_rules_open(struct site_rules *rules)
{
    struct rule_mistakes none = {.file = RULES_HEADERS};

    if (rules->option_count > 0)
        compile(rules, HEADERS_FILE, BYTES(""), &none);
    site_rules_refresh(rules);
    rules->is_fresh = false;
}

void site_rules_close(struct site_rules *rules)
{
    header_sets_clear(&rules->sets);
    header_rules_free(rules->headers);
    redirect_rules_free(rules->redirects);
}

/* --- Checking, without a cache --- */

static size_t check(const struct docroot *root, enum rule_file_id id)
{
    struct rule_mistakes mistakes = {.reader = &logger, .file = names[id]};
    struct site_rules scratch = {.option_count = 0};
    struct file file = {.kind = FILE_REGULAR};
    struct bytes text;
    struct stat status;
    bool is_straight;
    char *copy = NULL;

    file.fd = docroot_open_file(root, names[id], &status, &is_straight);
    if (file.fd == -ENOENT)
        return 0;
    if (file.fd >= 0) {
        file.kind = S_ISDIR(status.st_mode) ? FILE_FOLDER : FILE_REGULAR;
        file.size = (uint64_t)status.st_size;
    } else {
        file.kind = file.fd == -EACCES ? FILE_FORBIDDEN : FILE_NONE;
    }
    if (why_unusable(&file) != NULL) {
        log_error("%s: %s; none of its rules hold", names[id],
                  why_unusable(&file));
        mistakes.count = 1;
    } else if (!read_text(&file, &copy, &text)) {
        log_error("%s: it cannot be read now", names[id]);
        mistakes.count = 1;
    } else {
        compile(&scratch, id, text, &mistakes);
        site_rules_close(&scratch);
    }
    free(copy);
    if (file.fd >= 0)
        close(file.fd);
    return mistakes.count;
}

size_t site_rules_check(const struct docroot *root)
{
    return check(root, HEADERS_FILE) + check(root, REDIRECTS_FILE);
}

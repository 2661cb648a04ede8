#include "files/mime_table.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The standard asks compilers for 4095 bytes of one literal; those that we are
 * built with take any length. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings"
static const char compiled_in[] =
#include "mime_types.inc"
    ;
#pragma GCC diagnostic pop

struct pair {
    const char *extension, *type; /* into the table's text */
};

struct mime_table {
    char *text; /* cut into words by NULs */
    size_t count, room;
    struct pair *pairs; /* by extension, each once */
};

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

static void lower_text(char *text)
{
    for (; *text != '\0'; text++)
        *text = lower(*text);
}

/* RFC 6838, 4.2: the characters of a type's name. This also keeps a mistake in
 * an operator's file out of the field lines of responses. */
static bool is_essence(const char *type)
{
    static const char names[] = "abcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+";
    size_t top = strspn(type, names), sub;

    if (top == 0 || type[top] != '/')
        return false;
    sub = strspn(type + top + 1, names);
    return sub > 0 && type[top + 1 + sub] == '\0' &&
           top + 1 + sub <= MIME_ESSENCE_MAX;
}

static int add_pair(struct mime_table *table, const char *extension,
                    const char *type)
{
    if (table->count == table->room) {
        size_t room = table->room == 0 ? 256 : table->room * 2;
        struct pair *pairs = realloc(table->pairs, room * sizeof(*pairs));

        if (pairs == NULL)
            return -ENOMEM;
        table->pairs = pairs;
        table->room = room;
    }
    assert(table->count < table->room);
    table->pairs[table->count++] = (struct pair){extension, type};
    return 0;
}

/* Returns 0 or a negative errno; for -EINVAL, *mistake describes it. */
static int parse_line(struct mime_table *table, char *line,
                      const char **mistake)
{
    static const char blanks[] = " \t\r\v\f";
    char *rest, *type;
    int error = 0;

    line[strcspn(line, "#")] = '\0';
    type = strtok_r(line, blanks, &rest);
    if (type == NULL)
        return 0;
    lower_text(type);
    if (!is_essence(type)) {
        *mistake = "a line begins with a media type, as text/plain";
        return -EINVAL;
    }
    while (error == 0) {
        char *extension = strtok_r(NULL, blanks, &rest);

        if (extension == NULL)
            break;
        if (strlen(extension) > MIME_EXTENSION_MAX) {
            *mistake = "an extension has 31 bytes at most";
            return -EINVAL;
        }
        lower_text(extension);
        error = add_pair(table, extension, type);
    }
    return error;
}

static int compare_extension(const void *a, const void *b)
{
    const struct pair *left = a, *right = b;

    return strcmp(left->extension, right->extension);
}

/* Equal extensions sort by their place in the text, so that the last one can be
 * kept: qsort is not stable. */
static int compare_place(const void *a, const void *b)
{
    const struct pair *left = a, *right = b;
    int order = compare_extension(a, b);

    if (order != 0)
        return order;
    return left->extension < right->extension ? -1 : 1;
}

static void sort_pairs(struct mime_table *table)
{
    size_t kept = 0;

    if (table->count == 0)
        return;
    qsort(table->pairs, table->count, sizeof(*table->pairs), compare_place);
    for (size_t i = 1; i < table->count; i++) {
        if (compare_extension(&table->pairs[kept], &table->pairs[i]) != 0)
            kept++;
        table->pairs[kept] = table->pairs[i];
    }
    assert(kept < table->count);
    table->count = kept + 1;
}

/* Takes over `text`, which ends in a NUL. *line is the line of a mistake,
 * counted from the one that begins at text + first. */
static int table_parse(struct mime_table **out, char *text, size_t first,
                       unsigned *line, const char **mistake)
{
    struct mime_table *table = calloc(1, sizeof(*table));
    char *at = text;
    int error = 0;

    if (table == NULL) {
        free(text);
        return -ENOMEM;
    }
    table->text = text;
    for (*line = 1; error == 0 && at != NULL; ++*line) {
        char *next = strchr(at, '\n');

        if (at == text + first)
            *line = 1;
        if (next != NULL)
            *next++ = '\0';
        error = parse_line(table, at, mistake);
        at = next;
    }
    if (error < 0) {
        --*line;
        mime_table_free(table);
        return error;
    }
    sort_pairs(table);
    *out = table;
    return 0;
}

/* Opens a file of text. Opening a FIFO would wait for its writer, and a device
 * may have no end, so neither is accepted. */
static int open_text(const char *file)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;

    if (fd == -1)
        return -errno;
    if (fstat(fd, &status) == 0 &&
        (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
        return fd;
    close(fd);
    return -EINVAL;
}

/* All of `file`, with a NUL at its end. Returns 0 or a negative errno. */
static int read_text(const char *file, char **text)
{
    size_t len = 0;
    ssize_t got;
    int error = 0;
    char *bytes;
    int fd = open_text(file);

    if (fd < 0)
        return fd;
    bytes = malloc(MIME_FILE_MAX + 1);
    if (bytes == NULL) {
        error = -ENOMEM;
        goto close_fd;
    }
    do {
        got = read(fd, bytes + len, MIME_FILE_MAX + 1 - len);
        if (got == -1 && errno != EINTR)
            error = -errno;
        if (got > 0)
            len += (size_t)got;
    } while (error == 0 && got != 0 && len <= MIME_FILE_MAX);
    if (error == 0 && len > MIME_FILE_MAX)
        error = -EFBIG;
    if (error == 0 && memchr(bytes, '\0', len) != NULL)
        error = -EINVAL;
    bytes[error == 0 ? len : 0] = '\0';
    *text = bytes;
    if (error < 0)
        free(bytes);
close_fd:
    close(fd);
    return error;
}

struct mime_table *mime_table_new(void)
{
    struct mime_table *table = NULL;
    const char *mistake = NULL;
    unsigned line;
    char *text = strdup(compiled_in);
    int error;

    if (text == NULL)
        return NULL;
    error = table_parse(&table, text, 0, &line, &mistake);
    assert(error != -EINVAL);
    return error == 0 ? table : NULL;
}

int mime_table_load(struct mime_table **table, const char *file, char *why,
                    size_t size)
{
    const char *mistake = "this is no text";
    unsigned line = 1;
    char *added = NULL, *text = NULL;
    int error = read_text(file, &added);

    if (error == 0) {
        if (asprintf(&text, "%s%s", compiled_in, added) == -1)
            error = -ENOMEM;
        free(added);
    }
    if (error == 0)
        error =
            table_parse(table, text, sizeof(compiled_in) - 1, &line, &mistake);
    if (error == -EINVAL)
        snprintf(why, size, "%s:%u: %s", file, line, mistake);
    else if (error < 0)
        snprintf(why, size, "%s: %s", file, strerror(-error));
    return error;
}

void mime_table_free(struct mime_table *table)
{
    if (table == NULL)
        return;
    free(table->pairs);
    free(table->text);
    free(table);
}

/* Writes the extension of `name` in small letters. Returns false where it has
 * none, or one that is too long for any table. */
static bool find_extension(struct bytes name, char out[MIME_EXTENSION_MAX + 1])
{
    const char *slash = memrchr(name.at, '/', name.len);
    const char *end = name.at + name.len;
    const char *start = slash == NULL ? name.at : slash + 1;
    const char *dot = memrchr(start, '.', (size_t)(end - start));

    if (dot == NULL || dot == start || end - dot - 1 > MIME_EXTENSION_MAX)
        return false;
    for (dot++; dot < end; dot++)
        *out++ = lower(*dot);
    *out = '\0';
    return true;
}

const char *mime_table_find(const struct mime_table *table, struct bytes name)
{
    char extension[MIME_EXTENSION_MAX + 1];
    const struct pair wanted = {extension, NULL};
    const struct pair *found;

    if (table->count == 0 || !find_extension(name, extension))
        return NULL;
    found = bsearch(&wanted, table->pairs, table->count, sizeof(*table->pairs),
                    compare_extension);
    return found == NULL ? NULL : found->type;
}

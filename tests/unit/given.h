/* given.h -- options as a user gives them in the four places, for the tests */
#ifndef UNIT_GIVEN_H
#define UNIT_GIVEN_H

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/options.h"

enum { GIVEN_WORDS_MAX = 24, GIVEN_TEXT_MAX = 1024, GIVEN_FILE_LEN = 64 };

/* Words of line and environment are separated by '|'; NULL: nothing is given.
 */
struct given {
    const char *file; /* the text of the configuration file */
    const char *environment, *line;
};

/* A file without a name in the file system: it exists while its descriptor is
 * open, until the test program ends. Returns its path in `out`. */
static inline const char *given_file(const char *text, char out[GIVEN_FILE_LEN])
{
    int fd = memfd_create("given", 0);

    ck_assert_int_ne(fd, -1);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    snprintf(out, GIVEN_FILE_LEN, "/proc/self/fd/%d", fd);
    return out;
}

/* Splits `text` in place. Returns how many words were written, and NULL after
 * them. */
static inline int given_words(char *text, char *words[GIVEN_WORDS_MAX])
{
    int count = 0;
    char *word;

    while ((word = strsep(&text, "|")) != NULL && count < GIVEN_WORDS_MAX - 1)
        if (*word != '\0')
            words[count++] = word;
    words[count] = NULL;
    return count;
}

/* Reads the options as main does. Returns what options_read does; the caller
 * calls options_fini. */
static inline int given_read(struct options *options, struct given given)
{
    char line[GIVEN_TEXT_MAX], environment[GIVEN_TEXT_MAX],
        path[GIVEN_FILE_LEN];
    char *argv[GIVEN_WORDS_MAX], *envp[GIVEN_WORDS_MAX];
    int argc;

    snprintf(line, sizeof(line), "soquete|%s", given.line ? given.line : "");
    snprintf(environment, sizeof(environment), "%s%s|%s",
             given.file ? "SOQUETE_CONFIG=" : "",
             given.file ? given_file(given.file, path) : "",
             given.environment ? given.environment : "");
    argc = given_words(line, argv);
    given_words(environment, envp);
    return options_read(options, argc, argv, envp);
}

/* Asserts that the i-th mistake contains `part`; NULL: that there is none. */
static inline void given_mistake(const struct options *options, size_t i,
                                 const char *part)
{
    const char *text = options_mistake(options, i);

    if (part == NULL)
        ck_assert_msg(text == NULL, "mistake: %s", text);
    else
        ck_assert_msg(text != NULL && strstr(text, part) != NULL,
                      "mistake %zu: '%s' without '%s'", i,
                      text ? text : "(none)", part);
}

#endif

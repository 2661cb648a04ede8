/* said.h -- options as a user says them in the four places, for the tests */
#ifndef UNIT_SAID_H
#define UNIT_SAID_H

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/options.h"

enum { SAID_WORDS_MAX = 24, SAID_TEXT_MAX = 1024, SAID_FILE_LEN = 64 };

/* Words of line and environment are parted by '|'; NULL: nothing is said. */
struct said {
    const char *file; /* the text of the configuration file */
    const char *environment, *line;
};

/* A file that needs no name in the file system: it lives while its descriptor
 * is open, and ends with the test program. Returns its path in `out`. */
static inline const char *said_file(const char *text, char out[SAID_FILE_LEN])
{
    int fd = memfd_create("said", 0);

    ck_assert_int_ne(fd, -1);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    snprintf(out, SAID_FILE_LEN, "/proc/self/fd/%d", fd);
    return out;
}

/* Cuts `text` in place. Returns how many words were written, NULL after them.
 */
static inline int said_words(char *text, char *words[SAID_WORDS_MAX])
{
    int count = 0;
    char *word;

    while ((word = strsep(&text, "|")) != NULL && count < SAID_WORDS_MAX - 1)
        if (*word != '\0')
            words[count++] = word;
    words[count] = NULL;
    return count;
}

/* Reads what is said as main would. Returns what options_read does; the caller
 * calls options_fini. */
static inline int said_read(struct options *options, struct said said)
{
    char line[SAID_TEXT_MAX], environment[SAID_TEXT_MAX], path[SAID_FILE_LEN];
    char *argv[SAID_WORDS_MAX], *envp[SAID_WORDS_MAX];
    int argc;

    snprintf(line, sizeof(line), "soquete|%s", said.line ? said.line : "");
    snprintf(environment, sizeof(environment), "%s%s|%s",
             said.file ? "SOQUETE_CONFIG=" : "",
             said.file ? said_file(said.file, path) : "",
             said.environment ? said.environment : "");
    argc = said_words(line, argv);
    said_words(environment, envp);
    return options_read(options, argc, argv, envp);
}

/* Asserts that the i-th mistake has `part` in it; NULL: that there is none. */
static inline void said_mistake(const struct options *options, size_t i,
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

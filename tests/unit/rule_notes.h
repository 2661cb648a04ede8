/* rule_notes.h -- keeps the mistakes that a parser of rules reports */
#ifndef UNIT_RULE_NOTES_H
#define UNIT_RULE_NOTES_H

#include <check.h>
#include <stdio.h>

#include "site/rule_text.h"

struct rule_notes {
    struct rule_reader reader; /* first: the two share their address */
    size_t count;
    char last[500], text[8000]; /* of the last, and of all, one a line */
};

static inline void rule_notes_take(struct rule_reader *reader, const char *text)
{
    struct rule_notes *notes = (struct rule_notes *)reader;
    size_t len = strlen(notes->text);

    for (const char *at = text; *at != '\0'; at++)
        ck_assert(*at >= ' ' && *at < 0x7f);
    notes->count++;
    snprintf(notes->last, sizeof(notes->last), "%s", text);
    snprintf(notes->text + len, sizeof(notes->text) - len, "%s\n", text);
}

static inline void rule_notes_init(struct rule_notes *notes)
{
    *notes = (struct rule_notes){.reader = {rule_notes_take}};
}

#endif

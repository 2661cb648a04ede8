/* text_parts.h -- what lines for people are made of
 *
 * Each writes at `to` and returns where it ended. The caller has the room.
 * Pure; any thread. */
#ifndef WIRE_TEXT_PARTS_H
#define WIRE_TEXT_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* "1 segment", "2 segments" */
char *text_put_count(char *to, uint64_t count, const char *thing);

/* "612 B" */
char *text_put_size(char *to, uint64_t len);

/* "14 us", "5.3 ms", "5.0 s" */
char *text_put_duration(char *to, uint64_t us);

/* Text from a peer, escaped (put.h), with "..." for what exceeds `max`
 * characters. */
char *text_put_cut(char *to, struct bytes text, size_t max);

/* What is to be seen at once: highlighted, with colours. */
char *text_put_bright(char *to, bool colour, const char *text);

/* "retransmitted 3". Retransmissions are the first thing to look for, and are
 * highlighted. */
char *text_put_retransmitted(char *to, bool colour, uint32_t count);

#endif

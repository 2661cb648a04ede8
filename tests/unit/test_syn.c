/* Headers of a SYN, as networks and peers write them. */
#include "tcp/syn.h"

#include <string.h>

#include "suite.h"

/* From 127.0.0.1:56806 to port 59753: options in the order of Linux. */
#define IP4                                                            \
    "\x45\x00\x00\x3c\x7d\xb4\x40\x00\x40\x06\xbf\x05\x7f\x00\x00\x01" \
    "\x7f\x00\x00\x01"
#define IP6 "\x60\x00\x00\x00\x00\x28\x06\x3f" ADDRESS6 ADDRESS6
#define ADDRESS6 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
#define PORTS "\xdd\xe6\xe9\x69"
#define TCP PORTS "\x17\xaa\x24\x99\0\0\0\0\xa0\x02\xff\xd7\xfe\x30\0\0"
#define LINUX                                                          \
    "\x02\x04\xff\xd7\x04\x02\x08\x0a\x97\x1f\xdf\x9f\0\0\0\0\x01\x03" \
    "\x03\x0a"

#define TEXT(text)               \
    {                            \
        (text), sizeof(text) - 1 \
    }
#define SHORT_TCP(length, flags) \
    PORTS "\0\0\0\1\0\0\0\0" length flags "\x20\0\0\0\0\0"

static const struct {
    struct bytes bytes;
    struct ledger_syn syn;
} good[] = {
    {TEXT(IP4 TCP LINUX),
     {.ttl = 64,
      .sequence = 0x17aa2499,
      .window = 65495,
      .mss = 65495,
      .window_scale = 10,
      .has_sack = true,
      .has_timestamps = true}},
    {TEXT(IP6 TCP LINUX),
     {.ttl = 63,
      .sequence = 0x17aa2499,
      .window = 65495,
      .mss = 65495,
      .window_scale = 10,
      .has_sack = true,
      .has_timestamps = true}},
    {TEXT(IP4 SHORT_TCP("\x50", "\x02")),
     {.ttl = 64, .sequence = 1, .window = 8192, .window_scale = -1}},
    {TEXT(IP4 SHORT_TCP("\x50", "\xc2")), /* ECE and CWR */
     {.ttl = 64,
      .sequence = 1,
      .window = 8192,
      .window_scale = -1,
      .asks_ecn = true}},
    {TEXT(IP4 SHORT_TCP("\x50", "\x42")), /* ECE alone */
     {.ttl = 64, .sequence = 1, .window = 8192, .window_scale = -1}},
    /* Options: an unknown one, then one whose length is too long. */
    {TEXT(IP4 SHORT_TCP("\x70", "\x02") "\xfe\x04\1\2\x08\x0a\1\2"),
     {.ttl = 64, .sequence = 1, .window = 8192, .window_scale = -1}},
    /* One of length 0, one without a length, the end before another. */
    {TEXT(IP4 SHORT_TCP("\x60", "\x02") "\x02\0\x05\xb4"),
     {.ttl = 64, .sequence = 1, .window = 8192, .window_scale = -1}},
    {TEXT(IP4 SHORT_TCP("\x60", "\x02") "\1\1\1\x03"),
     {.ttl = 64, .sequence = 1, .window = 8192, .window_scale = -1}},
    {TEXT(IP4 SHORT_TCP("\x60", "\x02") "\0\x03\x03\x07"),
     {.ttl = 64, .sequence = 1, .window = 8192, .window_scale = -1}},
    {TEXT(IP4 SHORT_TCP("\x60", "\x02") "\1\x03\x03\x07"),
     {.ttl = 64, .sequence = 1, .window = 8192, .window_scale = 7}},
    /* With an option of IP. */
    {TEXT("\x46\0\0\x2c\0\0\0\0\x07\x06\0\0\1\1\1\1\2\2\2\2\1\1\1\1" SHORT_TCP(
         "\x50", "\x02")),
     {.ttl = 7, .sequence = 1, .window = 8192, .window_scale = -1}},
};

START_TEST(fields_are_those_of_the_headers)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        const struct ledger_syn *wanted = &good[i].syn;
        struct ledger_syn syn;

        ck_assert(syn_read(good[i].bytes, &syn));
        ck_assert_ptr_eq(syn.bytes.at, good[i].bytes.at);
        ck_assert_uint_eq(syn.bytes.len, good[i].bytes.len);
        ck_assert_uint_eq(syn.ttl, wanted->ttl);
        ck_assert_uint_eq(syn.sequence, wanted->sequence);
        ck_assert_uint_eq(syn.window, wanted->window);
        ck_assert_uint_eq(syn.mss, wanted->mss);
        ck_assert_int_eq(syn.window_scale, wanted->window_scale);
        ck_assert_int_eq(syn.has_sack, wanted->has_sack);
        ck_assert_int_eq(syn.has_timestamps, wanted->has_timestamps);
        ck_assert_int_eq(syn.asks_ecn, wanted->asks_ecn);
    }
}
END_TEST

static const struct bytes bad[] = {
    TEXT(""),
    TEXT("\x45"),
    TEXT("\x55" PORTS PORTS PORTS PORTS TCP LINUX),    /* IP version 5 */
    TEXT(IP4 SHORT_TCP("\x40", "\x02")),               /* TCP's is too short */
    TEXT(IP4 SHORT_TCP("\x60", "\x02")),               /* or is cut */
    TEXT("\x4f" PORTS PORTS "\x06" PORTS PORTS PORTS), /* IP's is cut */
    TEXT("\x60\0\0\0\0\x28\0\x3f" ADDRESS6 ADDRESS6 TCP), /* another header */
};

START_TEST(what_is_no_syn_is_refused)
{
    struct ledger_syn syn;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert(!syn_read(bad[i], &syn));
}
END_TEST

/* Sanitizers watch the end of what is read. */
START_TEST(cut_anywhere_nothing_is_read_behind_it)
{
    static const char whole[] = IP4 TCP LINUX;
    struct ledger_syn syn;

    for (size_t len = 0; len < sizeof(whole) - 1; len++) {
        char *copy = malloc(len + 1);

        ck_assert_ptr_nonnull(copy);
        memcpy(copy + 1, whole, len);
        ck_assert(!syn_read((struct bytes){copy + 1, len}, &syn));
        free(copy);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("syn");

    suite_add_tests(suite, fields_are_those_of_the_headers,
                    what_is_no_syn_is_refused,
                    cut_anywhere_nothing_is_read_behind_it);
    return suite_run(suite);
}

/* llhttp_unset.h -- llhttp without the callbacks that nobody sets
 *
 * The Makefile puts this in front of llhttp's own source, where that is what is
 * compiled. Its state machine calls a function for each thing that it meets,
 * and that one looks whether parser.c has set a callback. For those below it
 * never has, so the answer is known: the compiler drops the call, and nothing
 * of the parse. A callback that parser.c comes to set must leave this list.
 *
 * This is not included by anything of ours. */
#ifndef HTTP_LLHTTP_UNSET_H
#define HTTP_LLHTTP_UNSET_H

struct llhttp__internal_s;

static inline int llhttp_unset(struct llhttp__internal_s *llhttp,
                               const unsigned char *at,
                               const unsigned char *end)
{
    (void)llhttp;
    (void)at;
    (void)end;
    return 0;
}

#define llhttp__on_reset llhttp_unset
#define llhttp__on_message_begin llhttp_unset
#define llhttp__on_method llhttp_unset
#define llhttp__on_method_complete llhttp_unset
#define llhttp__on_url_complete llhttp_unset
#define llhttp__on_version llhttp_unset
#define llhttp__on_version_complete llhttp_unset
#define llhttp__on_header_field llhttp_unset
#define llhttp__on_header_field_complete llhttp_unset
#define llhttp__on_header_value llhttp_unset
#define llhttp__on_header_value_complete llhttp_unset

#endif

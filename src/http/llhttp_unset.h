/* llhttp_unset.h -- llhttp without the callbacks that are never set
 *
 * Where llhttp is compiled from source, the Makefile includes this before it.
 * llhttp's state machine calls a function for each element that it finds, and
 * that function tests whether parser.c has set a callback. It never sets those
 * below, so the compiler can drop these calls; parsing is unchanged. Remove a
 * callback from this list when parser.c begins to set it.
 *
 * None of our sources includes this. */
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

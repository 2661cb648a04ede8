/* Round trips through the decoders of the same libraries; where the build has
 * none, that squeeze says so. */
#include "files/squeeze.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#ifdef SQUEEZE_BROTLI
#include <brotli/decode.h>
#endif
#ifdef SQUEEZE_ZLIB
#include <zlib.h>
#endif

#include "suite.h"

static const atomic_bool never;

/* Decodes to exactly `len` bytes. */
static void decode(enum derived_key key, struct bytes packed, char *out,
                   size_t len)
{
    (void)key;
    (void)packed;
    (void)out;
    (void)len;
#ifdef SQUEEZE_BROTLI
    if (key == DERIVED_BROTLI) {
        size_t got = len;

        ck_assert_int_eq(BrotliDecoderDecompress(packed.len,
                                                 (const uint8_t *)packed.at,
                                                 &got, (uint8_t *)out),
                         BROTLI_DECODER_RESULT_SUCCESS);
        ck_assert_uint_eq(got, len);
    }
#endif
#ifdef SQUEEZE_ZLIB
    if (key == DERIVED_GZIP) {
        z_stream stream = {.next_in = (Bytef *)(uintptr_t)packed.at,
                           .avail_in = (uInt)packed.len,
                           .next_out = (Bytef *)out,
                           .avail_out = (uInt)len};

        ck_assert_int_eq(inflateInit2(&stream, 15 + 16), Z_OK);
        ck_assert_int_eq(inflate(&stream, Z_FINISH), Z_STREAM_END);
        ck_assert_uint_eq(stream.total_out, len);
        ck_assert_uint_eq(stream.avail_in, 0);
        inflateEnd(&stream);
    }
#endif
}

/* Text in which a compressor finds something, and not the same all along. */
static char *text_of(size_t len)
{
    char *text = malloc(len + 64);
    size_t at = 0;

    ck_assert_ptr_nonnull(text);
    for (unsigned i = 0; at < len; i++)
        at += (size_t)sprintf(text + at, "line %u of it, %x\n", i,
                              i * 2654435761U % 65521U);
    return text;
}

/* Of sizes around a piece, and around the change of quality. */
static const size_t sizes[] = {1024, 65536, 65537, 200000, 1048576, 1048577};

static void make_round_trip(enum derived_key key, size_t len)
{
    char *text = text_of(len), *back = malloc(len);
    struct bytes out = {NULL, 0};
    int result = squeeze(key, (struct bytes){text, len}, &never, &out);

    if (squeeze_can(key)) {
        ck_assert_int_eq(result, 0);
        ck_assert_uint_lt(out.len, len * 2 / 3);
        decode(key, out, back, len);
        ck_assert_mem_eq(back, text, len);
        free((void *)(uintptr_t)out.at);
    } else {
        ck_assert_int_eq(result, -ENOSYS);
    }
    free(text);
    free(back);
}

START_TEST(brotli_makes_a_round_trip)
{
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        make_round_trip(DERIVED_BROTLI, sizes[i]);
}
END_TEST

START_TEST(gzip_makes_a_round_trip)
{
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        make_round_trip(DERIVED_GZIP, sizes[i]);
}
END_TEST

/* The same input gives the same bytes: replicas agree. */
START_TEST(result_is_always_the_same)
{
    char *text = text_of(100000);
    struct bytes one, other;

    for (int key = DERIVED_BROTLI; key <= DERIVED_GZIP; key++) {
        if (!squeeze_can((enum derived_key)key))
            continue;
        squeeze((enum derived_key)key, (struct bytes){text, 100000}, &never,
                &one);
        squeeze((enum derived_key)key, (struct bytes){text, 100000}, &never,
                &other);
        ck_assert_uint_eq(one.len, other.len);
        ck_assert_mem_eq(one.at, other.at, one.len);
        free((void *)(uintptr_t)one.at);
        free((void *)(uintptr_t)other.at);
    }
    free(text);
}
END_TEST

/* Bytes at random become no smaller. */
START_TEST(nothing_is_gained)
{
    enum { LEN = 300000 };
    char *noise = malloc(LEN);
    struct bytes out;
    uint32_t state = 1;

    for (size_t i = 0; i < LEN; i++) {
        state = state * 1664525U + 1013904223U;
        noise[i] = (char)(state >> 24);
    }
    for (int key = DERIVED_BROTLI; key <= DERIVED_GZIP; key++)
        ck_assert_int_eq(squeeze((enum derived_key)key,
                                 (struct bytes){noise, LEN}, &never, &out),
                         squeeze_can((enum derived_key)key) ? -EMSGSIZE
                                                            : -ENOSYS);
    free(noise);
}
END_TEST

START_TEST(it_stops)
{
    const atomic_bool now = true;
    char *text = text_of(100000);
    struct bytes out;

    for (int key = DERIVED_BROTLI; key <= DERIVED_GZIP; key++)
        ck_assert_int_eq(squeeze((enum derived_key)key,
                                 (struct bytes){text, 100000}, &now, &out),
                         squeeze_can((enum derived_key)key) ? -ECANCELED
                                                            : -ENOSYS);
    free(text);
}
END_TEST

START_TEST(libraries_are_named)
{
    char names[SQUEEZE_LIBRARIES_MAX];

    squeeze_libraries(names);
    ck_assert_int_eq(strstr(names, ", brotli 1.") != NULL,
                     squeeze_can(DERIVED_BROTLI));
    ck_assert_int_eq(strstr(names, ", zlib 1.") != NULL,
                     squeeze_can(DERIVED_GZIP));
    ck_assert(!squeeze_can(DERIVED_LIVE));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("squeeze");

    suite_add_tests(suite, brotli_makes_a_round_trip, gzip_makes_a_round_trip,
                    result_is_always_the_same, nothing_is_gained, it_stops,
                    libraries_are_named);
    return suite_run(suite);
}

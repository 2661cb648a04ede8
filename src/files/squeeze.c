#include "files/squeeze.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef SQUEEZE_BROTLI
#include <brotli/encode.h>
#endif
#ifdef SQUEEZE_ZLIB
#include <zlib.h>
#endif

enum { PIECE_LEN = 65536 }; /* between two looks at `stop` */

/* What is written: at most `size` bytes. */
struct output {
    uint8_t *at;
    size_t len, size;
};

bool squeeze_can(enum derived_key key)
{
    switch (key) {
    case DERIVED_BROTLI:
#ifdef SQUEEZE_BROTLI
        return true;
#else
        return false;
#endif
    case DERIVED_GZIP:
#ifdef SQUEEZE_ZLIB
        return true;
#else
        return false;
#endif
    case DERIVED_LIVE:
        break;
    }
    return false;
}

void squeeze_libraries(char out[SQUEEZE_LIBRARIES_MAX])
{
    int len = 0;

    out[0] = '\0';
#ifdef SQUEEZE_BROTLI
    uint32_t version = BrotliEncoderVersion(); /* 12 bits for the last two */

    len = snprintf(out, SQUEEZE_LIBRARIES_MAX, ", brotli %u.%u.%u",
                   version >> 24, version >> 12 & 0xfff, version & 0xfff);
#endif
#ifdef SQUEEZE_ZLIB
    snprintf(out + len, SQUEEZE_LIBRARIES_MAX - (size_t)len, ", zlib %s",
             zlibVersion());
#endif
    (void)len;
}

/* The first bytes that have not been read, one piece at most. */
static inline size_t piece_len(struct bytes rest)
{
    return rest.len < PIECE_LEN ? rest.len : PIECE_LEN;
}

#ifdef SQUEEZE_BROTLI

enum {
    WINDOW_BITS_MAX = 20,
    QUALITY_DENSE = 10,
    QUALITY_LARGE = 7,
};

static int window_bits(size_t size)
{
    int bits = BROTLI_MIN_WINDOW_BITS;

    while (bits < WINDOW_BITS_MAX && (size_t)1 << bits < size)
        bits++;
    return bits;
}

static BrotliEncoderState *brotli_new(size_t size)
{
    BrotliEncoderState *state = BrotliEncoderCreateInstance(NULL, NULL, NULL);
    int quality = size <= SQUEEZE_DENSE_MAX ? QUALITY_DENSE : QUALITY_LARGE;

    if (state == NULL)
        return NULL;
    BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, (uint32_t)quality);
    BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN,
                              (uint32_t)window_bits(size));
    BrotliEncoderSetParameter(state, BROTLI_PARAM_MODE, BROTLI_MODE_TEXT);
    BrotliEncoderSetParameter(state, BROTLI_PARAM_SIZE_HINT, (uint32_t)size);
    return state;
}

/* Compresses one piece of *rest, or what the encoder still has. */
static int brotli_step(BrotliEncoderState *state, struct bytes *rest,
                       struct output *out)
{
    size_t piece = piece_len(*rest), left = piece;
    const uint8_t *in = (const uint8_t *)rest->at;
    uint8_t *to = out->at + out->len;
    size_t room = out->size - out->len;

    if (!BrotliEncoderCompressStream(state,
                                     piece == rest->len
                                         ? BROTLI_OPERATION_FINISH
                                         : BROTLI_OPERATION_PROCESS,
                                     &left, &in, &room, &to, NULL))
        return -ENOMEM;
    rest->at += piece - left;
    rest->len -= piece - left;
    out->len = out->size - room;
    return room == 0 && !BrotliEncoderIsFinished(state) ? -EMSGSIZE : 0;
}

static int brotli(struct bytes rest, const atomic_bool *stop,
                  struct output *out)
{
    BrotliEncoderState *state = brotli_new(rest.len);
    int error = state == NULL ? -ENOMEM : 0;

    while (error == 0 && !BrotliEncoderIsFinished(state))
        error = atomic_load(stop) ? -ECANCELED : brotli_step(state, &rest, out);
    if (state != NULL)
        BrotliEncoderDestroyInstance(state);
    return error;
}

#endif

#ifdef SQUEEZE_ZLIB

enum {
    GZIP_LEVEL = 9,
    GZIP_WINDOW_BITS = 15 + 16, /* of deflateInit2: in gzip's format */
    GZIP_MEMORY_LEVEL = 9,
};

/* Compresses one piece of *rest. Sets *is_done after the last one. */
static int gzip_step(z_stream *stream, struct bytes *rest, struct output *out,
                     bool *is_done)
{
    size_t piece = piece_len(*rest);
    int result;

    stream->next_in = (Bytef *)(uintptr_t)rest->at;
    stream->avail_in = (uInt)piece;
    stream->next_out = out->at + out->len;
    stream->avail_out = (uInt)(out->size - out->len);
    result = deflate(stream, piece == rest->len ? Z_FINISH : Z_NO_FLUSH);
    *is_done = result == Z_STREAM_END;
    rest->at += piece - stream->avail_in;
    rest->len -= piece - stream->avail_in;
    out->len = out->size - stream->avail_out;
    return stream->avail_out == 0 && !*is_done ? -EMSGSIZE : 0;
}

static int gzip(struct bytes rest, const atomic_bool *stop, struct output *out)
{
    z_stream stream = {.zalloc = Z_NULL};
    bool is_done = false;
    int error = 0;

    if (deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW_BITS,
                     GZIP_MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        return -ENOMEM;
    while (error == 0 && !is_done)
        error = atomic_load(stop) ? -ECANCELED
                                  : gzip_step(&stream, &rest, out, &is_done);
    deflateEnd(&stream);
    return error;
}

#endif

static int squeeze_into(enum derived_key key, struct bytes content,
                        const atomic_bool *stop, struct output *out)
{
    switch (key) {
    case DERIVED_BROTLI:
#ifdef SQUEEZE_BROTLI
        return brotli(content, stop, out);
#else
        break;
#endif
    case DERIVED_GZIP:
#ifdef SQUEEZE_ZLIB
        return gzip(content, stop, out);
#else
        break;
#endif
    case DERIVED_LIVE:
        break;
    }
    (void)content;
    (void)stop;
    (void)out;
    return -ENOSYS;
}

int squeeze(enum derived_key key, struct bytes content, const atomic_bool *stop,
            struct bytes *out)
{
    struct output output = {.size = content.len - content.len / SQUEEZE_GAIN};
    void *shrunk;
    int error;

    assert(content.len <= UINT32_MAX);
    output.at = malloc(output.size + 1);
    if (output.at == NULL)
        return -ENOMEM;
    error = squeeze_into(key, content, stop, &output);
    if (error < 0) {
        free(output.at);
        return error;
    }
    assert(output.len > 0); /* each format has a head */
    shrunk = realloc(output.at, output.len);
    if (shrunk != NULL)
        output.at = shrunk;
    *out = (struct bytes){(char *)output.at, output.len};
    return 0;
}

/* fuzz_session.c -- a line of cuts, then all that a peer sends
 *
 * Each byte of the first line is the length of a piece, over and over; where it
 * is empty the pieces are single bytes. The rest is fed in these pieces to one
 * session and whole to another, over a small site in a temporary folder. */
#include "http/session.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#include "../unit/http_stream.h"
#include "../unit/response_reader.h"
#include "base/log.h"
#include "fuzz.h"
#include "http/response.h"
#include "site/site.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

enum {
    SEEN_MAX = 4096,
    SETTLE_US = 100000, /* until the files' stamps can be trusted */
    MODIFIED = 784111777,
};

/* In a file beside the root; must never be in a response. */
static const char secret[] = "<<secret>>";

struct seen {
    bool is_head;
    unsigned status;
    uint64_t body_len;
};

static struct {
    char folder[256];
    int fd; /* of the root */
    struct docroot root;
    struct mime_table *types;
    struct site_config site_config;
    struct http_config config;
    void *worker;
    struct observer observer;
    struct seen seen[SEEN_MAX];
    size_t count;
} site;

static void record_response(struct observer *observer,
                            const struct observed_response *response)
{
    (void)observer;
    require(site.count < SEEN_MAX, "so few bytes have so few responses");
    site.seen[site.count++] = (struct seen){
        /* A refused request is reported without a method. Its response has no
         * content only if it was a HEAD. */
        .is_head = bytes_equal(response->method, BYTES("HEAD")) ||
                   (response->method.len == 0 && response->body_len == 0),
        .status = response->status,
        .body_len = response->body_len,
    };
}

static void write_file(const char *name, const char *text)
{
    static const struct timespec times[2] = {{.tv_sec = MODIFIED},
                                             {.tv_sec = MODIFIED}};
    int fd = openat(site.fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

    require(fd != -1 && write(fd, text, strlen(text)) == (ssize_t)strlen(text),
            "a file can be written");
    require(futimens(fd, times) == 0, "a file can be dated");
    close(fd);
}

static int remove_one(const char *path, const struct stat *status, int kind,
                      struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static void remove_site(void)
{
    http_protocol.worker_close(site.worker);
    mime_table_free(site.types);
    docroot_close(&site.root);
    close(site.fd);
    nftw(site.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void make_folder(void)
{
    const char *tmp = getenv("TMPDIR");
    char path[300];

    snprintf(site.folder, sizeof(site.folder), "%s/fuzz-XXXXXX",
             tmp == NULL ? "/tmp" : tmp);
    require(mkdtemp(site.folder) != NULL, "a folder can be made");
    snprintf(path, sizeof(path), "%s/root", site.folder);
    require(mkdir(path, 0755) == 0, "a root can be made");
    site.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    require(site.fd != -1 && docroot_open(&site.root, path) == 0,
            "a root can be opened");
}

static void make_files(void)
{
    char big[301];

    memset(big, 'b', 300);
    big[300] = '\0';
    write_file("../out", secret);
    write_file("index.html", "<p>index</p>");
    write_file("f", "0123456789");
    write_file("big", big); /* sent from its descriptor */
    write_file("empty", "");
    write_file("a b", "space");
    require(mkdirat(site.fd, "d", 0755) == 0, "a folder can be made");
    write_file("d/index.html", "<p>folder</p>");
    require(symlinkat("../out", site.fd, "leak") == 0 &&
                symlinkat("f", site.fd, "link") == 0,
            "a link can be made");
    usleep(SETTLE_US);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    log_set_level(LOG_ERROR);
    make_folder();
    make_files();
    site.types = mime_table_new();
    site.observer = (struct observer){.responded = record_response};
    /* Bounds that inputs of some hundred bytes can pass. */
    site.site_config = (struct site_config){
        .root = &site.root,
        .types = site.types,
        .cache_entries_max = 8,
        .cache_bytes_max = 5000,
        .cache_plain_bytes_max = 2000,
        .cache_descriptors_max = 2,
    };
    site.config = (struct http_config){
        .handler = &site_handler,
        .handler_arg = &site.site_config,
        .limits = {.head_max = 512,
                   .target_max = 100,
                   .fields_max = 8,
                   .body_max = 100},
    };
    site.worker = http_protocol.worker_open(&site.config, &site.observer, NULL);
    require(site.types != NULL && site.worker != NULL, "there is memory");
    atexit(remove_site);
    return 0;
}

/* Only responses were sent, one for each that was reported to the observer, and
 * only the last may end the connection. */
static void require_responses(const struct http_stream *stream)
{
    struct bytes rest = {stream->responses, stream->responses_len};
    struct response response;
    bool closed = false;
    size_t count = 0;

    while (rest.len > 0) {
        bool to_head = count < site.count && site.seen[count].is_head;

        require(response_cut(&rest, to_head, &response), "it is a response");
        require(!closed, "nothing follows the last response");
        if (response.status == 100)
            continue;
        require(count < site.count, "the observer got it");
        require(response.status == site.seen[count].status, "the same status");
        require(response.body.len == site.seen[count].body_len,
                "Content-Length is the length of the content");
        closed = response.closes;
        count++;
    }
    require(count == site.count, "each response was sent");
    require(closed == (stream->wants == PROTOCOL_END),
            "a session ends where its last response announces it");
    require(memmem(stream->responses, stream->responses_len, secret,
                   sizeof(secret) - 1) == NULL,
            "no path leads out of the root");
}

static void feed(struct http_stream *stream, struct bytes text,
                 struct bytes cuts)
{
    site.count = 0;
    stream_open(stream, site.worker, TURN_OUT_ITEMS, TURN_OUT_BYTES);
    for (size_t at = 0, i = 0; at < text.len; i++) {
        size_t piece = cuts.len > 0 ? 1 + (uint8_t)cuts.at[i % cuts.len] : 1;

        piece = piece < text.len - at ? piece : text.len - at;
        if (!stream_feed(stream, text.at + at, piece))
            break;
        at += piece;
    }
    require_responses(stream);
    stream->responses_len =
        responses_drop_continues(stream->responses, stream->responses_len);
    responses_blank_dates(stream->responses, stream->responses_len);
}

static void feed_whole(struct http_stream *stream, struct bytes text)
{
    site.count = 0;
    stream_open(stream, site.worker, RESPONSE_ITEMS_MAX, RESPONSE_BYTES_MAX);
    stream_feed(stream, text.at, text.len);
    require_responses(stream);
    stream->responses_len =
        responses_drop_continues(stream->responses, stream->responses_len);
    responses_blank_dates(stream->responses, stream->responses_len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct choices choices = {data, size};
    struct bytes cuts = choose_line(&choices);
    struct bytes text = {(const char *)choices.at, choices.len};
    struct http_stream whole, cut;

    if (text.len == 0 || text.len >= TURN_IN_MAX)
        return 0;
    feed_whole(&whole, text);
    feed(&cut, text, cuts);
    require(whole.responses_len == cut.responses_len &&
                memcmp(whole.responses, cut.responses, cut.responses_len) == 0,
            "the responses are the same in every cut");
    require(whole.wants == cut.wants, "and so is what the session waits for");
    stream_close(&whole);
    stream_close(&cut);
    return 0;
}

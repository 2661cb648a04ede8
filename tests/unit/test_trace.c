#include "wire/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "made_event.h"
#include "suite.h"

enum { TEXT_SIZE = 200000 };

#define TEXT_LINE "   0.000137 c7  tcp  recv    in  [25,79)        54 B\n"
#define JSON_LINE                                                   \
    "{\"v\":1,\"time_us\":1700000137,\"conn\":7,\"layer\":\"tcp\"," \
    "\"event\":\"recv\",\"from\":25,\"to\":79}\n"

static const struct ledger_event recv_event = {EVENT(LEDGER_RECV), .from = 25,
                                               .to = 79};

/* A worker's observer, and the other end of what it writes to. */
struct reader {
    struct trace trace;
    struct observer *observer;
    int fd;
    char text[TEXT_SIZE]; /* what was read last */
};

static struct reader *reader_new(const int fds[2], enum trace_form form,
                                 bool may_block)
{
    struct reader *reader = malloc(sizeof(*reader));

    ck_assert_ptr_nonnull(reader);
    ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
    reader->fd = fds[0];
    reader->trace = (struct trace){.fd = fds[1],
                                   .may_block = may_block,
                                   .form = form,
                                   .start_us = OPENED_US};
    reader->observer = trace_observer_new(&reader->trace);
    ck_assert_ptr_nonnull(reader->observer);
    return reader;
}

/* Each write(2) is one message. */
static struct reader *messages_new(enum trace_form form)
{
    int fds[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
    return reader_new(fds, form, false);
}

static struct reader *pipe_new(enum trace_form form)
{
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    return reader_new(fds, form, true);
}

static void reader_free(struct reader *reader)
{
    if (reader->observer != NULL)
        reader->observer->close(reader->observer);
    trace_close(&reader->trace);
    close(reader->fd);
    free(reader);
}

static const char *read_next(struct reader *reader)
{
    ssize_t len = read(reader->fd, reader->text, TEXT_SIZE - 1);

    reader->text[len > 0 ? len : 0] = '\0';
    return reader->text;
}

static void tell(struct reader *reader, const struct ledger_event *event)
{
    reader->observer->event(reader->observer, event);
}

static void wait_for_more(struct reader *reader)
{
    reader->observer->waiting(reader->observer);
}

START_TEST(line_an_event_when_the_worker_has_time)
{
    static const struct {
        enum trace_form form;
        const char *text;
    } forms[] = {{TRACE_TEXT, TEXT_LINE TEXT_LINE},
                 {TRACE_JSON, JSON_LINE JSON_LINE}};

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct reader *reader = messages_new(forms[i].form);

        ck_assert(reader->observer->answered == NULL);
        tell(reader, &recv_event);
        tell(reader, &recv_event);
        ck_assert_str_eq(read_next(reader), "");
        wait_for_more(reader);
        ck_assert_str_eq(read_next(reader), forms[i].text);
        ck_assert_str_eq(read_next(reader), "");
        reader_free(reader);
    }
}
END_TEST

START_TEST(closing_writes_the_rest)
{
    struct reader *reader = messages_new(TRACE_TEXT);

    tell(reader, &recv_event);
    reader->observer->close(reader->observer);
    reader->observer = NULL;
    ck_assert_str_eq(read_next(reader), TEXT_LINE);
    reader_free(reader);
}
END_TEST

/* The longest events of all kinds meet the buffer's end; sanitizers watch what
 * lies behind it. */
START_TEST(busy_worker_writes_in_between)
{
    struct most_event *most = malloc(sizeof(*most));

    for (int form = TRACE_TEXT; form <= TRACE_JSON; form++) {
        struct reader *reader = messages_new((enum trace_form)form);
        unsigned told = 0, lines = 0;

        for (int n = 0; n < 300; n++) {
            most_event_make(most, (enum ledger_event_kind)(n % 7),
                            n % 3 == 0 ? 'a' : '\1');
            tell(reader, &most->event);
            told++;
            for (int i = 0; i < n % 5; i++, told++)
                tell(reader, &recv_event);
            for (const char *at = read_next(reader); *at != '\0'; at++)
                lines += *at == '\n';
        }
        ck_assert_uint_gt(lines, 0);
        wait_for_more(reader);
        for (const char *at = read_next(reader); *at != '\0'; at++)
            lines += *at == '\n';
        ck_assert_uint_eq(lines, told);
        reader_free(reader);
    }
    free(most);
}
END_TEST

/* Fills the pipe, so that its reader seems to stand still. */
static void fill(int fd)
{
    static const char zeros[4096];

    ck_assert_int_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    while (write(fd, zeros, sizeof(zeros)) > 0)
        continue;
    ck_assert_int_eq(fcntl(fd, F_SETFL, 0), 0);
}

/* Reads the lines from the pipe's beginning up to its end; returns how many
 * were events, and adds up how many are said to be lost. */
static unsigned read_story(struct reader *reader, const char *event,
                           const char *lost, unsigned *lost_count)
{
    unsigned count = 0;

    for (const char *at = read_next(reader); *at != '\0';) {
        const char *end = strchr(at, '\n');
        const char *said;

        ck_assert_ptr_nonnull(end);
        said = strstr(at, lost);
        if (said != NULL && said < end) {
            *lost_count += (unsigned)strtoul(said + strlen(lost), NULL, 10);
        } else {
            ck_assert_mem_eq(at, event, strlen(event));
            count++;
        }
        at = end + 1;
    }
    return count;
}

START_TEST(story_with_a_hole_says_so)
{
    static const struct {
        enum trace_form form;
        const char *event, *lost;
    } forms[] = {{TRACE_TEXT, TEXT_LINE, "... "},
                 {TRACE_JSON, JSON_LINE, "\"event\":\"lost\",\"count\":"}};

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct reader *reader = pipe_new(forms[i].form);
        unsigned seen = 0, lost = 0;

        fill(reader->trace.fd);
        for (int n = 0; n < 3000; n++) {
            tell(reader, &recv_event);
            wait_for_more(reader);
        }
        while (read(reader->fd, reader->text, TEXT_SIZE) > 0)
            continue;                   /* the zeros */
        for (int n = 0; n < 200; n++) { /* now there is room */
            wait_for_more(reader);
            seen += read_story(reader, forms[i].event, forms[i].lost, &lost);
        }
        ck_assert_uint_gt(seen, 0);
        ck_assert_uint_eq(lost, 0);
        tell(reader, &recv_event);
        wait_for_more(reader);
        seen += read_story(reader, forms[i].event, forms[i].lost, &lost);
        ck_assert_uint_gt(lost, 0);
        ck_assert_uint_eq(seen + lost, 3001);
        tell(reader, &recv_event); /* it is said once */
        wait_for_more(reader);
        ck_assert_str_eq(read_next(reader), forms[i].event);
        reader_free(reader);
    }
}
END_TEST

/* A disk that was full for a while: each event is written, or counted once. */
START_TEST(file_that_recovers_says_what_it_lost)
{
    struct reader *reader = pipe_new(TRACE_TEXT);
    int pipe_fd = reader->trace.fd, full = open("/dev/full", O_WRONLY);
    unsigned seen = 0, lost = 0;

    ck_assert_int_ne(full, -1);
    ck_assert_int_ne(dup2(pipe_fd, 100), -1);
    ck_assert_int_ne(dup2(full, pipe_fd), -1);
    for (int n = 0; n < 1000; n++) {
        tell(reader, &recv_event);
        if (n % 3 == 0)
            wait_for_more(reader);
    }
    ck_assert_int_ne(dup2(100, pipe_fd), -1);
    for (int n = 0; n < 3; n++) {
        wait_for_more(reader);
        tell(reader, &recv_event);
    }
    wait_for_more(reader);
    seen = read_story(reader, TEXT_LINE, "... ", &lost);
    ck_assert_uint_ge(seen, 3);
    ck_assert_uint_eq(seen + lost, 1003);
    close(full);
    close(100);
    reader_free(reader);
}
END_TEST

START_TEST(reader_that_has_gone_stops_nobody)
{
    struct reader *reader = pipe_new(TRACE_JSON);

    signal(SIGPIPE, SIG_IGN); /* as the server does */
    close(reader->fd);
    for (int n = 0; n < 3000; n++) {
        tell(reader, &recv_event);
        wait_for_more(reader);
    }
    reader->fd = -1;
    reader_free(reader);
}
END_TEST

START_TEST(file_is_made_and_appended_to)
{
    char folder[] = "/tmp/trace-XXXXXX", path[64], text[1000] = "";
    struct trace trace;
    int fd;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/trace", folder);
    for (int i = 0; i < 2; i++) {
        struct observer *observer;

        ck_assert_int_eq(trace_open(&trace, path, TRACE_JSON), 0);
        ck_assert_int_eq(fcntl(trace.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        ck_assert(!trace.may_block);
        ck_assert(!trace.colour);
        observer = trace_observer_new(&trace);
        observer->event(observer, &recv_event);
        observer->close(observer);
        trace_close(&trace);
        ck_assert_int_eq(trace.fd, -1);
        trace_close(&trace);
    }
    fd = open(path, O_RDONLY);
    ck_assert_int_gt(read(fd, text, sizeof(text) - 1), 0);
    ck_assert_str_eq(text, JSON_LINE JSON_LINE);
    close(fd);
    unlink(path);
    rmdir(folder);
}
END_TEST

START_TEST(file_that_cannot_be_opened_is_told)
{
    struct trace trace;

    ck_assert_int_eq(trace_open(&trace, "no/such/file", TRACE_TEXT), -ENOENT);
    ck_assert_int_eq(trace.fd, -1);
    trace_close(&trace);
}
END_TEST

START_TEST(minus_is_standard_error)
{
    int fd = memfd_create("err", MFD_CLOEXEC);
    struct trace trace;
    char text[5] = "";

    ck_assert_int_ne(dup2(fd, STDERR_FILENO), -1);
    ck_assert_int_eq(trace_open(&trace, "-", TRACE_TEXT), 0);
    ck_assert_int_ne(trace.fd, STDERR_FILENO);
    ck_assert_int_eq(write(trace.fd, "text", 4), 4);
    ck_assert_int_eq(pread(fd, text, 4, 0), 4);
    ck_assert_str_eq(text, "text");
    trace_close(&trace);
    ck_assert_int_ne(fcntl(STDERR_FILENO, F_GETFD), -1); /* not ours to close */
    close(fd);
}
END_TEST

static const struct {
    const char *term, *no_color; /* NULL: not set */
    enum trace_form form;
    bool is_terminal, colour;
} colours[] = {
    {"xterm", NULL, TRACE_TEXT, true, true},
    {"xterm", "", TRACE_TEXT, true, true},
    {"xterm", "1", TRACE_TEXT, true, false},
    {"dumb", NULL, TRACE_TEXT, true, false},
    {NULL, NULL, TRACE_TEXT, true, false},
    {"xterm", NULL, TRACE_JSON, true, false},
    {"xterm", NULL, TRACE_TEXT, false, false},
};

static void set(const char *name, const char *value)
{
    if (value != NULL)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

START_TEST(colours_are_for_terminals_that_want_them)
{
    int master, slave, file = memfd_create("err", MFD_CLOEXEC);

    ck_assert_int_eq(openpty(&master, &slave, NULL, NULL, NULL), 0);
    for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
        struct trace trace;

        set("TERM", colours[i].term);
        set("NO_COLOR", colours[i].no_color);
        dup2(colours[i].is_terminal ? slave : file, STDERR_FILENO);
        ck_assert_int_eq(trace_open(&trace, "-", colours[i].form), 0);
        ck_assert_int_eq(trace.colour, colours[i].colour);
        trace_close(&trace);
    }
    close(file);
    close(slave);
    close(master);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trace");

    suite_add_tests(
        suite, line_an_event_when_the_worker_has_time, closing_writes_the_rest,
        busy_worker_writes_in_between, story_with_a_hole_says_so,
        file_that_recovers_says_what_it_lost, reader_that_has_gone_stops_nobody,
        file_is_made_and_appended_to, file_that_cannot_be_opened_is_told,
        minus_is_standard_error, colours_are_for_terminals_that_want_them);
    return suite_run(suite);
}

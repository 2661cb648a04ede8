#include "wire/trace.h"

#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"
#include "made_event.h"
#include "sink_reader.h"
#include "suite.h"

#define TEXT_LINE \
    "   0.000137 c7  tcp  recv     in  [25,79)        recv() = 54\n"
#define JSON_LINE                                                   \
    "{\"v\":2,\"time_us\":1700000137,\"conn\":7,\"layer\":\"tcp\"," \
    "\"event\":\"recv\",\"from\":25,\"to\":79}\n"

static const struct ledger_event recv_event = {EVENT(LEDGER_RECV), .from = 25,
                                               .to = 79};

/* A worker's observer, and the reader of what it writes. */
struct reader {
    struct trace trace;
    struct observer *observer;
    struct sink_reader *of;
};

/* Takes over `of`. */
static struct reader *reader_new(struct sink_reader *of, enum trace_form form)
{
    struct reader *reader = malloc(sizeof(*reader));

    ck_assert_ptr_nonnull(reader);
    reader->of = of;
    trace_init(&reader->trace, of->sink, form);
    reader->trace.start_us = OPENED_US;
    reader->observer = trace_observer_new(&reader->trace);
    ck_assert_ptr_nonnull(reader->observer);
    return reader;
}

static void reader_free(struct reader *reader)
{
    if (reader->observer != NULL)
        reader->observer->close(reader->observer);
    sink_reader_end(reader->of);
    sink_reader_free(reader->of);
    free(reader);
}

static void report(struct reader *reader, const struct ledger_event *event)
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
        struct reader *reader =
            reader_new(sink_reader_new_messages(), forms[i].form);

        ck_assert(reader->observer->responded == NULL);
        report(reader, &recv_event);
        report(reader, &recv_event);
        ck_assert_str_eq(sink_reader_look(reader->of), "");
        wait_for_more(reader);
        ck_assert_str_eq(sink_reader_next(reader->of), forms[i].text);
        reader_free(reader);
    }
}
END_TEST

START_TEST(closing_writes_the_rest)
{
    struct reader *reader = reader_new(sink_reader_new_messages(), TRACE_TEXT);

    report(reader, &recv_event);
    reader->observer->close(reader->observer);
    reader->observer = NULL;
    ck_assert_str_eq(sink_reader_next(reader->of), TEXT_LINE);
    reader_free(reader);
}
END_TEST

/* The longest events of all kinds are written whole; sanitizers watch what lies
 * after them. */
START_TEST(longest_events_fit)
{
    struct most_event *most = malloc(sizeof(*most));

    for (int form = TRACE_TEXT; form <= TRACE_JSON; form++) {
        struct reader *reader =
            reader_new(sink_reader_new_pipe(), (enum trace_form)form);
        unsigned seen = 0, lines = 0;

        for (int n = 0; n < 100; n++) {
            most_event_make(most, (enum ledger_event_kind)(n % 7),
                            n % 3 == 0 ? 'a' : '\1');
            report(reader, &most->event);
            report(reader, &recv_event);
            seen += 2;
            wait_for_more(reader);
            while (lines < seen)
                for (const char *at = sink_reader_next(reader->of); *at != '\0';
                     at++)
                    lines += *at == '\n';
        }
        reader_free(reader);
    }
    free(most);
}
END_TEST

/* What was read of a story so far. */
struct story {
    unsigned events, lost;
    char rest[sizeof(JSON_LINE) + 200]; /* the beginning of a line */
    size_t rest_len;
};

/* Reads more: counts the events, and adds up those reported as lost. */
static void read_story(struct reader *reader, const char *event,
                       const char *lost, struct story *story)
{
    for (const char *at = sink_reader_next(reader->of); *at != '\0'; at++) {
        const char *shown;

        ck_assert(story->rest_len < sizeof(story->rest) - 1);
        story->rest[story->rest_len++] = *at;
        if (*at != '\n')
            continue;
        story->rest[story->rest_len] = '\0';
        story->rest_len = 0;
        shown = strstr(story->rest, lost);
        if (shown != NULL)
            story->lost += (unsigned)strtoul(shown + strlen(lost), NULL, 10);
        else if (strcmp(story->rest, event) == 0)
            story->events++;
        else
            ck_abort_msg("no event: %s", story->rest);
    }
}

START_TEST(story_with_a_hole_says_so)
{
    static const struct {
        enum trace_form form;
        const char *event, *lost;
    } forms[] = {{TRACE_TEXT, TEXT_LINE, "... "},
                 {TRACE_JSON, JSON_LINE, "\"event\":\"lost\",\"count\":"}};
    enum { EVENTS = 40000, ROOM = 4000 };

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct reader *reader =
            reader_new(sink_reader_new_pipe(), forms[i].form);
        struct story story = {.events = 0};

        for (int n = 0; n < EVENTS; n++) { /* more than there is room for */
            report(reader, &recv_event);
            wait_for_more(reader);
        }
        while (story.events < ROOM) /* now there is room */
            read_story(reader, forms[i].event, forms[i].lost, &story);
        ck_assert_uint_eq(story.lost, 0);
        report(reader, &recv_event);
        report(reader, &recv_event); /* shown once */
        wait_for_more(reader);
        while (story.events + story.lost < EVENTS + 2)
            read_story(reader, forms[i].event, forms[i].lost, &story);
        ck_assert_uint_eq(story.events + story.lost, EVENTS + 2);
        ck_assert_uint_gt(story.lost, 0);
        reader_free(reader);
    }
}
END_TEST

START_TEST(reader_that_has_closed_stops_no_writer)
{
    struct reader *reader = reader_new(sink_reader_new_pipe(), TRACE_JSON);

    signal(SIGPIPE, SIG_IGN); /* as the server does */
    close(reader->of->fd);
    reader->of->fd = -1;
    for (int n = 0; n < 30000; n++) {
        report(reader, &recv_event);
        wait_for_more(reader);
    }
    reader_free(reader);
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
        struct sink *sink;

        set("TERM", colours[i].term);
        set("NO_COLOR", colours[i].no_color);
        ck_assert_int_eq(sink_new(&sink,
                                  dup(colours[i].is_terminal ? slave : file),
                                  "a trace"),
                         0);
        trace_init(&trace, sink, colours[i].form);
        ck_assert_int_eq(trace.colour, colours[i].colour);
        ck_assert(sink_end(sink, clock_now_ms() + SINK_READER_WAIT_MS));
        sink_free(sink);
    }
    close(file);
    close(slave);
    close(master);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trace");

    suite_add_tests(suite, line_an_event_when_the_worker_has_time,
                    closing_writes_the_rest, longest_events_fit,
                    story_with_a_hole_says_so,
                    reader_that_has_closed_stops_no_writer,
                    colours_are_for_terminals_that_want_them);
    return suite_run(suite);
}

#include "wire/event_json.h"

#include <stdio.h>

#include "base/bytes.h"
#include "made_event.h"
#include "suite.h"

#define BEGIN "{\"v\":2,\"time_us\":1700000137,\"conn\":7,"
#define INFO                                                              \
    ",\"info\":{\"rtt_us\":14,\"rttvar_us\":7,\"mss\":32768,\"cwnd\":10," \
    "\"segments_in\":4,\"segments_out\":6,\"data_segments_in\":2,"        \
    "\"data_segments_out\":3,\"bytes_acked\":870,\"bytes_unacked\":12,"   \
    "\"retransmitted\":0,\"delivery_rate\":1000000,"                      \
    "\"peer_window\":65535,\"rwnd_limited_us\":70}"
#define CLOSED ",\"age_us\":137,\"in\":79,\"out\":612"
#define SUMS                    \
    ",\"recvs\":2,\"sends\":1," \
    "\"requests\":2,\"answers\":1,\"pipeline_max\":2"

static const struct ledger_arrival arrival = {.at_us = OPENED_US + 137 - 300},
                                   later_arrival = {.at_us = OPENED_US + 138};

static const struct {
    struct ledger_event event;
    const char *json;
} kinds[] = {
    {{EVENT(LEDGER_OPEN), .info = &plain_info,
      .open = {.local = "127.0.0.1:8080", .peer = "127.0.0.1:40612"}},
     BEGIN "\"layer\":\"tcp\",\"event\":\"open\",\"local\":\"127.0.0.1:8080\","
           "\"peer\":\"127.0.0.1:40612\",\"worker\":1" INFO "}"},
    {{EVENT(LEDGER_OPEN), .open = {.local = "unix:/a\"b\xe9", .peer = "unix:"}},
     BEGIN
     "\"layer\":\"tcp\",\"event\":\"open\","
     "\"local\":\"unix:/a\\\"b\\u00e9\",\"peer\":\"unix:\",\"worker\":1}"},
    {{EVENT(LEDGER_OPEN), .open = {.local = "", .peer = "", .syn = &plain_syn}},
     BEGIN
     "\"layer\":\"tcp\",\"event\":\"open\",\"local\":\"\",\"peer\":\"\","
     "\"worker\":1,\"syn\":{\"bytes\":\"45ff0001\",\"ttl\":64,"
     "\"sequence\":4000000000,\"window\":65535,\"mss\":1460,"
     "\"window_scale\":0,\"sack\":true,\"timestamps\":false,\"ecn\":true}}"},
    {{EVENT(LEDGER_OPEN), .open = {.local = "", .peer = "", .syn = &bare_syn}},
     BEGIN "\"layer\":\"tcp\",\"event\":\"open\",\"local\":\"\",\"peer\":\"\","
           "\"worker\":1,\"syn\":{\"bytes\":\"\",\"ttl\":0,\"sequence\":0,"
           "\"window\":0,\"sack\":false,\"timestamps\":false,\"ecn\":false}}"},
    {{EVENT(LEDGER_RECV), .from = 25, .to = 79},
     BEGIN "\"layer\":\"tcp\",\"event\":\"recv\",\"from\":25,\"to\":79}"},
    {{EVENT(LEDGER_RECV), .from = 25, .to = 79,
      .recv = {.arrival = &arrival, .segments = 2}},
     BEGIN "\"layer\":\"tcp\",\"event\":\"recv\",\"from\":25,\"to\":79,"
           "\"segments\":2,\"waited_us\":300}"},
    {{EVENT(LEDGER_RECV), .from = 25, .to = 79,
      .recv = {.arrival = &later_arrival, .segments = 0}},
     BEGIN "\"layer\":\"tcp\",\"event\":\"recv\",\"from\":25,\"to\":79,"
           "\"segments\":0}"},
    {{EVENT(LEDGER_REQUEST), .from = 36, .head_to = 68, .to = 72,
      .request = &plain_request},
     BEGIN "\"layer\":\"http\",\"event\":\"request\",\"request\":2,"
           "\"from\":36,\"head_to\":68,\"to\":72,\"recvs\":1,"
           "\"method\":\"GET\",\"target\":\"/b.css\",\"version\":\"1.1\","
           "\"head\":\"GET /b.css HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\"}"},
    {{EVENT(LEDGER_REQUEST), .from = 36, .head_to = 43, .to = 43,
      .request = &refused_request},
     BEGIN "\"layer\":\"http\",\"event\":\"request\",\"request\":2,"
           "\"from\":36,\"head_to\":43,\"to\":43,\"recvs\":1,"
           "\"refused\":400,\"head\":\"GET /\\r\\n\"}"},
    {{EVENT(LEDGER_SKIP), .from = 0, .to = 2, .why = LEDGER_EMPTY_LINE},
     BEGIN "\"layer\":\"http\",\"event\":\"skip\",\"from\":0,\"to\":2,"
           "\"why\":\"empty line\"}"},
    {{EVENT(LEDGER_SKIP), .from = 72, .to = 79, .why = LEDGER_UNFINISHED},
     BEGIN "\"layer\":\"http\",\"event\":\"skip\",\"from\":72,\"to\":79,"
           "\"why\":\"unfinished\"}"},
    {{EVENT(LEDGER_SKIP), .from = 72, .to = 79, .why = LEDGER_AFTER_END},
     BEGIN "\"layer\":\"http\",\"event\":\"skip\",\"from\":72,\"to\":79,"
           "\"why\":\"after the last answer\"}"},
    {{EVENT(LEDGER_SKIP), .from = 72, .to = 79, .why = LEDGER_NOT_READ},
     BEGIN "\"layer\":\"http\",\"event\":\"skip\",\"from\":72,\"to\":79,"
           "\"why\":\"not read\"}"},
    {{EVENT(LEDGER_RESPONSE), .from = 0, .head_to = 19, .to = 612,
      .request_number = 2, .response = &plain_response},
     BEGIN "\"layer\":\"http\",\"event\":\"response\",\"request\":2,"
           "\"from\":0,\"head_to\":19,\"to\":612,\"status\":200,"
           "\"type\":\"text/html; charset=utf-8\","
           "\"head\":\"HTTP/1.1 200 OK\\r\\n\\r\\n\"}"},
    {{EVENT(LEDGER_RESPONSE), .to = 19, .request_number = 1,
      .response = &bare_response},
     BEGIN "\"layer\":\"http\",\"event\":\"response\",\"request\":1,"
           "\"from\":0,\"head_to\":0,\"to\":19,\"status\":304,"
           "\"head\":\"HTTP/1.1 200 OK\\r\\n\\r\\n\"}"},
    {{EVENT(LEDGER_RESPONSE), .to = 19, .request_number = 1,
      .response = &endless_response},
     BEGIN "\"layer\":\"http\",\"event\":\"response\",\"request\":1,"
           "\"from\":0,\"head_to\":0,\"to\":19,\"status\":200,"
           "\"type\":\"text/event-stream\",\"endless\":true,"
           "\"head\":\"HTTP/1.1 200 OK\\r\\n\\r\\n\"}"},
    {{EVENT(LEDGER_RESPONSE), .to = 19, .request_number = 1,
      .response = &streamed_response},
     BEGIN "\"layer\":\"http\",\"event\":\"response\",\"request\":1,"
           "\"from\":0,\"head_to\":0,\"to\":19,\"status\":200,"
           "\"type\":\"text/html\",\"endless\":true,"
           "\"head\":\"HTTP/1.1 200 OK\\r\\n\\r\\n\"}"},
    {{EVENT(LEDGER_CONTENT), .from = 19, .to = 612, .request_number = 1},
     BEGIN "\"layer\":\"http\",\"event\":\"content\",\"request\":1,"
           "\"from\":19,\"to\":612}"},
    {{EVENT(LEDGER_SEND), .to = 612, .info = &plain_info},
     BEGIN "\"layer\":\"tcp\",\"event\":\"send\",\"from\":0,\"to\":612,"
           "\"call\":\"send\"" INFO "}"},
    {{EVENT(LEDGER_SEND), .to = 612, .call = LEDGER_CALL_SENDFILE},
     BEGIN "\"layer\":\"tcp\",\"event\":\"send\",\"from\":0,\"to\":612,"
           "\"call\":\"sendfile\"}"},
    {{EVENT(LEDGER_CLOSE), .info = &plain_info},
     BEGIN
     "\"layer\":\"tcp\",\"event\":\"close\",\"cause\":\"peer\"" CLOSED SUMS INFO
     "}"},
    {{EVENT(LEDGER_CLOSE), .account = &plain_account},
     BEGIN "\"layer\":\"tcp\",\"event\":\"close\",\"cause\":\"peer\"" CLOSED
           ",\"sent\":600,\"acked\":500,\"in_flight\":100,\"unsent\":12,"
           "\"unread\":5" SUMS "}"},
    {{EVENT(LEDGER_LEFT), .from = 19, .to = 612},
     BEGIN "\"layer\":\"tcp\",\"event\":\"left\",\"from\":19,\"to\":612}"},
    {{EVENT(LEDGER_LEFT), .from = 612, .to = 612, .is_again = true},
     BEGIN "\"layer\":\"tcp\",\"event\":\"left\",\"to\":612,\"again\":true}"},
    {{EVENT(LEDGER_ACKED), .from = 19, .to = 612},
     BEGIN "\"layer\":\"tcp\",\"event\":\"acked\",\"from\":19,\"to\":612}"},
    {{EVENT(LEDGER_ACKED), .to = 612, .info = &plain_info},
     BEGIN "\"layer\":\"tcp\",\"event\":\"acked\",\"from\":0,\"to\":612" INFO
           "}"},
    {{EVENT(LEDGER_BLOCKED), .from = 612, .to = 612, .info = &plain_info,
      .call = LEDGER_CALL_SENDFILE, .held = &plain_held},
     BEGIN "\"layer\":\"tcp\",\"event\":\"blocked\",\"at\":612,"
           "\"call\":\"sendfile\",\"queued\":900,\"unsent\":400" INFO "}"},
    {{EVENT(LEDGER_BLOCKED), .from = 612, .to = 612},
     BEGIN "\"layer\":\"tcp\",\"event\":\"blocked\",\"at\":612,"
           "\"call\":\"send\"}"},
    {{EVENT(LEDGER_EOF), .from = 79, .to = 79},
     BEGIN "\"layer\":\"tcp\",\"event\":\"eof\",\"at\":79}"},
    {{EVENT(LEDGER_SHUTDOWN), .from = 612, .to = 612},
     BEGIN "\"layer\":\"tcp\",\"event\":\"shutdown\",\"at\":612}"},
};

static const char *json_of(const struct ledger_event *event)
{
    static char out[EVENT_JSON_MAX + 1];

    out[event_json_write(event, out)] = '\0';
    return out;
}

START_TEST(each_kind)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        ck_assert_str_eq(json_of(&kinds[i].event), kinds[i].json);
}
END_TEST

START_TEST(older_version_is_seen)
{
    struct ledger_request request = plain_request;
    const struct ledger_event event = {EVENT(LEDGER_REQUEST),
                                       .request = &request};

    request.version = BYTES("1.0");
    ck_assert_ptr_nonnull(strstr(json_of(&event), ",\"version\":\"1.0\","));
    request.version = BYTES("1.9");
    ck_assert_ptr_nonnull(strstr(json_of(&event), ",\"version\":\"1.9\","));
}
END_TEST

static const struct {
    enum ledger_cause cause;
    const char *name;
} causes[] = {
    {LEDGER_BY_FAILURE, "failure"},
    {LEDGER_BY_PEER, "peer"},
    {LEDGER_BY_RESET, "reset"},
    {LEDGER_BY_RESPONSE, "answered"},
    {LEDGER_BY_REFUSAL, "refused"},
    {LEDGER_BY_CUT, "cut"},
    {LEDGER_BY_CUT_RESET, "cut by a reset"},
    {LEDGER_BY_FIRST_BYTE_TIMEOUT, "first-byte timeout"},
    {LEDGER_BY_IDLE_TIMEOUT, "idle timeout"},
    {LEDGER_BY_NEWCOMER, "newcomer"},
    {LEDGER_BY_REQUEST_TIMEOUT, "request timeout"},
    {LEDGER_BY_SEND_TIMEOUT, "send timeout"},
    {LEDGER_BY_LINGER_TIMEOUT, "linger timeout"},
    {LEDGER_BY_DRAINING, "draining"},
};

START_TEST(each_cause_has_its_name)
{
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
        struct ledger ledger = plain_ledger;
        struct ledger_event event = {EVENT(LEDGER_CLOSE)};
        char json[1000];

        event.ledger = &ledger;
        ledger.cause = causes[i].cause;
        snprintf(json, sizeof(json),
                 BEGIN "\"layer\":\"tcp\",\"event\":\"close\",\"cause\":"
                       "\"%s\"" CLOSED SUMS "}",
                 causes[i].name);
        ck_assert_str_eq(json_of(&event), json);
    }
}
END_TEST

static const struct {
    struct bytes target;
    const char *json;
} strings[] = {
    {{"", 0}, "\"\""},
    {{"/plain ~!#$%&'()*+,-.:;<=>?@[]^_`{|}", 36},
     "\"/plain ~!#$%&'()*+,-.:;<=>?@[]^_`{|}\""},
    {{"\"\\/", 3}, "\"\\\"\\\\/\""},
    {{"a\r\n\tb", 5}, "\"a\\r\\n\\tb\""},
    {{"\0\1\x1b\x1f\b\f", 6}, "\"\\u0000\\u0001\\u001b\\u001f\\u0008\\u000c\""},
    {{"\x7f\x80\xc3\xa9\xff", 5}, "\"\\u007f\\u0080\\u00c3\\u00a9\\u00ff\""},
    {{"\",\"x\":\"", 7}, "\"\\\",\\\"x\\\":\\\"\""},
};

/* Checks the value of a member, up to the next one. */
static void check_member(const char *json, const char *name, const char *value)
{
    const char *at = strstr(json, name);

    ck_assert_ptr_nonnull(at);
    at += strlen(name);
    ck_assert_uint_gt(strlen(at), strlen(value));
    ck_assert_mem_eq(at, value, strlen(value));
    ck_assert_ptr_nonnull(strchr(",}", at[strlen(value)]));
}

START_TEST(what_a_peer_sent_is_escaped_wherever_it_stands)
{
    for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
        struct ledger_request request = plain_request;
        const struct ledger_event event = {EVENT(LEDGER_REQUEST),
                                           .request = &request};
        const char *json;

        request.method = request.target = request.head = strings[i].target;
        json = json_of(&event);
        check_member(json, ",\"method\":", strings[i].json);
        check_member(json, ",\"target\":", strings[i].json);
        check_member(json, ",\"head\":", strings[i].json);
    }
}
END_TEST

/* The byte that the next character of a string of JSON stands for. */
static unsigned char read_byte(const char **at)
{
    static const char letters[] = "t\tr\rn\n\"\"\\\\";
    unsigned value;

    if (**at != '\\') {
        ck_assert_int_ge((unsigned char)**at, 0x20);
        ck_assert_int_lt((unsigned char)**at, 0x7f);
        return (unsigned char)*(*at)++;
    }
    (*at)++;
    if (**at == 'u') {
        ck_assert_int_eq(sscanf(*at + 1, "%4x", &value), 1);
        *at += 5;
        return (unsigned char)value;
    }
    for (size_t i = 0; i < sizeof(letters) - 1; i += 2)
        if (letters[i] == **at) {
            (*at)++;
            return (unsigned char)letters[i + 1];
        }
    ck_abort_msg("\\%c is no escape", **at);
    return 0;
}

START_TEST(each_byte_can_be_read_again)
{
    char bytes[256];
    struct ledger_response response = plain_response;
    const struct ledger_event event = {
        EVENT(LEDGER_RESPONSE), .request_number = 1, .response = &response};
    const char *at;

    for (int i = 0; i < 256; i++)
        bytes[i] = (char)i;
    response.head = (struct bytes){bytes, sizeof(bytes)};
    at = strstr(json_of(&event), ",\"head\":\"") + 9;
    for (int i = 0; i < 256; i++)
        ck_assert_int_eq(read_byte(&at), i);
    ck_assert_str_eq(at, "\"}");
}
END_TEST

static size_t count_of(const char *text, char c)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += *text == c;
    return count;
}

START_TEST(long_parts_are_cut)
{
    struct most_event *most = malloc(sizeof(*most));
    size_t count;

    most_event_make(most, LEDGER_REQUEST, '#');
    count = count_of(json_of(&most->event), '#');
    ck_assert_uint_eq(count, 4096 + 1024 + 64);
    most_event_make(most, LEDGER_RESPONSE, '#');
    ck_assert_uint_eq(count_of(json_of(&most->event), '#'), 4096 + 256);
    most_event_make(most, LEDGER_OPEN, '#');
    ck_assert_uint_eq(count_of(json_of(&most->event), '#'), 2 * 256);
    free(most);
}
END_TEST

/* The room is exactly what was promised: sanitizers watch its end. */
START_TEST(longest_events_fit)
{
    struct most_event *most = malloc(sizeof(*most));
    char *out = malloc(EVENT_JSON_MAX);
    size_t longest = 0;

    for (int kind = LEDGER_OPEN; kind <= LEDGER_CLOSE; kind++) {
        size_t len;

        most_event_make(most, (enum ledger_event_kind)kind, '\1');
        len = event_json_write(&most->event, out);
        ck_assert_uint_le(len, EVENT_JSON_MAX);
        ck_assert_int_eq(out[len - 1], '}');
        longest = len > longest ? len : longest;
        if (kind == LEDGER_CLOSE)
            ck_assert_uint_le(len, EVENT_JSON_PLAIN_MAX);
    }
    ck_assert_uint_gt(longest, EVENT_JSON_MAX - EVENT_JSON_PLAIN_MAX);
    ck_assert_uint_le(event_json_viewer(INT64_MAX, UINT64_MAX, out),
                      EVENT_JSON_WIRE_MAX);
    ck_assert_uint_le(event_json_lost(INT64_MAX, UINT64_MAX, out),
                      EVENT_JSON_WIRE_MAX);
    free(out);
    free(most);
}
END_TEST

START_TEST(time_before_1970_is_none)
{
    struct ledger_event event = {EVENT(LEDGER_CLOSE)};

    event.time_us = -1;
    ck_assert_ptr_nonnull(strstr(json_of(&event), "{\"v\":2,\"time_us\":0,"));
    ck_assert_ptr_nonnull(strstr(json_of(&event), ",\"age_us\":0,"));
}
END_TEST

START_TEST(words_to_a_viewer)
{
    char out[EVENT_JSON_WIRE_MAX + 1];

    out[event_json_viewer(5, 7, out)] = '\0';
    ck_assert_str_eq(out, "{\"v\":2,\"time_us\":5,\"layer\":\"wire\","
                          "\"event\":\"viewer\",\"conn\":7}");
    out[event_json_lost(5, 12, out)] = '\0';
    ck_assert_str_eq(out, "{\"v\":2,\"time_us\":5,\"layer\":\"wire\","
                          "\"event\":\"lost\",\"count\":12}");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("event_json");

    suite_add_tests(
        suite, each_kind, older_version_is_seen, each_cause_has_its_name,
        what_a_peer_sent_is_escaped_wherever_it_stands,
        each_byte_can_be_read_again, long_parts_are_cut, longest_events_fit,
        time_before_1970_is_none, words_to_a_viewer);
    return suite_run(suite);
}

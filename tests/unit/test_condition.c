#include "http/condition.h"

#include "made_request.h"
#include "suite.h"

#define OLDER "Sun, 06 Nov 1994 08:49:36 GMT"
#define SAME "Sun, 06 Nov 1994 08:49:37 GMT"
#define LATER "Sun, 06 Nov 1994 08:49:38 GMT"

enum { MODIFIED = 784111777 }; /* SAME */

/* Two-digit years are read fifty years around now: 2024-01-01. */
static const time_t now = 1704067200;

struct line {
    enum field_id id;
    const char *value;
};

struct condition_case {
    const char *rule;
    enum condition_result result;
    struct line lines[5]; /* up to the first without a value */
};

#define IM(value)               \
    {                           \
        FIELD_IF_MATCH, (value) \
    }
#define INM(value)                   \
    {                                \
        FIELD_IF_NONE_MATCH, (value) \
    }
#define IMS(value)                       \
    {                                    \
        FIELD_IF_MODIFIED_SINCE, (value) \
    }
#define IUS(value)                         \
    {                                      \
        FIELD_IF_UNMODIFIED_SINCE, (value) \
    }
#define IR(value)               \
    {                           \
        FIELD_IF_RANGE, (value) \
    }

#define GO CONDITION_GO
#define SAVE CONDITION_NOT_MODIFIED
#define FAIL CONDITION_FAILED

/* The current tag is "tag", strong. */
static const struct condition_case strong[] = {
    {"no_condition", CONDITION_GO, {{0, NULL}}},
    {"other_fields_are_none", GO, {{FIELD_RANGE, "bytes=0-"}, IR("\"x\"")}},

    /* Step 1 */
    {"match", GO, {IM("\"tag\"")}},
    {"match_other", FAIL, {IM("\"other\"")}},
    {"match_is_strong", FAIL, {IM("W/\"tag\"")}},
    {"match_any", GO, {IM("*")}},
    {"match_any_with_space", GO, {IM(" * ")}},
    {"match_list", GO, {IM("\"a\", \"tag\", \"b\"")}},
    {"match_list_without_spaces", GO, {IM("\"a\",\"tag\"")}},
    {"match_list_with_empties", GO, {IM(",, \"a\" ,\t,\"tag\",")}},
    {"match_list_without_it", FAIL, {IM("\"a\", \"b\"")}},
    {"match_empty", FAIL, {IM("")}},
    {"match_without_quotes", FAIL, {IM("tag")}},
    {"match_case_counts", FAIL, {IM("\"TAG\"")}},
    {"match_repeated_lines", GO, {IM("\"a\""), IM("\"tag\"")}},
    {"match_repeated_lines_without_it", FAIL, {IM("\"a\""), IM("\"b\"")}},
    {"match_no_list_names_nothing", FAIL, {IM("\"a\" \"tag\"")}},
    {"match_not_closed", FAIL, {IM("\"tag")}},
    {"match_space_in_a_tag", FAIL, {IM("\"t g\", \"tag\"")}},
    {"match_comma_in_a_tag", GO, {IM("\"a,b\", \"tag\"")}},
    {"match_tag_within_another", FAIL, {IM("\"a\\\"tag\\\"\"")}},
    {"match_prefix", FAIL, {IM("\"ta\"")}},
    {"match_longer", FAIL, {IM("\"tagg\"")}},
    {"star_is_no_member", FAIL, {IM("\"a\", *")}},

    /* Step 2 */
    {"unmodified_since_then", GO, {IUS(SAME)}},
    {"unmodified_since_later", GO, {IUS(LATER)}},
    {"modified_after_that", FAIL, {IUS(OLDER)}},
    {"unmodified_no_date", GO, {IUS("yesterday")}},
    {"unmodified_empty", GO, {IUS("")}},
    {"unmodified_twice", GO, {IUS(OLDER), IUS(OLDER)}},
    {"match_decides_over_unmodified", GO, {IM("\"tag\""), IUS(OLDER)}},
    {"match_fails_though_unmodified", FAIL, {IM("\"a\""), IUS(SAME)}},
    {"unmodified_first_and_match", GO, {IUS(OLDER), IM("*")}},
    {"bad_match_still_decides", FAIL, {IM("tag"), IUS(SAME)}},

    /* Step 3 */
    {"none_match", SAVE, {INM("\"tag\"")}},
    {"none_match_is_weak", SAVE, {INM("W/\"tag\"")}},
    {"none_match_other", GO, {INM("\"other\"")}},
    {"none_match_any", SAVE, {INM("*")}},
    {"none_match_list", SAVE, {INM("\"a\", W/\"b\", W/\"tag\"")}},
    {"none_match_list_without_it", GO, {INM("\"a\", \"b\"")}},
    {"none_match_repeated", SAVE, {INM("\"a\""), INM("\"tag\"")}},
    {"none_match_empty", GO, {INM("")}},
    {"none_match_without_quotes", GO, {INM("tag")}},
    {"none_match_small_w", GO, {INM("w/\"tag\"")}},
    {"none_match_w_without_slash", GO, {INM("W\"tag\"")}},
    {"none_match_before_the_fault", SAVE, {INM("\"tag\", ?")}},
    {"none_match_after_the_fault", GO, {INM("?, \"tag\"")}},

    /* Step 4 */
    {"not_modified_since_then", SAVE, {IMS(SAME)}},
    {"not_modified_since_later", SAVE, {IMS(LATER)}},
    {"modified_since_before", GO, {IMS(OLDER)}},
    {"since_in_rfc850_form", SAVE, {IMS("Sunday, 06-Nov-94 08:49:37 GMT")}},
    {"since_in_asctime_form", SAVE, {IMS("Sun Nov  6 08:49:37 1994")}},
    {"rfc850_within_fifty_years",
     SAVE,
     {IMS("Monday, 01-Jan-74 00:00:00 GMT")}},
    {"rfc850_past_fifty_years", GO, {IMS("Monday, 01-Jan-74 00:00:01 GMT")}},
    {"since_in_the_future", SAVE, {IMS("Fri, 31 Dec 9999 23:59:59 GMT")}},
    {"since_no_date", GO, {IMS("0")}},
    {"since_empty", GO, {IMS("")}},
    {"since_two_dates", GO, {IMS(SAME ", " SAME)}},
    {"since_twice", GO, {IMS(SAME), IMS(SAME)}},
    {"since_another_zone", GO, {IMS("Sun, 06 Nov 1994 08:49:37 CET")}},
    {"since_no_day_of_calendar", GO, {IMS("Tue, 30 Feb 2100 08:49:37 GMT")}},
    {"since_with_a_length", GO, {IMS(SAME "; length=5")}},
    {"none_match_decides_over_since", GO, {INM("\"a\""), IMS(SAME)}},
    {"since_before_and_none_match", GO, {IMS(SAME), INM("\"a\"")}},
    {"none_match_though_modified", SAVE, {INM("\"tag\""), IMS(OLDER)}},
    {"bad_none_match_still_decides", GO, {INM("tag"), IMS(SAME)}},

    /* In order */
    {"match_then_none_match", SAVE, {IM("\"tag\""), INM("\"tag\"")}},
    {"failed_match_ends_it", FAIL, {INM("\"tag\""), IM("\"a\"")}},
    {"match_then_since", SAVE, {IM("*"), IMS(SAME)}},
    {"unmodified_then_none_match", SAVE, {IUS(SAME), INM("*")}},
    {"failed_unmodified_ends_it", FAIL, {IMS(SAME), IUS(OLDER)}},
    {"unmodified_then_since", SAVE, {IUS(SAME), IMS(SAME)}},
    {"all_four", SAVE, {IM("*"), IUS(OLDER), INM("*"), IMS(OLDER)}},
};

/* The current tag is W/"tag". */
static const struct condition_case weak[] = {
    {"weak_never_matches_strongly", FAIL, {IM("\"tag\"")}},
    {"weak_against_weak_strongly", FAIL, {IM("W/\"tag\"")}},
    {"any_matches_a_weak_one", GO, {IM("*")}},
    {"weak_matches_weakly", SAVE, {INM("\"tag\"")}},
    {"weak_against_weak_weakly", SAVE, {INM("W/\"tag\"")}},
};

struct range_case {
    const char *rule;
    bool allowed_strong; /* where the current tag is strong, or weak */
    bool allowed_weak;
    struct line lines[2];
};

static const struct range_case range_cases[] = {
    {"absent", true, true, {{0, NULL}}},
    {"same_tag", true, false, {IR("\"tag\"")}},
    {"weak_tag", false, false, {IR("W/\"tag\"")}},
    {"other_tag", false, false, {IR("\"a\"")}},
    {"any_is_no_tag", false, false, {IR("*")}},
    {"list_of_tags", false, false, {IR("\"tag\", \"tag\"")}},
    {"empty", false, false, {IR("")}},
    {"nonsense", false, false, {IR("x")}},
    {"same_date", true, true, {IR(SAME)}},
    {"same_date_in_other_form", true, true, {IR("Sun Nov  6 08:49:37 1994")}},
    {"older_date", false, false, {IR(OLDER)}},
    {"later_date", false, false, {IR(LATER)}},
    {"twice", false, false, {IR("\"tag\""), IR("\"tag\"")}},
};

static const struct validators strong_tag = {
    .etag = {"\"tag\"", 5}, .etag_is_strong = true, .modified = MODIFIED};
static const struct validators weak_tag = {
    .etag = {"\"tag\"", 5}, .etag_is_strong = false, .modified = MODIFIED};

static void make(struct made_request *made, const struct line *lines,
                 size_t count)
{
    made_init(made);
    for (size_t i = 0; i < count && lines[i].value != NULL; i++)
        ck_assert(made_add(made, lines[i].id, bytes_of(lines[i].value)));
}

static void check(const struct condition_case *cases, size_t count,
                  const struct validators *current)
{
    for (size_t i = 0; i < count; i++) {
        struct made_request made;
        enum condition_result result;

        make(&made, cases[i].lines, 5);
        result = condition_judge(&made.request, current, now);
        ck_assert_msg(result == cases[i].result, "%s: %d, not %d",
                      cases[i].rule, (int)result, (int)cases[i].result);
    }
}

START_TEST(preconditions_in_order)
{
    check(strong, sizeof(strong) / sizeof(strong[0]), &strong_tag);
}
END_TEST

START_TEST(weak_validators)
{
    check(weak, sizeof(weak) / sizeof(weak[0]), &weak_tag);
}
END_TEST

START_TEST(if_range_by_the_strong_comparison)
{
    for (size_t i = 0; i < sizeof(range_cases) / sizeof(range_cases[0]); i++) {
        const struct range_case *c = &range_cases[i];
        struct made_request made;

        make(&made, c->lines, 2);
        ck_assert_msg(condition_allows_range(&made.request, &strong_tag, now) ==
                          c->allowed_strong,
                      "%s, strong", c->rule);
        ck_assert_msg(condition_allows_range(&made.request, &weak_tag, now) ==
                          c->allowed_weak,
                      "%s, weak", c->rule);
    }
}
END_TEST

/* RFC 9110, 8.8.2.2: within the second of the change, a second change could
 * bear the same date. */
START_TEST(date_is_weak_while_it_is_fresh)
{
    static const struct line line = IR(SAME);
    struct made_request made;

    make(&made, &line, 1);
    for (time_t age = -5; age < 2; age++)
        ck_assert(!condition_allows_range(&made.request, &strong_tag,
                                          MODIFIED + age));
    ck_assert(condition_allows_range(&made.request, &strong_tag, MODIFIED + 2));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("condition");

    suite_add_tests(suite, preconditions_in_order, weak_validators,
                    if_range_by_the_strong_comparison,
                    date_is_weak_while_it_is_fresh);
    return suite_run(suite);
}
